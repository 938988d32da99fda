"""Days and times as people say them: "11월 25일 화요일 오후 2시"."""

from collections.abc import Collection
from datetime import date, datetime, time

WEEKDAYS = "월화수목금토일"


def day_and_time(at: datetime) -> str:
    """A day with its weekday, and the time with a.m. or p.m. in words."""
    return f"{at.month}월 {at.day}일 {WEEKDAYS[at.weekday()]}요일 {clock_time(at.time())}"


def clock_time(at: time) -> str:
    """A time of day: "오후 2시 30분"."""
    half = "오전" if at.hour < 12 else "오후"
    minutes = f" {at.minute}분" if at.minute else ""
    return f"{half} {at.hour % 12 or 12}시{minutes}"


def weekdays(days: Collection[int]) -> str:
    """Days of the week (Monday is 0): "월요일부터 금요일까지", or one by one where there are gaps."""
    found = sorted(days)
    if len(found) > 2 and found[-1] - found[0] == len(found) - 1:
        return f"{WEEKDAYS[found[0]]}요일부터 {WEEKDAYS[found[-1]]}요일까지"
    return ", ".join(f"{WEEKDAYS[day]}요일" for day in found) + "에"


def day_of(day: date, on: date) -> str:
    """A day as it is said on another day: "12월 15일", with its year where that is another one."""
    year = "" if day.year == on.year else f"{day.year}년 "
    return f"{year}{day.month}월 {day.day}일"
