"""Rule files: refused with file and line when wrong, complete, readable, and one dated line changes a year."""

import shutil
from datetime import date
from pathlib import Path

import pytest

from knowledge.catalog import Catalog
from knowledge.choices import choices
from knowledge.derive import facts_of
from knowledge.eligibility import check
from knowledge.loading import CatalogError
from knowledge.profile import load_fields, read_profile
from knowledge.rule_files import load_rules
from knowledge.rulebook import RuleBook
from knowledge.rules import Ref, comparisons
from knowledge.text_rules import load_text_rules
from tests.knowledge.conftest import FACTS, TODAY

HEAD = """\
program: midlife-naeil-center
grade: B
source: guide-2026-midlife-center
as_of: 2026
worth: 4
must_know: [age]
all:
  - id: age
    text: "{age}부터 이용해요."
"""
WRONG = {
    "unknown field": ('    when: "shoe_size >= 40"', 10, "unknown field 'shoe_size'"),
    "unknown operator": ('    when: "age => {age}"', 10, "is not a line"),
    "no spaces, no line": ('    when: "age>={age}"', 10, "is not a line"),
    "wrong type of value": ('    when: "age >= forty"', 10, "'forty' is not a number"),
    "word not allowed": ('    when: "sex == woman"', 10, "'woman' is not one of female, male"),
    "not a bool": ('    when: "wants_work == yes"', 10, "'yes' is not true or false"),
    "not a day": ('    when: "birth_date <= 1986"', 10, "'1986' is not a day"),
    "order of a word": ('    when: "sex >= female"', 10, "does not suit 'sex'"),
    "range of a word": ('    when: "sex in female..male"', 10, "a range does not suit"),
    "set without brackets": ('    when: "sex in female"', 10, "needs a list"),
    "range with ==": ('    when: "age == 40..64"', 10, "a range is written with `in`"),
    "list with ==": ('    when: "sex == [female]"', 10, "a list is written with `in`"),
    "empty list": ('    when: "sex in []"', 10, "is not a list"),
    "empty of a number": ('    when: "age == empty"', 10, "cannot be compared with empty"),
    "months of a number": ('    when: "months_since(age) < 6"', 10, "needs a day"),
    "unknown fact": ('    when: "age >= {line}"', 10, "no fact {line}"),
    "unknown group": ('    when: {both: ["age >= 40"]}', 10, "unknown group 'both'"),
    "two groups": ('    when: {all: ["age >= 40"], any: ["age >= 50"]}', 10, "neither a line nor one of"),
    "group of nothing": ("    when: {all: []}", 10, "needs a list of lines"),
    "deep inside": (
        '    when:\n      any:\n        - "age >= 40"\n        - all: ["shoe_size >= 40"]',
        13,
        "unknown field",
    ),
    "unknown key": ('    when: "age >= {age}"\n    colour: red', 11, "Extra inputs"),
    "unknown source": ('    when: "age >= {age}"\n    source: hearsay', 11, "unknown source"),
    "presumes nothing": ('    when: "age >= {age}"\n    presume: {shoe_size: 40}', 11, "unknown field 'shoe_size'"),
    "required of nothing": ('    when: "age >= {age}"\n    required: "shoe_size == 40"', 11, "unknown field"),
    "rare without a phrase": ('    when: "age >= {age}"\n    required: false', 8, "needs `bar`"),
}


def folder_with(tmp_path: Path, text: str, name: str = "midlife-naeil-center") -> Path:
    (tmp_path / "rules").mkdir()
    shutil.copy(FACTS / "profile_fields.yml", tmp_path)
    (tmp_path / "rules" / f"{name}.yml").write_text(text, encoding="utf-8")
    return tmp_path


@pytest.mark.parametrize("name", WRONG)
def test_wrong_rules_are_refused_with_file_and_line(name: str, tmp_path: Path, catalog: Catalog) -> None:
    line_text, line, message = WRONG[name]
    with pytest.raises(CatalogError) as caught:
        load_rules(folder_with(tmp_path, HEAD + line_text + "\n"), catalog)
    (problem,) = caught.value.problems
    assert (problem.file, problem.line) == ("rules/midlife-naeil-center.yml", line)
    assert message in problem.message


