"""Which question comes next in a check, with its words and buttons; and buttons back to values. Pure."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from dataclasses import field as dataclass_field
from datetime import date, timedelta
from typing import Any

from bot.eligibility_answers import DONT, WONT
from bot.learn import home_of
from bot.turn import Button, Tap
from bot.words import Words
from knowledge.choices import Choice
from knowledge.dates import months_after
from knowledge.profile import FieldSpec
from knowledge.questions import Asking, Question, begin, next_question, question
from knowledge.rulebook import RuleBook
from knowledge.tables import Tables

BATCH = 5
"""Questions before a first answer, when it is about several programs: nobody is asked for an hour."""
MOST_CHOICES = 3
"""With "잘 모르겠어요" and "말하고 싶지 않아요" that makes five buttons."""
LABEL_LIMIT = 14
UNPROMPTED = frozenset({"sudden_crisis"})
"""Asked only of somebody who asks about the program that it decides (programs.md Part 3: never unprompted)."""
SEOUL = "서울특별시"
SAME, DIFFERS, MORE = "same", "differs", "more"
AGO: Mapping[str, tuple[int, ...]] = {
    "last_job_end_date": (12, 24),
    "unemployment_benefit_last_paid": (6,),
    "kua_end_date": (12, 36),
}
"""Months at which a time ago is cut for its buttons: where the rules look."""
LONG_AGO_YEARS = 60
GROUPS: Mapping[str, tuple[tuple[str, tuple[str, ...]], ...]] = {
    "leave_reason": (
        ("company", ("layoff_company", "contract_end", "retirement_age", "business_closure")),
        ("myself", ("voluntary_other",)),
        ("care", ("pregnancy", "childbirth_childcare", "family_care")),
        ("illness", ("illness",)),
        ("conditions", ("working_conditions",)),
        ("marriage", ("marriage",)),
    ),
    "ltc_grade": (("none", ("none",)), ("grade", ("1", "2", "3", "4", "5")), ("cognitive", ("cognitive",))),
}
"""Answers that the rules treat alike, offered as one choice."""
FINER = frozenset(
    {"livelihood_benefit", "unemployment_benefit", "kua_history", "basic_pension", "employment_status"}
    | {"occupational_pension", "nationality_status", "ltc_grade"}
)
"""Words that may be told half ("네 받고 있어요"): these are asked about once more, in other words."""


@dataclass(frozen=True, slots=True)
class Check:
    """A check that is going on: its programs, and what has been asked for it. `kind` is one, family or several.

    `who` names the other person whose check it is, and `theirs` holds what was told of them: neither belongs to the
    writer's profile, both end with this conversation. `trail` are the answers given, the last one last: the `field`,
    what stood there before (`before`, by field), and `finer`; by it "뒤로" takes them back. `beside` are fields told
    unasked: with the trail they are unlearned when the check turns out to be somebody else's.
    """

    programs: tuple[str, ...]
    kind: str = "one"
    field: str = ""
    type: str = ""
    tries: int = 0
    count: int = 0
    page: int = 0
    finer: tuple[str, ...] = ()
    who: str = ""
    theirs: Mapping[str, Any] = dataclass_field(default_factory=dict)
    trail: tuple[Mapping[str, Any], ...] = ()
    beside: tuple[str, ...] = ()

    @classmethod
    def of(cls, data: Mapping[str, Any]) -> "Check":
        """From the state's data."""
        names = ("kind", "field", "type", "tries", "count", "page", "who", "theirs")
        given: dict[str, Any] = {name: data[name] for name in names if name in data}
        given |= {name: tuple(data.get(name, ())) for name in ("programs", "finer", "trail", "beside")}
        return cls(**given)

    def data(self) -> dict[str, Any]:
        """For the state's data."""
        return {
            "programs": list(self.programs),
            "kind": self.kind,
            "field": self.field,
            "type": self.type,
            "tries": self.tries,
            "count": self.count,
            "page": self.page,
            "finer": list(self.finer),
            "who": self.who,
            "theirs": dict(self.theirs),
            "trail": list(self.trail),
            "beside": list(self.beside),
        }

    def anew(self) -> "Check":
        """This check with no question open."""
        return replace(self, field="", type="", tries=0, page=0)


