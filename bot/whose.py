"""What a message tells of its writer, and what of somebody else. Pure."""

import re
from dataclasses import replace

from bot.turn import Turn
from nlu.client import Entity
from nlu.korean import find_all
from nlu.korean.honours import plain_speech
from nlu.korean.whose import mentions, nameless

_GOES_ON = re.compile(r"(?:[고구]|데|만|요|니다|[,.])\s*$")


def of_writer(turn: Turn, *, open_to: bool = True) -> Turn:
    """The turn with only what its text says of the writer. `open_to`: what names nobody counts too."""
    return _part(turn, "self", open_to=open_to)


def of_other(turn: Turn) -> Turn:
    """The turn with only what its text says of somebody else, in plain speech; what names nobody counts too.

    Its values are read anew: what is said of others is no value of the writer's, and so was left out before.
    """
    text = plain_speech(nameless(_part(turn, "other", open_to=True).text))
    entities = tuple(Entity(s.entity, s.text, s.start, s.end, s.value) for s in find_all(text, turn.at.date()))
    return replace(turn, text=text, understanding=replace(turn.understanding, entities=entities))


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
