"""One text as the document that `ieum parse` prints."""

from collections.abc import Callable
from datetime import date

from nlu.client import Understander

SafetyCheck = Callable[[str], str | None]
"""Names the lane of help that a text calls for, or None."""


async def parse_document(
    understander: Understander, safety_check: SafetyCheck, text: str, on: date
) -> dict[str, object]:
    """What a text of the day `on` means: intent, confidence, the lane of danger if any, and entities with their values.

    `degraded` is there only when the Rasa server could not be asked, and says why.
    """
    found = await understander.understand(text, on=on)
    document: dict[str, object] = {
        "text": text,
        "intent": found.intent.value,
        "confidence": round(found.confidence, 4),
        "safety": safety_check(text),
        "entities": [{"entity": e.entity, "text": e.text, "value": e.value} for e in found.entities],
    }
    return {**document, "degraded": found.degraded} if found.degraded else document
