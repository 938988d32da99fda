"""Every refusal of the check, each on a small tree with one mistake, with the file and the line it names."""

import textwrap
from collections.abc import Callable
from datetime import date
from pathlib import Path

import pytest

from knowledge.catalog import CatalogError, load_catalog
from knowledge.checking import Finding, check, report
from knowledge.text_rules import load_text_rules

FACTS = Path(__file__).parents[2] / "knowledge" / "facts"
TODAY = date(2026, 11, 21)

SOURCES = """\
    city: {title: 모집 안내, publisher: 서울시, date: 2026-03-01, read: press, label: 서울시 발표}
    ours: {title: 확인 기록, publisher: 이음, date: 2026-11-21, read: own, label: 이음에서 확인}
"""
PROGRAM = """\
    id: walking-job
    name: 걷는 일자리
    short: 걷는 일자리
    aliases: [산책 일자리]
    kind: program
    part: 2
    audience: [everyone]
    status: continuing
    successors: []
    operator: 서울시
    contacts:
      - {line: "02-120", for: 다산콜센터, source: city, grade: B}
    facts:
      monthly:
        unit: won
        values:
          - {value: 300000, from: 2026-01-01, until: 2026-12-31, grade: B, source: city}
    aspects:
      what:
        - {text: "동네를 걷는 일자리예요.", grade: B, source: city}
      amount:
        - {text: "한 달에 {monthly}을 받아요."}
      phone:
        - {text: "물어볼 곳은 {phone}이에요."}
    window: {state: always, text: "언제든 신청해요.", grade: B, source: city}
    see_also: []
"""
MEDIAN = """\
    name: 기준 중위소득
    announced: 9
    years:
      - {from: 2026-01-01, until: 2026-12-31, by_size: {1: 100, 2: 200, 3: 300, 4: 400, 5: 500, 6: 600, 7: 700},
         add_per_person: 100, grade: A, source: city}
      - {from: 2027-01-01, until: 2027-12-31, by_size: {1: 110, 2: 210, 3: 310, 4: 410, 5: 510, 6: 610, 7: 710},
         add_per_person: 100, grade: A, source: city}
"""
AMOUNTS = """\
    name: 금액
    rows:
      hourly:
        name: 한 시간
        values:
          - {value: 10320, from: 2026-01-01, until: 2026-12-31, grade: A, source: city}
          - {value: 10700, from: 2027-01-01, until: 2027-12-31, grade: A, source: city}
"""
FILES = {
    "sources.yml": SOURCES,
    "programs/walking-job.yml": PROGRAM,
    "tables/median_income.yml": MEDIAN,
    "tables/wages.yml": AMOUNTS,
    "tables/benefit_amounts.yml": AMOUNTS,
    "hotlines.yml": "{}",
    "centers.yml": "{}",
    "calendar.yml": "{}",
    "blocks.yml": "{}",
}

Tree = Callable[..., Path]


@pytest.fixture
def tree(tmp_path: Path) -> Tree:
    """Writes the sound tree with replacements: tree("programs/walking-job.yml", ("old", "new"), ...)."""

    def write(changed: str = "", *changes: tuple[str, str]) -> Path:
        for name, text in FILES.items():
            text = textwrap.dedent(text)
            for old, new in changes if name == changed else ():
                assert old in text
                text = text.replace(old, new)
            path = tmp_path / name
            path.parent.mkdir(exist_ok=True)
            path.write_text(text, encoding="utf-8")
        return tmp_path

    return write


def line_of(folder: Path, file: str, words: str) -> int:
    lines = (folder / file).read_text(encoding="utf-8").splitlines()
    return next(number for number, line in enumerate(lines, start=1) if words in line)


def only(findings: list[Finding]) -> Finding:
    assert len(findings) == 1, "\n".join(map(str, findings))
    return findings[0]


def test_a_sound_tree_has_nothing_to_report(tree: Tree) -> None:
    folder = tree()
    assert check(folder, TODAY) == []
    assert report(folder, TODAY) == ("0 errors, 0 warnings on 2026-11-21", 0)
    program = load_catalog(folder).programs["walking-job"]
    assert program.statements("amount", TODAY)[0].text == "한 달에 30만 원을 받아요."


FILE = "programs/walking-job.yml"


