"""The days that a wish for an appointment names, besides what `dates` reads.

Some words only mean days where somebody is looking for a free hour: 월수금, 평일, 다음 주부터, 연휴 끝나고, 며칠 뒤.
"""

import re
from collections.abc import Iterator
from dataclasses import replace
from datetime import date, timedelta

from nlu.korean.dates import find_dates
from nlu.korean.dayterms import WEEKDAY, month_days
from nlu.korean.wish_lengths import between_lengths
from nlu.korean.wish_marks import Mark, longest
from nlu.korean.wish_rests import next_rest
from nlu.korean.wish_spots import spotted
from nlu.korean.wish_tails import HORIZON, with_tail

LETTERS = "월화수목금토일"
_SET = re.compile(
    r"(?<![가-힣])(?P<days>[월화수목금토일](?:\s?[,/·]?\s?[월화수목금토일]){1,5})(?P<tail>요일|욜)?"
    r"(?=\s|$|중|이나|이라|[이가]\s|라(?=\s|서)|이요|이에|이면|이고|입|에|만|로|은|는|요|으로|도|,|빼|말|[.?!])"
)
_NO_SET = re.compile(r"금일|일월|월일|토목|수목|일수$|금토일")
_WORKDAYS = re.compile(r"(?:평일|(?<![가-힣])주중)")
_VAGUE_DAYS = (
    (r"하루\s?이틀\s?(?:뒤|후|있다가?|지나서?)", 1, 2),
    (r"이삼\s?일\s?(?:뒤|후|있다가?|지나서?|내로|안에)", 2, 3),
    (r"삼사\s?일\s?(?:뒤|후|있다가?)", 3, 4),
    (r"사나흘\s?(?:뒤|후|있다가?|지나서?)", 3, 4),
    (r"네댓새\s?(?:뒤|후|있다가?)", 4, 5),
    (r"사오\s?일\s?(?:뒤|후|있다가?)", 4, 5),
    (r"며칠\s?(?:만\s?)?(?:뒤|후|있다가?|지나서?|있으면)", 3, 7),
    (r"한두\s?주\s?(?:뒤|후|있다가?)", 7, 14),
    (r"(?:두세|이삼)\s?주\s?(?:뒤|후|있다가?)", 14, 21),
    (r"몇\s?주\s?(?:뒤|후|있다가?)", 14, 27),
)
_WEEK_PART = re.compile(
    r"(?:(?P<next2>다다음|담담)|(?P<next>다음|담|오는)|(?P<this>이번|요번))?\s?(?<![가-힣])?주\s?"
    r"(?P<part>초반|초(?![등과])|중반|중간|후반|끝(?!나))(?:에|쯤|으로|이|이나|도|$|\s)"
)
_WEEK_PARTS = {"초반": (0, 1), "초": (0, 1), "중반": (1, 3), "중간": (1, 3), "후반": (3, 4), "끝": (3, 4)}
_MONTH_PART = re.compile(r"(?<![월달이])(?<![월달]\s)(?<![가-힣])(?P<part>초순|상순|중순|하순)(?=[에쯤경이으]|\s|$)")
_MONTH_PARTS = {"초순": (1, 10), "상순": (1, 10), "중순": (11, 20), "하순": (21, 31)}
_REST = re.compile(
    r"(?:(?P<month>\d{1,2})월\s?(?:초|말)?\s?)?(?P<name>대체\s?(?:공휴일|휴일)|(?<![가-힣절])연휴|공휴일|빨간\s?날)"
    r"(?:\s?(?:이|가|을|를|날)?\s?(?P<rel>(?P<after>지나[고서면야]?|끝나[고면]?|보내고|쇠고|쉬고|이후|뒤|후)|(?P<before>전(?!\s?[전날주]))))?"
)
_NEW_YEAR = re.compile(
    r"(?P<before>연말|올해|해)(?:이|가|를)?\s?(?:가기|넘기기|넘어가기|바뀌기|지나기|되기|다\s?가기)?\s?전(?:에|까지)?(?!화)"
    r"|(?:새해|연말|해)(?:가|를|이)?\s?(?P<turn>지나|바뀌|넘어|넘기|밝으면|되면|들어)\S*|(?P<edge>연말연시)\s?지나\S*"
)
_NAMED_WEEK = re.compile(r"주\s?\S*[월화수목금토일]")
_FOLLOWING = re.compile(
    rf"그\s?(?:(?:다음|담)\s?(?:(?P<unit>주)(?:\s?{WEEKDAY})?|날)|(?P<later>뒤|후|이후)(?:에|로|부터)(?:[는만요])?(?![가-힣])"
    r"|(?P<eve>전\s?전\s?날|전\s?날)|(?P<same>주)(?=\s|에|는|안|중|$))"
)
_CLOCK = re.compile(r"\d|[한두세네섯곱덟홉열]\s?시|끝나")
_END_OF_MONTH = re.compile(r"(?:월|달)\s?말")
_LATE_IN_MONTH = 25
_WEEK_BEFORE = re.compile(
    r"(?P<feast>설날|설|추석|명절|크리스마스|성탄절|어린이날|신정)\s?(?:연휴\s?)?(?:바로\s?)?(?P<rest>쇠기\s)?(?P<two>전\s?)?(?:전\s?주|일주일\s?전)"
)
_LEAST_BEFORE_REST = 3
_AFTER_WORDS = re.compile(r"(?:이후|지나고|지나서|지나면|지나야|넘어서|넘기고|쇠고|끝나고|끝나면|보내고|뒤|후|쉬고)$")
_BARE = re.compile(WEEKDAY)
_BARE_RANGE = re.compile(
    r"(?P<one>[월화수목금토])(?:요일|욜)?\s?(?:부터|에서|~|-)\s?(?P<two>[화수목금토일])(?:요일|욜)?"
)
_BARE_WEEKEND = re.compile(r"주말")


