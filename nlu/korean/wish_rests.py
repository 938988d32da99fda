"""Days off that are not called by the name of a feast: 연휴, 공휴일, 대체공휴일; and working days."""

from datetime import date, timedelta

import holidays

from nlu.korean.feasts import days_off


def next_rest(name: str, on: date) -> tuple[date, date] | None:
    """The next substitute holiday, holiday, or run of at least three days off, seen from a day."""
    for shift in range(366):
        day = on + timedelta(shift)
        if day not in days_off(day.year):
            continue
        if name.startswith("대체") and not is_substitute(day):
            continue
        first = last = day
        while not is_working(first - timedelta(1)):
            first -= timedelta(1)
        while not is_working(last + timedelta(1)):
            last += timedelta(1)
        if name != "연휴":
            return day, day
        if (last - first).days >= 2:
            return first, last
    return None


def is_substitute(day: date) -> bool:
    """Whether a day is a substitute holiday."""
    named = holidays.country_holidays("KR", years=day.year, language="ko")
    return "대체" in str(named.get(day, ""))


def is_working(day: date) -> bool:
    """Whether a day is neither a weekend nor a public holiday."""
    return day.weekday() < 5 and day not in days_off(day.year)
