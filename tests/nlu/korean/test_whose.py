"""Whose matter a text is. All people are invented."""

import pytest

from nlu.korean.whose import SELF, sex_of, switched, whose


@pytest.mark.parametrize(
    ("text", "who"),
    [
        ("어머니가 일흔둘이신데 노인일자리 되나요?", "어머니"),
        ("남편이 58살인데 실업급여 받을 수 있나요", "남편"),
        ("친구가 65살인데 뭐 받을 수 있는 거 있어요?", "친구"),
        ("아버지 72세인데 기초연금 되나요", "아버지"),
        ("72살 어머니 일자리", "어머니"),
        ("저희 부모님 일자리 알아보려고요", "부모님"),
        ("우리 영감이 일흔인데 일자리 있어요?", "영감"),
        ("장모님 연세가 70이신데", "장모님"),
        ("제 동생도 되나요", "동생"),
        ("엄마 기초연금 탈 수 있나 궁금해요", "엄마"),
        ("제가 엄마 대신 여쭤보는데요 엄마가 72살이에요", "엄마"),
        ("저 말고 어머니요", "어머니"),
        ("제가 아니라 남편이요", "남편"),
        ("엄마 말고 저요", SELF),
        ("저는요?", SELF),
        ("남편은 직장 다니고 저는 42살인데 저도 되나요", SELF),
        ("딸이 셋인데 저도 되나요", SELF),
        ("동생이 마흔아홉인데 내일배움카드 되나요", "동생"),
        ("68살인데 노인일자리 되나요", ""),
        ("아이가 5살인데 구직지원금 되나요", ""),
        ("아들이 7살인데 되나요", ""),
        ("남편이 한 500 버는데 구직지원금 되나요", ""),
        ("남편 소득이 300이에요", ""),
        ("어머니를 돌보느라 쉬었어요", ""),
        ("친구랑 둘이 살아요", ""),
        ("아들 밑에 있어요", ""),
        ("68이 아니라 66이에요", ""),
    ],
)
def test_who_is_asked_about(text: str, who: str) -> None:
    assert whose(text) == who


@pytest.mark.parametrize(
    ("text", "now", "who"),
    [
        ("아 저 말고 남편이요", "", "남편"),
        ("남편이요", "", "남편"),
        ("어머니는요?", "남편", "어머니"),
        ("저는요?", "어머니", SELF),
        ("제 것도 봐주세요", "어머니", SELF),
        ("아니 저요", "어머니", SELF),
        ("저는요?", "", ""),
        ("어머니요", "어머니", ""),
        ("아니 그게 아니고 66살이요", "", ""),
        ("둘이 살아요", "어머니", ""),
        ("친구가 소개해 줘서 알게 됐는데 조건이 궁금해요", "", ""),
    ],
)
def test_to_whom_the_talk_turns(text: str, now: str, who: str) -> None:
    assert switched(text, now) == who


@pytest.mark.parametrize(
    ("text", "who"),
    [
        ("조카가 열두 살이에요", ""),
        ("조카가 올해 열다섯 살인데", ""),
        ("조카가 열여덟이에요", ""),
        ("조카가 십칠 세예요", ""),
        ("조카가 30개월이에요", ""),
        ("동생이 스물둘이에요", "동생"),
        ("어머니가 일흔두 살이에요", "어머니"),
    ],
)
def test_a_child_is_not_the_one_who_applies(text: str, who: str) -> None:
    assert whose(text) == who


def test_a_name_tells_the_sex_or_nothing() -> None:
    assert [sex_of(name) for name in ("어머니", "남편", "친구", "이모")] == ["female", "male", "", "female"]
