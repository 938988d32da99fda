"""Days told by their place in other days or beside them.

연휴 끝나고 첫 평일, 12월 마지막 평일, 설 지나고 둘째 주, 추석 사흘 전, 설 연휴 다음다음 날, 다음 주 이 요일.
"""

import re
from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import date, timedelta

from nlu.korean.dayterms import WEEKDAY, month_days
from nlu.korean.wish_lengths import LENGTH, days_in
from nlu.korean.wish_marks import Mark
from nlu.korean.wish_rests import is_substitute, is_working
from nlu.korean.wish_tails import with_tail

_LETTERS = "월화수목금토일"
_LAST = r"마지막|맨\s?끝|끝"
_WHICH = rf"첫\s?번째|첫\s?째?|두\s?번째|둘째|세\s?번째|셋째|네\s?번째|넷째|{_LAST}"
_WHAT = (
    r"(?P<open>평일|(?:근무|영업|업무)\s?(?:일|날)|(?:일하는|문\s?여는|여는)\s?날|날)|(?P<week>주)(?!\s?말|\s?[소중])"
    rf"|{WEEKDAY}"
)
_PLACE = re.compile(
    r"\s?(?:[의은는]|에서?|중에서?|나서|가서)?\s?(?:바로|돌아오는|오는|맞는|되는|제일|가장|맨|있는)?\s?"
    rf"(?P<which>{_WHICH})\s?(?:{_WHAT})"
)
_LAST_ALONE = re.compile(rf"(?<![가-힣])(?P<which>마지막)\s?(?:{_WHAT})")
_COUNTS = {"첫": 1, "두": 2, "둘": 2, "세": 3, "셋": 3, "네": 4, "넷": 4}
_BESIDE = re.compile(
    rf"\s?(?:바로|딱|(?P<approx>한(?=\s)))?\s?(?:(?P<count>{LENGTH})\s?(?P<about>쯤|정도)?\s?"
    r"(?P<way>전(?![화체])|앞|뒤|후(?![기보])|있다가?|지나서?|이후|안에|이내|내로)"
    r"|(?P<eve>전\s?전|전)\s?날|(?P<morrow>다음\s?다음|다다음|담담|다음|담)\s?날"
    r"|(?P<week>다음\s?다음|다다음|담담|다음|담)\s?주(?!\s?말)|(?P<weekago>전\s?전|바로\s?전|전|직전)\s?주(?!말))"
)
_FEAST = re.compile(
    r"(?:설|추석|한가위|구정|신정|연휴|명절|공휴일|휴일|크리스마스|성탄절?|이브|보름|그믐|[일건복천헌동]절|[이글의]\s?날)$|있는\s?주$"
)
_SAME_WEEKDAY = re.compile(r"\s?(?:의\s?)?(?:오늘|[이요]\s?요일)")
_SAME_HOUR = re.compile(r"(?=\s?(?:지금\s?)?[이요]\s?(?:시간|시각))")
_AROUND = re.compile(rf"\s?앞\s?뒤로?\s?(?P<around>{LENGTH})\s?씩?")
_LAST_DAYS = re.compile(rf"(?<=전)\s(?P<length>{LENGTH})(?=간|동안|[은을만]|\s?빼)")
_SUBSTITUTE = re.compile(r"\s?(?:의\s?)?대체\s?(?:공휴일|휴일|휴무일?)")
_WEEKDAY_OF = re.compile(rf"(?<=주)의?\s?{WEEKDAY}")
_WEEK = 6


def spotted(text: str, marks: Sequence[Mark], on: date, *, hour_known: bool = False) -> list[Mark]:
    """The marks of a text, those that are only the base of a nearer word replaced by the days that it tells.

    `hour_known`: "다음 주 이 시간" names an hour, and so the weekday of the day `on` too.
    """
    done: list[Mark] = []
    for mark in marks:
        if done and mark.start < done[-1].end:
            continue
        done.append(_settled(text, mark, on, hour_known))
    for found in _LAST_ALONE.finditer(text):
        if all(m.end <= found.start() or not m.dated or m.weekly for m in done if m.start < found.end()):
            done = [m for m in done if m.end <= found.start() or found.end() <= m.start]
            spot = _in_place(found, Mark(*found.span(), on, month_days(on.year, on.month)[1]))
            done += [spot] if spot else []
    return sorted(done, key=lambda m: m.start)


def _settled(text: str, mark: Mark, on: date, hour_known: bool) -> Mark:
    """A mark with all that leans on it: of "설 지나고 둘째 주 첫 평일" first the week, then its day."""
    readers: tuple[tuple[re.Pattern[str], Callable[[re.Match[str], Mark], Mark | None]], ...] = (
        (_PLACE, _in_place),
        (_BESIDE, lambda found, base: _beside(found, base, text)),
        (_AROUND, _around),
        (_LAST_DAYS, lambda found, base: _last_days(found, base, on)),
        (_SUBSTITUTE, lambda _, base: _substitute(base)),
        (_SAME_WEEKDAY, lambda _, base: _same_weekday(base, on)),
        (_SAME_HOUR, lambda _, base: _same_weekday(base, on) if hour_known else None),
    )
    for pattern, reader in readers:
        found = pattern.match(text, mark.end)
        spot = reader(found, mark) if found and mark.dated and not mark.weekly else None
        if found and spot:
            spot = _weekday_of(text, replace(spot, start=mark.start, end=found.end()))
            settled = _settled(text, spot, on, hour_known)
            same = pattern is _SAME_HOUR or settled.end > found.end()
            return settled if same else with_tail(settled, "", text[settled.end :], on)
    return mark


