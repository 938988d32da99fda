"""Measures the search on held-out questions: each part alone, fused, and what every addition is worth."""

import json
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from knowledge.catalog import Catalog
from retrieval.adapter import cross_fitted, fit_adapter
from retrieval.channels import FEATURES, PARTS
from retrieval.encode import Encoder
from retrieval.examples import Examples, Question, examples, misspelled, own_questions, together
from retrieval.index import Progress, Reader
from retrieval.jamo import jamo_grams
from retrieval.measure import calibration, declined, declined_when_answerable_are, finding, places
from retrieval.passages import NOTHING, Passage, passages
from retrieval.search import Search, build, channels_of, ground_of, load_reader, no_progress
from retrieval.text import clean
from retrieval.train import train_fusion

Doubles = NDArray[np.float64]

DEV = Path(__file__).parent / "dev"
_NAMES = ("name.cover", "name.closest", "name.fuzzy")
_RANKS = 60
_TIMED = 100
_NEARLY = 0.6


@dataclass(frozen=True)
class HeldOut:
    """Questions that nothing was learnt from: `styles` says how each is worded."""

    questions: tuple[Question, ...]
    styles: tuple[str, ...]


def held_out(folder: Path = DEV) -> HeldOut:
    """`questions.jsonl` (id, query, answers, style) and `unanswerable.jsonl` (id, query, why) of the folder."""
    asked = [_question(line["query"], line["answers"]) for line in _lines(folder / "questions.jsonl")]
    styles = [line["style"] for line in _lines(folder / "questions.jsonl")]
    without = [_question(line["query"], [NOTHING]) for line in _lines(folder / "unanswerable.jsonl")]
    return HeldOut((*asked, *without), (*styles, *("unanswerable" for _ in without)))


def unseen(questions: Sequence[Question], found: Sequence[Passage]) -> tuple[Question, ...]:
    """The questions, each with the question passages that say nearly the same in the same letters.

    Two people who write "…가 뭐예요" apart from each other write the same sentence now and then. Such passages are
    hidden while the question is asked, so that no question is measured on itself.
    """
    own = [(passage.key, _letters(passage.text)) for passage in found if passage.kind == "question"]
    return tuple(
        Question(one.text, one.owners, frozenset(key for key, letters in own if _same(_letters(one.text), letters)))
        for one in questions
    )


def report(
    catalog: Catalog, folder: Path, encoder_name: str, sets: HeldOut | None = None, progress: Progress = no_progress
) -> dict[str, Any]:
    """All figures as one JSON document. The index is brought up to date first; `folder` is where it lies.

    Learning the variants that are measured takes minutes. EncoderError and OSError as in `load_search`.
    """
    reader, asked, found = load_reader(encoder_name), sets or held_out(), passages(catalog)
    asked = HeldOut(unseen(asked.questions, found), asked.styles)
    build(catalog, folder, reader, progress)
    ground = ground_of(catalog, folder, reader)
    fusion = ground.fusion
    seen = examples(ground.channels, asked.questions, reader.encoder)
    chances = fusion.probabilities(seen.features)
    search = Search(ground, reader, folder)
    return {
        "encoder": encoder_name,
        "questions": int(seen.answerable.sum()),
        "unanswerable": int((~seen.answerable).sum()),
        "passages": len(found),
        "threshold": fusion.threshold,
        "parts": _parts(seen),
        "fused": _figures(chances, seen, fusion.threshold),
        "additions": _additions(catalog, folder, reader, found, asked.questions),
        "styles": _styles(chances, seen, asked.styles),
        "speed": speed(search, reader.encoder, [question.text for question in asked.questions[:_TIMED]]),
    }


def show(figures: Mapping[str, Any]) -> str:
    """The report as plain text, for a terminal."""
    head = (
        f"{figures['encoder']}: {figures['questions']} questions with an answer, {figures['unanswerable']} without, "
        f"{figures['passages']} passages"
    )
    rows = {**figures["parts"], "fused, learnt": figures["fused"], **figures["additions"], **figures["styles"]}
    lines = [f"{name:42}" + "  ".join(f"{key} {value}" for key, value in row.items()) for name, row in rows.items()]
    return "\n".join([head, *lines, f"{'speed (ms)':42}{figures['speed']}"])


def speed(search: Search, encoder: Encoder, texts: Sequence[str]) -> dict[str, float]:
    """Milliseconds of one whole search and of the encoder alone, measured alternately."""
    search.find(texts[0])
    whole, alone = [], []
    for text in texts:
        alone.append(_milliseconds(lambda text=text: encoder.encode_queries([text])))  # type: ignore[misc]
        whole.append(_milliseconds(lambda text=text: search.find(text)))  # type: ignore[misc]
    figures = {"search": whole, "encoder": alone}
    return {
        f"{name} p{percent}": round(float(np.percentile(times, percent)), 1)
        for name, times in figures.items()
        for percent in (50, 95)
    }


