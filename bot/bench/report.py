"""The figures as a table, as JSON and as a plot."""

import json
from pathlib import Path
from typing import Any

from bot.bench.figures import GOAL, SEARCH_GOAL_MS, Figures, Spread

NAMES = {
    "parse": "a bare Rasa parse",
    "search": "a bare search",
    "answered": "whole turn: stored to reply committed",
    "sent": "whole turn: stored to message sent",
}


def table(figures: Figures) -> str:
    """Markdown."""
    turns, crowd = figures.turns, figures.crowd
    lines = [
        f"# Bench\n\n`ieum bench`, {figures.at}, {figures.machine}, load {figures.load} at the start.\n",
        "| the same messages, one after the other | count | p50 ms | p95 ms | longest ms |",
        "| --- | ---: | ---: | ---: | ---: |",
        *(_row(what, getattr(turns, name)) for name, what in NAMES.items()),
        "",
        f"Turn p95 over parse p95 + search p95: **{turns.ratio}** (goal: at most {GOAL}).\n",
        f"{crowd.chats} chats at once: **{crowd.per_second} messages a second** answered, waiting p50 "
        f"{crowd.waited.p50} ms, p95 {crowd.waited.p95} ms over {crowd.messages} messages. Sending is held to "
        "Telegram's pace (25 a second over all chats).\n",
    ]
    return "\n".join([*lines, *_search(figures), *_eligibility(figures), *_booking(figures), *_start(figures)])


def _row(what: str, spread: Spread) -> str:
    return f"| {what} | {spread.count} | {spread.p50} | {spread.p95} | {spread.longest} |"


def _search(figures: Figures) -> list[str]:
    speed = figures.search
    more = round(speed["search p95"] - speed["encoder p95"], 1)
    return [
        f"The search alone: p50 {speed['search p50']} ms, p95 {speed['search p95']} ms; its encoder alone: p50 "
        f"{speed['encoder p50']} ms, p95 {speed['encoder p95']} ms. The search's p95 is **{more} ms** above its "
        f"encoder's (goal: at most {SEARCH_GOAL_MS}).\n"
    ]


def _eligibility(figures: Figures) -> list[str]:
    found = figures.eligibility
    scan = found["scan_100000_s"]
    return [
        f"| questions, {found['people_asked']} people over {found['programs']} programs | mean a session | "
        "mean a decided program | decided after five |",
        "| --- | ---: | ---: | ---: |",
        *(
            f"| {policy} order | {row['per_session']} | {row['per_program']} | {row['decided_by_fifth']} |"
            for policy, row in found["questions"].items()
        ),
        "",
        f"All programs for one profile: **{found['all_programs_ms']:.1f} ms** (goal: under 5). 100,000 profiles "
        f"against one program: mean {scan['mean']:.0f} s, slowest **{scan['slowest']:.0f} s** (goal: under 60).\n",
    ]


def _booking(figures: Figures) -> list[str]:
    offers, due = figures.booking["offers"], figures.booking["reminders"]
    return [
        f"Offers of a center with {offers['counselors']} counselors over {offers['weeks']} weeks: p50 "
        f"{offers['ms']['p50']} ms, **p95 {offers['ms']['p95']} ms** (goal: under 50). {due['due']:,} due reminders "
        f"handed to the outbox in **{due['seconds']} s** (goal: under 60), while an answer took p95 "
        f"{due['answers']['p95']} ms to store.\n"
    ]


def _start(figures: Figures) -> list[str]:
    start = figures.start
    if start is None:
        return []
    return [
        "| second start of `ieum run` | seconds |",
        "| --- | ---: |",
        f"| the bot takes in updates | {start.bot_s} |",
        f"| Rasa answers | {start.rasa_s} |",
        f"| addresses shown | {start.ready_s} |",
        f"| a first question answered | {start.answer_s} |",
        "",
        f"Memory (resident): app {start.app_mb:.0f} MB, Rasa {start.rasa_mb:.0f} MB.\n",
    ]


def write(figures: Figures, folder: Path) -> None:
    """`bench.md`, `bench.json` and `bench.png`."""
    folder.mkdir(parents=True, exist_ok=True)
    document = figures.document()
    del document["times"]
    (folder / "bench.md").write_text(table(figures) + "\n", "utf-8")
    (folder / "bench.json").write_text(json.dumps(document, ensure_ascii=False, indent=1) + "\n", "utf-8")
    _plot(figures, folder / "bench.png")


def _plot(figures: Figures, file: Path) -> None:
    """Each time of each message as a rising curve, so that p50 and p95 can be read off."""
    import matplotlib as mpl

    mpl.use("Agg")
    from matplotlib import pyplot

    picture, axes = pyplot.subplots(figsize=(8, 4.5), layout="constrained")
    for name, what in NAMES.items():
        values = sorted(figures.times[name])
        axes.plot(values, [(n + 1) / len(values) for n in range(len(values))], label=what)
    parts = figures.turns.parse.p95 + figures.turns.search.p95
    axes.axvline(GOAL * parts, color="grey", linestyle=":", label=f"{GOAL} x (parse p95 + search p95)")
    _dress(axes)
    picture.savefig(file, dpi=110)
    pyplot.close(picture)


def _dress(axes: Any) -> None:
    axes.axhline(0.95, color="lightgrey", linewidth=0.8)
    axes.set_xlabel("milliseconds")
    axes.set_ylabel("share of messages")
    axes.set_xscale("log")
    axes.set_ylim(0, 1.01)
    axes.legend(loc="lower right", fontsize="small")
