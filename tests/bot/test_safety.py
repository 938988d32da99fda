"""The danger check alone: it finds those in danger, and leaves those alone who only sound like it."""

from pathlib import Path

import pytest

from bot.safety import Lane, check, load_signs
from tests.support.tables import read_table

_MESSAGES: dict[str, list[str]] = read_table(Path(__file__).parent / "safety.yml")
_MORE: dict[str, list[str]] = read_table(Path(__file__).parent / "safety_more.yml")
_DANGER = [(lane, text) for lane in Lane for text in _MESSAGES[lane.value]]
_RECALL = 0.97
_FALSE_ALARMS = 0.02


def test_recall_over_all_lanes() -> None:
    missed = [text for _, text in _DANGER if check(text) is None]
    assert len(missed) <= (1 - _RECALL) * len(_DANGER), missed


def test_false_alarms_over_idioms_and_ordinary_requests() -> None:
    fine = _MESSAGES["fine"]
    alarmed = [text for text in fine if check(text) is not None]
    assert len(alarmed) <= _FALSE_ALARMS * len(fine), alarmed


def test_recall_and_false_alarms_on_the_second_list() -> None:
    danger = [text for lane in Lane for text in _MORE[lane.value]]
    missed = [text for text in danger if check(text) is None]
    alarmed = [text for text in _MORE["fine"] if check(text) is not None]
    assert len(missed) <= (1 - _RECALL) * len(danger), missed
    assert len(alarmed) <= _FALSE_ALARMS * len(_MORE["fine"]), alarmed


@pytest.mark.parametrize("lane", list(Lane))
def test_the_lane_is_right(lane: Lane) -> None:
    texts = _MESSAGES[lane.value]
    wrong = [text for text in texts if check(text) != lane]
    assert len(wrong) <= 0.1 * len(texts), wrong


@pytest.mark.parametrize(
    ("text", "lane"),
    [
        ("살기가 싫어요", Lane.CRISIS),
        ("남편이 때려요 일자리 있나요", Lane.VIOLENCE),
        ("사흘째 굶었어요", Lane.NEED),
        ("지금 옥상이에요", Lane.DANGER_NOW),
        ("아파 죽겠는데 앉아서 하는 일 있나요", None),
        ("바빠 죽겠어요", None),
        ("배고파 죽겠다", None),
        ("죽여주네요", None),
        ("요즘 죽을 맛이에요", None),
        ("혼자 살아요", None),
        ("자살예방센터 채용 있어요?", None),
        ("", None),
        ("ㅋㅋㅋ", None),
    ],
)
def test_one_message(text: str, lane: Lane | None) -> None:
    assert check(text) == lane


def test_the_worst_lane_wins() -> None:
    assert check("굶고 있고 남편이 때려서 죽고 싶어요") == Lane.CRISIS
    assert check("죽고 싶어요 지금 옥상이에요") == Lane.DANGER_NOW


@pytest.mark.parametrize("text", ["죽고싶어요", "죽고 싶 어 요", "죽고시퍼여ㅠㅠ", "죽고 싶다!!!", "죽고십어요"])
def test_spelling_and_spaces_do_not_hide_it(text: str) -> None:
    assert check(text) == Lane.CRISIS


def test_decomposed_hangul_does_not_hide_it() -> None:
    import unicodedata

    assert check(unicodedata.normalize("NFD", "죽고 싶어요")) == Lane.CRISIS


def test_signs_can_be_given(tmp_path: Path) -> None:
    path = tmp_path / "signs.yml"
    path.write_text(
        "parts: {sad: 슬프}\nidioms: [안슬프]\nwork: [슬픈영화]\nlanes: {crisis: ['{sad}']}\n", encoding="utf-8"
    )
    signs = load_signs(path)
    assert check("슬프네요", signs) == Lane.CRISIS
    assert check("안 슬프네요", signs) is None


def test_an_unknown_part_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "signs.yml"
    path.write_text("parts: {}\nidioms: ['{sad}']\nwork: []\nlanes: {}\n", encoding="utf-8")
    with pytest.raises(KeyError):
        load_signs(path)
