"""Ages, birthdays and elapsed months, exact to the day. Rules of programs.md 0.5 "Days"."""

from collections.abc import Iterator
from datetime import date, timedelta

from knowledge.dates import months_after

_DAY = timedelta(days=1)


def age_on(born: date, on: date) -> int:
    """Full years (만 나이) on the day. Born on 29 February: a year older on 1 March of common years."""
    return on.year - born.year - ((on.month, on.day) < (born.month, born.day))


def birthday(born: date, years: int) -> date:
    """The day on which one is `years` old; 29 February falls on 1 March of common years."""
    year = born.year + years
    try:
        return born.replace(year=year)
    except ValueError:
        return date(year, 3, 1)


def months_since(start: date, on: date) -> int:
    """Full calendar months from `start` to the day, the month's end clamped: a month to the day is over. May be < 0."""
    months = (on.year - start.year) * 12 + on.month - start.month
    return months if months_after(start, months) <= on else months - 1


def next_month_end(on: date) -> date:
    """The last day of the month after the day's."""
    return months_after(on.replace(day=1), 2) - _DAY


def births_of_age(low: int, high: int, on: date) -> tuple[date, date]:
    """First and last day on which someone whose age on the day is `low` to `high` years can be born."""
    first = date(on.year - high - 1, on.month, 1) - _DAY
    while age_on(first, on) > high:
        first += _DAY
    last = on.replace(year=on.year - low, day=1)
    while age_on(last + _DAY, on) >= low:
        last += _DAY
    return first, last


def turning_points(first: date, last: date, on: date) -> tuple[date, ...]:
    """Birth dates from `first` to `last` that stand for all of them.

    Between two neighbours no test on age, birth year, or age by the end of the coming month changes on the day.
    """
    return tuple(sorted({first, last, *(day for day in _marks(first, last, on) if first <= day <= last)}))


def _marks(first: date, last: date, on: date) -> Iterator[date]:
    for year in range(first.year, last.year + 1):
        for mark in (date(year, 1, 1), _same_day(on, year), _same_day(next_month_end(on), year)):
            yield from (mark - _DAY, mark, mark + _DAY)


def _same_day(day: date, year: int) -> date:
    return birthday(day, year - day.year)
