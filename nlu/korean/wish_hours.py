"""The hours that a wish for an appointment names, besides what `times` reads.

People tell them by what they do: 퇴근하고, 애들 학교 보내고, 문 열자마자; or leave one end open: 10시부터, 4시까지.
"""

import re
from dataclasses import replace
from datetime import time

from nlu.korean.times import find_times
from nlu.korean.wish_marks import CLOSES, EVENING, OPENS, Mark, longest

_CHILD = r"(?:애|아이|애들|아이들|손주|손자|손녀|딸|아들|막내|큰애|작은애)\S{0,2}\s?"
_SCHOOL = r"(?:학교|유치원|어린이집)?\S{0,3}\s?"
_THEN_DONE = r"\S*(?:\s?(?:주고|놓고|나서|나면|후에|뒤에|다음|후|뒤)\S*)?"
_BEFORE = r"\s?(?:하기\s?)?전\S*"
_NOT_ONLY = r"만?\s?(?:아니|말고|빼고)"
_WORK = r"(?:퇴근|(?:일|근무|알바|회사)\s?(?:이|을)?\s?(?:끝|마치|마쳐|파하))"
_HABITS = (
    (rf"{_WORK}{_THEN_DONE}", CLOSES, EVENING),
    (rf"{_CHILD}(?:를\s?|을\s?)?{_SCHOOL}(?:보내|데려다|맡기|등교|등원|바래다){_THEN_DONE}", 9 * 60 + 30, 12 * 60),
    (rf"(?:등교|등원)\s?(?:시키|시켜|하고){_THEN_DONE}", 9 * 60 + 30, 12 * 60),
    (
        rf"{_CHILD}{_SCHOOL}(?:오기|올|돌아오기|하교|하원|데리러|끝나기)\S*(?:\s?가기)?\s?(?:전|때까지)\S*",
        OPENS,
        14 * 60,
    ),
    (rf"(?:하교|하원){_BEFORE}", OPENS, 14 * 60),
    (
        rf"{_CHILD}(?:학원|낮잠|학교)\s?(?:간|가\s?있는|자는|에\s?있는)\s?(?:사이|동안|시간)\S*",
        10 * 60,
        14 * 60,
    ),
    (rf"출근{_BEFORE}", 7 * 60, 10 * 60),
    (r"(?:아침|조반)\s?(?:밥\s?)?(?:먹고|먹은\s?(?:뒤|후)|먹고\s?나서)\S*", OPENS, 11 * 60),
    (r"(?:저녁|저녁밥)\s?(?:하기|먹기|준비\s?하기|차리기)\s?전\S*|저녁\s?전(?=에|\s|$)", 15 * 60, CLOSES),
    (r"(?:해\s?(?:지기|떨어지기|넘어가기)|어두워지기|깜깜해지기)\s?전\S*", 13 * 60, 17 * 60),
    (rf"(?:문|센터)?\s?(?:닫기|끝나기|마감){_BEFORE}|업무\s?끝나기\s?전\S*", 16 * 60, CLOSES),
    (r"문\s?(?:열자\s?마자|여는\s?(?:시간|대로)\S*)", OPENS, 10 * 60),
    (r"(?:(?:맨|제일|가장)\s?)?첫\s?(?:시간|타임)\S*|(?:맨|제일|가장)\s?이른\s?(?:시간|타임)\S*", OPENS, 10 * 60),
    (r"(?:(?:맨|제일|가장)\s?)?(?:마지막|늦은|끝)\s?(?:시간|타임)\S*", 16 * 60, EVENING),
    (rf"너무\s?(?:이르지\s?않|일찍만|일찍은|이른\s?시간{_NOT_ONLY})\S*", 10 * 60, CLOSES),
    (rf"너무\s?(?:늦지\s?않|늦게만|늦은\s?시간{_NOT_ONLY})\S*", OPENS, 16 * 60),
    (
        r"(?:아침|오전)(?:에)?\s?일찍(?:이|은|에|만|도)?|(?<![가-힣])일찍(?!\s?일어)(?:이|은|만|도)?",
        OPENS,
        10 * 60 + 30,
    ),
    (r"오전(?:은|에|에는|이면)?\s?(?:좀|조금|약간)?\s?늦게\S*", 10 * 60 + 30, 12 * 60),
    (r"오후(?:는|에|에는|면)?\s?(?:좀|조금|약간)?\s?늦게\S*", 16 * 60, CLOSES),
    (r"이른\s?(?:아침|오전|시간)\S*", OPENS, 10 * 60 + 30),
    (r"아침\s?느지막\S*|느지막\S*|느즈막\S*", 10 * 60 + 30, 12 * 60),
    (r"(?:교회|예배|성당|미사|절)\S{0,2}\s?(?:갔다|다녀|끝나고|마치고)\S*", 13 * 60, CLOSES),
    (
        r"(?<![가-힣])(?:낮(?!추)|한낮|대낮)(?:에|엔|\s?시간|쯤|이|으로)?(?!\s?(?:잠|\d|[한두세네열]))",
        11 * 60,
        16 * 60,
    ),
    (
        r"(?<![가-힣])아침(?:에|엔|쯤|나절에?|\s?시간)?(?!\s?(?:먹|밥|일찍|늦|느|\d|[아열여]))(?=\s|$|[,.?!요이도])",
        8 * 60,
        11 * 60,
    ),
    (r"점심\s?(?:먹고|먹은\s?(?:뒤|후)|식사\s?(?:후|하고|마치고)|지나|이후|후에?)\S*", 13 * 60, 15 * 60),
    (
        r"점심\s?(?:시간\s?)?(?:먹고\s?나서|먹고|지나서?|이후|후)(?:로|에|부터)?(?:는|면)?\s?(?:쭉|계속|내내|언제|아무\s?때|다\s?(?=[괜되돼됩됨좋가]))",
        13 * 60,
        CLOSES,
    ),
    (r"해\s?거름\S*|해\s?질\s?(?:녘|무렵|때)\S*|저물\s?녘\S*|저물기\s?전\S*", 16 * 60, CLOSES),
    (r"(?:느지막|느즈막|늦으막)\S*\s?오후(?:에|쯤|로)?", 16 * 60, CLOSES),
    (r"점심\s?(?:때\s?지나|시간\s?(?:지나|끝나고|이후|후에))\S*", 13 * 60, 15 * 60),
)
"""What people do, and the hours that this leaves them, in minutes after midnight."""
_HABIT = tuple((re.compile(words), since, until) for words, since, until in _HABITS)
_NOW = re.compile(
    r"(?:지금\s?)?(?:(?<![가-힣])[이요]\s?|(?<=[주일레욜])이)(?:시간|시각)(?:대|쯤)?(?!표|이)|지금\s?(?:시간|시각)(?:대|쯤)?"
)
"""The hour at which it is said: "내일 이 시간에"."""
_CLOCK_SINCE = re.compile(
    r"\s?(?:쯤|경|정도)?\s?(?:에|이|은|는)?\s?(?:부터|이후|넘어|넘으면|지나|후(?=에|로|\s|$)|끝나|퇴근|마치|마쳐|파하|퇴원|하원)"
)
_ONLY_DONE = re.compile(r"\s?(?:이?나|은|는)?\s?(?:돼야|되어야|넘어야|지나야)\s?(?:끝|마치|퇴근)")
_THEN = re.compile(r"[^,.\d]{0,16}?그\s?(?P<then>전|이전|다음|뒤|후|이후)(?:에|으로|부터|이|$|\s)(?!주|날)")
_CLOCK_UNTIL = re.compile(r"\s?(?:까지|이전|안으로|안에|전(?=에|으로|\s|까지))")