def day_marks(text: str, on: date, *, hour_known: bool = False) -> list[Mark]:
    """The days in a text of the day `on`, in its order; what is over is left out. `hour_known`: as for `spotted`."""
    found = [*_special_days(text, on), *_plain_days(text, on)]
    settled = spotted(text, longest(found), on, hour_known=hour_known)
    return _with_following(text, _in_one_week(text, settled), on)


def _in_one_week(text: str, marks: list[Mark]) -> list[Mark]:
    """ "다음 주 화요일, 안 되면 수요일": the second is of the same week."""
    done: list[Mark] = []
    carried = False
    for mark in marks:
        before, told = done[-1] if done else None, mark
        if before and mark.weekly and not mark.dated and before.first == before.last and len(mark.weekdays) < 5:
            if carried or (not before.weekly and _NAMED_WEEK.search(text[before.start : before.end])):
                monday = before.first - timedelta(before.first.weekday())
                mark = replace(mark, first=monday, last=monday + timedelta(6), weekly=False)
        elif before and mark.weekly and mark.dated and before.first == before.last:
            named = carried or (not before.weekly and _NAMED_WEEK.search(text[before.start : before.end]))
            shift = timedelta(mark.first.weekday() - before.first.weekday())
            if named and shift >= timedelta():
                mark = replace(mark, first=before.first + shift, last=before.first + shift, weekly=False)
        carried = mark is not told
        done.append(mark)
    return done


def _with_following(text: str, marks: list[Mark], on: date) -> list[Mark]:
    """The marks, and "그 다음 주", "그 다음 날", "그 뒤로" counted from the one before them."""
    for found in _FOLLOWING.finditer(text):
        marks = [m for m in marks if m.end <= found.start() or found.end() <= m.start]
        base = next((m for m in reversed(marks) if m.end <= found.start() and m.dated), None)
        if found["later"] and (base is None or _CLOCK.search(text, base.end, found.start())):
            continue
        marks.append(replace(_following(found, base or Mark(0, 0, on, on), on), start=found.start(), end=found.end()))
    return sorted(marks, key=lambda m: m.start)


def _following(found: "re.Match[str]", base: Mark, on: date) -> Mark:
    # An open stretch ("설 지나고") is told by its beginning.
    open_ = base.last - base.first == HORIZON
    monday = base.first if open_ else base.last
    monday -= timedelta(monday.weekday())
    if found["unit"]:
        day = LETTERS.index(found["weekday"].strip()[0]) if found["weekday"] else None
        first, shift = (monday + timedelta(7), 6) if day is None else (monday + timedelta(7 + day), 0)
        return Mark(0, 0, first, first + timedelta(shift))
    if found["same"]:
        monday = base.first - timedelta(base.first.weekday())
        return Mark(0, 0, max(on, base.first if base.is_range else monday), monday + timedelta(6))
    if found["later"]:
        return Mark(0, 0, base.last + timedelta(1), base.last + timedelta(1) + HORIZON)
    day_of = base.first if open_ else base.last + timedelta(-found["eve"].count("전") if found["eve"] else 1)
    return Mark(0, 0, day_of, day_of)


def _plain_days(text: str, on: date) -> Iterator[Mark]:
    for span in find_dates(text, on):
        if span.value is None:
            continue
        told = span.value if isinstance(span.value, dict) else {"from": span.value, "to": span.value}
        first, last = date.fromisoformat(str(told["from"])), date.fromisoformat(str(told["to"]))
        mark = Mark(span.start, span.end, first, last)
        if last >= on:
            yield _as_meant(replace(mark, first=max(first, on)), span.text, text, on)


