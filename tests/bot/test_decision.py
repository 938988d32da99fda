"""What a message says to the time that was said back, word by word."""

import pytest

from bot.appointment_draft import Draft
from bot.appointment_picking import decision
from nlu.labels import Intent
from tests.bot.test_yes_no import turn

AFFIRM, DENY, INFORM, BOOK = Intent.AFFIRM, Intent.DENY, Intent.INFORM, Intent.BOOK_APPOINTMENT
HELD = Draft(kind="center", hold=1, slot="any")
# What is said, what the classifier makes of it, whether the time in it is the one that is held, what is decided.
TABLE = [
    ("네", AFFIRM, False, "yes"),
    ("네 그렇게 해 주세요", AFFIRM, False, "yes"),
    ("네 두 시로요", AFFIRM, True, "yes"),
    ("두 시요", INFORM, True, "yes"),
    ("잡아 주세요", BOOK, False, "yes"),
    ("문제없어요", DENY, False, "yes"),
    ("두 시 문제없어요", INFORM, True, "yes"),
    ("이상 없습니다", AFFIRM, False, "yes"),
    ("아니요", DENY, False, "no"),
    ("다른 때요", INFORM, False, "no"),
    ("안 할래요", DENY, False, "no"),
    ("아니요 두 시로요", AFFIRM, True, "no"),
    ("네 두 시는 못 가요", AFFIRM, True, "no"),
    ("두 시는 안 돼요", AFFIRM, True, "no"),
    ("네 그냥 잡지 마세요", AFFIRM, False, "no"),
    ("네 시요", INFORM, False, "else"),
    ("네 근데 세 시로 할게요", AFFIRM, False, "else"),
    ("아니요 목요일이요", DENY, False, "else"),
    ("두 시 말고요", DENY, False, "else"),
    ("네 전화로 할게요", AFFIRM, False, "else"),
    ("두 시에 전화로 할게요", AFFIRM, True, "else"),
    ("두 시 맞나요?", AFFIRM, True, ""),
    ("생각해 볼게요", AFFIRM, False, ""),
    ("얼마나 걸려요?", INFORM, False, ""),
    ("글쎄요", INFORM, False, ""),
    ("문제가 있어요", AFFIRM, False, ""),
    ("두 시는 문제가 있어요", AFFIRM, True, ""),
]


@pytest.mark.parametrize(("text", "intent", "same", "decided"), TABLE, ids=[line[0] for line in TABLE])
def test_the_answer_to_the_time_said_back(text: str, intent: Intent, same: bool, decided: str) -> None:
    assert decision(HELD, turn(text, intent), same=same) == decided


@pytest.mark.parametrize("text", [line[0] for line in TABLE if line[3] == "no"])
def test_a_no_never_becomes_a_yes(text: str) -> None:
    for intent in (AFFIRM, BOOK, INFORM):
        for same in (True, False):
            assert decision(HELD, turn(text, intent), same=same) in ("no", "else")
