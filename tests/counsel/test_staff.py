"""Plans as operators write them, who is meant by a name, and the command by which all of it is kept."""

import argparse
import json
from collections.abc import Mapping
from datetime import date, datetime, time, timedelta
from pathlib import Path
from typing import Any

import pytest

from bot.clock import SEOUL
from bot.commands import main
from bot.commands.staff import _act, _for_people
from bot.commands.staff import arguments as staff_arguments
from bot.errors import OperatorError
from counsel import appointments, staff, staff_file
from counsel.appointments import Actor
from counsel.availability import Hours, Slot
from counsel.kinds import KindName
from counsel.staff_file import StaffFileError, read_csv, read_yaml
from counsel.terms import STANDARD
from storage.database import Database
from tests.support.databases import new_sqlite_url
from tests.support.staff import NOW, at, furnish, slot

FOLDER = Path(__file__).parent / "staff"
YAML = (FOLDER / "example.yml").read_text("utf-8")
CSV = (FOLDER / "example.csv").read_text("utf-8")


async def test_a_file_becomes_plans(database: Database) -> None:
    async with database.transaction() as session:
        for _ in range(2):
            done = await staff_file.store_file(session, read_yaml(YAML), NOW)
        assert (done.centers, done.counselors, done.kinds, done.outside) == (2, 2, 1, ())
        await staff_file.store_file(session, read_csv(CSV), NOW)
        found = await staff.load(session, NOW)
        assert sorted(found.plans) == ["kim-haneul", "lee-bada", "park-sol"]
        kim, park = found.plans["kim-haneul"], found.plans["park-sol"]
        assert kim.week[4] == (Hours(time(9), time(12)), Hours(time(13), time(16)))
        assert kim.days == {date(2026, 12, 24): (Hours(time(9), time(12)),), date(2026, 12, 31): ()}
        assert (kim.a_day, kim.lunch, kim.languages) == (6, Hours(time(12), time(13)), {"ko", "zh"})
        assert sorted(park.week) == [0, 1, 4] and park.kinds == {KindName.PHONE, KindName.HOME}
        assert park.districts == {"서울특별시 마포구", "서울특별시 중구"}
        assert found.kinds[KindName.PHONE].length == timedelta(minutes=40)
        assert (found.centers["gaon"].rooms, found.centers["nuri"].rooms) == (2, None)


WHO = "counselors: [{id: kim, name: 김하늘, center: gaon, week: {mon: '09:00-18:00'}%s}]"
CENTER = "centers: [{id: gaon, name: 가온, address: 서울, phone: 02-000-1000%s}]"


@pytest.mark.parametrize(
    ("text", "names"),
    [
        ("centers: [", "not YAML"),
        ("people: []", "centers, counselors and kinds"),
        ("centers: [{id: Gaon}]", "id of small letters"),
        ("centers: [{id: gaon, name: 가온, address: 서울}]", "phone is missing"),
        (CENTER % ", rooms: two", "rooms is a number"),
        (CENTER % ", rooms: true", "rooms is a number"),
        (CENTER % ", rooms: 99999999999", "rooms is a number"),
        (CENTER % ", active: 'no'", "active is true or false"),
        (CENTER % ", districts: 5", "districts is a list of texts"),
        ("centers: [{id: gaon, name: 가온, address: 서울, phone: 0212345670}]", "phone is a text"),
        ("centers: 5", "centers is a list"),
        ("centers: {id: gaon}", "centers is a list"),
        ("- 1", "centers, counselors and kinds"),
        ("kinds: [1]", "kinds is written as"),
        ("kinds: {phone: 5}", "kinds.phone is written as"),
        ("kinds: {phone: {lead_hours: 99999999999999}}", "kinds.phone"),
        ("counselors: [{id: kim, name: 김하늘, center: gaon, week: mon}]", "week is written as"),
        ("counselors: [{id: kim, name: 김하늘, center: gaon, week: {}}]", "week is missing"),
        ("counselors: [{id: kim, name: [김하늘], center: gaon}]", "name is a text"),
        ("counselors: [{id: kim, name: %s, center: gaon}]" % ("김" * 41), "more than 40"),
        ("counselors: [{id: kim, name: 김하늘, center: gaon, week: {fri-mon: '09:00-18:00'}}]", "end of the week"),
        ("counselors: [{id: kim, name: 김하늘, center: gaon, week: {mon-: '09:00-18:00'}}]", "no weekday"),
        (WHO % ", skills: 5", "skills is a list of texts"),
        (WHO % ", languages: [no]", "languages is a list of texts"),
        (WHO % ", days: [1]", "days is written as"),
        (WHO % ", days: {2026-13-45: ''}", "not YAML"),
        (WHO % ", days: {2026-12-24 09:00:00: ''}", "2026-12-24"),
        (WHO % ", kinds: [1]", "kinds is a list of texts"),
        (WHO % ", active: 'no'", "active is true or false"),
        (WHO % ", lunch: '12:00-13:00, 14:00-15:00'", "lunch is one stretch"),
        (WHO % "}, {id: kim, name: 김하늘, center: gaon, week: {mon: '09:00-18:00'}", "kim is there twice"),
        (WHO % ", colour: red", "colour is unknown"),
        (WHO % ", kinds: [fax]", "kim: kinds: 'fax'"),
        (WHO % ", lunch: noon", "noon is not written as"),
        (WHO % ", lunch: '13:00-12:00'", "ends before it begins"),
        (WHO % ", days: {soon: ''}", "soon"),
        (WHO % ", a_day: 0", "a_day is a number"),
        ("counselors: [{id: kim, name: 김하늘, center: gaon, week: {monday: '09:00-18:00'}}]", "no weekday"),
        ("kinds: {phone: {length_minutes: 25}}", "multiples of ten"),
        ("kinds: {fax: {length_minutes: 30}}", "kinds.fax"),
    ],
)
def test_mistakes_are_named(text: str, names: str) -> None:
    with pytest.raises(StaffFileError, match=names):
        read_yaml(text)


