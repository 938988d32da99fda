"""What is stored of a conversation comes back, but for what nobody answers any more."""

from dataclasses import replace
from datetime import datetime

import pytest

from bot.clock import SEOUL
from bot.flows import ALL
from bot.route import OLD_BUTTON
from bot.state_json import read, write
from bot.table import make_table
from bot.turn import Button, Said, State, Tap

TABLE = make_table(ALL)
HOME = Button("처음으로", Tap("menu", "home"))
GONE = Button("예전 단추", Tap("menu", "renamed"))
ASKED = Said("privacy.erase", "모두 지울까요?", "지울까요?", (GONE, HOME))
STATE = State(
    flow="privacy",
    step="erase_now",
    data={"a": 1},
    focus=("basic-pension",),
    shown=(HOME,),
    last=(replace(ASKED, buttons=(HOME,)),),
    back=(Tap("programs", "show", "basic-pension"),),
    misses=1,
    known={"age": 68},
    seen_at=datetime(2026, 11, 23, 10, tzinfo=SEOUL),
    asked=replace(ASKED, buttons=(HOME,)),
)


def test_a_state_comes_back() -> None:
    assert read(write(STATE), TABLE.has) == STATE
    assert read(write(State()), TABLE.has) == State()


def test_a_state_of_before_the_open_question_was_kept_comes_back() -> None:
    raw = write(STATE)
    del raw["asked"]
    assert read(raw, TABLE.has) == replace(STATE, asked=None)


@pytest.mark.parametrize("raw", [{}, {"flow": "menu"}, {**write(STATE), "shown": [["a"]]}])
def test_what_cannot_be_read_is_an_empty_state(raw: dict[str, object]) -> None:
    assert read(raw, TABLE.has) == State()


def test_renamed_taps_are_dropped_and_the_choices_keep_their_places() -> None:
    old = replace(STATE, shown=(GONE, HOME), last=(ASKED,), asked=ASKED, back=(Tap("gone", "away"), *STATE.back))
    found = read(write(old), TABLE.has)
    assert found.shown == (Button("예전 단추", OLD_BUTTON), HOME)
    assert found.back == STATE.back and found.last == STATE.last and found.asked == STATE.asked


@pytest.mark.parametrize(("flow", "step"), [("privacy", "renamed"), ("renamed", "erase_now")])
def test_a_renamed_question_is_no_longer_open(flow: str, step: str) -> None:
    found = read(write(replace(STATE, flow=flow, step=step)), TABLE.has)
    assert (found.flow, found.step, found.data, found.asked) == ("", "", {}, None)
    assert found.known == STATE.known
