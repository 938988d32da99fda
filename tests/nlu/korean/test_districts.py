"""Places in messages, by table."""

from pathlib import Path

import pytest

from nlu.korean.districts import find_districts
from nlu.korean.places import atlas, today_names
from tests.support.tables import read_table

_TABLE = read_table(Path(__file__).parent / "places" / "districts.yml")
_SAID = [(text, values) for group, rows in _TABLE.items() if group != "none" for text, values in rows.items()]


@pytest.mark.parametrize(("text", "values"), _SAID)
def test_a_place_is_read_as_its_official_name(text: str, values: list[str | None]) -> None:
    assert [span.value for span in find_districts(text)] == values


@pytest.mark.parametrize("text", _TABLE["none"])
def test_an_everyday_word_is_no_place(text: str) -> None:
    assert find_districts(text) == []


def test_spans_point_into_the_text() -> None:
    text = "저는 서울 양천구 목동 살고 딸은 부산 살아요"
    spans = find_districts(text)
    assert [text[s.start : s.end] for s in spans] == [s.text for s in spans] == ["서울 양천구 목동", "부산"]
    assert {s.entity for s in spans} == {"district"}


def test_every_seoul_gu_and_dong_is_found_alone() -> None:
    book = atlas()
    assert len(book.gus) == 25
    assert all(find_districts(f"{gu} 살아요")[0].value == f"서울특별시 {gu}" for gu in book.gus)


def test_every_official_name_is_found_with_its_province() -> None:
    names = {value for place in atlas().names.values() for value in place.values}
    assert len(names) > 260
    missed = [name for name in sorted(names) if [s.value for s in find_districts(f"{name}에 살아요")] != [name]]
    assert missed == []


def test_decomposed_hangul_is_read_too() -> None:
    import unicodedata

    assert find_districts(unicodedata.normalize("NFD", "양천구요"))[0].value == "서울특별시 양천구"


def test_former_districts_know_their_names_of_today() -> None:
    assert today_names("인천광역시 중구") == ("인천광역시 제물포구", "인천광역시 영종구")
    assert today_names("인천광역시 서구") == ("인천광역시 서해구", "인천광역시 검단구")
    assert today_names("광주광역시 북구") == ("전남광주통합특별시 북구",)
    assert today_names("서울특별시 중구") == ("서울특별시 중구",)
