"""Which field to ask of several that are open: the easiest and least sensitive, through its simplest source."""

from collections.abc import Iterable

from knowledge.derive import Facts
from knowledge.profile import Fields, FieldSpec

_SENSITIVITY_COST = (0.0, 0.2, 1.0, 2.5)


def cost(spec: FieldSpec) -> float:
    """How hard and how sensitive the question is; 1 is the easiest."""
    return spec.effort + _SENSITIVITY_COST[spec.sensitivity]


def source(field: str, facts: Facts, fields: Fields) -> str | None:
    """The field to ask so that `field` becomes known; None when nobody can be asked, or was asked already."""
    spec = fields[field]
    for other in spec.through:
        if fields[other].ask and other not in facts.told and other not in facts.known:
            return other
    if spec.through and spec.through[0] == "birth_date" and "birth_date" not in facts.told:
        return "birth_date"
    return field if spec.ask and field not in facts.told else None


def sources(fields_open: Iterable[str], facts: Facts, fields: Fields) -> tuple[str, ...]:
    """The fields that can be asked now to settle the open ones, each once."""
    found = (source(name, facts, fields) for name in fields_open)
    return tuple(dict.fromkeys(name for name in found if name is not None))


def pick(fields_open: Iterable[str], facts: Facts, fields: Fields) -> str | None:
    """The cheapest of them; the first of equals. None when nothing can be asked."""
    return min(sources(fields_open, facts, fields), key=lambda name: cost(fields[name]), default=None)
