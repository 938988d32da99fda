"""Yes and no by the words alone; what the classifier adds is in tests/bot/test_yes_no.py."""

import pytest

from nlu.korean.yes_no import agrees, begins, by_words, denies, finds_fault, inquires, wavers


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("네", "yes"),
        ("예, 그러세요", "yes"),
        ("동의합니다", "yes"),
        ("아니요", "no"),
        ("네, 안 할게요", "no"),
        ("취소하지 마세요", "no"),
        ("문제없어요", "yes"),
        ("문제 없습니다.", "yes"),
        ("이상 없어요", "yes"),
        ("전혀 문제없습니다", "yes"),
        ("더 이상 없어요", ""),
        ("문제없어요 근데 월요일로 바꿔 주세요", ""),
        ("문제가 있어요", ""),
        ("네 시요", ""),
        ("네이버요", ""),
        ("아니면 화요일이요", ""),
        ("없어요", ""),
    ],
)
def test_a_plain_yes_or_no(text: str, said: str) -> None:
    assert by_words(text) == said


def test_who_asks_back_or_wavers_has_said_neither() -> None:
    assert inquires("네?")
    assert wavers("네 생각 좀 해 볼게요")
    assert not (inquires("네 받고 있어요") or wavers("네 받고 있어요"))


@pytest.mark.parametrize(
    ("text", "fault"),
    [
        ("문제가 있어요", True),
        ("두 시는 문제가 있어요", True),
        ("네 틀린 데가 있어요", True),
        ("문제가 있나요", False),
        ("문제가 있으면 전화할게요", False),
        ("문제 있을까요", False),
        ("문제없어요", False),
        ("예순 살 이상 있어요", False),
    ],
)
def test_what_finds_fault_is_no_yes(text: str, fault: bool) -> None:
    assert finds_fault(text) is fault


def test_yes_and_no_of_oneself() -> None:
    assert agrees("받고 있어요")
    assert denies("아직 안 받아요")
    assert begins("네 받고 있어요")
    assert not (agrees("둘이요") or denies("둘이요") or begins("네이버요"))
