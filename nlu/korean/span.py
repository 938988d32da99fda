"""What a reader found in a text, in one shape for all readers."""

from dataclasses import dataclass
from typing import TypeAlias

Value: TypeAlias = int | str | dict[str, object] | None
"""A normalised value; None where it cannot be known exactly (시 unclear, "환갑 지난", "설 지나고")."""


@dataclass(frozen=True)
class Span:
    """Something found in a text.

    `start` and `end` are character offsets in the NFC text, `text` is what stands there, `entity` an EntityName value.
    """

    entity: str
    start: int
    end: int
    text: str
    value: Value