def _parts(seen: Examples) -> dict[str, dict[str, float]]:
    """Each part alone: the best passage of an owner counts; and the parts by the sum of their reciprocal ranks."""
    columns = {part: [name for name in FEATURES if name.startswith(part) and name[-1] not in "3e"] for part in PARTS}
    scores = {part: _columns(seen, names).max(axis=-1) for part, names in columns.items()}
    scores["names"] = _columns(seen, _NAMES).sum(axis=-1)
    ranked = sum(1 / (_RANKS + 1 + np.argsort(np.argsort(-one, axis=1), axis=1)) for one in scores.values())
    everything = {**scores, "fused, by rank": np.asarray(ranked)}
    return {name: _found(one, seen) for name, one in everything.items()}


def _columns(seen: Examples, names: Sequence[str]) -> Doubles:
    return seen.features[:, :, [FEATURES.index(name) for name in names]]


def _found(scores: Doubles, seen: Examples) -> dict[str, float]:
    with_answer = seen.answerable
    return finding(scores[with_answer, :-1], seen.right[with_answer, :-1]).as_dict()


def _figures(chances: Doubles, seen: Examples, threshold: float) -> dict[str, float]:
    """Finding, declining at the threshold and at 5 % of answerable ones, and calibration."""
    sure, unsure = 1 - chances[seen.answerable, -1], 1 - chances[~seen.answerable, -1]
    first = chances[:, :-1].argmax(axis=1)
    right = seen.right[np.arange(len(first)), first]
    return {
        **_found(chances, seen),
        "declined with answer": declined(sure, threshold),
        "declined without": declined(unsure, threshold),
        "declined without, when 5 % with": declined_when_answerable_are(0.05, sure, unsure),
        "calibration error": calibration(chances[:, :-1].max(axis=1), right),
    }


def _additions(
    catalog: Catalog, folder: Path, reader: Reader, found: Sequence[Passage], asked: Sequence[Question]
) -> dict[str, dict[str, float]]:
    """The fusion without the question passages, with equal treatment of misspelling, and with the adapter."""
    channels = channels_of(catalog, found, folder, reader)
    own = own_questions(found)
    plain, bad = examples(channels, own, reader.encoder), examples(channels, misspelled(own), reader.encoder)
    seen = examples(channels, asked, reader.encoder)
    return {
        "without question passages": _without_questions(catalog, folder, reader, found, asked),
        "learnt without misspelled questions": _learnt(plain, seen),
        "learnt with an adapter": _learnt(*_adapted(together(plain, bad), seen), features=(*FEATURES, "adapter")),
        "the adapter alone": _found(fit_adapter(plain.vectors, plain.right).scores(seen.vectors), seen),
    }


def _without_questions(
    catalog: Catalog, folder: Path, reader: Reader, found: Sequence[Passage], asked: Sequence[Question]
) -> dict[str, float]:
    own = own_questions(found)
    channels = channels_of(catalog, [one for one in found if one.kind != "question"], folder, reader)
    taught = together(examples(channels, own, reader.encoder), examples(channels, misspelled(own), reader.encoder))
    return _learnt(taught, examples(channels, asked, reader.encoder))


def _learnt(taught: Examples, seen: Examples, features: tuple[str, ...] = FEATURES) -> dict[str, float]:
    fusion = train_fusion(taught, {}, features)
    return _figures(fusion.probabilities(seen.features), seen, fusion.threshold)


def _adapted(taught: Examples, seen: Examples) -> tuple[Examples, Examples]:
    """Both with the adapter's score as one more feature; in what is learnt from, of an adapter that has not seen it."""
    adapter = fit_adapter(taught.vectors, taught.right)
    return (
        _with(taught, cross_fitted(taught.vectors, taught.right)),
        _with(seen, adapter.scores(seen.vectors)),
    )


def _with(these: Examples, column: Doubles) -> Examples:
    return Examples(these.vectors, np.concatenate([these.features, column[:, :, None]], axis=2), these.right)


def _styles(chances: Doubles, seen: Examples, styles: Sequence[str]) -> dict[str, dict[str, float]]:
    with_answer = seen.answerable
    found = places(chances[with_answer, :-1], seen.right[with_answer, :-1])
    named = np.array(styles)[with_answer]
    return {
        f"style {style}": {
            "questions": int((named == style).sum()),
            "r_at_1": round(float((found[named == style] < 1).mean()), 3),
            "r_at_3": round(float((found[named == style] < 3).mean()), 3),
        }
        for style in sorted(set(named))
    }


def _letters(text: str) -> frozenset[str]:
    return frozenset(jamo_grams(text, 4, 7))


def _same(one: frozenset[str], other: frozenset[str]) -> bool:
    return len(one & other) > _NEARLY * len(one | other)


def _milliseconds(do: Callable[[], object]) -> float:
    started = time.perf_counter()
    do()
    return (time.perf_counter() - started) * 1000


def _question(text: str, answers: Sequence[str]) -> Question:
    return Question(clean(text), frozenset(answers), frozenset())


def _lines(file: Path) -> list[dict[str, Any]]:
    return [json.loads(line) for line in file.read_text(encoding="utf-8").splitlines() if line.strip()]
