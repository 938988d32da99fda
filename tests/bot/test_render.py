"""Replies as calls: split where nothing breaks, escaped, tapped buttons answered first."""

import html
import re

from hypothesis import given
from hypothesis import strategies as st

from bot.incoming import Incoming
from bot.render import LIMIT, calls, plain, split
from bot.turn import Button, File, Keyboard, Kind, Message, Reply, Tap
from bot.words import load_words

WORDS = load_words()
SAID = Incoming(1, 1, "private", Kind.TEXT, text="가")
TAPPED = Incoming(
    1, 1, "private", Kind.TAP, data="v1:a:b:", callback_id="9", message_id=7, shown_html="물음", label="<네>"
)


def message(text: str, **more: object) -> Message:
    return Message("k", text, text, **more)  # type: ignore[arg-type]


def test_a_short_text_is_one_message() -> None:
    (call,) = calls(WORDS, SAID, Reply((message("안녕하세요"),)))
    assert (call.method, dict(call.payload)) == ("send_message", {"text": "안녕하세요"})


def test_a_long_text_is_cut_between_paragraphs() -> None:
    paragraphs = [f"<b>{i}</b> " + "가" * 900 for i in range(12)]
    parts = split("\n\n".join(paragraphs))
    assert len(parts) > 1
    assert all(len(part) <= LIMIT for part in parts)
    assert all(part.count("<b>") == part.count("</b>") for part in parts)
    assert re.sub(r"\s", "", "".join(parts)) == re.sub(r"\s", "", "".join(paragraphs))


@given(st.text(alphabet=st.characters(codec="utf-8", exclude_categories=("Cs", "Cc")), min_size=1, max_size=12_000))
def test_any_text_is_cut_without_loss(words: str) -> None:
    parts = split(html.escape(words, quote=False))
    assert all(len(part) <= LIMIT for part in parts)
    joined = "".join(plain(part) for part in parts)
    assert re.sub(r"\s", "", joined) == re.sub(r"\s", "", words)


def test_only_the_last_part_carries_the_buttons() -> None:
    long = message("가" * 3000 + "\n" + "나" * 3000, buttons=(Button("네", Tap("a", "b")),))
    found = calls(WORDS, SAID, Reply((long,)))
    assert ["reply_markup" in c.payload for c in found] == [False] * (len(found) - 1) + [True]


def test_a_tap_is_answered_first_and_its_choice_is_written_down() -> None:
    answered, edited, said = calls(WORDS, TAPPED, Reply((message("네"),)))
    assert (answered.method, answered.ordered) == ("answer_callback_query", False)
    assert edited.method == "edit_message_text"
    assert edited.payload["text"] == "물음\n\n고르신 것: &lt;네&gt;"
    assert said.method == "send_message"


def test_an_echo_is_only_answered() -> None:
    (answered,) = calls(WORDS, TAPPED, Reply())
    assert answered.method == "answer_callback_query"


def test_the_exits_stand_in_rows_of_two() -> None:
    (call,) = calls(WORDS, SAID, Reply((message("가", keyboard=Keyboard.EXITS),)))
    keys = call.payload["reply_markup"]
    assert keys["is_persistent"] is True
    assert [[key["text"] for key in row] for row in keys["keyboard"]] == [
        ["처음으로", "다시 설명"],
        ["상담원과 이야기"],
    ]


def test_a_file_follows_its_message_and_everything_is_forgotten_together() -> None:
    file = File("a.json", "{}", "모음")
    found = calls(WORDS, SAID, Reply((message("가", file=file),), forget=True))
    assert [c.method for c in found] == ["send_message", "send_document"]
    assert all(c.forget for c in found)
