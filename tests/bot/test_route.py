"""Routing is pure: tables of what was said, where the conversation stands, and who answers."""

from datetime import datetime

import pytest

from bot.clock import SEOUL
from bot.flows import ALL
from bot.route import route
from bot.table import TableError, make_table
from bot.turn import Button, Kind, State, Tap, Turn, Visitor
from nlu.client import Entity, Understanding
from nlu.korean.ordinals import read_choice
from nlu.labels import Intent
from retrieval.found import Found, Hit

TABLE = make_table(ALL)
TALKED = State(focus=("basic-pension",), aspect="amount")
HIT = (Hit("basic-pension", "program", 0.9, "복지로"),)
CHOICES = (Button("얼마 받아요?", Tap("programs", "aspect", "a.amount")), Button("서류는요?", Tap("menu", "home")))


def turn(
    text: str = "",
    intent: Intent = Intent.FALLBACK,
    confidence: float = 0.9,
    *,
    program: str | None = None,
    sure_hit: bool = False,
    kind: Kind = Kind.TEXT,
    tap: Tap | None = None,
    phone: str | None = None,
    waits: bool = False,
) -> Turn:
    entities = (Entity("program", text, 0, len(text), program),) if program else ()
    return Turn(
        Visitor(1, False, True, False, False, waits),
        datetime(2026, 11, 23, 10, tzinfo=SEOUL),
        kind,
        text,
        Understanding(text, intent, confidence, entities=entities),
        Found(text, HIT, abstained=not sure_hit),
        tap,
        phone,
        aspect=TABLE.aspect(text),
        points_back=TABLE.points_back(text),
        topics=TABLE.topics(text),
    )


def goal(given: Turn, state: State | None = None) -> tuple[str, str]:
    found = route(given, state or State(), TABLE)
    return found.flow, found.action


@pytest.mark.parametrize("intent", [i for i in Intent if i is not Intent.FALLBACK])
def test_every_intent_is_answered(intent: Intent) -> None:
    assert goal(turn("아무 말", intent)) != ("menu", "missed")


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("처음으로", ("menu", "home")),
        ("그만", ("menu", "home")),
        ("0", ("handover", "ask")),
        ("사람", ("handover", "ask")),
        ("상담원과 이야기", ("handover", "ask")),
        ("다시 설명", ("menu", "simpler")),
        ("도움!", ("menu", "help")),
        ("/start", ("start", "hello")),
        ("/start abc-1", ("start", "hello")),
        ("/help@ieum_bot", ("menu", "help")),
        ("/whatever", ("menu", "show")),
    ],
)
def test_exits_work_at_any_point(text: str, expected: tuple[str, str]) -> None:
    asked = State().ask("centers", "kind")
    assert goal(turn(text, Intent.INFORM), asked) == expected
    assert goal(turn(text, Intent.OUT_OF_SCOPE)) == expected


@pytest.mark.parametrize(
    ("text", "number"),
    [
        ("1", 1),
        ("2번", 2),
        ("두 번째 거", 2),
        ("첫번째", 1),
        ("마지막 거요", 2),
        ("둘째", 2),
        ("일번이요", 1),
        ("두번째로 할게요", 2),
    ],
)
def test_a_typed_choice_is_its_button(text: str, number: int) -> None:
    found = route(turn(text, Intent.INFORM), State(shown=CHOICES), TABLE)
    assert found == CHOICES[number - 1].tap


@pytest.mark.parametrize("text", ["3", "67", "두 시", "2026", "1시", "세 번 갔어요", "이번 주", "일", "네"])
def test_other_numbers_are_no_choice(text: str) -> None:
    assert read_choice(text, 2) is None


def test_a_typed_label_is_its_button() -> None:
    assert route(turn("얼마받아요"), State(shown=CHOICES), TABLE) == CHOICES[0].tap


