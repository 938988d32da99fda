"""Korea's public holidays, lunar and substitute days included, from the `holidays` package."""

from datetime import date
from functools import lru_cache

import holidays


@lru_cache(maxsize=16)
def of_year(year: int) -> frozenset[date]:
    """The public holidays of a year."""
    return frozenset(holidays.country_holidays("KR", years=year))


def between(first: date, last: date) -> frozenset[date]:
    """The public holidays of every year from `first` to `last`."""
    return frozenset().union(*(of_year(year) for year in range(first.year, last.year + 1)))