def find_question(check: Check, known: Mapping[str, Any], rules: RuleBook, tables: Tables, on: date) -> Question | None:
    """The next question, or None when no answer can change anything, or enough was asked for a first answer."""
    if check.kind == "several" and check.count >= BATCH:
        return None
    skipped = UNPROMPTED if check.kind == "several" else frozenset()
    found = next_question(known, check.programs, rules, tables, on, skipped=skipped)
    found = found or _finer(check, known, rules, tables, on)
    if found is not None and check.kind == "several":
        found = replace(found, at_most=min(found.at_most, BATCH - check.count))
    return found


def question_of(check: Check, known: Mapping[str, Any], rules: RuleBook, tables: Tables, on: date) -> Question:
    """The question about the check's field once more."""
    others = {name: value for name, value in known.items() if name != check.field}
    asking = begin(others, check.programs, rules, tables, on)
    found = question(check.field, asking)
    return _narrowed(found, known.get(check.field), asking) if check.field in check.finer else found


def _finer(check: Check, known: Mapping[str, Any], rules: RuleBook, tables: Tables, on: date) -> Question | None:
    """A second question about something told only roughly, where that keeps a program open."""
    open_fields = {name for names in begin(known, check.programs, rules, tables, on).open.values() for name in names}
    if "household_income_pct" in open_fields:
        open_fields.add("household_income_month")
    for field, value in known.items():
        if field in check.finer or field not in open_fields or not isinstance(value, Mapping):
            continue
        asking = begin({n: v for n, v in known.items() if n != field}, check.programs, rules, tables, on)
        found = _narrowed(question(field, asking), value, asking)
        if field in FINER or (len(found.choices) > 1 and rules.fields[field].unit):
            return found
    return None


def _narrowed(found: Question, told: Any, asking: Asking) -> Question:
    """The question with the choices that what was told leaves."""
    spec = asking.fields[found.field]
    return replace(found, choices=tuple(c for c in found.choices if _fits(c.value, told, spec)))


def _fits(value: Any, told: Any, spec: FieldSpec) -> bool:
    if not isinstance(told, Mapping):
        return True
    if spec.type == "enum":
        left = set(told.get("one_of", spec.allowed)) - set(told.get("not", ()))
        return value in left
    if not isinstance(value, Mapping):
        return True
    least, most = value.get("min", float("-inf")), value.get("max", float("inf"))
    return bool(least <= told.get("max", float("inf")) and told.get("min", float("-inf")) <= most)


def choices_of(
    found: Question, known: Mapping[str, Any], rules: RuleBook, on: date, words: Words, *, finer: bool
) -> tuple[Choice, ...]:
    """All choices of a question, those that the rules treat alike as one."""
    field = found.field
    if field == "household_size":
        return tuple(Choice(words.plain(f"eligibility.size_{n}"), n) for n in (1, 2, 3))
    if field == "registered_sido" and home_of(known) and not finer:
        return (
            Choice(words.plain("eligibility.same_place"), SAME),
            Choice(words.plain("eligibility.other_place"), DIFFERS),
        )
    if field == "livelihood_benefit" and finer:
        none = Choice(words.plain("eligibility.no_condition"), "recipient")
        return (none, *(choice for choice in found.choices if choice.value != "recipient"))
    if field == "similar_public_program_now":
        return Choice(words.plain("eligibility.has"), "있음"), Choice(words.plain("eligibility.has_not"), "")
    if field in GROUPS:
        return tuple(_group(field, name, members, words) for name, members in GROUPS[field])
    return _ago(AGO[field], on, words) if field in AGO else found.choices


def _group(field: str, name: str, members: Sequence[str], words: Words) -> Choice:
    value = members[0] if len(members) == 1 else {"one_of": list(members)}
    return Choice(words.plain(f"eligibility.group_{field}_{name}"), value)


