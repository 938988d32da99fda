"""The rules' part of `ieum check`: what cannot be loaded, what is past its review date, what nobody has read again."""

from collections.abc import Iterator
from datetime import date
from pathlib import Path

from knowledge.catalog import load_catalog
from knowledge.dates import is_stale
from knowledge.loading import CatalogError, Problem, read
from knowledge.rule_files import FOLDER, load_rules
from knowledge.rulebook import Rule


def rule_problems(folder: Path, on: date) -> list[Problem]:
    """Problems of kind `broken`, and, where the program goes on, `stale` and `unread`.

    None when there are no rules, or while the catalog itself is broken: its own problems come first.
    """
    if not (folder / FOLDER).is_dir():
        return []
    try:
        catalog = load_catalog(folder)
    except CatalogError:
        return []
    try:
        rules = load_rules(folder, catalog).rules.values()
    except CatalogError as error:
        return list(error.problems)
    going_on = (rule for rule in rules if not catalog.programs[rule.program].over)
    return [problem for rule in going_on for problem in _of_rule(rule, folder, on)]


def _of_rule(rule: Rule, folder: Path, on: date) -> Iterator[Problem]:
    name = f"{FOLDER}/{rule.program}.yml"
    document = read(folder / name, name)
    if is_stale(rule.as_of, on):
        message = f"the rule is as of {rule.as_of}, so it answers `need`: read again ({rule.source.title})"
        yield document.problem(("as_of",), message, "stale")
    if rule.second_reading is None:
        yield document.problem(("program",), "nobody else has held the rule against its source", "unread")
