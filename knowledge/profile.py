"""What a person has told us: the fields of programs.md Part 3, checked and typed. Unknown fields stay away.

>>> fields = load_fields(Path("knowledge/facts"))
>>> read_profile({"age": 68, "household_assets": {"max": 400_000_000}}, fields)
"""

from collections.abc import Callable, Mapping
from datetime import date
from pathlib import Path
from typing import Any, Literal, Self

from pydantic import Field, model_validator

from knowledge.fact import Entry
from knowledge.known import UNKNOWN, Between, Known, Not, OneOf
from knowledge.loading import read, validate

FILE = "profile_fields.yml"

FieldType = Literal["date", "int", "number", "bool", "enum", "text", "list", "object", "flag"]
"""`flag` is true/false or the day of it."""

YEARS = (1900, 2100)
"""First and last year of a day in somebody's life, and of a day of judging."""

_SIDO_ENDINGS = ("", "시", "도", "특별시", "광역시")


class ProfileError(ValueError):
    """A profile field has a value of the wrong type or outside what is allowed. The message names the field."""


class FieldSpec(Entry):
    """One field of a profile: its type, the question that settles it, and why it is asked.

    `sensitivity` 0 plain to 3 health or debt; `effort` how hard the answer is, 1 to 3. `through`: fields to ask before
    it, because it may follow from them. `ask: false` is never asked. `samples` are typical answers with their share,
    used only to choose the next question. `labels` are the words on the buttons. `above` and `upto` word the brackets
    of an amount. `derived` fields are computed and refused in a profile.
    """

    type: FieldType
    unit: str = ""
    min: float | None = None
    max: float | None = None
    allowed: tuple[str, ...] = ()
    sensitivity: Literal[0, 1, 2, 3] = 1
    effort: Literal[1, 2, 3] = 1
    ask: bool = True
    derived: bool = False
    through: tuple[str, ...] = ()
    question: str = ""
    simple: str = ""
    why: str = ""
    keeps: str = ""
    labels: Mapping[str | bool, str] = Field(default_factory=dict)
    samples: Mapping[str | int | float | bool, float] = Field(default_factory=dict)

    @model_validator(mode="after")
    def _complete(self) -> Self:
        if self.type == "enum" and not self.allowed:
            raise ValueError("an enum needs `allowed`")
        if self.derived and not self.through:
            raise ValueError("a derived field needs `through`: what it is computed from")
        if self.ask and not self.derived and not (self.question and self.why):
            raise ValueError("a field that is asked needs `question` and `why`")
        if self.ask and not self.derived and self.sensitivity >= 2 and not self.keeps:
            raise ValueError("a sensitive field needs `keeps`: what happens to the answer")
        return self


Fields = Mapping[str, FieldSpec]


def load_fields(folder: Path) -> Fields:
    """All fields of `profile_fields.yml`. CatalogError with file and line for each mistake."""
    return validate(read(folder / FILE, FILE), dict[str, FieldSpec], {})


def read_profile(raw: Mapping[str, Any], fields: Fields) -> dict[str, Known]:
    """The told fields, typed. Null, empty answers and fields that we do not have are left out.

    A number may be {"min", "max"}, a day {"from", "to"}, a word {"one_of": [...]} or {"not": [...]}; "unknown" is
    UNKNOWN: asked and not answered. ProfileError names the first field with a wrong value.
    """
    known: dict[str, Known] = {}
    for name, value in raw.items():
        spec = fields.get(name)
        if spec is None or spec.derived or value is None:
            continue
        try:
            found = UNKNOWN if value in ("unknown", "unspecified") else _READ[spec.type](value, spec)
        except (TypeError, ValueError, AttributeError, OverflowError) as error:
            raise ProfileError(f"{name}: {_wanted(spec)}, not {value!r}") from error
        if found is not None:
            known[name] = found
    return known


def unknown_fields(raw: Mapping[str, Any], fields: Fields) -> set[str]:
    """The names in a profile that are no field of ours, or only computed: what `read_profile` leaves out."""
    return {name for name in raw if name not in fields or fields[name].derived}


def _wanted(spec: FieldSpec) -> str:
    limits = f" from {spec.min:g}" if spec.min is not None else ""
    limits += f" to {spec.max:g}" if spec.max is not None else ""
    kinds = {
        "date": f"a day like 1961-12-15, of {YEARS[0]} to {YEARS[1]}, is needed",
        "int": f"a whole number{limits} is needed",
        "number": f"a number{limits} is needed",
        "bool": "true or false is needed",
        "enum": f"one of {', '.join(spec.allowed)} is needed",
        "text": "a text is needed",
        "list": "a list is needed",
        "object": "an object is needed",
        "flag": "true, false or a day is needed",
    }
    return kinds[spec.type]


