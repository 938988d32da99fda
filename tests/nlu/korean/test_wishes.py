"""Wishes for a time, in the words of people: what is understood, and which free times are then offered.

The table `wishes.yml` holds, by the day on which it is said, the words, the windows in short, and the offers of an
office that is open on working days from 9:00 to 12:00 and from 13:00 to 17:30, every half hour.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from pathlib import Path
from typing import Any

import pytest

from counsel.wishes import SEOUL, choose, read
from nlu.korean.feasts import days_off
from nlu.korean.wishes import read_wish
from tests.support.tables import read_table

TABLE = Path(__file__).parent / "wishes.yml"
LETTERS = "월화수목금토일"
SAID_AT = time(9, 30)
LEAD = timedelta(hours=2)


@dataclass(frozen=True)
class Free:
    """A free time."""

    start: datetime


def office(on: date, days: int = 330) -> list[Free]:
    """All free times of the office, seen from a day at half past nine."""
    found = []
    earliest = datetime.combine(on, SAID_AT, SEOUL) + LEAD
    for shift in range(days):
        day = on + timedelta(shift)
        if day.weekday() > 4 or day in days_off(day.year):
            continue
        for half in (*range(18, 24), *range(26, 35)):
            start = datetime.combine(day, time(half // 2, half % 2 * 30), SEOUL)
            if start >= earliest:
                found.append(Free(start))
    return found


def brief(window: Mapping[str, Any]) -> str:
    """A window in short: "11-24..11-30 화목* 9:00-12:00 @10:00"."""
    parts = []
    if "first" in window:
        first, last = window["first"][2:], window["last"][2:]
        parts.append(first if first == last else f"{first}..{last}")
    if "weekdays" in window:
        parts.append("".join(LETTERS[d] for d in window["weekdays"]) + ("*" if window.get("weekly") else ""))
    if "from" in window and "at" not in window:
        parts.append(f"{clock(window['from'])}-{clock(window['to'])}")
    if "at" in window:
        parts.append(f"@{clock(window['at'])}")
    return " ".join(parts)


def clock(minutes: int) -> str:
    """Minutes after midnight as people write them."""
    return f"{minutes // 60}:{minutes % 60:02d}"


def in_short(wish: Mapping[str, Any] | None) -> str:
    """A whole wish in short; "~" for none."""
    if wish is None:
        return "~"
    parts = [" | ".join(map(brief, wish["windows"])) or "언제든"]
    if wish["not"]:
        parts.append("not " + " | ".join(map(brief, wish["not"])))
    whom = f"[{wish['counselor']}]" if wish["counselor"] else ""
    return " ".join(part for part in (*parts, wish["order"], whom) if part)


def offered(wish: Mapping[str, Any], on: date) -> str:
    """The offers in short: "11-24 13:30, 11-24 14:00"; "near" before them where nothing fits."""
    chosen, fits = choose(office(on), read(wish))
    times = ", ".join(f"{o.start:%m-%d} {clock(o.start.hour * 60 + o.start.minute)}" for o in chosen)
    return times if fits else f"near {times}"


def rows() -> list[tuple[date, str, str, str]]:
    """The table."""
    table = read_table(TABLE)
    return [(on, str(line[0]), line[1], line[2]) for on, lines in table.items() for line in lines]


ROWS = rows()
IDS = [f"{on}-{text}" for on, text, *_ in ROWS]


@pytest.mark.parametrize(("on", "text", "windows", "offers"), ROWS, ids=IDS)
def test_a_wish_and_its_offers(on: date, text: str, windows: str, offers: str) -> None:
    wish = read_wish(text, on, SAID_AT)
    assert in_short(wish) == windows
    if wish is not None:
        assert offered(wish, on) == offers


def test_without_the_hour_this_hour_says_only_the_day() -> None:
    assert in_short(read_wish("내일 이 시간에", date(2026, 11, 23))) == "26-11-24"


def test_there_are_enough() -> None:
    assert len({text for _, text, *_ in ROWS}) >= 150
