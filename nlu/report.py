"""Measures a running Rasa server on the held-out sets, as the app asks it: figures, JSON, a picture."""

import json
import time
from collections.abc import Callable, Sequence
from datetime import date
from pathlib import Path
from typing import Any

import httpx

from nlu.client import RasaUnderstander, Understanding
from nlu.judge import entity_scores, value_scores
from nlu.labels import Intent
from nlu.measure import Outcome, confusions, summary
from nlu.picture import draw

ROOT = Path(__file__).parent.parent
DEV = ROOT / "nlu" / "dev"
BENCH = ROOT / "docs" / "bench"
LATER = ("fresh", "last", "fourth", "fifth")
"""Held-out sets written after the first one; only intents are judged in them."""
WRITTEN_ON = date(2026, 11, 21)
"""The day on which every held-out message is read (nlu/dev/README.md)."""

Report = dict[str, Any]
Danger = Callable[[str], bool]


async def make_report(client: httpx.AsyncClient, url: str, *, danger: Danger, out: Path = BENCH) -> Report:
    """Asks the server at `url` about all held-out messages; writes nlu.json and confusion.png into `out`.

    `danger` is the safety check, measured together with the label `distress`. `fresh`, `last`, `fourth` and `fifth`
    hold the figures of the sets that were written later; everything else is of the first.
    """
    understander = RasaUnderstander(client, url)
    rows = _rows(DEV / "messages.jsonl")
    heard = [await _ask(understander, row["text"]) for row in rows]
    outcomes = [_outcome(row, *said, danger(row["text"])) for row, said in zip(rows, heard, strict=True)]
    later = {name: await _summed(understander, DEV / f"{name}.jsonl", danger) for name in LATER}
    values = [
        (row, (await understander.understand(row["text"], on=WRITTEN_ON)).entities)
        for row in _rows(DEV / "values.jsonl")
    ]
    report: Report = {
        **summary(outcomes),
        "entities": entity_scores((row["entities"], said[0].entities) for row, said in zip(rows, heard, strict=True)),
        "values": value_scores(values),
        **later,
    }
    _write(report, confusions(outcomes), out)
    return report


async def _summed(understander: RasaUnderstander, file: Path, danger: Danger) -> Report:
    rows = _rows(file)
    return summary([_outcome(row, *await _ask(understander, row["text"]), danger(row["text"])) for row in rows])


def _write(report: Report, pairs: dict[tuple[str, str], int], out: Path) -> None:
    out.mkdir(parents=True, exist_ok=True)
    (out / "nlu.json").write_text(json.dumps(_rounded(report), ensure_ascii=False, indent=1) + "\n", encoding="utf-8")
    draw(pairs, report["reliability"], out / "confusion.png")


def print_report(report: Report) -> None:
    """The figures for a terminal."""
    _print_intents(report)
    _print_shares("entities in messages", {name: row["right"] for name, row in report["entities"].items()})
    _print_shares("values", report["values"])
    for name in LATER:
        print(f"set {name}:")
        _print_intents(report[name])


def _print_intents(report: Report) -> None:
    scope, distress = report["out_of_scope"], report["distress"]
    print(f"messages {report['messages']}  accuracy {report['accuracy']:.3f}  macro-F1 {report['macro_f1']:.3f}")
    print(f"out of scope: caught {scope['caught']:.3f}, real requests refused {scope['refused']:.3f}")
    print(
        f"distress with the safety check: recall {distress['recall']:.3f}, false alarms {distress['false_alarms']:.4f}"
    )
    print(f"calibration error {report['calibration_error']:.3f}  parse {report['parse_ms']['p50']:.0f} ms, ", end="")
    print(f"p95 {report['parse_ms']['p95']:.0f} ms")
    _print_shares("styles", report["styles"])
    _print_shares("intents (F1)", {name: row["f1"] for name, row in report["intents"].items()})


def _print_shares(title: str, shares: dict[str, float]) -> None:
    print(f"{title}:")
    for name, value in sorted(shares.items(), key=lambda item: item[1]):
        print(f"  {value:.3f}  {name}")


def _rows(file: Path) -> list[dict[str, Any]]:
    return [json.loads(line) for line in file.read_text(encoding="utf-8").splitlines() if line.strip()]


async def _ask(understander: RasaUnderstander, text: str) -> tuple[Understanding, float]:
    start = time.perf_counter()
    understanding = await understander.understand(text, on=WRITTEN_ON)
    return understanding, (time.perf_counter() - start) * 1000


def _outcome(row: dict[str, Any], said: Understanding, ms: float, danger: bool) -> Outcome:
    guess, confidence = _first(said.ranking) if said.ranking else (said.intent, said.confidence)
    return Outcome(
        id=row["id"],
        style=row["style"],
        intent=row["intent"],
        said=said.intent.value,
        guess=guess.value,
        confidence=confidence,
        danger=danger,
        idiom=bool(row.get("idiom")),
        ms=ms,
    )


def _first(ranking: Sequence[tuple[Intent, float]]) -> tuple[Intent, float]:
    """The classifier's first choice, before doubt made it a fallback."""
    return next((pair for pair in ranking if pair[0] is not Intent.FALLBACK), ranking[0])


def _rounded(value: Any) -> Any:
    if isinstance(value, float):
        return round(value, 4)
    if isinstance(value, dict):
        return {key: _rounded(held) for key, held in value.items()}
    return [_rounded(held) for held in value] if isinstance(value, list) else value
