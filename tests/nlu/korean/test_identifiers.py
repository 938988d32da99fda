"""Numbers that must not be kept. All of them are made up."""

import pytest

from nlu.korean.identifiers import ACCOUNT, CARD, RESIDENT, find_identifiers, redact


@pytest.mark.parametrize(
    ("text", "kinds"),
    [
        ("제 주민번호는 580310-1234567이에요", (RESIDENT,)),
        ("5803101234567", (RESIDENT,)),
        ("580310 1234567", (RESIDENT,)),
        ("580310 - 2234567", (RESIDENT,)),
        ("580310-1******", (RESIDENT,)),
        ("580310-2xxxxxx", (RESIDENT,)),
        ("580310-1", (RESIDENT,)),
        ("５８０３１０－１２３４５６７", (RESIDENT,)),
        ("외국인등록번호 900101-5123456", (RESIDENT,)),
        ("010101-3123456", (RESIDENT,)),
        ("카드 번호 4111-1111-1111-1111", (CARD,)),
        ("4111 1111 1111 1111 로 결제", (CARD,)),
        ("5555555555554444", (CARD,)),
        ("카드 1234-5678-9012-3456", (CARD,)),
        ("국민은행 123456-78-901234", (ACCOUNT,)),
        ("신한 110-123-456789 김아무개", (ACCOUNT,)),
        ("계좌번호는 3020123456789예요", (ACCOUNT,)),
        ("농협 302-0123-4567-81로 넣어주세요", (ACCOUNT,)),
        ("110-234-567890 (우리은행)", (ACCOUNT,)),
        ("카카오뱅크 3333-01-1234567", (ACCOUNT,)),
        ("주민번호 580310-1234567 계좌 농협 302-0123-4567-81", (RESIDENT, ACCOUNT)),
    ],
)
def test_a_number_is_found(text: str, kinds: tuple[str, ...]) -> None:
    assert redact(text)[1] == kinds


@pytest.mark.parametrize(
    "text",
    [
        "010-1234-5678이요",
        "01012345678",
        "02-1234-5678",
        "02-120",
        "1544-3388로 걸어요",
        "580310이요",
        "1958-03-10",
        "1958년 3월 10일",
        "20261121",
        "10,320원",
        "월 2,236,300원",
        "589999-1234567",
        "통장에 입금이 안 됐어요",
        "국민은행 앞에서 만나요",
        "우리 집 번호는 02-1234-5678",
        "통장 문의 02-1234-5678",
        "1234-5678-9012-3456",
        "국민취업지원제도 2026-35호",
        "",
    ],
)
def test_other_numbers_are_left(text: str) -> None:
    assert redact(text) == (text, ())


def test_the_rest_of_the_message_stays() -> None:
    text, kinds = redact("저는 580310-1234567 이고 전화는 010-1234-5678이에요")
    assert text == "저는 [주민등록번호] 이고 전화는 010-1234-5678이에요"
    assert kinds == (RESIDENT,)


def test_two_of_a_kind_are_named_once() -> None:
    text, kinds = redact("580310-1234567, 610101-2345678")
    assert text == "[주민등록번호], [주민등록번호]"
    assert kinds == (RESIDENT,)


def test_places_are_those_in_the_text() -> None:
    text = "번호 580310-1234567"
    found = find_identifiers(text)[0]
    assert text[found.start : found.end] == "580310-1234567"
