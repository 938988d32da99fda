"""Phone numbers as they are written; how they are read stands in phrases/phones.yml."""

import pytest

from nlu.korean.phones import as_written


@pytest.mark.parametrize(
    ("number", "shown"),
    [("+821055550123", "010-5555-0123"), ("+8225550123", "02-555-0123"), ("0315550123", "031-555-0123")],
)
def test_numbers_as_they_are_written_here(number: str, shown: str) -> None:
    assert as_written(number) == shown
