"""A program's statements as one message: answer first, confirmation where needed, phone, source and date last."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date

from bot.desk import Desk
from bot.words import Words, fill
from knowledge.advice import Conflict, conflicts
from knowledge.catalog import Program, Statement, say, source_line
from knowledge.model import Aspect

ROOM = 190
"""Characters of statements in one message; with name, phone and source it stays below 300."""
MOST = 3
"""Statements in one message at most."""
SUMMARY: tuple[Aspect, ...] = ("what", "amount")
BETWEEN_SOURCES = " · "


@dataclass(frozen=True, slots=True)
class Answer:
    """A rendered answer. `more` is where the statements that did not fit begin (0: all were said)."""

    key: str
    text: str
    simple: str
    on: date
    more: int = 0


def about(program: Program, aspect: str, desk: Desk, on: date, start: int = 0) -> Answer:
    """What is known of one aspect (or of the program as a whole, for ""), on a day."""
    said, more = _fitting(_statements(program, aspect, on), start) if aspect else _summary(program, on)
    if not said and program.over:
        # Of something that is over the date and today's counterpart answer every question.
        return about(program, "", desk, on)
    if not said:
        return _nothing(program, aspect, desk, on)
    key = f"programs.about_{aspect or 'summary'}"
    parts = [_over(program, desk) if program.over and not start else ""]
    some = any(s.confirm for s in said) and not all(s.confirm for s in said)
    texts = [*parts, *(_marked(s.text, s.confirm and some, desk.words) for s in said)]
    easier = [*parts, *(_marked(s.simple, s.confirm and some, desk.words) for s in said)]
    tail = _tail(program, said, desk.words)
    return Answer(key, _shape(program, texts, tail, desk), _shape(program, easier, tail, desk), on, more)


def _marked(text: str, confirm: bool, words: Words) -> str:
    """A sentence that is less sure than the ones beside it says so itself."""
    return f"{text} {words.plain('programs.confirm_this')}" if confirm else text


def _statements(program: Program, aspect: str, on: date) -> list[Statement]:
    found = list(program.statements(aspect, on))  # type: ignore[arg-type]
    window = program.window_statement(on) if aspect == "when" and not program.over else None
    return [window, *found] if window and window.text not in {s.text for s in found} else found


def _summary(program: Program, on: date) -> tuple[list[Statement], int]:
    """What it is, and the first thing to say of the money; "more" goes on with what it is."""
    what, more = _fitting(program.statements("what", on)[:2], 0)
    more = more or (len(what) if len(program.statements("what", on)) > len(what) else 0)
    return what + list(program.statements("amount", on))[:1], more


def _fitting(statements: Sequence[Statement], start: int) -> tuple[list[Statement], int]:
    said: list[Statement] = []
    room = ROOM
    for statement in statements[start : start + MOST]:
        if said and len(statement.text) > room:
            break
        said.append(statement)
        room -= len(statement.text)
    after = start + len(said)
    return said, after if after < len(statements) else 0


def _over(program: Program, desk: Desk) -> str:
    """The honesty rule: an ended thing is answered with its date and today's counterpart."""
    when = program.ended.text if program.ended else desk.words.plain("programs.historic")
    heir = next((desk.catalog.programs[i] for i in program.successors if i in desk.catalog.programs), None)
    return f"{when} {desk.words.plain('programs.today', heir=heir.name)}" if heir else when


def _tail(program: Program, said: Sequence[Statement], words: Words) -> str:
    lines = []
    if all(s.confirm for s in said):
        lines.append(words.plain("programs.confirm"))
    phone = next((c.line for c in program.contacts if c.grade.shown), "")
    if phone and not any(phone in s.text for s in said):
        lines.append(words.plain("programs.phone", phone=phone))
    lines.append(_sources(said, words))
    return "\n".join(lines)


def _sources(said: Sequence[Statement], words: Words) -> str:
    """Where it comes from and of when it is, each source once."""
    return words.plain("programs.source", sources=BETWEEN_SOURCES.join(dict.fromkeys(source_line(s) for s in said)))