def test_one_text_is_one_item_and_a_number_may_be_an_id() -> None:
    (found,) = read_yaml(
        WHO.replace("id: kim", "id: 17").replace("gaon", "5") % ", districts: 서울특별시 마포구"
    ).counselors
    assert (found["id"], found["center_id"], found["districts"]) == ("17", "5", ["서울특별시 마포구"])
    (center,) = read_yaml(CENTER.replace("id: gaon", "id: 5") % ", districts: 서울특별시 마포구, active: no").centers
    assert (center["id"], center["districts"], center["active"]) == ("5", ["서울특별시 마포구"], False)


HEAD = "id,name,center,mon,active,a_day\n"


@pytest.mark.parametrize(
    ("text", "names"),
    [
        ("", "first line names the columns"),
        ("이름,번호\n김하늘,1\n", "first line names the columns"),
        (HEAD + "kim,김하늘,gaon,09:00-18:00,yes,1,more\n", "line 2 has more cells"),
        (HEAD + "kim,김하늘,gaon,09:00-18:00,maybe,1\n", "active is true or false"),
        (HEAD + "kim,김하늘,gaon,09:00-18:00,yes,²\n", "a_day is a number"),
        (HEAD + "kim,김하늘,gaon,,yes,1\n", "week is missing"),
        ("id,name,center,mon,days\nkim,김하늘,gaon,09:00-18:00,2026-12-24\n", "days is written as"),
        (HEAD + "kim,김\0하늘,gaon,%s,yes,1\n" % ("9" * 200_000), "not CSV"),
    ],
)
def test_mistakes_in_a_csv_are_named(text: str, names: str) -> None:
    with pytest.raises(StaffFileError, match=names):
        read_csv(text)


def test_a_csv_may_have_empty_lines_and_say_no() -> None:
    (found,) = read_csv(HEAD + ",,,,,\nkim,김하늘,gaon,09:00-18:00,No,3\n\n").counselors
    assert (found["active"], found["a_day"]) == (False, 3)


@pytest.mark.parametrize("encoding", ["cp949", "utf-8", "utf-8-sig"])
async def test_what_excel_writes_in_korea_is_read(database: Database, tmp_path: Path, encoding: str) -> None:
    await asked(database, "import", str(FOLDER / "example.yml"))
    file = tmp_path / "staff.CSV"
    file.write_bytes(CSV.encode(encoding))
    assert (await asked(database, "import", str(file)))["imported"]["counselors"] == 1
    assert "박솔" in {row["name"] for row in (await asked(database))["counselors"]}


def test_letters_that_nobody_can_read_are_told() -> None:
    with pytest.raises(StaffFileError, match="save it as UTF-8"):
        staff_file.decode("이름".encode("utf-16"))


async def test_a_file_is_imported_on_a_leap_day(database: Database) -> None:
    async with database.transaction() as session:
        await staff_file.store_file(session, read_yaml(YAML), datetime(2028, 2, 29, 10, 0, tzinfo=SEOUL))


async def test_a_counselor_needs_a_center_that_is_there(database: Database) -> None:
    async with database.transaction() as session:
        with pytest.raises(StaffFileError, match="no center gaon"):
            await staff_file.store_file(session, read_csv(CSV), NOW)


