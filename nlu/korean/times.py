"""Times of day: 두 시 (14:00), 두시반, 저녁 7시, 2:30, 오전 중, 점심때, 오후 2시에서 4시 사이.

Hours without 오전, 오후, 저녁 and the like are read between 7:00 and 18:59: 두 시 is 14:00, 아홉 시 9:00.
What has no hour of its own ("퇴근하고") has the value None.
"""

import re
from collections.abc import Iterator
from itertools import pairwise

from nlu.korean.clock import HOUR_SIGN, NATIVE_HOUR, PART_OF_DAY, Clock, clocks, hour_of_day
from nlu.korean.numbers import read_number
from nlu.korean.span import Find, Span, page
from nlu.labels import EntityName

_SHORT_RANGE = re.compile(
    rf"""
    (?: (?P<part>{PART_OF_DAY}) (?:에)? \s? )?
    (?: (?<![\d:.,/-]) (?P<a>\d{{1,2}}) | (?<![가-힣]) (?P<b>{NATIVE_HOUR}) )
    \s? (?:~|-|에서) \s? (?P<until>\d{{1,2}}|{NATIVE_HOUR}) \s? {HOUR_SIGN} (?: \s?사이 )?
    """,
    re.VERBOSE,
)
_TO = re.compile(r"(?:쯤|경)?\s?(?:부터|에서|~|-)\s?")
_AND = re.compile(r"(?:쯤|경)?\s?(?:이?나|하고|와|이?랑|,)?\s?")
_BETWEEN = re.compile(r"\s?사이")
_LATER = re.compile(r"\s?(?:이후|넘어서?|지나서|지나면|지나고|후(?=에|로))")
_EARLIER = re.compile(r"\s?(?:이전|전(?![후화체공문])|되기\s?전)")
_BUT = re.compile(r"\s?(?:[은는만을를]|에는|엔)?\s?(?:빼고는?|빼곤|빼면|말고는?|제외)")
_NOON = re.compile(r"(?P<noon>정오)|(?P<midnight>(?<![가-힣])자정)")
_NOT_WORK = r"(?!\s?(?:반(?!까|나절)|근무|조(?![금절])|타임|알바|일자리|파트|장사|만(?![나날약])|에만))"
_JOINED_TO_DAY = r"(?<!좋은\s)(?<!즐거운\s)(?<!편안한\s)(?<!행복한\s)(?:(?<![가-힣])|(?<=[일늘낼욜레주날]))"
_VAGUE = re.compile(
    rf"""
    (?P<word>
        점심(?:시간)?\s?(?P<after>[먹묵]고|지나서|지나고|후|이후) | 점심\s?(?P<before>전|먹기\s?전)
      | 점심\s?(?:때|시간|무렵|쯤|즈음) | 점심(?=에)
      | (?P<degree>늦은|이른)\s?(?:오전|오후|아침|저녁)
      | (?:오전|오후|아침|저녁)\s?(?P<when>늦게|느지막이|일찍(?!\s?일어)|초반)
      | (?:오전|오후) {_NOT_WORK}
      | {_JOINED_TO_DAY} (?:아침|저녁) {_NOT_WORK} (?!\s?(?:밥|식사|마다|상|반찬|드라마|운동|형|을|은\s?먹|하러|하고
        |준비|차[리려]|드[셨세시]|먹[었으을]|은\s?집|해\s?[먹놓]|저녁으로
        |일찍\s?일어))
      | {_JOINED_TO_DAY} (?:새벽|대낮|한낮|낮|밤) (?=에(?!만|\s?(?:잠|못\s?자|한숨|무서))|이[나요]|쯤
        |시간|중|늦(?!게까지)|때|으로
        |\s(?!근무|알바|일|청소|배달|장사|시장|운동|잠)|$
        |[,.?!])
    )
    (?: \s?중(?=[에으이\s]|$) | \s?때 | 나절 | \s?시간대? | \s?먹고 )?
    """,
    re.VERBOSE,
)
_NO_HOUR = re.compile(
    r"""
    (?: 퇴근(?:하고|\s?후|\s?뒤|하면|한\s?(?:다음|후|뒤)) | (?:일|근무|알바)\s?(?:끝나고|마치고|끝나면|끝내고)
      | (?:애|아이|손주|애들|아이들)\s?(?:학교|유치원|어린이집)\S{0,2}\s?(?:보내고|데려다\s?주고|맡기고)
    ) (?:\s?나서)?
    """,
    re.VERBOSE,
)
_PARTS = {
    "오전": (9, 12), "오후": (12, 18), "아침": (7, 10), "저녁": (18, 21), "밤": (21, 24), "새벽": (3, 6),
    "낮": (12, 15), "점심": (12, 13),
}  # fmt: skip
_LATE = {"오전": (11, 12), "오후": (16, 18), "아침": (9, 10), "저녁": (20, 21)}
_EARLY = {"오전": (9, 10), "오후": (12, 14), "아침": (6, 8), "저녁": (17, 19)}
_OPENING, _CLOSING, _EVENING = 9 * 60, 18 * 60, 21 * 60


