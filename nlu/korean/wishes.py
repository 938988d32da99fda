"""What times for an appointment somebody wants, in their own words, as plain values.

"다음주 화요일 오후 두 시쯤", "설 지나고 아무 때나 오전", "모레 빼고", "화요일은 병원 가는 날이라 수요일이 좋아요",
"그분(김 상담사) 계실 때". A wish is a mapping that JSON can carry:

    {"windows": [window], "not": [window], "order": "" | "soonest" | "latest", "counselor": whom}

where `whom` is a name with its title, "same", "other", "any" or "". A window says which
starts are meant, any key left out where nothing was said:

    {"first": "2026-11-24", "last": "2026-11-24", "weekdays": [0, 2], "weekly": true,
     "from": minutes, "to": minutes (a start before it), "at": minutes after midnight}

`weekly`: the same weekday of a later week serves too. No window: any time.
"""

import re
from collections.abc import Iterator, Sequence
from dataclasses import replace
from datetime import date, time
from itertools import pairwise
from typing import Any, TypeAlias

from nlu.korean.span import page
from nlu.korean.spelling import normalise_spelling
from nlu.korean.wish_days import day_marks
from nlu.korean.wish_hours import time_marks
from nlu.korean.wish_marks import Mark
from nlu.korean.wish_said import only_said_of_today, wished
from nlu.korean.wish_words import ANY, LATEST, NO_HURRY, SOONEST, counselor_in, mended

WishValue: TypeAlias = dict[str, Any]

_JOINT = re.compile(
    r"(?:[은는이가을를의도]|에도?|에는|엔|쯤에?|경에?|정도에?|즈음에?|중에서?|중으로|중|날|안에|[,/·~]|이?나|하고|이?랑|와|과|또는|혹은|아니면"
    r"|이?든지|이?든|든가|그리고|전후로?|무렵에?|때|까지|부터|아무\s?때나|언제든지?|그\s?중에?|사이에?|로|으로|시간에?|\(|\)|한|좀|혹시|되도록|가능하면"
    r"|인데요?|이고요?|[,]|\s)*"
)
_EITHER = re.compile(r"이?나\s|이?나$|아니면|또는|혹은|이?든|,|/|하고|이?랑\s|[와과]\s|도\s|그리고")
_NO_CHOICE = re.compile(r"아무\s?(?:때|날|데)(?:이?나)?|언제(?:든지?|나)")
EXACTLY = 30
"""Minutes from a clock time on that are shut out with it."""
_HIDE = re.compile(r"빼고는?|빼곤|빼면|빼놓고|빼서|말고는?|제외하고는?|제외")
_BUT = re.compile(
    r"\s?(?:[은는만을를]|에는|엔|에만|에|이|가|까지|때|날|쯤|로)*\s?(?:빼고|빼곤|빼면|빼놓|빼구|빼서|빼\s?[주줘]|제끼|제쳐|뺴고|말고|말구|제외|외에|아니고|아니라|아닌\s?(?:날|때|시간|다른)|피하|피해"
    r"|싫|안\s?되고|건너|다음에?\s?말)|\s?(?:[은는이가]|에)?\s?만\s?(?:아니면|아니라면|아님)"
)
_BUT_THEN = re.compile(r"[^,.?!]{0,14}(?:때|시간|날|사이|쪽)(?:[은는만을를]|에는)?\s?(?:말고|빼고|빼면|제외|피해|피하)")
_ASKS = re.compile(
    r"(?:안|못)\s?(?:되나|되는지|되겠|될까|되려나|됩니까|될는지|돼요\?|되죠\?|되요\?|하나요|할까|오나|가나)"
)
_FINE = re.compile(
    r"좋|괜찮|괜찬|(?<!안\s)(?<!안)(?<!못\s)(?<!못)(?:되(?!면)|돼|될|됩|됨)|가능|비어|비워|시간\s?(?:있|나[요고는])|한가|편해|편하|나아|낫"
)
_NOT = re.compile(
    r"안\s?[되돼됩될됨된]|안되|안돼|못\s?(?:가|나가|오|해|하|뵈|뵙|나|갑|합|있|움)|못가|힘들|힘든|어렵|어려|곤란|불가|안\s?나[요고]|시간이?\s?없|싫|별로|안\s?좋"
    r"|빠져야|안\s?맞|좀\s?그[래렇]|(?:너무|좀)\s?(?:멀|먼)|힘드러|힘드네|힘드|(?:좀|너무)\s?(?:빠르|이르|늦[고은]|일러|빨라)|(?:돼야|되어야|넘어야|지나야)\s?(?:끝|마치|퇴근)|애매|부담|빡빡|안\s?하고|빼야|늦었|글렀|틀렸|지났|못\s?(?:끝|마치|나와|빠져|움직|일어)"
)
_IF_NOT = re.compile(
    r"(?:안\s?되|안되|힘들|어려우|곤란하|없으|안\s?나|불가능하|싫으)면|안\s?될\s?(?:때|경우)|안\s?되거든|아니(?:면|라면)|아님"
)
_BUSY = re.compile(
    r"바빠|바쁘|바쁜|일이\s?(?:있|생|많)|일\s?있|약속|병원|출근|일하|일해|근무|알바|수업|모임|제사|잔치|결혼|예식|여행|김장|치과|한의원|검진|장례|행사|학원|운동|교회"
    r"|봐\s?(?:줘야|주는|야)|봐줘야|돌봐|돌보|데리러|차려야|챙겨|챙기|가야|와서|오는\s?날|가는\s?날|하는\s?날|있는\s?날|있어서|다녀서|다녀요|있거든|바뻐|손님|이사|생신|명절|정신이?\s?없|회사|직장|다니|시골|고향|출장|입원|해외|친정|시댁|간병|투석|치료|동창회|계모임|곗날|장날|밭일|농사|일\s?(?:나가|가는|가요)|까지는?\s?(?:쉬|놀)|(?:집|서울|여기|한국|동네)에?\s?없|끝났으니|지났으니|다\s?갔으니"
)
_MUST = re.compile(r"야\s?(?:되니까?|돼서|되거든요?|되는데|돼가지고|되고)")
_REASON = re.compile(r"\s?(?:이?라서?|이?어서|이니까?|이?니까|이거든요?)(?=요?[\s,.]|요?$)")
_ELSEWHERE = re.compile(r"(?:하원|하교|등원|등교|마감|버스|기차|면접|약속)[이가은는]?\s?\S*\s?$")
_COMMA = re.compile(r"[^,]{0,6},\s?")
_AS_SUCH = re.compile(
    r"(?:에|은|이)?(?:\s?(?:되|돼|됩|가능|괜찮|좋|나(?!\s)|시간\s?(?:되|돼|나(?!\s)|있))\S{0,4})?\s*[,.]?\s*"
)
"""Between days and one of them: "주말만 되고 토요일 열 시". The 만 is gone by then."""
_ON_THE_OTHER_HAND = re.compile(r"\s?(?:에는|엔|[은는도])")
_SAME_TIME = re.compile(r"(?:같은|그|똑같은)\s?시간")
_DONE = re.compile(r"갔다|다녀와|다녀오|끝나고|끝나면|마치고|끝내고|보고|먹고")
"""What is done before, and so neither wished nor shut out: "오전에 병원 갔다가 오후에 갈게요"."""
_CLAUSE = re.compile(r"[.!?\n]|(?<=[요죠다])\s(?=[가-힣])")


