"""Telegram's HTML, entities and keyboards, as pure functions."""

import pytest

from bot.playground.entities import find, trim, utf16
from bot.playground.errors import ApiError
from bot.playground.markup import parse_html
from bot.playground.replymarkup import check_markup


@pytest.mark.parametrize(
    ("source", "text", "entities"),
    [
        ("그냥 글", "그냥 글", []),
        ("<b>굵게</b>", "굵게", [("bold", 0, 2)]),
        ("<STRONG>굵게</STRONG>", "굵게", [("bold", 0, 2)]),
        ("가<i>나<b>다</b></i>", "가나다", [("bold", 2, 1), ("italic", 1, 2)]),
        ("1 &lt; 2 &amp; 3 &#44032; &quot;", '1 < 2 & 3 가 "', []),
        ("&nbsp; &copy 2 &", "&nbsp; &copy 2 &", []),
        ("😀<b>끝</b>", "😀끝", [("bold", 2, 1)]),
        ("<b></b>빈", "빈", []),
        (
            "<u>a</u><s>b</s><tg-spoiler>c</tg-spoiler>",
            "abc",
            [("underline", 0, 1), ("strikethrough", 1, 1), ("spoiler", 2, 1)],
        ),
        ('<span class="tg-spoiler">a</span>', "a", [("spoiler", 0, 1)]),
        ("<blockquote expandable>긴 글</blockquote>", "긴 글", [("expandable_blockquote", 0, 3)]),
        ("<blockquote>글</blockquote>", "글", [("blockquote", 0, 1)]),
        ("<code>x</code><pre>y</pre>", "xy", [("code", 0, 1), ("pre", 1, 1)]),
        ('<pre><code class="language-python">y</code></pre>', "y", [("pre", 0, 1)]),
        ('<a href="javascript:x">링크</a>', "링크", []),
    ],
)
def test_html_becomes_text_and_entities(source: str, text: str, entities: list[tuple[str, int, int]]) -> None:
    found = parse_html(source)
    assert found[0] == text
    assert [(e["type"], e["offset"], e["length"]) for e in found[1]] == entities


def test_links_and_times_keep_their_argument() -> None:
    _, entities = parse_html(
        '<a href="https://www.seoul.go.kr/?a=1&amp;b=2">시청</a> <tg-time unix="1795244400">그때</tg-time>'
    )
    assert entities[0]["url"] == "https://www.seoul.go.kr/?a=1&b=2"
    assert entities[1]["unix_time"] == 1795244400
    _, mention = parse_html('<a href="tg://user?id=77">님</a>')
    assert mention[0]["type"] == "text_mention"
    assert mention[0]["user"]["id"] == 77
    _, bare = parse_html("<a>seoul.go.kr</a>")
    assert bare[0]["url"] == "http://seoul.go.kr/"


@pytest.mark.parametrize(
    ("source", "problem"),
    [
        ("<b>굵게", 'Can\'t find end tag corresponding to start tag "b"'),
        ("1 < 2", 'Unsupported start tag "" at byte offset 2'),
        ("가<div>", 'Unsupported start tag "div" at byte offset 3'),
        ("<b", "Unclosed start tag at byte offset 0"),
        ("가</b>", "Unexpected end tag at byte offset 3"),
        ("<b>x</i>", 'Unmatched end tag at byte offset 4, expected "</b>", found "</i>"'),
        ("<b>x</b", "Unclosed end tag at byte offset 4"),
        ("<span>x</span>", 'Tag "span" must have class "tg-spoiler" at byte offset 0'),
        ("<a href>x</a>", 'Expected equal sign in declaration of an attribute of the tag "a" at byte offset 0'),
        ('<a href="x', "Unclosed start tag at byte offset 0"),
        ("<a =x>y</a>", 'Empty attribute name in the tag "a" at byte offset 0'),
        ("<a href=가>y</a>", "Unexpected end of name token at byte offset 8"),
    ],
)
def test_html_that_telegram_refuses(source: str, problem: str) -> None:
    with pytest.raises(ApiError) as refusal:
        parse_html(source)
    assert refusal.value.code == 400
    assert refusal.value.description == f"Bad Request: can't parse entities: {problem}"


