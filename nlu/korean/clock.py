"""Single times of day as people say them: 두 시, 두시반, 저녁 7시 십 분 전, 14:30, 두세 시."""

import re
from collections.abc import Iterator
from dataclasses import dataclass, replace

from nlu.korean.numbers import read_number

PART_OF_DAY = r"(?:오전|오후|새벽|아침|점심|대낮|한낮|낮|저녁|오밤중|밤)"
NATIVE_HOUR = (
    r"(?:열\s?하나|열\s?둘|열\s?한|열\s?두|열|한|두|세|네|다섯|여섯|일곱|일굽|닐곱|여덟|여덜|여덞"
    r"|아홉|아옵|아흡|다섰|여섰)"
)
HOUR_SIGN = (
    r"(?:싯(?=반|쯤|즘|에|부터|까지|요|이|경|\s|$)"
    r"|(?<=[두세네섯섰곱덟덜홉옵열])씨(?=반|쯤|즘|에(?!게)|요|부터|까지|경)"
    r"|시(?!미(?!터)|방(?!문)|[럭봉군]|풍속|\s?뉴스|(?:(?<=한시)|(?<=한\s시))도\s?(?:못|안|가만|쉬|편|마음|눈"
    r"|잊)|(?:(?<=한시)|(?<=한\s시))[가를]\s?(?:급|바쁘|바빠|아까|다투))"
    r"(?![간작급니청장설민골내험기점절집월행스각름적댁켜키킬세]|라도|바삐|대적|어머|아버|어른|아주|누이|동생))"
)
"""시 as the sign of an hour, not the beginning of 시간, 시작, 시급 …"""

_FEW = {
    "한두": (1, 2), "두세": (2, 3), "두서너": (2, 4), "서너": (3, 4), "세네": (3, 4), "네다섯": (4, 5),
    "네댓": (4, 5), "너댓": (4, 5), "대여섯": (5, 6), "예닐곱": (6, 7), "두어": (2, 3),
}  # fmt: skip
_JOINED_TO_DAY = "(?<=[일늘낼욜레주날에])"  # the day before it, without a space: 내일두시, 화욜두시
_CLOCK = re.compile(
    rf"""
    (?: (?P<part>{PART_OF_DAY}) (?:에|때|쯤|나절|시간)? \s?(?:한\s)? )?
    (?:
        (?: (?<![가-힣]) | {_JOINED_TO_DAY} | (?<=[전후벽침심낮녁밤때쯤]) )
        (?: (?P<few>{"|".join(_FEW)}) \s?{HOUR_SIGN}
          | (?P<native>{NATIVE_HOUR}|십[삼사오육칠팔구]|이십[일이삼사]?) \s?{HOUR_SIGN} )
      | (?<![\d:.,~/-]) (?P<hour>\d{{1,2}}) \s?{HOUR_SIGN}
      | (?<=[~-]) (?<!\d\d\d-) (?P<until>\d{{1,2}}) \s?{HOUR_SIGN}
      | (?<![\d:.,/-]) (?P<colon>\d{{1,2}}) \s?:\s? (?P<past>[0-5]\d) (?![\d:])
    )
    (?: \s?(?P<half>반) (?=[에쯤즘이으부까요정경사도은~,.\s-]|$)
      | \s?(?P<minute>\d{{1,2}}|[이삼사오]?십[일이삼사오육칠팔구]?|[일이삼사오육칠팔구]) \s?분 (?P<to>\s?전)?
      | \s?(?P<bare>[0-5][05]) (?=에|으로|이요|\s|$)
    )?
    """,
    re.VERBOSE,
)
_AND = re.compile(r"(?:쯤|경)?\s?(?:이?나|하고|이?랑|와|,|아니면|또는|에서|부터|~|-|도)?\s?")
_NOON, _DAY = 12 * 60, 24 * 60
_FIRST_DAYTIME_HOUR = 7


@dataclass(frozen=True)
class Clock:
    """A time of day in a text. `first` and `last` are minutes after midnight, the same but for "두세 시"."""

    start: int
    end: int
    first: int
    last: int
    part: str
    """The part of the day that was said, or ""."""


def clocks(text: str) -> list[Clock]:
    """The times of day in the text; one without its part of the day goes on from the one just before it."""
    found: list[Clock] = []
    for clock in _read(text):
        if found and not clock.part and _AND.fullmatch(text, found[-1].end, clock.start):
            clock = _going_on(found[-1], clock)
        found.append(clock)
    return found


def hour_of_day(hour: int, part: str) -> int:
    """The hour from 0 to 23 of a spoken hour: 2 is 14, "아침" 8 is 8, "저녁" 7 is 19, "밤" 12 is 0."""
    if hour > 12 or hour == 0:
        return hour % 24
    if not part:
        return hour if hour >= _FIRST_DAYTIME_HOUR else hour + 12
    if part in ("오전", "아침", "새벽"):
        return 0 if hour == 12 and part == "새벽" else hour
    if part in ("밤", "오밤중", "저녁"):
        return 0 if hour == 12 else hour + 12 if hour >= 5 or part == "저녁" else hour
    return hour if (hour >= 10 and part != "오후") or hour == 12 else hour + 12


def _read(text: str) -> Iterator[Clock]:
    for found in _CLOCK.finditer(text):
        part, few = found.group("part") or "", found.group("few")
        hours = _FEW[few] if few else (_spoken_hour(found),) * 2
        if hours[0] is None or hours[0] > 24 or (hours[0] == 24 and not part):
            continue
        minutes = _minutes(found)
        first, last = (hour_of_day(hour or 0, part) * 60 + minutes for hour in hours)
        if minutes < 60:
            yield Clock(*found.span(), first % _DAY, last % _DAY, part)


def _spoken_hour(found: "re.Match[str]") -> int | None:
    told = found.group("native") or found.group("hour") or found.group("until") or found.group("colon")
    return read_number(told)


def _minutes(found: "re.Match[str]") -> int:
    if found.group("half"):
        return 30
    told = read_number(found.group("minute") or found.group("past") or found.group("bare") or "0") or 0
    return -told if found.group("to") else told


def _going_on(before: Clock, clock: Clock) -> Clock:
    """ "저녁 7시에서 8시": the second is in the evening too; "9시에서 6시": the second is the later one."""
    if before.part in ("저녁", "밤", "새벽", "아침", "오전") or clock.first <= before.last:
        early = clock.first % _NOON
        later = [minutes for minutes in (early, early + _NOON) if minutes > before.last]
        if later:
            shift = later[0] - clock.first
            return replace(clock, first=clock.first + shift, last=clock.last + shift)
    return clock
