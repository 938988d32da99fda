"""A verdict in easy words: the short answer first, then what is met, not met and open; source and date last."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import Any

from bot.desk import Desk
from bot.korean_dates import day_of
from bot.profile_words import is_named, label_of, said
from bot.turn import Button, Message
from bot.words import Words
from knowledge.advice import conflicts, detours
from knowledge.ages import age_on
from knowledge.catalog import Program, say
from knowledge.known import NEVER, Between, Not, OneOf
from knowledge.rendering import partial_date
from knowledge.verdict import Verdict

MOST_LINES = 3
"""Lines of a kind in one answer; the rest stands behind "더 알려 주세요"."""
ROOM = 190
"""Characters of lines in one message; with what stands around them it stays below 300."""
MOST_SOURCES = 2
LONGEST_NAME = 14
"""Characters of a name in a list of programs; a longer one stands there by its short form."""


@dataclass(frozen=True, slots=True)
class Told:
    """A verdict in words. `rest`: whether something did not fit."""

    messages: tuple[Message, ...]
    rest: bool


def result(verdict: Verdict, verdicts: Mapping[str, Verdict], desk: Desk, *buttons: Button) -> Told:
    """The answer about one program and what it rests on. The buttons stand under the last message."""
    program, words = desk.catalog.programs[verdict.program], desk.words
    lines, cut = _reasons(verdict, verdicts, desk)
    first = words.say(
        "eligibility.result",
        name=program.name,
        answer=short_answer(verdict, desk),
        window=_window(verdict, program, desk),
        lines="\n".join(lines),
    )
    basis, cut_too = _basis(verdict, words)
    second = words.say(
        "eligibility.basis",
        *buttons,
        lines="\n".join(basis),
        phone=_phone(program, words),
        source=_source(verdict, words),
    )
    return Told((_tidy(first), _tidy(second)), cut or cut_too)


def _tidy(message: Message) -> Message:
    """The message without the empty lines that empty blanks leave."""
    return replace(message, text=_squeezed(message.text), simple=_squeezed(message.simple))


def _squeezed(text: str) -> str:
    while "\n\n\n" in text:
        text = text.replace("\n\n\n", "\n\n")
    return text.strip()


def for_office(verdict: Verdict, desk: Desk) -> bool:
    """Whether only an office can settle what is open: by its discretion, or because nobody could be asked for it."""
    fields = desk.rules.fields
    names = {name for field in verdict.missing for name in (field, *fields[field].through)}
    return verdict.only_office or (verdict.rule == "need" and not any(fields[name].ask for name in names))


def short_answer(verdict: Verdict, desk: Desk) -> str:
    """ "되실 것 같아요.", "지금은 어려워요.", "더 알아야 해요.", "12월 15일부터 돼요."."""
    words = desk.words
    if verdict.stale:
        return words.plain("eligibility.answer_stale")
    if verdict.rule == "later" and verdict.later_on is not None:
        key = "eligibility.answer_later_open" if verdict.unknown or verdict.soft else "eligibility.answer_later"
        return words.plain(key, when=day_of(verdict.later_on, verdict.on))
    if for_office(verdict, desk):
        return words.plain("eligibility.answer_office")
    return words.plain(f"eligibility.answer_{verdict.outcome}")


def _window(verdict: Verdict, program: Program, desk: Desk) -> str:
    """When one can apply, where that matters to the person: in the catalog's words if there are any."""
    if verdict.rule == "not" or (verdict.outcome == "closed" and not program.window_statement(verdict.on)):
        return ""
    said_ = program.window_statement(verdict.on)
    if said_ is None:
        return desk.words.plain(f"eligibility.window_{verdict.window}")
    return (
        f"{said_.text} {desk.words.plain('programs.confirm')}"
        if said_.confirm and verdict.window != "unknown"
        else said_.text
    )


def _reasons(verdict: Verdict, verdicts: Mapping[str, Verdict], desk: Desk) -> tuple[list[str], bool]:
    """What is not met and what is open, else what is met: at most three lines of a kind, and whether there are more."""
    words = desk.words
    groups: list[tuple[str, list[str]]] = []
    if verdict.rule in ("not", "later"):
        groups.append(("unmet", [c.text for c in verdict.unmet]))
    if verdict.rule in ("need", "later"):
        groups.append(("open", open_lines(verdict)))
    if verdict.rule == "eligible":
        groups.append(("met", met_lines(verdict, words)))
    lines, cut = _listed(groups, words)
    ways = [way.text for way in detours(verdict, verdicts, desk.rules) if way.kind == "do"]
    return [*lines, *(words.plain("eligibility.detour", text=way) for way in ways[:1])], cut


def _listed(groups: Iterable[tuple[str, Sequence[str]]], words: Words, room: int = ROOM) -> tuple[list[str], bool]:
    """Headed lists that fit the room; whether something was left out."""
    lines: list[str] = []
    cut = False
    for head, texts in groups:
        fitting: list[str] = []
        for text in texts[:MOST_LINES]:
            line = words.plain("eligibility.line", text=text)
            if sum(map(len, lines)) + sum(map(len, fitting)) + len(line) <= room:
                fitting.append(line)
        cut = cut or len(fitting) < len(texts)
        if fitting:
            lines += [words.plain(f"eligibility.{head}"), *fitting]
    return lines, cut