@pytest.mark.parametrize(
    ("kind", "change", "at", "message"),
    [
        ("broken", (", grade: B, source: city}\naspects", ", grade: B}\naspects"), "value: 300000", "Field required"),
        (
            "unknown-source",
            ("grade: B, source: city}\naspects", "grade: B, source: nobody}\naspects"),
            "value: 300000",
            "unknown source 'nobody'",
        ),
        ("broken", ("grade: B, source: city}\naspects", "grade: D, source: city}\naspects"), "value: 300000", "grade"),
        ("broken", ("value: 300000", "value: 삼십만"), "monthly:", "does not suit the unit won"),
        ("broken", ("unit: won", "unit: acres"), "monthly:", "unknown unit 'acres'"),
        ("broken", ("from: 2026-01-01", "from: 2027-01-01"), "value: 300000", "`until` is before `from`"),
        ("broken", ("from: 2026-01-01", "from: 2026-13-01"), "value: 300000", "from"),
        ("broken", ("status: continuing", "status: ended"), "id: walking-job", "an ended program needs `ended`"),
        ("broken", ("short: 걷는 일자리", "short: 동네를 아주 천천히 걷는 일자리"), "short:", "at most 10 characters"),
        ("broken", ("operator: 서울시", "operator: 서울시\nowner: 서울시"), "owner:", "Extra inputs"),
        ("broken", ("operator: 서울시", "operator: 서울시\npart: 2"), "part: 2", "'part' is written twice"),
        ("broken", ("id: walking-job", "id: running-job"), "id:", "must be named running-job.yml"),
        ("broken", ("{monthly}을", "{yearly}을"), "{yearly}", "no fact {yearly}"),
        ("broken", ("{phone}이에요", "{phone2}예요"), "{phone2}", "no fact {phone2}"),
        ("broken", ("grade: B, source: city}\n  amount", "source: city}\n  amount"), "동네를 걷는", "needs a grade"),
        ("no-source", (", grade: B, source: city}\n  amount", "}\n  amount"), "동네를 걷는", "no source for"),
        (
            "unknown-id",
            ("successors: []", "successors: [flying-job]"),
            "successors:",
            "there is no program 'flying-job'",
        ),
        ("unknown-id", ("see_also: []", "see_also: [flying-job]"), "see_also:", "there is no program 'flying-job'"),
    ],
)
def test_what_cannot_be_loaded(tree: Tree, kind: str, change: tuple[str, str], at: str, message: str) -> None:
    folder = tree(FILE, change)
    with pytest.raises(CatalogError) as caught:
        load_catalog(folder)
    problem = caught.value.problems[0]
    expected = line_of(folder, FILE, at)
    if "twice" in message:
        expected = max(n for n, line in enumerate((folder / FILE).read_text().splitlines(), 1) if at in line)
    assert (problem.file, problem.line) == (FILE, expected)
    assert message in problem.message
    assert f"{FILE}:{expected}: " in str(caught.value)
    assert (kind, "error") in {(finding.kind, finding.level) for finding in check(folder, TODAY)}
    assert report(folder, TODAY)[1] == 1


def test_what_is_not_yaml_is_refused_with_its_line(tree: Tree) -> None:
    folder = tree(FILE, ("aliases: [산책 일자리]", "aliases: [산책 일자리"))
    with pytest.raises(CatalogError, match=rf"{FILE}:\d+: not YAML"):
        load_catalog(folder)


def test_all_mistakes_are_named_at_once(tree: Tree) -> None:
    folder = tree(FILE, ("value: 300000", "value: 삼십만"), ("kind: program", "kind: thing"))
    with pytest.raises(CatalogError) as caught:
        load_catalog(folder)
    assert [problem.line for problem in caught.value.problems] == [
        line_of(folder, FILE, "unit: won") - 1,
        line_of(folder, FILE, "kind: thing"),
    ]