def find_times(text: str) -> list[Span]:
    """Times as "14:00", or {"from", "to"} for a stretch of the day.

    None is what has no hour and what is shut out ("3시 말고"). "오전" is 09:00-12:00, "오후" 12:00-18:00, "저녁"
    18:00-21:00; "3시 이후" ends with the working day (18:00), "3시 전" begins with it (9:00).
    """
    plain = page(text).plain
    found = clocks(plain)
    finds = [*_short_ranges(plain), *_ranges(plain, found), *(_open_or_point(plain, clock) for clock in found)]
    finds += _without_hour(plain)
    shut_out = (f._replace(value=None) if _BUT.match(plain, f.end) else f for f in finds)
    return page(text).spans(EntityName.TIME.value, shut_out)


def _written(minutes: int) -> str:
    return f"{minutes // 60:02d}:{minutes % 60:02d}" if minutes < 24 * 60 else "23:59"


def _stretch(first: int, last: int) -> dict[str, object]:
    return {"from": _written(first), "to": _written(last)}


def _short_ranges(text: str) -> Iterator[Find]:
    """ "오후 2~4시", "두~세 시": the first hour without its 시."""
    for found in _SHORT_RANGE.finditer(text):
        part = found.group("part") or ""
        first, until = read_number(found.group("a") or found.group("b")), read_number(found.group("until"))
        if first is None or until is None or max(first, until) > 24:
            continue
        start, end = hour_of_day(first, part) * 60, hour_of_day(until, part) * 60
        if end <= start and until <= 12:
            end = next((e for e in (until * 60, until * 60 + 720) if e > start), end)
        if end > start:
            yield Find(*found.span(), _stretch(start, end))


def _ranges(text: str, found: list[Clock]) -> Iterator[Find]:
    for one, two in pairwise(found):
        between = _BETWEEN.match(text, two.end)
        joined = _TO.fullmatch(text, one.end, two.start) or (between and _AND.fullmatch(text, one.end, two.start))
        if joined and one.first < two.last:
            yield Find(one.start, between.end() if between else two.end, _stretch(one.first, two.last))


def _open_or_point(text: str, clock: Clock) -> Find:
    later, earlier = _LATER.match(text, clock.end), _EARLIER.match(text, clock.end)
    if later:
        closing = next(end for end in (_CLOSING, _EVENING, 24 * 60) if end > clock.first)
        return Find(clock.start, later.end(), _stretch(clock.first, closing))
    if earlier and clock.last > 0:
        return Find(clock.start, earlier.end(), _stretch(_OPENING if clock.last > _OPENING else 0, clock.last))
    if clock.first != clock.last:
        return Find(clock.start, clock.end, _stretch(clock.first, clock.last))
    return Find(clock.start, clock.end, _written(clock.first))


def _without_hour(text: str) -> Iterator[Find]:
    for found in _VAGUE.finditer(text):
        yield Find(*found.span(), _stretch(*(hour * 60 for hour in _part(found))))
    for found in _NOON.finditer(text):
        yield Find(*found.span(), "12:00" if found.group("noon") else "00:00")
    for found in _NO_HOUR.finditer(text):
        yield Find(*found.span(), None)


def _part(found: "re.Match[str]") -> tuple[int, int]:
    if found.group("after"):
        return 13, 15
    if found.group("before"):
        return 11, 12
    part = next(name for name in _PARTS if name in found.group())
    degree = found.group("degree") or found.group("when")
    if degree is None:
        return _PARTS[part]
    return (_LATE if degree in ("늦은", "늦게", "느지막이") else _EARLY)[part]