@pytest.mark.parametrize(
    ("text", "who"),
    [
        ("김 상담사", "kim"),
        ("김하늘 선생님", "kim"),
        ("하늘 상담사님", "kim"),
        ("이바다님", "lee"),
        ("이 상담사", "lee"),
        ("박 상담사", None),
        ("최 상담사", None),
        ("상담사", None),
    ],
)
async def test_who_is_meant(database: Database, text: str, who: str | None) -> None:
    await furnish(database, "kim", "lee", "one", "two")
    async with database.transaction() as session:
        assert await staff.counselor_named(session, text) == who


async def asked(database: Database, *words: str, now: datetime = NOW) -> Mapping[str, Any]:
    parser = argparse.ArgumentParser()
    staff_arguments(parser)
    async with database.transaction() as session:
        document = await _act(session, parser.parse_args(words), now, STANDARD)
    assert _for_people(document)
    found: Mapping[str, Any] = json.loads(json.dumps(document, default=str))
    return found


async def test_the_command_keeps_everything(database: Database) -> None:
    one, two, _ = await furnish(database, "kim", "lee")
    done = await asked(database, "import", str(FOLDER / "example.yml"))
    assert done["imported"] == {"centers": 2, "counselors": 2, "kinds": 1}
    assert [row["id"] for row in (await asked(database))["counselors"]] == ["kim", "kim-haneul", "lee", "lee-bada"]
    async with database.transaction() as session:
        begins = at("11-24 14:00")
        time_ = Slot(begins, begins + timedelta(minutes=40), "kim", "mapo", KindName.PHONE)
        row = await appointments.book(session, one, time_, NOW, by=Actor.STAFF)
        other = await appointments.book(session, two, slot("11-24 16:00", "lee"), NOW, by=Actor.STAFF)
    shown = await asked(database, "show", "kim")
    assert [a["number"] for a in shown["appointments"]] == [row.id]
    assert not {"person_id", "address", "phone"} & set(shown["appointments"][0])
    left = await asked(database, "leave", "kim", "--from", "2026-11-24", "--note", "병가")
    assert [a["number"] for a in left["displaced"]] == [row.id]
    assert (await asked(database, "show", "kim"))["leaves"]
    marked = await asked(database, "mark", str(other.id), "missed", now=at("11-24 17:00"))
    assert marked["appointments"][0]["status"] == "missed"
    figures = (await asked(database, "figures", "--from", "2026-11-01", "--until", "2026-11-30"))["figures"]
    assert figures["by_kind"]["phone"] == {"met": 0, "missed": 1, "no_show": 1.0}


async def test_a_plan_that_shrinks_names_whose_hour_it_was(database: Database, tmp_path: Path) -> None:
    (one, *_) = await furnish(database, "kim")
    async with database.transaction() as session:
        row = await appointments.book(session, one, slot("11-24 16:00"), NOW, by=Actor.STAFF)
    file = tmp_path / "less.yml"
    file.write_text("counselors: [{id: kim, name: 김하늘, center: mapo, week: {mon-fri: '09:00-16:00'}}]", "utf-8")
    done = await asked(database, "import", str(file))
    assert [a["number"] for a in done["outside_plan"]] == [row.id]


@pytest.mark.parametrize(
    "words",
    [
        ("show", "nobody"),
        ("import", "nowhere.yml"),
        ("mark", "17"),
        ("leave", "kim", "--from", "2026-11-24", "--until", "2026-11-20"),
        ("leave", "kim", "--from", "soon"),
        ("leave", "kim", "--from", "2026-11-24T99:00"),
    ],
)
async def test_what_an_operator_can_mend_is_told(database: Database, words: tuple[str, ...]) -> None:
    await furnish(database, "kim")
    with pytest.raises(OperatorError):
        await asked(database, *words)


@pytest.mark.parametrize(
    ("words", "told"),
    [
        (("mark", "17", "met"), "appointment 17 is not there"),
        (("leave", "kim", "--from", "2026-11-24"), "there is no counselor kim"),
        (("import",), "needs a file"),
    ],
)
def test_the_command_line(
    words: tuple[str, ...],
    told: str,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    monkeypatch.setenv("IEUM_DATABASE_URL", new_sqlite_url(tmp_path))
    assert main(["migrate"]) == 0
    assert main(["staff", "--json"]) == 0
    assert json.loads(capsys.readouterr().out.splitlines()[-1]) == {"centers": [], "counselors": []}
    assert main(["staff", *words]) == 2
    assert told in capsys.readouterr().err