@pytest.mark.parametrize(
    ("text", "intent", "confidence", "expected"),
    [
        ("네", Intent.AFFIRM, 0.9, ("privacy", "erase_now")),
        ("음 글쎄", Intent.FALLBACK, 0.2, ("privacy", "erase_now")),
        ("가까운 새일센터 어디예요", Intent.FIND_CENTER, 0.95, ("centers", "find")),
        ("뭐라구", Intent.FIND_CENTER, 0.4, ("privacy", "erase_now")),
    ],
)
def test_an_open_question_gets_its_answer_or_a_digression(
    text: str, intent: Intent, confidence: float, expected: tuple[str, str]
) -> None:
    assert goal(turn(text, intent, confidence), State().ask("privacy", "erase_now")) == expected


@pytest.mark.parametrize("text", ["서류는요?", "얼마예요", "그거 언제까지예요?", "어떻게 신청해요"])
@pytest.mark.parametrize("intent", [Intent.FALLBACK, Intent.ASK_HELP, Intent.OUT_OF_SCOPE])
def test_a_short_question_leans_on_the_talk(text: str, intent: Intent) -> None:
    assert goal(turn(text, intent, 0.5), State(focus=("basic-pension",))) == ("programs", "ask")


def test_a_sure_other_matter_does_not_lean_on_the_talk() -> None:
    given = turn("센터 전화번호", Intent.FIND_CENTER, 0.97)
    assert goal(given, State(focus=("basic-pension",))) == ("centers", "find")


def test_the_search_answers_what_the_classifier_could_not() -> None:
    assert goal(turn("나라에서 주는 돈 노인", sure_hit=True)) == ("programs", "ask")
    assert goal(turn("기초연금", program="basic-pension")) == ("programs", "ask")
    assert goal(turn("ㅁㄴㅇㄹ")) == ("menu", "missed")


def test_an_unknown_button_gets_an_answer() -> None:
    assert goal(turn(kind=Kind.TAP, tap=Tap("gone", "away"))) == ("menu", "old_button")
    assert goal(turn(kind=Kind.TAP, tap=Tap("menu", "nothing"))) == ("menu", "old_button")


@pytest.mark.parametrize("kind", [k for k in Kind if k not in (Kind.TEXT, Kind.TAP)])
def test_media_is_acknowledged(kind: Kind) -> None:
    assert goal(turn(kind=kind)) == ("menu", "media")


@pytest.mark.parametrize(
    ("text", "intent", "expected"),
    [
        ("기초연금 얼마예요?", Intent.ASK_PROGRAM, ("programs", "ask")),
        ("이거 뭐예요?", Intent.ASK_PROGRAM, ("menu", "media")),
        ("뭐예요", Intent.FALLBACK, ("menu", "media")),
        ("ㅁㄴㅇㄹ 흐흐흐", Intent.FALLBACK, ("menu", "media")),
        ("처음으로", Intent.FALLBACK, ("menu", "home")),
        ("", Intent.FALLBACK, ("menu", "media")),
    ],
)
def test_words_under_a_picture_count_unless_they_are_about_it(
    text: str, intent: Intent, expected: tuple[str, str]
) -> None:
    assert goal(turn(text, intent, kind=Kind.PHOTO), TALKED) == expected


def test_a_shared_number_goes_to_the_case_that_waits() -> None:
    assert goal(turn(kind=Kind.CONTACT, phone="+821055550124", waits=True)) == ("handover", "number")
    assert goal(turn(kind=Kind.CONTACT, waits=True)) == ("menu", "media")
    assert goal(turn(kind=Kind.CONTACT, phone="+821055550124")) == ("menu", "media")


LONG = "그동안 모은 것도 다 잃고 이제는 어떻게 해야 하는지 모르겠어요"
DISTRESS = ("distress", "show")


