"""What was measured, as plain values."""

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, field
from typing import Any

GOAL = 1.3
"""A whole turn's p95 may be so many times the p95 of its two parts together."""

SEARCH_GOAL_MS = 10
"""A search's p95 may be so much above its encoder's."""


def percentile(values: Sequence[float], share: float) -> float:
    """The value below which this share (0 to 1) of the values lie; the nearest rank. 0 for none."""
    ordered = sorted(values)
    return ordered[min(len(ordered) - 1, max(0, round(share * len(ordered)) - 1))] if ordered else 0.0


@dataclass(frozen=True, slots=True)
class Spread:
    """Times in milliseconds."""

    count: int
    p50: float
    p95: float
    longest: float

    @classmethod
    def of(cls, milliseconds: Sequence[float]) -> "Spread":
        """The spread of measured times."""
        shares = (percentile(milliseconds, 0.5), percentile(milliseconds, 0.95), max(milliseconds, default=0.0))
        return cls(len(milliseconds), *(round(share, 1) for share in shares))


@dataclass(frozen=True, slots=True)
class Turns:
    """Times of the same messages: parsed alone, searched alone, answered (stored to committed) and sent."""

    parse: Spread
    search: Spread
    answered: Spread
    sent: Spread

    @property
    def ratio(self) -> float:
        """The turn's p95 over the sum of its parts' p95."""
        return round(self.answered.p95 / max(self.parse.p95 + self.search.p95, 0.1), 2)


@dataclass(frozen=True, slots=True)
class Crowd:
    """Many chats at once: messages answered a second, and how long each waited (milliseconds)."""

    chats: int
    messages: int
    per_second: float
    waited: Spread


@dataclass(frozen=True, slots=True)
class Start:
    """Seconds from the command to each line of a second start, and memory in MB after it has answered."""

    bot_s: float
    rasa_s: float
    ready_s: float
    answer_s: float
    app_mb: float
    rasa_mb: float


@dataclass(frozen=True, slots=True)
class Figures:
    """Everything that one run measured."""

    at: str
    machine: str
    load: float
    turns: Turns
    crowd: Crowd
    start: Start | None
    search: Mapping[str, float]
    """Milliseconds of a search and of its encoder alone, measured alternately, by `name pNN`."""
    eligibility: Mapping[str, Any]
    """As `knowledge.simulate.figures` gives them."""
    booking: Mapping[str, Any]
    """As `bot.bench.booking.measure_booking` gives them."""
    times: dict[str, list[float]] = field(default_factory=dict)

    def document(self) -> dict[str, Any]:
        """As plain JSON."""
        return {**asdict(self), "ratio": self.turns.ratio, "goal": GOAL}