def open_lines(verdict: Verdict) -> list[str]:
    """What is still open: who decides it, else the condition."""
    lines = [c.ask or c.text if c.office else c.text for c in (*verdict.unknown, *verdict.soft)]
    return list(dict.fromkeys(lines))


def met_lines(verdict: Verdict, words: Words) -> list[str]:
    """What is met, by the person's own values: "나이: 만 68세"."""
    values = (_aged(name, value, verdict.on) for c in verdict.met for name, value in c.values.items())
    own = {name: plain(value) for name, value in values if is_named(name, words)}
    return [f"{label_of(name, words)}: {said(name, value, words)}" for name, value in own.items()]


def _aged(name: str, value: Any, on: date) -> tuple[str, Any]:
    """A day of birth that is only known to lie between two days is said as an age."""
    if name != "birth_date" or not isinstance(value, Between):
        return name, value
    youngest, oldest = age_on(value.high or on, on), age_on(value.low, on) if value.low else None
    return "age", youngest if youngest == oldest else Between(youngest, oldest)


def plain(value: Any) -> Any:
    """A value of the rules as the profile stores it."""
    if isinstance(value, Between):
        names = ("from", "to") if isinstance(value.low or value.high, date) else ("min", "max")
        given = zip(names, (plain(value.low), plain(value.high)), strict=True)
        return {name: bound for name, bound in given if bound is not None}
    if isinstance(value, OneOf):
        return {"one_of": sorted(value.values)}
    if isinstance(value, Not):
        return {"not": sorted(value.values)}
    return value.isoformat() if isinstance(value, date) and value is not NEVER else value


def _basis(verdict: Verdict, words: Words) -> tuple[list[str], bool]:
    """What is met, where the answer itself did not say it, and the rare bars."""
    groups = [] if verdict.rule == "eligible" else [("met", met_lines(verdict, words))]
    bars = [c.bar for c in verdict.rare_bars if c.bar] if verdict.rule in ("eligible", "need", "later") else []
    return _listed([*groups, ("rare", bars)], words, room=ROOM - 80)


def _phone(program: Program, words: Words) -> str:
    phone = _line_of(program)
    return words.plain("eligibility.basis_phone", phone=phone) if phone else ""


def _line_of(program: Program) -> str:
    """The office's number; "" where none is known."""
    return next((c.line for c in program.contacts if c.grade.shown), "")


def _source(verdict: Verdict, words: Words) -> str:
    """Where the rule comes from and of when it is; grade C is said to need a check."""
    lines = [(verdict.source, verdict.as_of), *((c.source, c.as_of) for c in (*verdict.unmet, *verdict.unknown))]
    sources = dict.fromkeys(f"{source.label}, {partial_date(as_of)} 기준" for source, as_of in lines)
    text = words.plain("programs.source", sources=" · ".join(list(sources)[:MOST_SOURCES]))
    confirm = verdict.grade.value == "C" or any(c.confirm for c in verdict.unmet)
    return f"{words.plain('programs.confirm')}\n{text}" if confirm else text


def rest(verdict: Verdict, desk: Desk, start: int) -> tuple[Message, int]:
    """Everything that was left out, from a line on; and where the next page begins (0: nowhere)."""
    words = desk.words
    kinds: tuple[tuple[str, Sequence[str]], ...] = (
        ("unmet", [c.text for c in verdict.unmet]),
        ("open", open_lines(verdict)),
        ("met", met_lines(verdict, words)),
        ("rare", [c.bar for c in verdict.rare_bars if c.bar]),
    )
    lines = [line for head, texts in kinds if texts for line in _headed(head, texts, words)]
    page: list[str] = []
    for line in lines[start:]:
        if page and sum(map(len, page)) + len(line) > ROOM:
            break
        page.append(line)
    after = start + len(page)
    message = words.say("eligibility.rest", name=desk.catalog.programs[verdict.program].name, lines="\n".join(page))
    return message, after if after < len(lines) else 0


def _headed(head: str, texts: Sequence[str], words: Words) -> list[str]:
    return [words.plain(f"eligibility.{head}"), *(words.plain("eligibility.line", text=text) for text in texts)]


def one_line(number: int, verdict: Verdict, desk: Desk) -> str:
    """A program of several: "1. 기초연금: 되실 것 같아요.", and below its source, date and phone number."""
    program, words = desk.catalog.programs[verdict.program], desk.words
    source = f"{verdict.source.label}, {partial_date(verdict.as_of)}"
    return words.plain(
        "eligibility.one",
        number=number,
        name=program.short if len(program.name) > LONGEST_NAME else program.name,
        answer=short_answer(verdict, desk),
        source=" · ".join(part for part in (_line_of(program), source) if part),
    )


def blocked(program_ids: Sequence[str], desk: Desk, on: date) -> str:
    """What blocks what among the programs, said aloud; the hardest one first, "" for none."""
    found = conflicts(program_ids, desk.catalog)
    texts = dict.fromkeys(s.text for c in found if (s := say(c.block, c.block, on)) is not None)
    return next(iter(texts), "")
