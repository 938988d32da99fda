"""When a counselor is free, in tables: hours, lunch, leave, holidays, buffers, rooms, full days, wishes."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import date, datetime, time, timedelta
from itertools import pairwise
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from counsel import public_holidays
from counsel.availability import (
    Center,
    Hours,
    Plan,
    Request,
    Taken,
    Wish,
    free_at,
    free_slots,
    free_starts,
    nearest,
    nearest_free,
)
from counsel.cells import SEOUL, Span, busy_cells, day_number, first_cell
from counsel.kinds import CELL, GRID, KindName, changed, default_kinds

KINDS = default_kinds()
CENTER = Center("mapo", "마포 가온센터", "서울 마포구 가온길 1", "02-000-1000", rooms=1)
WEEK = {day: (Hours(time(9), time(18)),) for day in range(5)}
KIM = Plan("kim", "김하늘", "mapo", WEEK, Hours(time(12), time(13)))
NOW = datetime(2026, 11, 22, 12, 0, tzinfo=SEOUL)
MONDAY = date(2026, 11, 23)


def at(text: str) -> datetime:
    """ "11-23 14:00" in Korea; the year may stand before it."""
    return datetime.fromisoformat(text if text.startswith("202") else f"2026-{text}").replace(tzinfo=SEOUL)


def slots(kind: KindName = KindName.PHONE, plans: Any = (KIM,), taken: Taken | None = None, **more: Any) -> list[Any]:
    now = more.pop("now", NOW)
    centers = more.pop("centers", {"mapo": CENTER})
    holidays = public_holidays.between(now.date(), now.date() + timedelta(days=120))
    request = Request(kind, **more)
    return free_slots(request, KINDS[kind], plans, centers, taken or Taken(), holidays, now)


def starts(found: list[Any], day: date = MONDAY) -> list[str]:
    return [f"{s.start:%H:%M}" for s in found if s.start.date() == day]


def test_a_day_of_phone_talks_leaves_lunch_out_and_room_for_notes() -> None:
    assert starts(slots()) == [
        *("09:00", "09:30", "10:00", "10:30", "11:00"),
        *("13:00", "13:30", "14:00", "14:30", "15:00", "15:30", "16:00", "16:30", "17:00"),
    ]


def test_a_home_visit_needs_the_way_there_and_back() -> None:
    afternoon = ["14:00", "14:30", "15:00", "15:30", "16:00"]
    found = slots(KindName.HOME)
    assert starts(found) == afternoon  # Monday morning is less than a day ahead
    assert starts(found, date(2026, 11, 24)) == ["10:00", *afternoon]


def test_the_lead_is_kept_to_the_second() -> None:
    now = at("11-23 09:30") + timedelta(seconds=1)
    assert starts(slots(now=now))[0] == "13:00"
    assert starts(slots(now=at("11-23 11:00")))[0] == "13:00"
    assert starts(slots(now=at("11-23 11:30") + timedelta(seconds=1)))[0] == "14:00"


def test_the_horizon_ends_the_offers() -> None:
    assert max(s.start for s in slots()) <= NOW + KINDS[KindName.PHONE].horizon
    assert max(s.start for s in slots()).date() == date(2027, 1, 15)


@pytest.mark.parametrize(
    ("now", "closed"),
    [
        ("2026-09-20 08:00", ["2026-09-24", "2026-09-25", "2026-09-26"]),  # 추석
        ("2027-02-01 08:00", ["2027-02-07", "2027-02-08", "2027-02-09"]),  # 설, a Sunday in it: substitute on Tuesday
        ("2026-12-30 08:00", ["2027-01-01"]),
        ("2027-02-25 08:00", ["2027-03-01"]),
        ("2026-08-10 08:00", ["2026-08-15", "2026-08-17"]),  # 광복절 on a Saturday: substitute on Monday
        ("2026-05-20 08:00", ["2026-05-24", "2026-05-25"]),  # 부처님오신날 on a Sunday: substitute on Monday
    ],
)
def test_holidays_and_their_substitutes_are_closed(now: str, closed: list[str]) -> None:
    found = slots(now=at(now))
    assert [day for day in closed if starts(found, date.fromisoformat(day))] == []
    assert found


def test_a_single_day_stands_in_place_of_week_and_holiday() -> None:
    days: Mapping[date, tuple[Hours, ...]] = {
        MONDAY: (Hours(time(14), time(15)),),
        date(2026, 12, 25): (Hours(time(9), time(10)),),
        date(2026, 11, 24): (),
    }
    found = slots(plans=[replace(KIM, days=days)])
    assert starts(found) == ["14:00"]
    assert starts(found, date(2026, 12, 25)) == ["09:00"]
    assert starts(found, date(2026, 11, 24)) == []


def test_leave_takes_every_cell_that_it_touches() -> None:
    leave = Span(at("11-23 13:05"), at("11-23 16:31"))
    assert starts(slots(plans=[replace(KIM, leaves=(leave,))]))[5:] == ["17:00"]


def test_a_talk_and_its_buffers_are_kept_free() -> None:
    first, last = busy_cells(at("11-23 14:00"), KINDS[KindName.PHONE])
    afternoon = [s for s in starts(slots(taken=Taken({"kim": [(first, last)]}))) if s >= "13:00"]
    assert afternoon[:3] == ["13:00", "15:00", "15:30"]


def test_a_full_day_is_closed() -> None:
    taken = Taken(on_day={("kim", day_number(first_cell(at("11-23 09:00")))): 2})
    assert starts(slots(plans=[replace(KIM, a_day=2)], taken=taken)) == []
    assert starts(slots(plans=[replace(KIM, a_day=3)], taken=taken)) != []


def test_a_full_center_has_only_talks_without_a_room() -> None:
    rooms = {"mapo": {first_cell(at("11-23 14:00")) + n: 1 for n in range(5)}}
    found = starts(slots(KindName.CENTER, taken=Taken(rooms=rooms)))
    assert [s for s in found if "13:00" <= s < "15:30"] == ["13:00", "15:00"]
    assert "14:00" in starts(slots(KindName.PHONE, taken=Taken(rooms=rooms)))


def test_a_person_is_not_offered_what_they_have() -> None:
    cells = [first_cell(at("11-23 14:00")), first_cell(at("11-23 14:10"))]
    found = starts(slots(taken=Taken(person=cells)))
    assert "14:00" not in found and "13:30" in found and "14:30" in found


@pytest.mark.parametrize(
    ("plan", "asked", "fits"),
    [
        (KIM, {}, True),
        (KIM, {"counselor_id": "kim"}, True),
        (KIM, {"counselor_id": "lee"}, False),
        (KIM, {"center_id": "other"}, False),
        (replace(KIM, kinds=frozenset({KindName.HOME})), {}, False),
        (replace(KIM, languages=frozenset({"zh"})), {"language": "zh"}, True),
        (KIM, {"language": "zh"}, False),
        (KIM, {"skill": "resume"}, False),
        (replace(KIM, active=False), {}, False),
        (replace(KIM, districts=frozenset({"서울특별시 중구"})), {"district": "서울특별시 마포구"}, True),
    ],
)
def test_who_may_be_asked(plan: Plan, asked: dict[str, str], fits: bool) -> None:
    assert bool(slots(plans=[plan], **asked)) is fits


def test_homes_are_visited_in_the_districts_served() -> None:
    served = replace(KIM, districts=frozenset({"서울특별시 마포구"}))
    assert slots(KindName.HOME, plans=[served], district="서울특별시 마포구")
    assert not slots(KindName.HOME, plans=[served], district="서울특별시 노원구")
    center = {"mapo": replace(CENTER, districts=frozenset({"서울특별시 중구"}))}
    assert not slots(KindName.HOME, district="서울특별시 노원구", centers=center)


def test_an_interview_begins_when_the_company_says() -> None:
    kind = KINDS[KindName.ACCOMPANY]
    given_ = (Request(KindName.ACCOMPANY), kind, [KIM], {"mapo": CENTER})
    after = at("11-25 14:15")
    (slot,) = free_at(*given_, Taken(), frozenset(), after, NOW)
    assert slot.start == after and slot.end == after + timedelta(hours=2)
    assert free_at(*given_, Taken(), frozenset(), at("11-25 13:30"), NOW) == []  # the way would begin at lunch
    assert free_at(*given_, Taken(), frozenset(), at("11-22 14:15"), NOW) == []
    assert free_at(*given_, Taken(), frozenset({date(2026, 11, 25)}), after, NOW) == []


MORNING = Wish((Span(at("11-24 09:00"), at("11-24 12:00")),))


@pytest.mark.parametrize(
    ("wish", "found", "fits"),
    [
        (Wish(), ["11-23 09:00", "11-23 09:30", "11-23 10:00"], True),
        (Wish(near=at("11-24 14:10")), ["11-24 13:30", "11-24 14:00", "11-24 14:30"], True),
        (MORNING, ["11-24 09:00", "11-24 09:30", "11-24 10:00"], True),
        (replace(MORNING, near=at("11-24 11:00")), ["11-24 10:00", "11-24 10:30", "11-24 11:00"], True),
        (
            Wish((Span(at("11-28 09:00"), at("11-28 18:00")),), near=at("11-28 14:00")),
            ["11-27 16:00", "11-27 16:30", "11-27 17:00"],
            False,
        ),
        (
            Wish(without=(Span(at("11-23 00:00"), at("11-24 00:00")),)),
            ["11-24 09:00", "11-24 09:30", "11-24 10:00"],
            True,
        ),
    ],
)
def test_the_nearest_three(wish: Wish, found: list[str], fits: bool) -> None:
    offers = nearest(slots(), wish)
    assert [f"{s.start:%m-%d %H:%M}" for s in offers.slots] == found
    assert offers.fits is fits


def test_of_several_who_are_free_the_one_with_least_to_do_is_offered() -> None:
    lee = replace(KIM, counselor_id="lee", name="이바다")
    offers = nearest(slots(plans=[KIM, lee]), Wish(), load={"kim": 3, "lee": 1})
    assert {s.counselor_id for s in offers.slots} == {"lee"}
    assert len({s.start for s in offers.slots}) == 3


def test_a_slot_has_a_short_code() -> None:
    plan = replace(KIM, counselor_id="k" * 24)
    for kind in KindName:
        if kind is not KindName.ACCOMPANY:
            code = slots(kind, plans=[plan])[0].code
            assert code.isascii() and len(f"v1:appointments:pick:{code}") <= 64


def test_kinds_are_whole_cells() -> None:
    phone = KINDS[KindName.PHONE]
    assert changed(phone, {"length_minutes": 40, "lead_hours": 1}).length == timedelta(minutes=40)
    for data in (
        {"length_minutes": 25},
        {"length_minutes": 0},
        {"colour": 1},
        {"horizon_days": 500},
        {"after_minutes": True},
    ):
        with pytest.raises(ValueError):
            changed(phone, data)


hours = st.tuples(st.integers(0, 23 * 6), st.integers(1, 60)).map(
    lambda p: Hours(time(p[0] // 6, p[0] % 6 * 10), time(min(p[0] + p[1], 143) // 6, min(p[0] + p[1], 143) % 6 * 10))
)


@settings(max_examples=60, deadline=None)
@given(
    week=st.dictionaries(st.integers(0, 6), st.lists(hours, max_size=3).map(tuple)),
    lunch=st.none() | hours,
    taken=st.lists(st.integers(0, 14 * 144), max_size=12),
    kind=st.sampled_from(list(KindName)),
)
def test_the_sums_agree_with_counting_cell_by_cell(week: Any, lunch: Any, taken: list[int], kind: KindName) -> None:
    rule = replace(KINDS[kind], horizon=timedelta(days=14), lead=timedelta())
    plan = replace(KIM, week=week, lunch=lunch)
    base = first_cell(datetime.combine(NOW.date(), time(), SEOUL))
    used = Taken({"kim": [(base + n, base + n + 3) for n in taken]})
    free = free_starts(Request(kind), rule, [plan], {"mapo": replace(CENTER, rooms=None)}, used, frozenset(), NOW)
    busy = {base + n + k for n in taken for k in range(4)}
    expected = []
    start = NOW
    while start <= NOW + rule.horizon:
        if _all_free(plan, rule, start, busy):
            expected.append(start)
        start += GRID
    found = [free.slot("kim", bit).start for bit in range(free.frame.size) if free.starts["kim"] >> bit & 1]
    assert found == expected
    assert nearest_free(free, Wish()) == nearest(
        [free.slot("kim", bit) for bit in range(free.frame.size) if free.starts["kim"] >> bit & 1], Wish()
    )


def _all_free(plan: Plan, kind: Any, start: datetime, busy: set[int]) -> bool:
    at_ = start - kind.before
    while at_ < start + kind.length + kind.after:
        inside = [h for h in plan.hours(at_.date(), ()) if h.opens <= at_.time() and _ends(at_) <= _minutes(h.closes)]
        lunch = plan.lunch and plan.lunch.opens <= at_.time() < plan.lunch.closes
        if not inside or lunch or first_cell(at_) in busy:
            return False
        at_ += CELL
    return True


def _ends(at_: datetime) -> int:
    return at_.hour * 60 + at_.minute + 10


def _minutes(at_: time) -> int:
    return at_.hour * 60 + at_.minute


def test_cells_follow_each_other() -> None:
    cells = [first_cell(NOW + n * CELL) for n in range(300)]
    assert all(after - before == 1 for before, after in pairwise(cells))
    assert day_number(first_cell(at("11-23 00:00"))) - day_number(first_cell(at("11-22 23:50"))) == 1