def _in_place(found: "re.Match[str]", base: Mark) -> Mark | None:
    """The first, last or so-manieth working day, weekday or week of a stretch."""
    if base.last == base.first:
        return None
    number = _COUNTS.get(found["which"][0], -1)
    if found["week"]:
        anchor = base.first if number > 0 else base.last
        monday = anchor - timedelta(anchor.weekday()) + timedelta(weeks=max(number - 1, 0))
        last = monday + timedelta(_WEEK)
        return replace(base, first=max(base.first, monday), last=min(base.last, last) if number < 0 else last)
    weekday = _LETTERS.index(found["weekday"].strip()[0]) if found["weekday"] else None
    days = [base.first + timedelta(shift) for shift in range((base.last - base.first).days + 1)]
    fit = [d for d in days if (d.weekday() == weekday if weekday is not None else is_working(d))]
    fit = fit or (days if found["open"] == "날" else [])
    if len(fit) < abs(number):
        return None
    day = fit[number - 1 if number > 0 else -1]
    return replace(base, first=day, last=day)


def _beside(found: "re.Match[str]", base: Mark, text: str) -> Mark | None:
    """ "추석 사흘 전", "설 연휴 다음다음 날", "설 지나고 이틀 뒤": counted from the ends of what they stand beside."""
    words = text[base.start : base.end]
    after = base.is_range and re.search(r"(?:[고서면야]|이후|뒤|후)$", words) is not None
    feast = _FEAST.search(words) is not None
    if found["week"] or found["weekago"]:
        return _weeks_beside(found, base) if feast else None
    if base.is_range and not (after or feast):
        return None
    shift, later = _steps(found)
    if found["way"] and found["way"][0] in "안이내" and found["way"] != "이후":
        return replace(base, last=base.first + timedelta(shift - 1)) if after else None
    start = base.first - timedelta(1) if after else base.last
    day = start + timedelta(shift) if later else base.first - timedelta(shift)
    if found["morrow"] and base.is_range:
        while not is_working(day):
            day += timedelta(1)
    about = timedelta(1 if found["about"] or found["approx"] else 0)
    return replace(base, first=day - about, last=day + about)


def _steps(found: "re.Match[str]") -> tuple[int, bool]:
    """How many days, and whether later."""
    if found["count"]:
        return days_in(found["count"]), found["way"][0] not in "전앞"
    if found["eve"]:
        return found["eve"].count("전"), False
    return 2 if len(found["morrow"]) > len("다음") or found["morrow"] == "담담" else 1, True


def _weeks_beside(found: "re.Match[str]", base: Mark) -> Mark:
    if found["week"]:
        steps = 2 if found["week"].count("다") + found["week"].count("담") > 1 else 1
        monday = base.last + timedelta(7 * steps - base.last.weekday())
    else:
        steps = found["weekago"].replace("직전", "전").count("전")
        monday = base.first - timedelta(7 * steps + base.first.weekday())
    return replace(base, first=monday, last=monday + timedelta(_WEEK))


def _around(found: "re.Match[str]", base: Mark) -> Mark:
    """ "연휴 앞뒤로 하루씩": so many days more at both ends."""
    more = timedelta(days_in(found["around"]))
    return replace(base, first=base.first - more, last=base.last + more)


def _last_days(found: "re.Match[str]", base: Mark, on: date) -> Mark | None:
    """ "설 전 이틀": the last so many days of the stretch before it."""
    first = base.last - timedelta(days_in(found["length"]) - 1)
    return replace(base, first=max(on, first)) if base.is_range else None


def _substitute(base: Mark) -> Mark | None:
    """ "개천절 대체공휴일": the substitute holiday that follows the feast."""
    days = (base.last + timedelta(shift) for shift in range(_WEEK))
    day = next((d for d in days if is_substitute(d)), None)
    return replace(base, first=day, last=day) if day else None


def _weekday_of(text: str, week: Mark) -> Mark:
    """ "설 지나고 둘째 주 화요일": the day of a week that other words have told; without a weekday the week itself."""
    found = _WEEKDAY_OF.match(text, week.end)
    monday = week.last - timedelta(_WEEK)
    if found is None or monday.weekday() or week.first == week.last:
        return week
    day = monday + timedelta(_LETTERS.index(found["weekday"].strip()[0]))
    return replace(week, end=found.end(), first=day, last=day) if day >= week.first else week


def _same_weekday(base: Mark, on: date) -> Mark | None:
    """ "다음 주 이 요일", "다음 주 오늘", "다음 주 이 시간": the weekday of the day on which it is said."""
    if base.weekdays or (base.last - base.first).days != _WEEK or base.first.weekday():
        return None
    day = base.first + timedelta(on.weekday())
    return replace(base, first=day, last=day)