def test_blanks_around_a_text_go_and_entities_follow() -> None:
    text, entities = trim("  가 <x>  \n", [{"type": "bold", "offset": 2, "length": 6}])
    assert text == "가 <x>"
    assert entities == [{"type": "bold", "offset": 0, "length": 5}]
    assert trim(" \n ", []) == ("", [])


def test_what_telegram_finds_by_itself() -> None:
    text = "😀 /start 문의 a@b.kr @seoul_work #일자리 https://work24.go.kr/x."
    found = {
        (e["type"], text.encode("utf-16-le")[e["offset"] * 2 :][: e["length"] * 2].decode("utf-16-le"))
        for e in find(text, [])
    }
    assert found == {
        ("bot_command", "/start"),
        ("email", "a@b.kr"),
        ("mention", "@seoul_work"),
        ("hashtag", "#일자리"),
        ("url", "https://work24.go.kr/x"),
    }
    assert find("1/2 그리고 02-120", []) == []
    code = [{"type": "code", "offset": 0, "length": 6}]
    assert find("/start", code) == code


def test_utf16_counts_as_javascript_does() -> None:
    assert utf16("가😀") == 3


@pytest.mark.parametrize(
    ("raw", "problem"),
    [
        ("{", "can't parse reply keyboard markup JSON object"),
        ([1], "object expected as reply markup"),
        ({"inline_keyboard": [[{"text": "네", "callback_data": ""}]]}, "BUTTON_DATA_INVALID"),
        ({"inline_keyboard": [[{"text": "네", "callback_data": "가" * 22}]]}, "BUTTON_DATA_INVALID"),
        ({"inline_keyboard": [[{"text": "", "callback_data": "a"}]]}, "inline keyboard button text must be non-empty"),
        (
            {"inline_keyboard": [[{"text": "네"}]]},
            "can't parse inline keyboard button: Text buttons are unallowed in the inline keyboard",
        ),
        ({"inline_keyboard": [{"text": "네"}]}, "can't parse inline keyboard button: expected an Array of buttons"),
        (
            {"inline_keyboard": [[{"text": "전화", "url": "tel:02-120"}]]},
            "inline keyboard button URL 'tel:02-120' is invalid: Unsupported URL protocol",
        ),
        (
            {"inline_keyboard": [[{"text": "집", "url": "http://home"}]]},
            "inline keyboard button URL 'http://home' is invalid: Wrong HTTP URL",
        ),
        ({"inline_keyboard": [[{"text": "복사", "copy_text": {"text": ""}}]]}, "BUTTON_COPY_TEXT_INVALID"),
        ({"inline_keyboard": [[{"text": "a", "callback_data": "a"}]] * 101}, "reply markup is too long"),
        ({"keyboard": [[{"text": " "}]]}, "keyboard button text must be non-empty"),
    ],
)
def test_keyboards_that_telegram_refuses(raw: object, problem: str) -> None:
    with pytest.raises(ApiError) as refusal:
        check_markup(raw, private=True)
    assert refusal.value.description == f"Bad Request: {problem}"


def test_keyboards_that_telegram_takes() -> None:
    edge = {"inline_keyboard": [[{"text": "네", "callback_data": "가" * 21 + "a"}], []]}
    assert check_markup(edge, private=True) == {"inline_keyboard": edge["inline_keyboard"][:1]}
    assert check_markup({"inline_keyboard": []}, private=True) is None
    assert check_markup("", private=True) is None
    assert check_markup({"keyboard": [["처음으로"]]}, private=True) == {"keyboard": [[{"text": "처음으로"}]]}
    assert check_markup({"remove_keyboard": True}, private=True) == {"remove_keyboard": True}


def test_contact_is_asked_for_in_private_only_and_edits_take_inline_keyboards_only() -> None:
    contact = {"keyboard": [[{"text": "전화번호 보내기", "request_contact": True}]]}
    assert check_markup(contact, private=True) == contact
    with pytest.raises(ApiError, match="phone number can be requested in private chats only"):
        check_markup(contact, private=False)
    with pytest.raises(ApiError, match="inline keyboard expected"):
        check_markup(contact, private=True, inline_only=True)