def test_every_mistake_of_a_file_is_listed(tmp_path: Path, catalog: Catalog) -> None:
    text = HEAD + '    when: {all: ["shoe_size >= 40", "sex == woman", "age >= {age}"]}\n'
    with pytest.raises(CatalogError) as caught:
        load_rules(folder_with(tmp_path, text), catalog)
    assert len(caught.value.problems) == 2


def test_a_right_rule_is_read(tmp_path: Path, catalog: Catalog) -> None:
    book = load_rules(folder_with(tmp_path, HEAD + '    when: "age >= {age}"\n'), catalog)
    assert check({"age": 40}, "midlife-naeil-center", book, catalog.tables, TODAY).rule == "eligible"


@pytest.mark.parametrize(
    ("change", "message"),
    [
        (("must_know: [age]", "must_know: [shoe_size]"), "unknown field"),
        (("program: midlife-naeil-center", "program: no-such"), "is no program"),
        (("worth: 4", "worth: 4\nsiblings: [no-such]"), "there is no program 'no-such'"),
        (("worth: 4", "worth: 4\ninclude: [no-such]"), "there is no shared/no-such.yml"),
        (("worth: 4", "worth: lots"), "worth"),
        (('text: "{age}부터 이용해요."', 'text: "{line}부터 이용해요."'), "no fact {line}"),
    ],
)
def test_wrong_heads_are_refused(change: tuple[str, str], message: str, tmp_path: Path, catalog: Catalog) -> None:
    text = (HEAD + '    when: "age >= {age}"\n').replace(*change)
    with pytest.raises(CatalogError, match=r"rules/midlife-naeil-center.yml:\d+: ") as caught:
        load_rules(folder_with(tmp_path, text), catalog)
    assert message in str(caught.value)


def test_two_lines_of_one_name_are_refused(tmp_path: Path, catalog: Catalog) -> None:
    line = '    when: "age >= {age}"\n'
    text = HEAD + line + '  - id: age\n    text: "{age}부터 이용해요."\n' + line
    with pytest.raises(CatalogError, match="two lines are called 'age'"):
        load_rules(folder_with(tmp_path, text), catalog)


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("f: {type: enum, ask: false}", "needs `allowed`"),
        ("f: {type: int}", "needs `question` and `why`"),
        ('f: {type: int, sensitivity: 2, question: "?", why: "."}', "needs `keeps`"),
        ("f: {type: colour, ask: false}", "Input should be"),
        ("f: {type: int, ask: false, derived: true}", "needs `through`"),
    ],
)
def test_wrong_fields_are_refused(text: str, message: str, tmp_path: Path) -> None:
    (tmp_path / "profile_fields.yml").write_text(text, encoding="utf-8")
    with pytest.raises(CatalogError, match=r"profile_fields.yml:1: ") as caught:
        load_fields(tmp_path)
    assert message in str(caught.value)


def test_every_program_for_people_has_a_rule(book: RuleBook, catalog: Catalog) -> None:
    part_two = {item.id for item in catalog.programs.values() if item.part == 2 and "employer" not in item.audience}
    with_rule_in_part_one = {"total-care", "timeshare-jobs", "womanup-digital-intro", "womanup-digital-advanced"}
    assert set(book.rules) == part_two | with_rule_in_part_one


def test_every_line_says_where_it_comes_from(book: RuleBook) -> None:
    for rule in book.rules.values():
        for line in rule.lines:
            assert line.grade.shown, f"{rule.program}.{line.id}: an unverified line decides nothing"
            assert line.source.label
            assert line.as_of


def test_a_rule_does_not_contradict_its_program(book: RuleBook, catalog: Catalog) -> None:
    for rule in book.rules.values():
        for name, fact in catalog.programs[rule.program].facts.items():
            mine, theirs = rule.facts[name].on(TODAY), fact.on(TODAY)
            assert (mine and mine.value) == (theirs and theirs.value), f"{rule.program}: {name}"
    donghaeng = book.rules["seoul-donghaeng-jobs"].facts
    assert donghaeng["income_line"].on(TODAY).value == donghaeng["income_pct"].on(TODAY).value


