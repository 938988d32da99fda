"""What stands behind a day in a wish and makes other days of it: 있는 주, 쯤, 부터, 부터 사흘간, 까지, 지나서."""

import re
from dataclasses import replace
from datetime import date, timedelta

from nlu.korean.wish_lengths import LENGTH, days_in
from nlu.korean.wish_marks import Mark

HORIZON = timedelta(27)
"""How long an open stretch ("다음 주부터", "설 지나고") is looked at; nearer days come first anyway."""

_OPEN = re.compile(
    r"(?:에)?\s?(?:부터|이후|(?P<past>지나(?![기지])|넘어(?!가기)|넘기[고면]|넘겨|넘으면)|후(?=에|로|\s|$)|뒤(?=에|로|\s|$))"
)
_FOR_SO_LONG = re.compile(rf"\s?(?:부터|로)\s?(?:한\s)?(?P<length>{LENGTH})\s?(?:간|동안|은|정도|내내)")
_ENDS = re.compile(
    r"\s?(?:까지|이내|전까지|안에|안으로|내로|전(?=에|으로|까지)|이전|(?:[이가을를]\s?)?(?P<over>지나|넘|끝나|넘기|넘어가|다\s?가)기\s?전)"
)
_ITS_WEEK = re.compile(r"\s?(?:이|가)?\s?(?:있는|낀|들어\s?있는|껴\s?있는|들은|든)\s?주")
_ABOUT = re.compile(r"\s?(?:쯤|경(?![기력])|정도|즈음|무렵|전후|언저리|께(?!서))")
_NEAR_DAY = re.compile(r"(?:오늘|내일|낼|모레)$")


def with_tail(mark: Mark, words: str, tail: str, on: date) -> Mark:
    """The days of a mark, which `words` told, with what follows them in `tail`."""
    if found := _ITS_WEEK.match(tail):
        monday = mark.first - timedelta(mark.first.weekday())
        return replace(mark, end=mark.end + found.end(), first=max(on, monday), last=monday + timedelta(6))
    about = _ABOUT.match(tail)
    if mark.first == mark.last and not _NEAR_DAY.search(words) and (about or _ABOUT.search(words)):
        mark = replace(mark, end=mark.end + (about.end() if about else 0))
        return replace(mark, first=max(on, mark.first - timedelta(1)), last=mark.last + timedelta(1))
    if found := _FOR_SO_LONG.match(tail):
        return replace(mark, end=mark.end + found.end(), last=mark.first + timedelta(days_in(found["length"]) - 1))
    if (found := _OPEN.match(tail)) and "까지" not in tail[:14]:
        past_it = found["past"] or ("부터" not in tail[:4] and mark.is_range)
        first = mark.last + timedelta(1) if past_it else mark.first
        return replace(mark, first=first, last=first + HORIZON)
    if (found := _ENDS.match(tail)) and not re.search("부터|에서|~|-", words):
        last = mark.last if found["over"] or re.match(r"\s?(?:까지|안|이내|내)", tail) else mark.first - timedelta(1)
        return replace(mark, first=on, last=last) if last >= on else mark
    return mark