@pytest.mark.parametrize(
    ("kind", "changes", "at"),
    [
        ("unverified-shown", [("until: 2026-12-31, grade: B", "until: 2026-12-31, grade: unverified")], "한 달에"),
        ("unverified-shown", [('걷는 일자리예요.", grade: B', '걷는 일자리예요.", grade: unverified')], "동네를 걷는"),
        ("no-source", [('{text: "한 달에 {monthly}을 받아요."}', '{text: "날짜는 {phone}에 물어보세요."}')], "날짜는"),
        ("no-successor", [("status: continuing", "status: historic")], "successors:"),
        ("text", [("동네를 걷는 일자리예요.", "동네를 30분 걷는 일자리예요.")], "동네를 30분"),
        ("text", [("동네를 걷는 일자리예요.", "바우처로 걷는 일자리예요.")], "바우처로"),
        ("text", [("동네를 걷는 일자리예요.", "금번 모집하는 일자리예요.")], "금번"),
        ("text", [("동네를 걷는 일자리예요.", "어르신이 걷는 일자리예요.")], "어르신이"),
        ("text", [("동네를 걷는 일자리예요.", "walking 일자리예요.")], "walking 일"),
        ("text", [("동네를 걷는 일자리예요.", "동네를 " + "아주 " * 20 + "걷는 일자리예요.")], "아주 아주"),
        ("text", [("동네를 걷는 일자리예요.", "동네를 걸어요. " * 16)], "걸어요. 동네"),
    ],
)
def test_what_may_be_loaded_but_not_read_out(tree: Tree, kind: str, changes: list[tuple[str, str]], at: str) -> None:
    folder = tree(FILE, *changes)
    finding = only([item for item in check(folder, TODAY) if item.level == "error"])
    assert (finding.kind, finding.file, finding.line) == (kind, FILE, line_of(folder, FILE, at))
    assert report(folder, TODAY)[1] == 1


def test_the_length_is_that_of_the_text_with_its_facts_filled_in(tree: Tree) -> None:
    padding = "가" * 45
    folder = tree(FILE, ("한 달에 {monthly}을 받아요.", f"{padding} {{monthly}}을 받아요."))
    assert check(folder, TODAY) == []
    folder = tree(FILE, ("한 달에 {monthly}을 받아요.", f"{padding}가나다라마바 {{monthly}}을 받아요."))
    assert only(check(folder, TODAY)).kind == "text"


def test_old_facts_are_listed_and_do_not_fail(tree: Tree) -> None:
    folder = tree(FILE, ("grade: B, source: city}\naspects", "grade: B, source: city, as_of: 2025-09-20}\naspects"))
    finding = only(check(folder, TODAY))
    assert (finding.level, finding.kind, finding.line) == ("warning", "stale", line_of(folder, FILE, "monthly:"))
    assert report(folder, TODAY)[1] == 0
    assert check(folder, date(2026, 11, 20)) == []


def test_an_old_source_of_a_sentence_is_listed_once_for_a_file(tree: Tree) -> None:
    folder = tree("sources.yml", ("date: 2026-03-01", "date: 2025-03-01"))
    found = [item for item in check(folder, TODAY) if item.message.startswith("a text is as of 2025-03-01")]
    assert only(found).line == line_of(folder, FILE, "동네를 걷는")


@pytest.mark.parametrize(
    "changes",
    [
        [("    unit: won", "    unit: won\n    settled: true")],
        [("status: continuing\nsuccessors: []", "status: historic\nsuccessors: [walking-job]")],
        [("until: 2026-12-31", "until: 2026-10-31")],
    ],
)
def test_what_cannot_change_any_more_does_not_get_old(tree: Tree, changes: list[tuple[str, str]]) -> None:
    old = ("grade: B, source: city}\naspects", "grade: B, source: city, as_of: 2024}\naspects")
    assert [item.kind for item in check(tree(FILE, old, *changes), TODAY) if item.kind == "stale"] == []


@pytest.mark.parametrize(
    ("on", "kinds"),
    [
        (date(2026, 9, 30), []),
        (date(2026, 10, 1), ["missing-year"]),
        (date(2027, 1, 1), ["missing-year"]),
    ],
)
def test_the_coming_year_is_asked_for_once_it_should_be_known(tree: Tree, on: date, kinds: list[str]) -> None:
    later = ("from: 2027-01-01, until: 2027-12-31", "from: 2028-01-01, until: 2028-12-31")
    folder = tree("tables/median_income.yml", later)
    assert [finding.kind for finding in check(folder, on) if finding.file == "tables/median_income.yml"] == kinds


def test_two_values_of_one_day_are_refused(tree: Tree) -> None:
    more = "grade: B, source: city}\n      - {value: 310000, from: 2026-12-31, grade: B, source: city}\naspects"
    with pytest.raises(CatalogError, match="two values hold on the same day"):
        load_catalog(tree(FILE, ("grade: B, source: city}\naspects", more)))


