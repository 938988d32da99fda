"""All readers together: what a message holds, and what a stretch of it that someone else marked means."""

import re
from collections.abc import Callable, Iterable
from datetime import date

from nlu.korean.ages import find_ages
from nlu.korean.dates import find_dates
from nlu.korean.districts import find_districts
from nlu.korean.durations import find_career_gaps, read_months
from nlu.korean.occupations import find_occupations
from nlu.korean.pay import find_pay
from nlu.korean.phones import find_phones
from nlu.korean.programs import find_programs
from nlu.korean.schedules import find_schedules
from nlu.korean.span import Span, Value, page
from nlu.korean.times import find_times
from nlu.labels import EntityName

_DATED: dict[str, Callable[[str, date], list[Span]]] = {
    EntityName.CAREER_GAP.value: find_career_gaps,
    EntityName.AGE.value: find_ages,
    EntityName.DATE.value: find_dates,
}
_UNDATED: dict[str, Callable[[str], list[Span]]] = {
    EntityName.PHONE.value: find_phones,
    EntityName.PROGRAM.value: find_programs,
    EntityName.PAY.value: find_pay,
    EntityName.SCHEDULE.value: find_schedules,
    EntityName.TIME.value: find_times,
    EntityName.DISTRICT.value: find_districts,
    EntityName.OCCUPATION.value: find_occupations,
}
_RANKS = ("phone", "program", "career_gap", "age", "pay", "schedule", "date", "time", "district", "occupation")
"""Of two readings of the same words the earlier kind counts: "2019년" in "2019년부터 쉬었어요" is a gap, not a date."""

_WORK = re.compile(r"일(?:하|할|자리|거리|감|을|도\s)|하는\s?일|일\s있|근무|알바|자리|출근|다니|다닐|구직|직장")


def find_all(text: str, on: date) -> tuple[Span, ...]:
    """What the readers find in a message of the day `on`, without overlaps: the longer reading wins.

    Offsets are those of the NFC text. Spans with a value come first, each group in the order of the text.
    """
    spans = [span for read in _UNDATED.values() for span in read(text)]
    spans += [span for read_on in _DATED.values() for span in read_on(text, on)]
    of_work = any(s.entity == EntityName.OCCUPATION.value for s in spans) or bool(_WORK.search(page(text).plain))
    settled = _settled(spans, of_work=of_work)
    return tuple(sorted(settled, key=lambda s: (s.value is None, s.start)))


def _settled(spans: Iterable[Span], *, of_work: bool) -> list[Span]:
    """The spans that stand: where nothing is said of work, "주말" and "오전" are days and times, not working hours."""

    def weight(span: Span) -> tuple[bool, int, int]:
        return span.entity == "schedule" and not of_work, span.start - span.end, _RANKS.index(span.entity)

    kept: list[Span] = []
    for span in sorted(spans, key=weight):
        if all(span.end <= other.start or other.end <= span.start for other in kept):
            kept.append(span)
    return kept


def normalise(entity: str, text: str, on: date) -> Value:
    """The value of words that were marked as an entity, read alone; None where they have none."""
    spans = _read(entity, text, on)
    if spans:
        return max(spans, key=lambda s: s.end - s.start).value
    return _told_alone(entity, page(text).plain.strip(), on)


def normalise_within(entity: str, message: str, start: int, end: int, on: date) -> Value:
    """The value of `message[start:end]` (offsets in the NFC text), marked as an entity, in the light of the rest.

    "11월 3일" is the one of the past in "11월 3일에 신청했는데", and "3시" a stretch of the day in "3시 이후에".
    """
    touching = [s for s in _read(entity, message, on) if s.start < end and start < s.end]
    if touching:
        return max(touching, key=lambda s: min(s.end, end) - max(s.start, start)).value
    return normalise(entity, page(message).whole[start:end], on)


def _read(entity: str, text: str, on: date) -> list[Span]:
    if entity in _DATED:
        return _DATED[entity](text, on)
    return _UNDATED[entity](text) if entity in _UNDATED else []


def _told_alone(entity: str, words: str, on: date) -> Value:
    """Words that mean something only as a marked entity: "80" as pay, "화" as a day, "작년 12월" as the end of work."""
    if entity == EntityName.PAY.value:
        return next((span.value for span in find_pay(f"{words}만원")), None)
    if entity == EntityName.DATE.value:
        forms = (f"{words}에", f"{words}요일")
        return next((span.value for form in forms for span in find_dates(form, on)), None)
    if entity == EntityName.CAREER_GAP.value:
        days = find_dates(words, on)
        return _months_since(days[0].value, on) if days else read_months(words)
    return None


def _months_since(days: Value, on: date) -> int | None:
    """Whole months from a day, a month or a year of the past; None of a season, which does not say the month."""
    if not isinstance(days, (str, dict)):
        return None
    first, last = (days["from"], days["to"]) if isinstance(days, dict) else (days, days)
    start, end = date.fromisoformat(str(first)), date.fromisoformat(str(last))
    months = (on.year - start.year) * 12
    if (start.year, start.month) == (end.year, end.month):
        months += on.month - start.month
    elif (start.month, end.month) != (1, 12):
        return None
    return months if months > 0 else None