def _shape(program: Program, texts: Sequence[str], tail: str, desk: Desk) -> str:
    body = "\n".join(t for t in texts if t)
    template = desk.words.texts["programs.answer"].text
    return fill(template, {"name": program.name, "body": body, "tail": tail})


def _nothing(program: Program, aspect: str, desk: Desk, on: date) -> Answer:
    """An aspect of which nothing is known: said so, with whom to ask."""
    phone = next((c.line for c in program.contacts if c.grade.shown), "")
    key = "programs.aspect_unknown" if phone else "programs.aspect_unknown_no_phone"
    what = desk.words.plain(f"programs.name_{aspect or 'what'}")
    message = desk.words.say(key, name=program.name, what=what, phone=phone)
    return Answer(key, message.text, message.simple, on)


def family(name: str, members: Sequence[Program], aspect: str, desk: Desk, on: date) -> Answer:
    """Several programs that people call by one name: one line each, in the asked aspect (else what each is)."""
    asked: Aspect = aspect or "what"  # type: ignore[assignment]
    lines, said = [], []
    for program in members:
        first = next(iter(program.statements(asked, on)), None) or next(iter(program.statements("what", on)), None)
        if first is not None:
            said.append(first)
            lines.append(fill("<b>{name}</b>\n{text}", {"name": program.short, "text": first.simple}))
    tail = [desk.words.plain("programs.confirm")] if any(s.confirm for s in said) else []
    tail.append(_sources(said, desk.words))
    head = desk.words.say("programs.family", name=name, count=len(lines)).text
    text = "\n".join([head, "", *lines, "", fill("{tail}", {"tail": "\n".join(tail)})])
    return Answer("programs.family", text, text, on)


def together(first: Program, second: Program, ids: Collection[str], desk: Desk, on: date) -> Answer:
    """Whether two programs go together, as far as it is known; `ids` are both with what people call by their names."""
    found = conflicts(ids, desk.catalog)
    near = [c for c in found if {c.held, c.blocked} == {first.id, second.id}] or _between(found, first, second, desk)
    said = [s for s in dict.fromkeys(say(c.block, c.block, on) for c in near) if s is not None][:MOST]
    names = {"first": first.name, "second": second.name}
    if not said:
        phone = next((c.line for p in (first, second) for c in p.contacts if c.grade.shown), desk.house.phone)
        message = desk.words.say("programs.together_unknown", phone=phone, **names)
        return Answer("programs.together_unknown", message.text, message.simple, on)
    key, tail = "programs.together", _tail(second, said, desk.words)
    text = desk.words.say(key, body="\n".join(s.text for s in said), tail=tail, **names).text
    easier = desk.words.say(key, body="\n".join(s.simple for s in said), tail=tail, **names).text
    return Answer(key, text, easier, on)


def _between(found: Sequence[Conflict], first: Program, second: Program, desk: Desk) -> list[Conflict]:
    """The conflicts between two families, not those within one."""

    def kin(program: Program) -> set[str]:
        return {i for f in desk.catalog.families.values() if program.id in f.members for i in f.members} | {program.id}

    mine, other = kin(first), kin(second)
    return [c for c in found if (c.held in mine and c.blocked in other) or (c.held in other and c.blocked in mine)]


def compared(first: Program, second: Program, aspect: str, desk: Desk, on: date) -> Answer:
    """Two programs side by side in the same aspects: first what each is, then the asked or most asked ones."""
    aspects: tuple[Aspect, ...] = (aspect,) if aspect and aspect != "what" else SUMMARY  # type: ignore[assignment]
    blocks, said = [], []
    for program in (first, second):
        own = [s for a in aspects for s in program.statements(a, on)[:1]]
        said += own
        lines = [program.ended.text] if program.ended else []
        lines += [s.text for s in own] or [desk.words.plain("programs.not_known_yet")]
        blocks.append(fill("<b>{name}</b>\n{body}", {"name": program.name, "body": "\n".join(lines)}))
    tail = [desk.words.plain("programs.confirm")] if any(s.confirm for s in said) else []
    tail += [_sources(said, desk.words)] if said else []
    blocks += [fill("{tail}", {"tail": "\n".join(tail)})] if tail else []
    text = "\n\n".join(blocks)
    return Answer("programs.compared", text, text, on)