def test_a_name_that_two_programs_claim_is_listed(tree: Tree) -> None:
    folder = tree()
    other = (folder / FILE).read_text(encoding="utf-8").replace("walking-job", "strolling-job")
    (folder / "programs/strolling-job.yml").write_text(other, encoding="utf-8")
    found = check(folder, TODAY)
    assert {finding.kind for finding in found} == {"shared-name"}
    assert "strolling-job, walking-job" in found[0].message


@pytest.mark.parametrize("name", ["hotlines.yml", "calendar.yml", "tables/wages.yml"])
def test_a_file_that_is_not_there(tree: Tree, name: str) -> None:
    folder = tree()
    (folder / name).unlink()
    finding = only(check(folder, TODAY))
    assert (finding.kind, finding.file) == ("missing", name)


def test_facts_may_stand_in_a_table(tree: Tree) -> None:
    value = "values:\n      - {value: 300000, from: 2026-01-01, until: 2026-12-31, grade: B, source: city}"
    program = load_catalog(tree(FILE, (value, "table: wages.hourly"))).programs["walking-job"]
    assert [program.statements("amount", on)[0].text for on in (TODAY, date(2027, 1, 2))] == [
        "한 달에 10,320원을 받아요.",
        "한 달에 10,700원을 받아요.",
    ]
    assert program.statements("amount", date(2028, 1, 1)) == ()
    income = "table: median_income\n    size: 8\n    percent: 150"
    program = load_catalog(tree(FILE, (value, income))).programs["walking-job"]
    assert program.statements("amount", TODAY)[0].text == "한 달에 1,200원을 받아요."
    with pytest.raises(CatalogError, match="no row"):
        load_catalog(tree(FILE, (value, "table: wages.daily")))


def test_said_only_while_a_fact_is_unknown(tree: Tree) -> None:
    folder = tree(
        FILE,
        (
            '    - {text: "한 달에 {monthly}을 받아요."}',
            '    - {text: "한 달에 {monthly}을 받아요."}\n'
            '    - {text: "금액은 {phone}에 물어보세요.", unless: monthly, grade: B, source: ours}',
        ),
    )
    program = load_catalog(folder).programs["walking-job"]
    assert [item.text for item in program.statements("amount", TODAY)] == ["한 달에 30만 원을 받아요."]
    assert [item.text for item in program.statements("amount", date(2027, 1, 1))] == ["금액은 02-120에 물어보세요."]
    assert check(folder, TODAY) == []


def test_easier_words_whose_fact_is_unknown_give_way_to_the_text(tree: Tree) -> None:
    change = ('{text: "동네를 걷는 일자리예요."', '{text: "동네를 걷는 일자리예요.", simple: "걷고 {monthly} 받아요."')
    program = load_catalog(tree(FILE, change)).programs["walking-job"]
    assert program.statements("what", TODAY)[0].simple == "걷고 30만 원 받아요."
    assert program.statements("what", date(2027, 1, 1))[0].simple == "동네를 걷는 일자리예요."


def test_the_weakest_fact_vouches_for_a_sentence(tree: Tree) -> None:
    weak = "  hours: {unit: hours, values: [{value: 30, grade: C, source: ours}]}\naspects:"
    folder = tree(FILE, ("aspects:", weak), ("한 달에 {monthly}을 받아요.", "{hours} 일하고 {monthly}을 받아요."))
    statement = load_catalog(folder).programs["walking-job"].statements("amount", TODAY)[0]
    assert (statement.text, statement.grade, statement.confirm) == ("30시간 일하고 30만 원을 받아요.", "C", True)
    assert statement.source.id == "ours"


@pytest.mark.parametrize("text", ["고용24 누리집(work24.go.kr)에서 신청해요.", "1유형이에요.", "4대보험에 들어요."])
def test_names_may_hold_digits_and_letters(text: str) -> None:
    assert list(load_text_rules().complaints(text, text)) == []


def test_a_word_inside_another_is_not_meant() -> None:
    rules = load_text_rules()
    assert list(rules.complaints("일하지 않는 여성이 대상이에요.", "")) == []
    assert list(rules.complaints("나이는 만 나이 이상이에요.", "")) == ["say '부터' instead of '이상'"]


def test_the_shipped_catalog_has_no_error() -> None:
    findings = check(FACTS, TODAY)
    assert [str(finding) for finding in findings if finding.level == "error"] == []


def test_the_shipped_catalog_is_readable_next_year_too() -> None:
    assert [str(item) for item in check(FACTS, date(2027, 1, 2)) if item.kind == "text"] == []
