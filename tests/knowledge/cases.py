"""Reads the case tables: a base profile, and what changes the outcome."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

from tests.support.tables import read_table

FOLDER = Path(__file__).with_name("cases")
TODAY = date(2026, 11, 21)


@dataclass(frozen=True)
class Case:
    """One profile and what must come out."""

    name: str
    program: str
    profile: dict[str, Any]
    on: date
    expect: str
    later_on: date | None = None
    window: str | None = None


def all_cases() -> Iterator[Case]:
    for path in sorted(FOLDER.glob("*.yml")):
        data = read_table(path)
        if "people" in data:
            continue
        tables = data.get("programs") or {data["program"]: data}
        for program, table in tables.items():
            yield Case(f"{program}: base", program, _plain(table["base"]), TODAY, table["expect"])
            for row in table["cases"]:
                yield from _row(program, table["base"], row)


def people() -> Iterator[Case]:
    for path in sorted(FOLDER.glob("*.yml")):
        data = read_table(path)
        for person in data.get("people", ()):
            on = person.get("day", TODAY)
            for program, expect in person["expect"].items():
                expect = expect if isinstance(expect, dict) else {"rule": expect}
                yield Case(
                    f"{person['name']}: {program}",
                    program,
                    _plain(person["profile"]),
                    on,
                    expect["rule"],
                    expect.get("later_on"),
                    expect.get("window"),
                )


def _row(program: str, base: dict[str, Any], row: dict[str, Any]) -> Iterator[Case]:
    profile = {**base, **row.get("set", {})}
    for name in row.get("drop", ()):
        profile.pop(name)
    if "set_pct" in row:
        profile["household_income_pct"] = row["set_pct"]
    on = row.get("day", TODAY)
    title = f"{program}: {row['name']}"
    if "each" in row:
        ((field, outcomes),) = row["each"].items()
        for value, expect in outcomes.items() if isinstance(outcomes, dict) else outcomes:
            yield Case(f"{title} [{field}={value}]", program, _plain({**profile, field: value}), on, expect)
    elif "dropped" in row:
        for field, expect in row["dropped"].items():
            rest = {name: value for name, value in profile.items() if name != field}
            yield Case(f"{title} [without {field}]", program, _plain(rest), on, expect)
    else:
        yield Case(title, program, _plain(profile), on, row["expect"], row.get("later_on"), row.get("window"))


def _plain(profile: dict[str, Any]) -> dict[str, Any]:
    """As JSON would bring it: days as text."""
    return {name: _json(value) for name, value in profile.items()}


def _json(value: Any) -> Any:
    if isinstance(value, dict):
        return {key: _json(item) for key, item in value.items()}
    return value.isoformat() if isinstance(value, date) else value