def read_wish(text: str, on: date, at: time | None = None) -> WishValue | None:
    """The wish in a text of the day `on` and the hour `at`; None where it says nothing of a time or of a counselor.

    Without `at`, "이 시간에" says nothing of the hour.
    """
    plain = mended(normalise_spelling(page(text).plain))
    # The readers of days and times take what is shut out for no value; here that is told apart.
    open_ = _HIDE.sub(lambda found: "□" * len(found.group()), plain)
    days, times = day_marks(open_, on, hour_known=at is not None), time_marks(open_, at)
    marks = wished(plain, sorted(_apart([*days, *times]), key=lambda m: m.start))
    wanted, shut = _sorted_out(plain, marks)
    soon = SOONEST.search(plain) and not NO_HURRY.search(plain)
    order = "soonest" if soon else "latest" if LATEST.search(plain) else ""
    welcome = _combined(plain, wanted)
    refused = [m for phrase in shut for m in _combined(plain, phrase, shut=True)]
    wish = {
        "windows": _once([_window(m) for m in welcome]),
        "not": [_window(m) for m in refused if not any(_yields(m, other) for other in welcome)],
        "order": order,
        "counselor": counselor_in(plain),
    }
    if not (wish["windows"] or wish["not"] or order or wish["counselor"] or ANY.search(plain)):
        return None
    return wish


def _yields(refused: Mark, wanted: Mark) -> bool:
    """Whether what is wanted is an exception of what is refused: "연초는 바빠서 1월 말", "평일은 안 되고 수요일만"."""
    if (refused.since, refused.until) != (0, 24 * 60):
        return False
    if refused.weekdays:
        return not refused.dated and bool(wanted.weekdays) and wanted.weekdays < refused.weekdays
    return wanted.dated and not wanted.weekly and refused.is_range and _holds(refused, wanted) and wanted != refused


def _once(windows: list[dict[str, Any]]) -> list[dict[str, Any]]:
    return [window for number, window in enumerate(windows) if window not in windows[:number]]


