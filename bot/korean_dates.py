"""Days and times as people say them: "11월 25일 화요일 오후 2시"."""

from datetime import date, datetime

WEEKDAYS = "월화수목금토일"


def day_and_time(at: datetime) -> str:
    """A day with its weekday, and the time with a.m. or p.m. in words."""
    half = "오전" if at.hour < 12 else "오후"
    hour = at.hour % 12 or 12
    minutes = f" {at.minute}분" if at.minute else ""
    return f"{at.month}월 {at.day}일 {WEEKDAYS[at.weekday()]}요일 {half} {hour}시{minutes}"


def day_of(day: date, on: date) -> str:
    """A day as it is said on another day: "12월 15일", with its year where that is another one."""
    year = "" if day.year == on.year else f"{day.year}년 "
    return f"{year}{day.month}월 {day.day}일"
