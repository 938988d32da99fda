"""Whose matter a message is: its writer's or somebody else's ("어머니가 일흔둘이신데"). Pure."""

import re
from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import Literal

from bot.answer_words import answer_words
from bot.turn import Turn
from nlu.client import Entity
from nlu.korean import find_all
from nlu.korean.numbers import NATIVE, SINO, read_number

SELF = "self"
"""Stands for the writer, where a name stands for anybody else."""
ADULT = 19
"""Somebody named together with a lower age is a child of the household, and not the one who applies."""
_UNDER_AGE = re.compile(
    r"^\S*?\s?(?:(?:올해|이제|지금|겨우|아직|만|나이가)\s)*"
    rf"(?:(?P<n>(?<!\d)\d{{1,3}}|{NATIVE}|{SINO})\s?(?P<unit>살|세|개월)"
    rf"|(?P<bare>{NATIVE})(?=이?(?:에요|예요|고|구요|라|거든)|인데|입니다))"
)
_SCHOOL = re.compile(r"^\S*\s?\S{0,4}(?:초등|중학|고등학|유치원|어린이집|초\d|중\d|고\d|학년)")


@dataclass(frozen=True, slots=True)
class Mention:
    """Somebody whom a part of a text is about, from `start` on.

    `kind` tells the writer from another person, and from somebody of the household who is only named beside.
    """

    start: int
    kind: Literal["self", "other", "beside"]
    name: str = ""


def mentions(text: str) -> tuple[Mention, ...]:
    """Everybody whom a text is about, in order."""
    words = answer_words()
    found = [Mention(match.start(), "self") for match in words.kinds["self"].finditer(text)]
    return tuple(sorted((*found, *_others(text)), key=lambda mention: mention.start))


def _others(text: str) -> Iterator[Mention]:
    words = answer_words()
    for match in words.kin.finditer(text):
        after = text[match.end() :]
        if not words.kinds["about"].match(after):
            continue
        rest = text[match.start() :]
        if match["child"] or _is_child(rest) or words.kinds["aside"].match(rest):
            yield Mention(match.start(), "beside")
        else:
            yield Mention(match.start(), "other", match["name"])


def _is_child(rest: str) -> bool:
    found = _UNDER_AGE.match(rest)
    number = read_number(found["n"] or found["bare"]) if found else None
    young = found is not None and (found["unit"] == "개월" or (number is not None and number < ADULT))
    return young or _SCHOOL.match(rest) is not None


def whose(text: str) -> str:
    """Who is asked about: SELF, a name as it was said, or "" where a text does not say."""
    words = answer_words()
    corrected = words.kinds["not_but"].search(text)
    if corrected and (after := mentions(_as_subject(text[corrected.end() :]))):
        return _name(after)
    found = mentions(text)
    others = [mention for mention in found if mention.kind == "other"]
    if corrected and others and "self" not in {m.kind for m in found if m.start < corrected.start()}:
        return SELF if any(m.kind == "self" for m in found) else ""
    if not others:
        return SELF if any(mention.kind == "self" for mention in found) else ""
    if any(mention.kind == "self" for mention in found) and not words.has("for_other", text):
        return SELF
    return others[0].name


def _as_subject(text: str) -> str:
    """A text that only names somebody, as a sentence about them: "어머니" is "어머니요"."""
    bare = text.strip(" .!?~")
    return bare if mentions(bare) else f"{bare}요"


def _name(found: tuple[Mention, ...]) -> str:
    return next((m.name for m in found if m.kind == "other"), SELF)


def switched(text: str, who: str) -> str:
    """To whom a short message turns the talk: SELF, a name, or "" for nobody new. `who`: the one talked of now."""
    bare = re.sub(r"^(?:아니(?:요|에요)?|아뇨|아|네|그럼|그러면|이번에?는?|이제)[\s,]+", "", text.strip(" .!?~"))
    pure = len(bare) <= _SHORTEST or answer_words().has("not_but", text)
    found = whose(bare) if pure else ""
    now = who or SELF
    return "" if found == now else found


_SHORTEST = 12
"""Characters of a message that can name somebody and nothing else: "저희 어머니 거예요"."""


def sex_of(name: str) -> str:
    """The sex that a name of a relative tells; "" where it does not."""
    return answer_words().sexes.get(name, "")


def of_writer(turn: Turn, *, open_to: bool = True) -> Turn:
    """The turn with only what its text says of the writer. `open_to`: what names nobody counts too."""
    return _part(turn, "self", open_to=open_to)


def of_other(turn: Turn) -> Turn:
    """The turn with only what its text says of somebody else, in plain speech; what names nobody counts too.

    Its values are read anew: what is said of others is no value of the writer's, and so was left out before.
    """
    text = plain_speech(answer_words().kin.sub(" ", _part(turn, "other", open_to=True).text))
    entities = tuple(Entity(s.entity, s.text, s.start, s.end, s.value) for s in find_all(text, turn.at.date()))
    return replace(turn, text=text, understanding=replace(turn.understanding, entities=entities))


def plain_speech(text: str) -> str:
    """Honours as plain speech: "쉬고 계세요" as "쉬고 있어요", "받으셔요" as "받아요", "안 하세요" as "안 해요"."""
    for pattern, plain in answer_words().plain:
        text = pattern.sub(plain, text)
    return text


_GOES_ON = re.compile(r"(?:[고구]|데|만|요|니다|[,.])\s*$")


def _part(turn: Turn, kind: str, *, open_to: bool) -> Turn:
    found = mentions(turn.text)
    if not found and open_to:
        return turn
    kept = [False] * len(turn.text)
    first = found[0].start if found else len(turn.text)
    lead = turn.text[:first]
    # "72살 어머니가" speaks of her from its first word on; "68살인데 남편도" does not speak of him.
    leads = found[0].kind == kind if found and not _GOES_ON.search(lead) else open_to and (not found or kind == "self")
    kept[:first] = [leads] * first
    for number, mention in enumerate(found):
        end = found[number + 1].start if number + 1 < len(found) else len(turn.text)
        kept[mention.start : end] = [mention.kind == kind] * (end - mention.start)
    text = "".join(letter if keep else " " for letter, keep in zip(turn.text, kept, strict=True))
    entities = tuple(e for e in turn.understanding.entities if all(kept[e.start : e.end]))
    return replace(turn, text=text, understanding=replace(turn.understanding, entities=entities))
