"""A booking goes on: the next question, the times on offer, the time that is held and said back."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime

from bot.appointment_draft import ANY_CENTER, FLOW, Draft
from bot.appointment_text import facts_of, slot_buttons, slot_line
from bot.appointment_times import Found, find, hold, kinds_offered, request_of, serving
from bot.desk import Desk
from bot.flows.parts import LABEL_LIMIT, person_button
from bot.learn import home_of
from bot.turn import Button, Message, Reply, State, Step, Tap, Turn
from counsel import appointments, cases, staff
from counsel.availability import Slot
from counsel.cells import SEOUL
from counsel.errors import NoAppointmentError, SlotTakenError, TooLateError
from counsel.kinds import KindName
from counsel.staff import Staff


def message(desk: Desk, key: str, *buttons: Button, before: str = "", **blanks: object) -> Message:
    """A text, with a line before it where something has to be said first."""
    said = desk.words.say(key, *buttons, **blanks)
    return replace(said, text=before + said.text, simple=before + said.simple) if before else said


def asked(draft: Draft, step: str, said: Message, state: State) -> Step:
    """A question, open."""
    return Step(Reply((said,)), state.ask(FLOW, step, **draft.data()))


async def go_on(draft: Draft, turn: Turn, state: State, desk: Desk, before: str = "") -> Step:
    """The next question of a booking, the times on offer, or the chosen time said back."""
    everybody = await staff.load(desk.session, turn.at)
    kinds = kinds_offered(everybody)
    if not kinds:
        return await nobody(draft, "appointments.nobody", turn, state, desk)
    if not draft.kind and len(kinds) == 1:
        draft = replace(draft, kind=kinds[0].value)
    step = _first(draft, kinds, turn, state, desk, before) or await _details(
        draft, everybody, turn, state, desk, before
    )
    return step or await _time(draft, turn, state, desk, before)


def _first(draft: Draft, kinds: Sequence[KindName], turn: Turn, state: State, desk: Desk, before: str) -> Step | None:
    """Leave to keep it, and the way of talking; None when both are known."""
    if not (turn.visitor.consented or draft.agreed):
        return asked(draft, "consent", _consent(desk, before), state)
    if not draft.kind:
        return asked(draft, "kind", _which_kind(kinds, desk, before, draft.tries), state)
    return None if draft.kind_name in kinds else _not_offered(draft, kinds, state, desk, before)


async def _time(draft: Draft, turn: Turn, state: State, desk: Desk, before: str) -> Step:
    """When: asked for, offered, or held and said back."""
    if draft.kind_name is KindName.ACCOMPANY and not draft.moving:
        return await _accompanied(draft, turn, state, desk)
    if draft.slot:
        return await held(draft, turn, state, desk, before)
    if not draft.wish:
        return asked(draft, "wish", _when(desk, before, draft.tries), state)
    return await offer(draft, turn, state, desk, before)


def _consent(desk: Desk, before: str) -> Message:
    yes = desk.words.button("appointments.button_keep", Tap(FLOW, "consent", "yes"))
    no = desk.words.button("appointments.button_dont_keep", Tap(FLOW, "consent", "no"))
    return message(desk, "appointments.consent", yes, no, before=before)


def _which_kind(kinds: Sequence[KindName], desk: Desk, before: str, tries: int) -> Message:
    buttons = [_kind_button(kind, desk) for kind in kinds]
    key = "appointments.kind_again" if tries else "appointments.kind"
    return message(desk, key, *buttons, before=before)


def _kind_button(kind: KindName, desk: Desk) -> Button:
    return desk.words.button(f"appointments.button_kind_{kind.value}", Tap(FLOW, "kind", kind.value))


def _when(desk: Desk, before: str, tries: int) -> Message:
    taps = ("soon", "week", "next", "afternoon")
    buttons = [desk.words.button(f"appointments.button_when_{tap}", Tap(FLOW, "wish", tap)) for tap in taps]
    keys = ("appointments.when", "appointments.when_again", "appointments.when_third")
    person = [person_button(desk.words, "appointment")] if tries else []
    return message(desk, keys[min(tries, 2)], *buttons, *person, before=before)


def _not_offered(draft: Draft, kinds: Sequence[KindName], state: State, desk: Desk, before: str) -> Step:
    """A kind that nobody here offers: said plainly, with the kinds there are."""
    buttons = [*(_kind_button(k, desk) for k in kinds[:4]), person_button(desk.words, "appointment")]
    how = desk.words.plain(f"appointments.how_{draft.kind}")
    said = message(desk, "appointments.kind_not_offered", *buttons, before=before, how=how)
    return asked(replace(draft, kind=""), "kind", said, state)


async def _details(draft: Draft, everybody: Staff, turn: Turn, state: State, desk: Desk, before: str) -> Step | None:
    """What a kind needs to be known first; None when nothing is missing."""
    if draft.moving:
        return None
    if draft.kind_name is KindName.HOME:
        return await _home(draft, everybody, turn, state, desk, before)
    if draft.kind_name is KindName.ACCOMPANY:
        return _interview(draft, state, desk, before)
    if draft.kind_name is KindName.PHONE and not draft.phone:
        skip = desk.words.button("appointments.button_no_phone", Tap(FLOW, "phone", "none"))
        key = "appointments.phone_again" if draft.tries else "appointments.phone_asked"
        return asked(draft, "phone", message(desk, key, skip, before=before), state)
    if draft.kind_name is KindName.CENTER and not (draft.center or draft.slot):
        return await _center(draft, everybody, turn, state, desk, before)
    return None


def _interview(draft: Draft, state: State, desk: Desk, before: str) -> Step | None:
    """The company, the place and the fixed time of an interview, one after the other."""
    again = bool(draft.tries)
    if not draft.company:
        key = "appointments.company_again" if again else "appointments.company_asked"
        return asked(draft, "company", message(desk, key, before=before), state)
    if not draft.address:
        key = "appointments.place_again" if again else "appointments.place_asked"
        return asked(draft, "place", message(desk, key, before=before), state)
    if not draft.start:
        return asked(draft, "when", message(desk, "appointments.when_asked", before=before), state)
    return None


async def _home(draft: Draft, everybody: Staff, turn: Turn, state: State, desk: Desk, before: str) -> Step | None:
    known = await desk.profile(turn)
    told = {**known, **{k: v for k, v in state.known.items() if isinstance(v, str)}}
    if not draft.district and told.get("living_sido") and told.get("living_sigungu"):
        draft = replace(draft, district=f"{told['living_sido']} {told['living_sigungu']}")
    if not draft.district:
        key = "appointments.district_again" if draft.tries else "appointments.district_asked"
        return asked(draft, "district", message(desk, key, before=before), state)
    if not serving(everybody, request_of(draft)):
        return await nobody(draft, "appointments.not_served", turn, state, desk)
    if not draft.address_ok:
        yes = desk.words.button("appointments.button_address", Tap(FLOW, "address", "yes"))
        no = desk.words.button("appointments.button_no_address", Tap(FLOW, "address", "no"))
        return asked(draft, "address", message(desk, "appointments.address_ok", yes, no, before=before), state)
    if not draft.address:
        key = "appointments.address_again" if draft.tries else "appointments.address_asked"
        return asked(draft, "address", message(desk, key, before=before), state)
    return None


async def _center(draft: Draft, everybody: Staff, turn: Turn, state: State, desk: Desk, before: str) -> Step | None:
    """Which center, where there are several and the district does not tell."""
    request = request_of(draft)
    open_ = [
        c
        for c in everybody.centers.values()
        if c.active and any(p.center_id == c.id and request.fits(p, c) for p in everybody.plans.values())
    ]
    if len(open_) < 2:
        return None
    district = draft.district or home_of(state.known)
    near = [c for c in open_ if district.strip() in c.districts]
    named = [c for c in open_ if c.name.replace(" ", "") in turn.text.replace(" ", "")]
    if len(chosen := named or near) == 1:
        return await go_on(replace(draft, center=chosen[0].id), turn, state, desk, before)
    buttons = [Button(c.name[:LABEL_LIMIT], Tap(FLOW, "center", c.id)) for c in open_[:4]]
    anywhere = desk.words.button("appointments.button_any_center", Tap(FLOW, "center", ANY_CENTER))
    return asked(draft, "center", message(desk, "appointments.center", *buttons, anywhere, before=before), state)


async def offer(draft: Draft, turn: Turn, state: State, desk: Desk, before: str = "") -> Step:
    """At most three times, nearest to the wish; without any, the waiting list and a person."""
    found = await find(desk.session, draft, turn.visitor.id, turn.at)
    if not found.slots and draft.seen:
        return await offer(replace(draft, seen=()), turn, state, desk, desk.words.plain("appointments.no_more") + "\n")
    if not found.slots:
        wait = desk.words.button("appointments.button_wait", Tap(FLOW, "wait"))
        said = message(desk, "appointments.full", wait, person_button(desk.words, "appointment"), before=before)
        return asked(replace(draft, offered=()), "offer", said, state)
    return await offered(draft, found, turn, state, desk, before or _about(found, desk))


def _about(found: Found, desk: Desk) -> str:
    """What is to be said of the times on offer before they are listed."""
    if found.nobody:
        return desk.words.plain("appointments.counselor_unknown") + "\n"
    if found.away:
        return desk.words.plain("appointments.counselor_away") + "\n"
    if found.beyond:
        return desk.words.plain("appointments.too_far") + "\n"
    return "" if found.fits else desk.words.plain("appointments.near") + "\n"


async def offered(draft: Draft, found: Found, turn: Turn, state: State, desk: Desk, before: str = "") -> Step:
    """The times on offer, listed in words, with a button each."""
    plans = await staff.counselors(desk.session, turn.at)
    lines = [slot_line(n, slot, desk, plans[slot.counselor_id].name) for n, slot in enumerate(found.slots, 1)]
    buttons = list(slot_buttons(found.slots))
    buttons.append(desk.words.button("appointments.button_other", Tap(FLOW, "offer", "other")))
    if not found.fits:
        buttons.append(desk.words.button("appointments.button_wait", Tap(FLOW, "wait")))
    key = "appointments.offer" if len(found.slots) > 1 else "appointments.offer_one"
    said = message(desk, key, *buttons[:5], before=before, lines="\n".join(lines))
    return asked(draft.with_offers(tuple(s.code for s in found.slots)), "offer", said, state)


async def _accompanied(draft: Draft, turn: Turn, state: State, desk: Desk) -> Step:
    """The time is fixed from outside: somebody is free then, or a counselor looks for somebody."""
    start = datetime.fromisoformat(draft.start)
    found = await appointments.offers_at(desk.session, request_of(draft), start, turn.at, person_id=turn.visitor.id)
    if not found.slots:
        return await nobody(draft, "appointments.no_companion", turn, state, desk)
    return await held(replace(draft, slot=found.slots[0].code), turn, state, desk)


async def held(draft: Draft, turn: Turn, state: State, desk: Desk, before: str = "") -> Step:
    """Holds the chosen time and says it back. Taken meanwhile: other times."""
    slot = await appointments.slot_of(desk.session, draft.slot, turn.at)
    if slot is None:
        return await offer(replace(draft, slot=""), turn, state, desk, desk.words.plain("appointments.taken") + "\n")
    try:
        row = await hold(desk.session, draft, slot, turn.visitor.id, turn.at, desk.house.terms)
    except TooLateError:
        return await too_late(draft.moving, "change", turn, state, desk)
    except SlotTakenError as error:
        return await taken(draft, error.nearest, "appointments.taken", turn, state, desk)
    except NoAppointmentError:
        return Step(Reply((_gone(desk),)), state.settled())
    draft = replace(draft, hold=row.id, tries=0)
    moved = await appointments.of_person(desk.session, turn.visitor.id, draft.moving) if draft.moving else None
    facts = await facts_of(row, desk, turn.at, moved)
    task = "move" if draft.moving else "book"
    yes_arg = f"yes.{row.id}.{draft.replaces}" if draft.replaces else f"yes.{row.id}"
    yes = desk.words.button(f"appointments.button_yes_{task}", Tap(FLOW, "confirm", yes_arg))
    no = desk.words.button("appointments.button_no", Tap(FLOW, "confirm", f"no.{row.id}"))
    key = f"appointments.repeat_{task}"
    minutes = int(desk.house.terms.hold.total_seconds()) // 60
    blanks = {"where": facts.where, "minutes": minutes}
    said = message(desk, key, yes, no, before=before, when=facts.when, how=facts.how, who=facts.who, **blanks)
    return asked(draft, "confirm", said, state)


def _gone(desk: Desk) -> Message:
    book = desk.words.button("appointments.button_book", Tap(FLOW, "book"))
    mine = desk.words.button("appointments.button_check", Tap(FLOW, "check"))
    return desk.words.say("appointments.gone", book, mine)


def gone(state: State, desk: Desk) -> Step:
    """An appointment or an offer that is there no longer."""
    return Step(Reply((_gone(desk),)), state.settled() if state.flow == FLOW else state)


async def taken(draft: Draft, nearest: Sequence[Slot], key: str, turn: Turn, state: State, desk: Desk) -> Step:
    """The time went to somebody else, or was held too long: the nearest others."""
    before = desk.words.plain(key) + "\n"
    draft = replace(draft, slot="", hold=0)
    if not nearest:
        if draft.kind_name is KindName.ACCOMPANY:
            return await nobody(draft, "appointments.no_companion", turn, state, desk)
        return await offer(replace(draft, seen=()), turn, state, desk, before)
    return await offered(draft, Found(tuple(nearest[:3]), fits=True), turn, state, desk, before)


async def nobody(draft: Draft, key: str, turn: Turn, state: State, desk: Desk) -> Step:
    """Nobody can be booked for this: the truth, and a case for a person with what was said."""
    facts = {name: value for name, value in draft.data().items() if name not in ("seen", "offered", "tries", "hold")}
    case = await cases.open_case(desk.session, turn.visitor.id, "appointment", turn.at, facts={"booking": facts})
    said = desk.words.say(key, number=case.id, phone=desk.house.phone)
    return Step(Reply((said,)), state.settled())


async def too_late(appointment_id: int, task: str, turn: Turn, state: State, desk: Desk) -> Step:
    """So shortly before the start a person decides."""
    facts = {"appointment": appointment_id, "wants": task}
    case = await cases.open_case(desk.session, turn.visitor.id, "appointment", turn.at, facts=facts)
    said = desk.words.say("appointments.too_late", number=case.id, phone=await _phone(appointment_id, turn, desk))
    return Step(Reply((said,)), state.settled())


async def _phone(appointment_id: int, turn: Turn, desk: Desk) -> str:
    """The center's number, which is nearer than the house's."""
    row = await appointments.of_person(desk.session, turn.visitor.id, appointment_id)
    center = (await staff.centers(desk.session)).get(row.center_id)
    return center.phone if center else desk.house.phone


def fixed_time(draft: Draft, turn: Turn) -> tuple[Draft, str]:
    """The draft with the day and hour that others have set, and what is still missing: "day", "hour" or ""."""
    windows = draft.wish.get("windows", ())
    days = [w for w in windows if w.get("first") and w.get("first") == w.get("last")]
    hours = [w["at"] for w in windows if "at" in w]
    if not days:
        return draft, "day"
    if not hours:
        return draft, "hour"
    day = datetime.fromisoformat(days[0]["first"]).replace(tzinfo=SEOUL)
    start = day.replace(hour=hours[0] // 60, minute=hours[0] % 60)
    return replace(draft, start=start.isoformat()), ""