def _apart(marks: Sequence[Mark]) -> list[Mark]:
    kept: list[Mark] = []
    for mark in sorted(marks, key=lambda m: (m.start - m.end, not m.is_day)):
        if all(mark.end <= other.start or other.end <= mark.start for other in kept):
            kept.append(mark)
    return kept


def _sorted_out(text: str, marks: Sequence[Mark]) -> tuple[list[Mark], list[list[Mark]]]:
    """The marks that are wanted, and phrases of marks that are shut out."""
    wanted: list[Mark] = []
    shut: list[list[Mark]] = []
    phrases = list(_phrases(text, marks))
    for number, phrase in enumerate(phrases):
        until = phrases[number + 1][0].start if number + 1 < len(phrases) else len(text)
        tail = text[phrase[-1].end : until]
        others = [m for p in phrases[number + 1 :] for m in p]
        head = text[phrases[number - 1][-1].end if number else 0 : phrase[-1].start]
        if _is_shut(tail) or (_is_reason(head, tail) and (others or phrase[-1].at is not None)):
            named = _shut_part(text, phrase, tail)
            shut.append(named)
            wanted += [m for m in phrase if m not in named]
        elif only_said_of_today(text, phrase, others) or (others and _BUSY.search(tail) and _DONE.search(tail)):
            continue
        else:
            wanted += phrase
    return wanted, shut


def _phrases(text: str, marks: Sequence[Mark]) -> Iterator[list[Mark]]:
    """Marks that belong together: only particles and "or" stand between them."""
    phrase: list[Mark] = []
    for mark in marks:
        if phrase and not _JOINT.fullmatch(text, phrase[-1].end, mark.start):
            yield phrase
            phrase = []
        phrase.append(mark)
    if phrase:
        yield phrase


def _is_shut(tail: str) -> bool:
    if _BUT.match(tail):
        return True
    if _BUT_THEN.match(tail):
        return True
    tail = _MUST.sub("야 ", _ASKS.sub(" 되나", tail))
    clause = _CLAUSE.split(tail, maxsplit=1)[0] if not _NOT.search(tail) else tail
    if _IF_NOT.search(clause):
        return False
    refused, fine = _NOT.search(clause), _FINE.search(clause)
    if refused:
        return not (fine and fine.start() < refused.start())
    busy = bool(_BUSY.search(clause)) and not fine
    return busy and not _DONE.search(clause) and not re.search(r"(?:면접|상담|예약)", clause)


def _is_reason(head: str, tail: str) -> bool:
    """Whether a time is only when something else is: "병원이 두 시라", "애 하원이 네 시라"."""
    return bool(_REASON.match(tail) and (_BUSY.search(head) or _ELSEWHERE.search(head)))


def _shut_part(text: str, phrase: list[Mark], tail: str) -> list[Mark]:
    """Which marks of a phrase the refusal means: of "다음 주에 화요일 빼고" only the Tuesday."""
    named = [phrase[-1]]
    for before, after in reversed(list(pairwise(phrase))):
        between = text[before.end : after.start]
        within = after.is_day and (not after.is_range or (before.is_range and _holds(before, after)))
        narrows = before.is_range and within and not _EITHER.search(_NO_CHOICE.sub("", between))
        aside = before.is_day and not after.is_day and (before.is_range or _COMMA.fullmatch(between))
        if narrows or (aside and (_BUT.match(tail) or _BUT_THEN.match(tail))):
            break
        named.insert(0, before)
    return named


def _combined(text: str, marks: Sequence[Mark], *, shut: bool = False) -> list[Mark]:
    """Days with their times: "화요일이나 목요일 오전" are two mornings, "화요일 오전이나 목요일 오후" one and one."""
    windows: list[Mark] = []
    for days, times in _groups(text, marks) if marks else ():
        each = _narrowed(text, days) or [Mark(0, 0)]
        if shut:
            each = [_every_week(d) for d in each]
            times = [t if t.at is None else replace(t, since=t.at, until=t.at + EXACTLY) for t in times]
        for day in each:
            windows += [_at(day, time) for time in _one_or_other(times)] if times else [day]
    return windows


def _every_week(day: Mark) -> Mark:
    """ "화요일은 안 돼요", "월요일부터 목요일까지는 일해요": whatever week it is."""
    if day.each_week:
        return replace(day, first=date.min, last=date.max, weekdays=day.each_week, weekly=True)
    return replace(day, first=date.min, last=date.max) if day.weekly else day


def _groups(text: str, marks: Sequence[Mark]) -> list[tuple[list[Mark], list[Mark]]]:
    groups: list[tuple[list[Mark], list[Mark]]] = [([], [])]
    for mark in marks:
        days, times = groups[-1]
        if mark.is_day and days and times:
            groups.append(([mark], []))
        elif mark.is_day:
            days.append(mark)
        else:
            times.append(mark)
    again = len(groups) > 1 and (_times_first(marks) or _SAME_TIME.search(text))
    if again and not groups[-1][1]:
        groups[-1] = (groups[-1][0], groups[-2][1])
    return groups