@pytest.mark.parametrize(
    ("text", "confidence", "state", "expected"),
    [
        ("저 이제 어떡해요", 0.57, State(focus=("basic-pension",)), DISTRESS),
        ("저 이제 어떡해요", 0.45, State(focus=("basic-pension",)), ("programs", "ask")),
        (LONG, 0.97, State().ask("privacy", "erase_now"), DISTRESS),
        ("저 이제 어떡해요", 0.7, State().ask("privacy", "erase_now"), DISTRESS),
        ("못가게 됐어요", 0.56, State().ask("privacy", "erase_now"), ("privacy", "erase_now")),
        ("아니요 없어요", 0.99, State().ask("signups", "confirm"), ("signups", "confirm")),
        (f"아니요 {LONG}", 0.97, State().ask("signups", "confirm"), DISTRESS),
        (f"아니요 {LONG}", 0.7, State().ask("signups", "confirm"), ("signups", "confirm")),
        ("그만", 0.99, State().ask("signups", "confirm"), ("menu", "home")),
        ("서류는요?", 0.99, State(shown=CHOICES), ("menu", "home")),
    ],
)
def test_the_classifiers_alarm_goes_first_but_not_before_what_a_question_reads(
    text: str, confidence: float, state: State, expected: tuple[str, str]
) -> None:
    assert goal(turn(text, Intent.DISTRESS, confidence), state) == expected


def test_two_flows_may_not_claim_the_same_intent() -> None:
    with pytest.raises(TableError, match="greet"):
        make_table([f for f in ALL if f.name != "start"])
    with pytest.raises(TableError, match="same name"):
        make_table([*ALL, ALL[0]])


@pytest.mark.parametrize(
    ("text", "intent", "expected"),
    [
        ("그 돈 얼마나 나온대여", Intent.OUT_OF_SCOPE, ("programs", "ask")),
        ("어디로 가야 돼요", Intent.FIND_CENTER, ("programs", "ask")),
        ("가까운 센터 어디예요", Intent.FIND_CENTER, ("centers", "find")),
        ("치매 상담 전화번호", Intent.FIND_CENTER, ("centers", "find")),
        ("누가 해요", Intent.ASK_IDENTITY, ("programs", "ask")),
        ("누가 운영해요", Intent.ASK_IDENTITY, ("menu", "identity")),
        ("무슨 소리여", Intent.REPEAT_SIMPLER, ("menu", "simpler")),
        ("거기 돈 내야 돼요?", Intent.ASK_HELP, ("programs", "ask")),
        ("내일 비 와요?", Intent.OUT_OF_SCOPE, ("menu", "out_of_scope")),
    ],
)
def test_a_few_words_lean_on_what_was_talked_about(text: str, intent: Intent, expected: tuple[str, str]) -> None:
    assert goal(turn(text, intent, 0.97), TALKED) == expected


@pytest.mark.parametrize("step", [("start", "consent"), ("handover", "share"), ("privacy", "erase_now")])
def test_without_the_classifier_a_named_program_is_no_yes_and_no_no(step: tuple[str, str]) -> None:
    asked = State().ask(*step)
    assert goal(turn("기초연금", Intent.FALLBACK, 0.0, program="basic-pension"), asked) == ("programs", "ask")
    assert goal(turn("네 좋아요", Intent.FALLBACK, 0.0), asked) == step


def test_the_second_of_two_compared_with_an_aspect() -> None:
    compared = State(focus=("a", "b"), back=(Tap("programs", "compare", "a.b"),))
    found = route(turn("두 번째 거 서류는요", Intent.OUT_OF_SCOPE), compared, TABLE)
    assert found == Tap("programs", "aspect", "b.documents")
    assert route(turn("아니다 처음거", Intent.DENY), compared, TABLE) == Tap("programs", "show", "a")


@pytest.mark.parametrize(
    ("text", "aspect"),
    [
        ("을매나 준대유", "amount"),
        ("얼매 주는교", "amount"),
        ("얼마나 오래 걸려요", "length"),
        ("우째 하능교", "apply"),
        ("어데서 하노", "apply"),
        ("거기 몇 시까지 해요", "when"),
        ("몇 시간 일해요", "length"),
        ("지금도 신청 받나요", "when"),
        ("고거이 뭐시당가", "what"),
        ("뭐라도 해야겠는데", ""),
    ],
)
def test_aspects_as_people_say_them(text: str, aspect: str) -> None:
    assert TABLE.aspect(text) == aspect
