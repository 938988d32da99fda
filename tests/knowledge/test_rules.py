"""Every rule at every boundary: the day before, on and after, one more and one less, each word. Tables in `cases/`."""

import pytest

from knowledge.catalog import Catalog
from knowledge.eligibility import check
from knowledge.rulebook import RuleBook
from tests.knowledge.cases import Case, all_cases, people


@pytest.mark.parametrize("case", [*all_cases(), *people()], ids=lambda case: case.name)
def test_outcome(case: Case, book: RuleBook, catalog: Catalog) -> None:
    verdict = check(case.profile, case.program, book, catalog.tables, case.on)
    assert verdict.rule == case.expect
    if case.later_on is not None:
        assert verdict.later_on == case.later_on
    if case.window is not None:
        assert verdict.window == case.window
    assert (verdict.rule == "later") == (verdict.later_on is not None)
    assert verdict.later_on is None or verdict.later_on > case.on