def _ago(cuts: tuple[int, ...], on: date, words: Words) -> tuple[Choice, ...]:
    """ "1년 안이에요", "2년 안이에요", "2년 넘었어요"."""
    found, last = [], on
    for months in cuts:
        first = months_after(on, -months)
        span = {"from": first.isoformat(), "to": last.isoformat()}
        found.append(Choice(words.plain("eligibility.within", time=_time(months)), span))
        last = first - timedelta(days=1)
    first = months_after(on, -12 * LONG_AGO_YEARS)
    span = {"from": first.isoformat(), "to": last.isoformat()}
    return (*found, Choice(words.plain("eligibility.longer", time=_time(cuts[-1])), span))


def _time(months: int) -> str:
    return f"{months // 12}년" if months % 12 == 0 else f"{months}개월"


def buttons_of(
    field: str, choices: Sequence[Choice], page: int, words: Words, fields: Mapping[str, FieldSpec]
) -> tuple[Button, ...]:
    """The buttons of a page: at most three choices, or two and "다른 답 보기"; then the two ways not to answer."""
    start = 0 if len(choices) <= MOST_CHOICES else page * (MOST_CHOICES - 1)
    left = choices[start:]
    shown = left if len(left) <= MOST_CHOICES else left[: MOST_CHOICES - 1]
    buttons = [Button(c.label[:LABEL_LIMIT], _tap(field, encode(c.value, fields[field]))) for c in shown]
    if len(shown) < len(left):
        buttons.append(words.button("eligibility.button_more_choices", _tap(field, MORE)))
    buttons.append(words.button("eligibility.button_dont", _tap(field, DONT)))
    buttons.append(words.button("eligibility.button_wont", _tap(field, WONT)))
    return tuple(buttons)


def _tap(field: str, code: str) -> Tap:
    return Tap("eligibility", "answer", f"{field}.{code}")


def encode(value: Any, spec: FieldSpec) -> str:
    """A choice's value as letters, digits and dots; `decode` reads it back."""
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, list) or value in ("", "있음"):
        return "some" if value else "nothing"
    if isinstance(value, Mapping):
        return _encode_range(value, spec)
    if isinstance(value, int | float):
        return f"r{value}_{value}"
    return "seoul" if value == SEOUL else str(value) if str(value).isascii() else f"o{spec.allowed.index(value)}"


def _encode_range(value: Mapping[str, Any], spec: FieldSpec) -> str:
    if "from" in value:
        return f"d{value['from'].replace('-', '')}_{value['to'].replace('-', '')}"
    if "one_of" in value:
        return "o" + "-".join(str(spec.allowed.index(word)) for word in value["one_of"])
    return "elsewhere" if "not" in value else f"r{value.get('min', '')}_{value.get('max', '')}"


def decode(code: str, spec: FieldSpec) -> Any:
    """The value of a button's code; None for a code of another time."""
    if code in spec.allowed:
        return code
    empty, some = ("", "있음") if spec.type == "text" else ([], ["있음"])
    plain = {"yes": True, "no": False, "some": some, "nothing": empty, "seoul": SEOUL, "elsewhere": {"not": [SEOUL]}}
    if code in plain:
        return plain[code]
    try:
        return _decode_range(code, spec)
    except (ValueError, IndexError):
        return None


def _decode_range(code: str, spec: FieldSpec) -> Any:
    kind, rest = code[:1], code[1:]
    if kind == "o":
        members = [spec.allowed[int(index)] for index in rest.split("-")]
        return members[0] if len(members) == 1 else {"one_of": members}
    low, high = rest.split("_")
    if kind == "d":
        return {"from": date.fromisoformat(low).isoformat(), "to": date.fromisoformat(high).isoformat()}
    if kind != "r":
        return None
    if low == high:
        return _number(low)
    return {name: _number(told) for name, told in (("min", low), ("max", high)) if told}


def _number(told: str) -> int | float:
    return float(told) if "." in told else int(told)
