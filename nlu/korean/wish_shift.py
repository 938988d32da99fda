"""A wish that leans on a time already set: 한 시간만 늦춰 주세요, 하루 미뤄 주세요, 그 다음 날 같은 시간."""

import re
from datetime import datetime, timedelta

from nlu.korean.numbers import read_number
from nlu.korean.wishes import WishValue, read_wish

_DAYS = {"하루": 1, "이틀": 2, "사흘": 3, "나흘": 4, "일주일": 7, "한 주": 7, "한주": 7, "두 주": 14, "보름": 15}
_LATER = r"미루|미뤄|늦|연기|뒤로|나중|있다가"
_EARLIER = r"당기|당겨|땡겨|앞당|앞으로|일찍|빨리|빠르게"
_BY = re.compile(
    rf"(?:(?P<days>{'|'.join(_DAYS)})|(?P<count>\d{{1,2}}|[한두세네])\s?(?P<unit>일|주|시간|분)(?P<half>\s?반)?|(?P<thirty>삼십\s?분|반\s?시간))"
    rf"\s?(?:만|정도|쯤)?\s?(?:더|좀|조금)?\s?(?:(?P<later>{_LATER})|(?P<earlier>{_EARLIER}))"
)
_NEIGHBOUR = re.compile(r"(?<!설\s)(?:그\s?)?(?:(?P<next>(?:다음|담)\s?날|이튿날)|(?P<eve>전\s?날))")
_SAME_HOUR = re.compile(r"(?:같은|그|똑같은|이)\s?시간|시간은\s?(?:같|그대로)")
_SAME_WEEKDAY = re.compile(r"(?:같은|그|똑같은)\s?요일")


def read_shift(text: str, start: datetime, now: datetime) -> WishValue | None:
    """The wish in a text about an appointment that begins at `start`; None where it does not lean on that time."""
    if found := _BY.search(text):
        moved = start + _distance(found) * (1 if found["later"] else -1)
        return _on(moved, moved)
    wish = read_wish(text, now.date())
    windows = wish["windows"] if wish else []
    if (found := _NEIGHBOUR.search(text)) and not any("weekdays" in w for w in windows):
        day = start + timedelta(1 if found["next"] else -1)
        same = start if _SAME_HOUR.search(text) else None
        times = [w for w in windows if "from" in w]
        return _on(day, same) if same or not times else {**_on(day, None), "windows": [_day(day) | _hours(times[0])]}
    if wish is None or not windows:
        return None
    if _SAME_WEEKDAY.search(text):
        windows = [{**w, "weekdays": [start.weekday()]} for w in windows]
    if _SAME_HOUR.search(text) and not any("from" in w for w in windows):
        windows = [w | _hours(_on(start, start)["windows"][0]) for w in windows]
    return {**wish, "windows": windows} if windows != wish["windows"] else None


def _distance(found: "re.Match[str]") -> timedelta:
    if found["days"]:
        return timedelta(_DAYS[found["days"]])
    if found["thirty"]:
        return timedelta(minutes=30)
    count = read_number(found["count"]) or 1
    half = timedelta(minutes=30) if found["half"] else timedelta()
    units = {"일": timedelta(1), "주": timedelta(7), "시간": timedelta(hours=1), "분": timedelta(minutes=1)}
    return units[found["unit"]] * count + half


def _on(day: datetime, at: datetime | None) -> WishValue:
    window = _day(day)
    if at is not None:
        minute = at.hour * 60 + at.minute
        window |= {"from": max(0, minute - 60), "to": minute + 61, "at": minute}
    return {"windows": [window], "not": [], "order": "", "counselor": ""}


def _day(day: datetime) -> dict[str, object]:
    return {"first": day.date().isoformat(), "last": day.date().isoformat()}


def _hours(window: dict[str, object]) -> dict[str, object]:
    return {key: window[key] for key in ("from", "to", "at") if key in window}
