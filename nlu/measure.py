"""Figures of how well messages are understood, from what was said about held-out ones. Pure."""

from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from nlu.labels import Intent

REFUSALS = frozenset({Intent.OUT_OF_SCOPE.value, Intent.FALLBACK.value})
BINS = 10

Table = dict[str, dict[str, float]]


@dataclass(frozen=True, slots=True)
class Outcome:
    """One held-out message: its label and style, the answer and its confidence, and what else is judged of it.

    `guess` is the classifier's first choice before doubt made it a fallback; `danger` what the safety check said.
    """

    id: str
    style: str
    intent: str
    said: str
    guess: str
    confidence: float
    danger: bool
    idiom: bool
    ms: float

    @property
    def right(self) -> bool:
        """The answer is the label; a message out of scope may also be left as not understood."""
        return self.said == self.intent or (self.intent == Intent.OUT_OF_SCOPE.value and self.said in REFUSALS)


def share(flags: Iterable[bool]) -> float:
    """The share of true ones, 1.0 of none."""
    held = list(flags)
    return sum(held) / len(held) if held else 1.0


def by_style(outcomes: Sequence[Outcome]) -> dict[str, float]:
    """Accuracy of each style."""
    groups: dict[str, list[bool]] = defaultdict(list)
    for outcome in outcomes:
        groups[outcome.style].append(outcome.right)
    return {style: share(groups[style]) for style in sorted(groups)}


def by_intent(outcomes: Sequence[Outcome]) -> Table:
    """Precision, recall, F1 and number of each label."""
    labels = sorted({o.intent for o in outcomes})
    said = Counter(o.intent if o.right else o.said for o in outcomes)
    truth = Counter(o.intent for o in outcomes)
    hits = Counter(o.intent for o in outcomes if o.right)
    return {label: _figures(hits[label], said[label], truth[label]) for label in labels}


def _figures(hits: int, said: int, truth: int) -> dict[str, float]:
    precision, recall = hits / said if said else 0.0, hits / truth
    f1 = 2 * precision * recall / (precision + recall) if hits else 0.0
    return {"precision": precision, "recall": recall, "f1": f1, "n": truth}


def confusions(outcomes: Sequence[Outcome]) -> dict[tuple[str, str], int]:
    """How often each label got each answer."""
    return dict(Counter((o.intent, o.said) for o in outcomes))


def scope(outcomes: Sequence[Outcome]) -> dict[str, float]:
    """The share of out-of-scope messages that are caught, and of real requests that are refused."""
    outside = [o for o in outcomes if o.intent == Intent.OUT_OF_SCOPE.value]
    inside = [o for o in outcomes if o.intent != Intent.OUT_OF_SCOPE.value]
    return {
        "caught": share(o.said in REFUSALS for o in outside),
        "refused": share(o.said in REFUSALS for o in inside),
    }


def distress(outcomes: Sequence[Outcome]) -> dict[str, float]:
    """Recall and false alarms, of the classifier alone, of the safety check alone, and of both together."""
    troubled = [o for o in outcomes if o.intent == Intent.DISTRESS.value]
    others = [o for o in outcomes if o.intent != Intent.DISTRESS.value]
    return {
        "recall": share(_alarm(o) for o in troubled),
        "recall_classifier": share(_said(o) for o in troubled),
        "recall_check": share(o.danger for o in troubled),
        "false_alarms": share(_alarm(o) for o in others),
        "false_alarms_classifier": share(_said(o) for o in others),
        "false_alarms_check": share(o.danger for o in others),
        "false_alarms_idioms": share(_alarm(o) for o in others if o.idiom),
    }


def _said(outcome: Outcome) -> bool:
    return outcome.said == Intent.DISTRESS.value


def _alarm(outcome: Outcome) -> bool:
    return outcome.danger or _said(outcome)


def reliability(outcomes: Sequence[Outcome]) -> list[dict[str, float]]:
    """Bins of the first choice's confidence: where it starts, how many, mean confidence, how many of them are right."""
    bins: dict[int, list[Outcome]] = defaultdict(list)
    for outcome in outcomes:
        bins[min(int(outcome.confidence * BINS), BINS - 1)].append(outcome)
    return [_bin(index / BINS, bins[index]) for index in sorted(bins)]


def _bin(start: float, held: list[Outcome]) -> dict[str, float]:
    mean = sum(o.confidence for o in held) / len(held)
    return {"from": start, "n": len(held), "confidence": mean, "right": share(o.guess == o.intent for o in held)}


def calibration_error(bins: Sequence[dict[str, float]]) -> float:
    """Expected calibration error: the gap between confidence and truth, weighted by how many messages a bin holds."""
    total = sum(b["n"] for b in bins)
    return sum(b["n"] * abs(b["confidence"] - b["right"]) for b in bins) / total if total else 0.0


def percentile(values: Sequence[float], part: float) -> float:
    """The value below which that part of the values lies; 0.0 of none."""
    ordered = sorted(values)
    return ordered[min(int(part * len(ordered)), len(ordered) - 1)] if ordered else 0.0


def summary(outcomes: Sequence[Outcome]) -> dict[str, object]:
    """All figures of the intents, as one JSON document."""
    intents, bins = by_intent(outcomes), reliability(outcomes)
    times = [o.ms for o in outcomes]
    return {
        "messages": len(outcomes),
        "accuracy": share(o.right for o in outcomes),
        "accuracy_without_threshold": share(o.guess == o.intent for o in outcomes),
        "macro_f1": sum(row["f1"] for row in intents.values()) / len(intents),
        "styles": by_style(outcomes),
        "out_of_scope": scope(outcomes),
        "distress": distress(outcomes),
        "calibration_error": calibration_error(bins),
        "reliability": bins,
        "intents": intents,
        "parse_ms": {"p50": percentile(times, 0.5), "p95": percentile(times, 0.95)},
    }