def _as_meant(mark: Mark, words: str, text: str, on: date) -> Mark:
    if _BARE.fullmatch(words) and mark.last <= on + timedelta(7):
        return replace(mark, weekdays=frozenset({mark.first.weekday()}), weekly=True)
    if found := _BARE_RANGE.match(words):
        first, last = (LETTERS.index(found[name]) for name in ("one", "two"))
        mark = replace(mark, each_week=frozenset(range(first, last + 1)))
    if _BARE_WEEKEND.fullmatch(words):
        return replace(mark, weekdays=frozenset({5, 6}), weekly=True)
    if _END_OF_MONTH.search(words) and mark.first.day < _LATE_IN_MONTH < mark.last.day:
        mark = replace(mark, first=mark.first.replace(day=_LATE_IN_MONTH))
    if _AFTER_WORDS.search(words) and mark.is_range:
        return replace(mark, last=mark.first + HORIZON)
    return with_tail(mark, words, text[mark.end :], on)


def _special_days(text: str, on: date) -> Iterator[Mark]:
    yield from _weekday_sets(text)
    yield from between_lengths(text, on)
    for words, nearest, farthest in _VAGUE_DAYS:
        for found in re.finditer(words, text):
            yield Mark(*found.span(), on + timedelta(nearest), on + timedelta(farthest))
    for found in _WEEK_PART.finditer(text):
        yield _week_part(found, on)
    for found in _MONTH_PART.finditer(text):
        yield _month_part(found, on)
    for found in _WEEK_BEFORE.finditer(text):
        yield from _week_before(found, on)
    yield from _turns(text, on)


def _week_before(found: "re.Match[str]", on: date) -> Iterator[Mark]:
    """The week before that of a feast; "설 쇠러 가기 전 주" is the last one with days enough before the days off."""
    told = find_dates(f"{found['feast']} 연휴에" if found["rest"] else f"{found['feast']}에", on)
    if told and told[0].value:
        value = told[0].value
        day = date.fromisoformat(str(value["from"] if isinstance(value, dict) else value))
        day -= timedelta(_LEAST_BEFORE_REST if found["rest"] else 14 if found["two"] else 7)
        monday = day - timedelta(day.weekday())
        yield Mark(*found.span(), max(on, monday), monday + timedelta(6))


def _weekday_sets(text: str) -> Iterator[Mark]:
    for found in _SET.finditer(text):
        days = [LETTERS.index(letter) for letter in found["days"] if letter in LETTERS]
        in_order = days == sorted(set(days)) and not _NO_SET.fullmatch(found["days"])
        if in_order or found["days"] == "금토일":
            yield Mark(*found.span(), weekdays=frozenset(days), weekly=True)
    for found in _WORKDAYS.finditer(text):
        yield Mark(*found.span(), weekdays=frozenset(range(5)), weekly=True)


def _week_part(found: "re.Match[str]", on: date) -> Mark:
    first, last = _WEEK_PARTS[found["part"]]
    steps = 2 if found["next2"] else 1 if found["next"] else 0
    monday = on - timedelta(on.weekday()) + timedelta(weeks=steps)
    if not steps and monday + timedelta(last) < on:
        monday += timedelta(7)
    return Mark(found.start(), found.end("part"), max(on, monday + timedelta(first)), monday + timedelta(last))


def _month_part(found: "re.Match[str]", on: date) -> Mark:
    start, end = _MONTH_PARTS[found["part"]]
    step = 0 if on.day <= end else 1
    first, last = month_days(on.year, on.month + step)
    return Mark(*found.span(), max(on, first.replace(day=start)), first.replace(day=min(end, last.day)))


def _turns(text: str, on: date) -> Iterator[Mark]:
    """The turn of the year, and days off that are not called by their name."""
    for found in _NEW_YEAR.finditer(text):
        first = date(on.year + 1, 1, 2)
        days = (on, date(on.year, 12, 31)) if found["before"] else (first, first + HORIZON)
        yield Mark(*found.span(), *days)
    for found in _REST.finditer(text):
        rest = next_rest(found["name"], _from_month(found["month"], on))
        if rest is None:
            continue
        first, last = rest
        if found["after"]:
            first = last + timedelta(1)
            last = first + HORIZON
        elif found["before"]:
            first, last = on, first - timedelta(1)
        yield Mark(*found.span(), first, last)


def _from_month(month: str | None, on: date) -> date:
    """The day from which a rest is looked for: the first of the month that was said, else the day itself."""
    if not month or not 1 <= int(month) <= 12 or int(month) == on.month:
        return on
    return date(on.year + (int(month) < on.month), int(month), 1)