def time_marks(text: str, now: time | None = None) -> list[Mark]:
    """The times of day in a text that is said at `now`, in its order."""
    found = [
        Mark(*match.span(), since=since, until=until, habit=True)
        for words, since, until in _HABIT
        for match in words.finditer(text)
    ]
    if now is not None:
        minute = now.hour * 60 + now.minute
        found += [_clock(Mark(*match.span(), at=minute), text) for match in _NOW.finditer(text)]
    for span in find_times(text):
        if isinstance(span.value, str):
            found.append(_clock(Mark(span.start, span.end, at=_minutes(span.value)), text))
        elif isinstance(span.value, dict):
            since, until = _minutes(str(span.value["from"])), _minutes(str(span.value["to"]))
            then = _THEN.match(text, span.end) if span.text.endswith("이후") else None
            if then and "전" in then["then"]:
                since, until = min(OPENS, since), since
            found.append(Mark(span.start, span.end, since=since, until=until))
    return _after_work(longest(found))


def _after_work(marks: list[Mark]) -> list[Mark]:
    """ "알바 끝나면 4시예요": the clock tells when that is."""
    clocks = [m for m in marks if m.at is not None]
    work = [m for m in marks if (m.since, m.until) == (CLOSES, EVENING)]
    if not work or not clocks or clocks[0].start < work[0].start or (clocks[0].at or 0) >= CLOSES:
        return marks
    since = clocks[0].at or 0
    later = replace(clocks[0], since=since, until=CLOSES, at=None)
    return [later if m is clocks[0] else m for m in marks if m is not work[0]]


def _clock(mark: Mark, text: str) -> Mark:
    """A clock time, or the stretch that begins or ends with it: "10시부터", "4시까지", "5시에 끝나고"."""
    assert mark.at is not None
    tail = text[mark.end :]
    if _ONLY_DONE.match(tail):
        return replace(mark, since=0, until=mark.at, at=None)
    if found := _THEN.match(tail):
        before = "전" in found["then"]
        since, until = (min(OPENS, mark.at), mark.at) if before else (mark.at, max(CLOSES, mark.at + 60))
        return replace(mark, since=since, until=until, at=None)
    if found := _CLOCK_SINCE.match(tail):
        until = next(end for end in (CLOSES, EVENING, 24 * 60) if end > mark.at)
        return replace(mark, end=mark.end + found.end(), since=mark.at, until=until, at=None)
    if _CLOCK_UNTIL.match(tail):
        return replace(mark, since=min(OPENS, mark.at), until=mark.at, at=None)
    return replace(mark, since=max(0, mark.at - 60), until=min(24 * 60, mark.at + 61))


def _minutes(clock: str) -> int:
    hours, _, minutes = clock.partition(":")
    return int(hours) * 60 + int(minutes)