def _times_first(marks: Sequence[Mark]) -> bool:
    return not marks[0].is_day


def _narrowed(text: str, days: Sequence[Mark]) -> list[Mark]:
    """A stretch with the weekdays that are meant in it; days that say the same twice once."""
    out: list[Mark] = []
    stretch: Mark | None = None
    for number, mark in enumerate(days):
        before = days[number - 1] if number else None
        if mark.is_range:
            if out and out[-1].weekly and out[-1].weekdays and not _either(text, before, mark):
                out[-1] = _within(out[-1], mark)
                continue
            both = (
                _overlap(stretch, mark)
                if stretch and out and out[-1] is stretch and not _either(text, before, mark)
                else None
            )
            if both:
                stretch = out[-1] = both
                continue
            nested = stretch and not _either(text, before, mark) and _holds(stretch, mark)
            if nested and out:
                out.pop()
            stretch = mark
            out.append(mark)
        elif mark.weekly and stretch is not None:
            if out[-1] is stretch:
                out.pop()
            out.append(_within(mark, stretch))
        else:
            if out and before and _narrows(text, out[-1], stretch, before, mark):
                out.pop()
            out.append(mark)
    return out


def _narrows(text: str, last: Mark, stretch: Mark | None, before: Mark, mark: Mark) -> bool:
    """Whether a day takes the place of the days just told, of which it is one."""
    if last is stretch:
        return not _either(text, before, mark) and _holds(last, mark)
    return last is before and _singles_out(text, before, mark)


def _singles_out(text: str, before: Mark, mark: Mark) -> bool:
    """ "주말만, 토욜 열 시", "평일만 되고 내일 두 시": of the weekdays before it the one that is wanted."""
    named = mark.weekdays or (frozenset({mark.first.weekday()}) if mark.dated and mark.first == mark.last else None)
    if not named or not before.weekly or not named < before.weekdays:
        return False
    contrast = _ON_THE_OTHER_HAND.match(text, mark.end)
    return not contrast and _AS_SUCH.fullmatch(text, before.end, mark.start) is not None


def _either(text: str, before: Mark | None, mark: Mark) -> bool:
    return before is not None and bool(_EITHER.search(_NO_CHOICE.sub("", text[before.end : mark.start])))


def _holds(stretch: Mark, mark: Mark) -> bool:
    assert stretch.first is not None and stretch.last is not None
    return (
        mark.first is not None and mark.last is not None and stretch.first <= mark.first and mark.last <= stretch.last
    )


def _overlap(one: Mark, two: Mark) -> Mark | None:
    """ "다음 주 설 전에": the days that are in both."""
    first, last = max(one.first, two.first), min(one.last, two.last)
    return replace(two, first=first, last=last) if first <= last else None


def _within(weekdays: Mark, stretch: Mark) -> Mark:
    return replace(weekdays, first=stretch.first, last=stretch.last, weekly=False)


def _one_or_other(times: Sequence[Mark]) -> list[Mark]:
    """ "오전 중 10시쯤" is ten o'clock; "두 시나 네 시" is either."""
    out: list[Mark] = []
    clocks = [t for t in times if not t.habit]
    loose = [t for t in times if t.habit and not any(t.since < c.until and c.since < t.until for c in clocks)]
    for hour in times if not clocks else [t for t in times if t not in loose]:
        inside = [
            o for o in out if o.since <= (hour.at or hour.since) and (hour.at or hour.until) <= o.until and o.at is None
        ]
        meets = [
            o for o in out if o.at is None and hour.at is None and max(o.since, hour.since) < min(o.until, hour.until)
        ]
        if inside:
            out.remove(inside[0])
            out.append(hour)
        elif meets:
            out.remove(meets[0])
            since, until = max(meets[0].since, hour.since), min(meets[0].until, hour.until)
            out.append(replace(meets[0], since=since, until=until))
        else:
            out.append(hour)
    return out


def _at(day: Mark, time: Mark) -> Mark:
    return replace(day, since=time.since, until=time.until, at=time.at)


def _window(mark: Mark) -> dict[str, Any]:
    window: dict[str, Any] = {}
    if mark.dated:
        window |= {"first": mark.first.isoformat(), "last": mark.last.isoformat()}
    if mark.weekdays:
        window["weekdays"] = sorted(mark.weekdays)
    if mark.weekly:
        window["weekly"] = True
    if (mark.since, mark.until) != (0, 24 * 60):
        window |= {"from": mark.since, "to": mark.until}
    if mark.at is not None:
        window["at"] = mark.at
    return window
