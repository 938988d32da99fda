"""What a yes or a no means in the talk, read in one place for all flows: the words, and how sure the classifier is.

`strict` is for leave, bookings and all that cannot be undone: it takes a plain yes or a plain no, and "" for all else.
`of_oneself` is for questions about a person, where "받고 있어요" is a yes and "없어요" a no; it is built upon the same
words. In both a refusal outweighs the yes before it: "네, 안 할게요". "문제없어요" is a yes to what was read back; to a
question about a person it may be either, and so is neither.
"""

from bot.leaning import SHORT, squeeze
from bot.turn import Turn
from nlu.korean.yes_no import NO, YES, agrees, by_words, denies, finds_fault, finds_no_fault, inquires, wavers
from nlu.labels import Intent

SURE = 0.6
"""How sure the classifier must be before its yes or no counts."""
BARE = 4
"""Characters up to which a yes in words is nothing else, whatever the classifier makes of it."""


def strict(turn: Turn, *, along: bool = False) -> str:
    """ "yes", "no" or "": by plain words, else by the classifier where it is sure.

    Who asks back, wavers ("생각해 볼게요") or finds fault ("문제가 있어요") said neither. `along`: the message says
    something else beside, a way of talking or a time; then the classifier's word is about that, and only plain words
    count.
    """
    said = by_words(turn.text)
    if inquires(turn.text) or (said != NO and (wavers(turn.text) or finds_fault(turn.text))):
        return ""
    if said == NO:
        return NO
    heard, length = _classified(turn), len(squeeze(turn.text))
    if said == YES:
        doubted = heard == NO and length > BARE and not finds_no_fault(turn.text)
        return YES if not doubted and (length <= SHORT or heard == YES) else ""
    return "" if along else heard


def of_oneself(turn: Turn) -> bool | None:
    """Yes or no to a question about a person: "아니요 안 받아요" False, "네 받고 있어요" True; None for neither."""
    said = by_words(turn.text)
    if said != NO and (finds_no_fault(turn.text) or finds_fault(turn.text)):
        return None
    if said == NO or denies(turn.text):
        return False
    if said == YES or agrees(turn.text):
        return True
    return {YES: True, NO: False}.get(_classified(turn, plainly=True))


def _classified(turn: Turn, *, plainly: bool = False) -> str:
    """The classifier's yes or no; `plainly`: also that of the words that stand in for it while it is away."""
    heard = turn.understanding
    if heard.confidence < SURE or (heard.degraded and not plainly):
        return ""
    return {Intent.AFFIRM: YES, Intent.DENY: NO}.get(heard.intent, "")