def _number(value: Any, spec: FieldSpec) -> Known:
    if isinstance(value, Mapping):
        _only(value, "min", "max")
        low, high = (None if value.get(key) is None else _plain_number(value[key], spec) for key in ("min", "max"))
        if low is not None and high is not None and low >= high:
            if low > high:
                raise ValueError("the bounds are in the wrong order")
            return low
        return Between(low, high) if (low, high) != (None, None) else None
    return _plain_number(value, spec)


def _plain_number(value: Any, spec: FieldSpec) -> int | float:
    if isinstance(value, bool) or not isinstance(value, int | float) or value != value:
        raise TypeError("not a number")
    if spec.type == "int" and value != int(value):
        raise ValueError("not a whole number")
    if (spec.min is not None and value < spec.min) or (spec.max is not None and value > spec.max):
        raise ValueError("outside what is allowed")
    return int(value) if spec.type == "int" else value


def _day(value: Any, spec: FieldSpec) -> Known:
    if isinstance(value, Mapping):
        _only(value, "from", "to")
        low, high = (None if value.get(key) is None else _plain_day(value[key]) for key in ("from", "to"))
        if low is not None and high is not None and low >= high:
            if low > high:
                raise ValueError("the days are in the wrong order")
            return low
        return Between(low, high) if (low, high) != (None, None) else None
    return _plain_day(value)


def _plain_day(value: Any) -> date:
    day = value if type(value) is date else date.fromisoformat(value)
    if not YEARS[0] <= day.year <= YEARS[1]:
        raise ValueError("outside what is allowed")
    return day


def _bool(value: Any, _: FieldSpec) -> Known:
    if not isinstance(value, bool):
        raise TypeError("not a bool")
    return value


def _flag(value: Any, spec: FieldSpec) -> Known:
    return value if isinstance(value, bool) else _day(value, spec)


def _enum(value: Any, spec: FieldSpec) -> Known:
    if isinstance(value, Mapping):
        _only(value, "one_of", "not")
        words = frozenset(_word(item, spec) for item in value.get("one_of") or spec.allowed)
        words -= frozenset(_word(item, spec) for item in value.get("not") or ())
        if not words:
            raise ValueError("nothing is left")
        return OneOf(words) if len(words) > 1 else next(iter(words))
    return _word(value, spec)


def _word(value: Any, spec: FieldSpec) -> str:
    word = str(value) if isinstance(value, int) and not isinstance(value, bool) else value
    if word not in spec.allowed:
        raise ValueError("not allowed")
    return str(word)


def _text(value: Any, spec: FieldSpec) -> Known:
    if isinstance(value, Mapping):
        _only(value, "not")
        return Not(frozenset(map(full_sido, _list(value["not"], spec))))
    if isinstance(value, bool):
        return "있음" if value else ""
    if not isinstance(value, str):
        raise TypeError("not a text")
    return full_sido(value) if spec.unit == "sido" else value.strip()


def full_sido(name: str) -> str:
    """The 시도 of a place, with Seoul's official name for any usual one: "서울 양천구" is "서울특별시"."""
    name = name.strip().partition(" ")[0]
    return "서울특별시" if name in {f"서울{ending}" for ending in _SIDO_ENDINGS} else name


def _list(value: Any, _: FieldSpec) -> Known:
    """A list; also one text alone, or only whether there is anything."""
    if isinstance(value, bool):
        return ("있음",) if value else ()
    if isinstance(value, str):
        return (value,) if value.strip() else ()
    if not isinstance(value, list | tuple | set | frozenset):
        raise TypeError("not a list")
    return tuple(value)


def _object(value: Any, _: FieldSpec) -> Known:
    if not isinstance(value, Mapping):
        raise TypeError("not an object")
    return dict(value)


def _only(value: Mapping[str, Any], *keys: str) -> None:
    if not value or set(value) - set(keys):
        raise ValueError(f"only {' and '.join(keys)} are understood")


_READ: Mapping[FieldType, Callable[[Any, FieldSpec], Known]] = {
    "date": _day,
    "int": _number,
    "number": _number,
    "bool": _bool,
    "flag": _flag,
    "enum": _enum,
    "text": _text,
    "list": _list,
    "object": _object,
}
