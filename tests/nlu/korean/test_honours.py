"""Honours as plain speech."""

import pytest

from nlu.korean.honours import plain_speech


@pytest.mark.parametrize(
    ("text", "plain"),
    [
        ("쉬고 계세요", "쉬고 있어요"),
        ("안 받으세요", "안 받아요"),
        ("없으세요", "없어요"),
        ("68세시고", "68세이고"),
        ("일흔둘이신데", "일흔둘인데"),
    ],
)
def test_honours_are_heard_as_plain_speech(text: str, plain: str) -> None:
    assert plain_speech(text) == plain
