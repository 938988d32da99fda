"""Callback data: at most 64 bytes of ASCII for everything that a button can carry, and back again unharmed."""

from dataclasses import replace
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from telegram import InlineKeyboardMarkup

from bot.desk import Flow
from bot.flows import ALL
from bot.keyboards import MAX_DATA_BYTES, DataTooLongError, decode, encode, markup
from bot.turn import Button, Keyboard, Message, Tap
from knowledge.catalog import ASPECTS, Catalog

MOST_STATEMENTS = 99
EXITS = ("처음으로", "다시 설명", "상담원과 이야기")


def fits(tap: Tap) -> bool:
    data = encode(tap)
    return 1 <= len(data.encode()) <= MAX_DATA_BYTES and decode(data) == tap


def test_every_aspect_of_every_program_fits(catalog: Catalog) -> None:
    assert len(catalog.programs) > 50
    for program in catalog.programs:
        for aspect in ASPECTS:
            assert fits(Tap("programs", "aspect", f"{program}.{aspect}"))
            assert fits(Tap("programs", "aspect", f"{program}.{aspect}.{MOST_STATEMENTS}"))


@pytest.mark.parametrize(("flow", "action"), [("programs", "show"), ("eligibility", "check")])
def test_every_program_fits(flow: str, action: str, catalog: Catalog) -> None:
    assert all(fits(Tap(flow, action, program)) for program in catalog.programs)


def test_ids_hold_nothing_that_codes_are_split_by(catalog: Catalog) -> None:
    assert not [i for i in catalog.programs if "." in i or ":" in i or not i.isascii()]


@pytest.mark.parametrize("flow", ALL, ids=lambda flow: flow.name)
def test_every_action_of_every_flow_fits(flow: Flow) -> None:
    for action in flow.actions:
        assert fits(Tap(flow.name, action)) and ":" not in flow.name + action


def test_what_telegram_would_refuse_is_refused_here() -> None:
    assert fits(Tap("f", "a", "x" * (MAX_DATA_BYTES - 7)))
    for tap in (Tap("f", "a", "x" * (MAX_DATA_BYTES - 6)), Tap("f", "a", "가"), Tap("흐름", "a")):
        with pytest.raises(DataTooLongError):
            encode(tap)


@pytest.mark.parametrize("data", ["", "v1", "v1:a:b", "v0:menu:show:", "v2:menu:show:", ":::", "가나다", "v1 :a:b:c"])
def test_unknown_and_older_codes_mean_nothing(data: str) -> None:
    assert decode(data) is None


NAMES = st.text("abcdefghijklmnopqrstuvwxyz_", min_size=1, max_size=15)


@given(NAMES, NAMES, st.text("abcdefghijklmnopqrstuvwxyz0123456789.-:", max_size=25))
def test_there_and_back(flow: str, action: str, arg: str) -> None:
    assert decode(encode(Tap(flow, action, arg))) == Tap(flow, action, arg)


@given(st.text(max_size=80))
def test_any_data_is_a_tap_or_nothing(data: str) -> None:
    tap = decode(data)
    assert tap is None or f"v1:{tap.flow}:{tap.action}:{tap.arg}" == data


def message(**more: object) -> Message:
    return replace(Message("key", "글", "글"), **more)  # type: ignore[arg-type]


def test_buttons_stand_one_a_row() -> None:
    buttons = (Button("네", Tap("start", "consent", "yes")), Button("아니요", Tap("start", "consent", "no")))
    keys = markup(message(buttons=buttons), EXITS)
    made = InlineKeyboardMarkup.de_json(keys, None)
    assert [[b.text for b in row] for row in made.inline_keyboard] == [["네"], ["아니요"]]
    assert made.inline_keyboard[0][0].callback_data == "v1:start:consent:yes"


def labels(keys: dict[str, Any] | None) -> list[str]:
    assert keys is not None and keys["is_persistent"] and "one_time_keyboard" not in keys
    return [button["text"] for row in keys["keyboard"] for button in row]


def test_the_exits_stay() -> None:
    assert labels(markup(message(keyboard=Keyboard.EXITS), EXITS)) == list(EXITS)


def test_without_keys_the_letters_stay() -> None:
    assert markup(message(), EXITS) is None
