"""What a search answers with."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Hit:
    """One catalog entry. `score` is the calibrated probability (0 to 1) that it answers; `source` names who says so."""

    id: str
    kind: str
    score: float
    source: str


@dataclass(frozen=True, slots=True)
class Found:
    """Hits, best first. `abstained` says that none is sure enough to be shown as the answer."""

    query: str
    hits: tuple[Hit, ...] = ()
    abstained: bool = True