def test_only_values_of_the_day_are_used(book: RuleBook) -> None:
    for on in (date(2025, 6, 1), TODAY, date(2027, 1, 2), date(2029, 1, 1)):
        for rule in book.rules.values():
            for ref in _refs(rule.lines):
                holding = [value for value in ref.fact.values if value.holds(on)]
                assert (ref.on(on) is None) == (not holding)


def _refs(lines) -> list[Ref]:
    found = []
    for line in lines:
        for test in comparisons(line.node):
            operands = test.operand if isinstance(test.operand, tuple) else (test.operand,)
            found += [item for item in operands if isinstance(item, Ref)]
    return found


SAME = {
    "birth_date": "1976-05-10",
    "household_size": 1,
    "household_income_month": 2_600_000,
    "weekly_work_hours": 0,
    "kua_history": "none",
    "registered_sido": "서울특별시",
    "household_assets": 100_000_000,
}


def test_the_same_person_before_and_after_new_year(book: RuleBook, catalog: Catalog) -> None:
    old, new = date(2026, 12, 31), date(2027, 1, 2)
    assert check(SAME, "kua-type2", book, catalog.tables, old).rule == "not"
    assert check(SAME, "kua-type2", book, catalog.tables, new).rule == "eligible"


def test_next_year_is_one_dated_line(tmp_path: Path, catalog: Catalog) -> None:
    folder = tmp_path / "facts"
    shutil.copytree(FACTS, folder)
    path = folder / "rules" / "seoul-donghaeng-jobs.yml"
    text = path.read_text(encoding="utf-8")
    line = "      - {value: 85, from: 2026-01-01, grade: B, source: press-2025-11-donghaeng, as_of: 2026}\n"
    assert line in text
    path.write_text(
        text.replace(line, line + line.replace("85", "100").replace("2026-01-01", "2027-01-01")), encoding="utf-8"
    )
    book = load_rules(folder, catalog)
    assert check(SAME, "seoul-donghaeng-jobs", book, catalog.tables, date(2026, 12, 31)).rule == "not"
    assert check(SAME, "seoul-donghaeng-jobs", book, catalog.tables, date(2027, 1, 2)).rule == "eligible"


def test_people_can_read_every_text(book: RuleBook) -> None:
    rules, complaints = load_text_rules(), []
    for program, day_rule in book.on(TODAY).items():
        for line, shown in zip(book.rules[program].lines, day_rule.lines, strict=True):
            pairs = [(line.text, shown.text), (line.bar, shown.bar), (line.ask, shown.ask)]
            pairs += [(line.detour.text, line.detour.text)] if line.detour else []
            for text, full in pairs:
                complaints += [f"{program}.{line.id}: {item}: {text}" for item in rules.complaints(text, full) if text]
    for name, spec in book.fields.items():
        for text in filter(None, (spec.question, spec.simple, spec.why, spec.keeps)):
            complaints += [f"{name}: {item}: {text}" for item in rules.complaints(text, text)]
    assert complaints == []


def test_buttons_are_short_and_complete(book: RuleBook, catalog: Catalog) -> None:
    for on in (TODAY, date(2027, 1, 2)):
        day = book.on(on)
        for size in (1, 3, 8):
            facts = facts_of(read_profile({"household_size": size}, book.fields), catalog.tables, on)
            for name, spec in book.fields.items():
                if spec.ask and not spec.derived:
                    for choice in choices(name, spec, facts, day.values()):
                        assert len(choice.label) <= 14, (name, choice.label)
                        assert read_profile({name: choice.value}, book.fields), (name, choice.value)


def test_a_sensitive_question_says_why_and_what_happens(book: RuleBook) -> None:
    for name, spec in book.fields.items():
        if spec.ask and not spec.derived and spec.sensitivity >= 2:
            assert spec.why, name
            assert spec.keeps, name
    assert not book.fields["household_debt_hardship"].ask
    assert not book.fields["fraud_sanction"].ask
    assert not book.fields["kua_vulnerable_group"].ask
