"""The bench's report, on figures as its parts really give them."""

import json
from pathlib import Path

from bot.bench.booking import measure_booking
from bot.bench.figures import Crowd, Figures, Spread, Start, Turns
from bot.bench.report import table, write
from bot.settings import Settings
from knowledge.catalog import Catalog
from knowledge.rule_files import load_rules
from knowledge.simulate import figures as eligibility_figures
from tests.knowledge.conftest import TODAY

SOME = Spread.of([10.0, 20.0, 30.0, 40.0])


async def test_the_report_tells_every_part(tmp_path: Path, catalog: Catalog, settings: Settings) -> None:
    times = {name: [10.0, 20.0] for name in ("parse", "search", "answered", "sent")}
    measured = Figures(
        at="2026-11-22 12:00",
        machine="2 cores",
        load=0.1,
        turns=Turns(parse=SOME, search=SOME, answered=Spread.of([60.0, 70.0]), sent=SOME),
        crowd=Crowd(50, 200, 20.0, SOME),
        start=Start(1.0, 2.0, 3.0, 4.0, 500.0, 900.0),
        search={"search p50": 5.0, "search p95": 8.5, "encoder p50": 1.0, "encoder p95": 2.5},
        eligibility=eligibility_figures(load_rules(settings.facts, catalog), catalog.tables, TODAY, asked=1, scanned=5),
        booking=await measure_booking(tmp_path, due=50),
        times=times,
    )
    told = table(measured)
    assert "**0.88** (goal" in told, "70 over 40 + 40"
    assert "**6.0 ms** above" in told and "chosen order" in told and "50 due reminders" in told
    write(measured, tmp_path / "out")
    document = json.loads((tmp_path / "out" / "bench.json").read_text("utf-8"))
    assert document["ratio"] == 0.88 and document["booking"]["reminders"]["due"] == 50 and "times" not in document
    assert (tmp_path / "out" / "bench.png").stat().st_size > 1000
