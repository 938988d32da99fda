"""Yes and no: what the strict reading takes, for leave and bookings, and what an answer about oneself means."""

from datetime import datetime

import pytest

from bot.clock import SEOUL
from bot.turn import Kind, Turn, Visitor
from bot.yes_no import by_words, of_oneself, strict
from nlu.client import Understanding
from nlu.labels import Intent
from retrieval.found import Found

AT = datetime(2026, 11, 23, 9, 30, tzinfo=SEOUL)
AFFIRM, DENY, INFORM, CANCEL = Intent.AFFIRM, Intent.DENY, Intent.INFORM, Intent.CANCEL_APPOINTMENT


def turn(text: str, intent: Intent = INFORM, confidence: float = 0.9, degraded: str = "") -> Turn:
    meant = Understanding(text, intent, confidence, degraded=degraded)
    return Turn(Visitor(1, False, False, False, False), AT, Kind.TEXT, text, meant, Found(text))


# What is said, what the classifier makes of it, the strict reading, the reading of an answer about oneself.
TABLE: list[tuple[str, Intent, str, bool | None]] = [
    ("네", AFFIRM, "yes", True),
    ("네네", AFFIRM, "yes", True),
    ("예, 그러세요", AFFIRM, "yes", True),
    ("넵!", INFORM, "yes", True),
    ("응", INFORM, "yes", True),
    ("네 그렇게 해 주세요", AFFIRM, "yes", True),
    ("그럼요", AFFIRM, "yes", True),
    ("좋아요", AFFIRM, "yes", True),
    ("적어 두세요", Intent.REGISTER_SEEKER, "yes", True),
    ("그렇게 부탁드려요", AFFIRM, "yes", True),
    ("동의합니다", INFORM, "yes", True),
    ("아니요", DENY, "no", False),
    ("아뇨 괜찮아요", AFFIRM, "no", False),
    ("노", DENY, "no", False),
    ("싫어요", DENY, "no", False),
    ("됐어요", DENY, "no", False),
    ("안 할래요", DENY, "no", False),
    ("네, 안 할게요", AFFIRM, "no", False),
    ("동의하지 않아요", AFFIRM, "no", False),
    ("동의 안 해요", INFORM, "no", False),
    ("취소 안 할래요", CANCEL, "no", False),
    ("취소안할래요", CANCEL, "no", False),
    ("취소하지 마세요", CANCEL, "no", False),
    ("취소 말고요", CANCEL, "no", False),
    ("지우지 마세요", Intent.PRIVACY_REQUEST, "no", False),
    ("그냥 두세요", INFORM, "no", False),
    ("그건 아니에요", INFORM, "no", False),
    ("필요 없어요", INFORM, "no", False),
    ("문제없어요", AFFIRM, "yes", None),
    ("문제 없습니다", DENY, "yes", None),
    ("이상 없어요", INFORM, "yes", None),
    ("네, 문제없어요", DENY, "yes", None),
    ("틀린 데 없어요", DENY, "yes", None),
    ("문제가 있어요", AFFIRM, "", None),
    ("네 문제가 좀 있어요", AFFIRM, "", None),
    ("이상이 있는데요", AFFIRM, "", None),
    ("문제 없나요?", AFFIRM, "", True),
    ("더 이상 없어요", INFORM, "", False),
    ("아니요 문제없어요", AFFIRM, "no", False),
    ("예약할게요", Intent.BOOK_APPOINTMENT, "", None),
    ("네 시요", INFORM, "", None),
    ("네이버요", INFORM, "", None),
    ("그럼 센터로 갈게요", INFORM, "", None),
    ("그래도 무서워요", INFORM, "", None),
    ("생각해 볼게요", AFFIRM, "", True),
    ("네 생각 좀 해 볼게요", AFFIRM, "", True),
    ("잘 모르겠어요", AFFIRM, "", True),
    ("네?", AFFIRM, "", True),
    ("네 근데 얼마예요", AFFIRM, "", True),
    ("안 하면 안 되나요", DENY, "", False),
    ("아니면 화요일이요", INFORM, "", None),
    ("노원구요", INFORM, "", None),
    ("미안해요", INFORM, "", None),
    ("아버지 마음이 그래요", INFORM, "", True),
    ("받고 있어요", INFORM, "", True),
    ("아직 안 받아요", INFORM, "no", False),
    ("없어요", INFORM, "", False),
    ("일은 안 갔어요", INFORM, "no", False),
]


@pytest.mark.parametrize(("text", "intent", "plain", "own"), TABLE, ids=[line[0] for line in TABLE])
def test_yes_and_no(text: str, intent: Intent, plain: str, own: bool | None) -> None:
    assert strict(turn(text, intent)) == plain
    assert of_oneself(turn(text, intent)) is own


def test_the_classifier_counts_where_it_is_sure_and_nothing_else_is_said() -> None:
    assert strict(turn("그러시든가", AFFIRM)) == "yes"
    assert strict(turn("그러시든가", AFFIRM, 0.4)) == ""
    assert strict(turn("센터로 할게요", AFFIRM), along=True) == ""
    assert strict(turn("네 센터로 할게요", AFFIRM), along=True) == "yes"
    assert strict(turn("네 그 뒤는 다음에 오는 사람이 하겠죠", DENY)) == ""


def test_without_the_classifier_only_the_words_count() -> None:
    assert strict(turn("예약", AFFIRM, degraded="away")) == ""
    assert strict(turn("네", Intent.FALLBACK, 0.0, "away")) == "yes"
    assert strict(turn("네 어제 저녁에 보내 주신 글을 보고 또 적어 봅니다", Intent.FALLBACK, 0.0, "away")) == ""


@pytest.mark.parametrize("text", [line[0] for line in TABLE if line[2] == "no"])
def test_no_refusal_ever_is_a_yes(text: str) -> None:
    for intent in (AFFIRM, INFORM, CANCEL):
        assert "yes" not in (by_words(text), strict(turn(text, intent)), strict(turn(text, intent), along=True))
        assert of_oneself(turn(text, intent)) is False
