"""Events of the catalog: how they are read, what is refused, which suit a wish."""

from collections.abc import Callable
from dataclasses import replace
from datetime import date, datetime, timedelta
from pathlib import Path

import pytest
from pydantic import ValidationError

from knowledge.catalog import Catalog
from knowledge.checking import check
from knowledge.event_search import EventWish, kinds_in, matching, named_in, search
from knowledge.events import SAMPLE_MARK, SEOUL, Event
from knowledge.fact import Grade, Source

NOW = datetime(2026, 11, 22, 10, 0, tzinfo=SEOUL)
SOURCE = Source(id="a", title="안내", publisher="이음", date="2026-11", read="own", label="이음")
PLACE = {"name": "회관", "area": "서울특별시 양천구"}
HALL = {"id": "a", "starts": "2026-12-10T10:00", "ends": "2026-12-10T12:00", "seats": 2}


@pytest.fixture
def event() -> Callable[..., Event]:
    def make(**changes: object) -> Event:
        fields: dict[str, object] = {
            "id": "walk",
            "name": "걷기 모임",
            "short": "걷기",
            "kinds": ("fair",),
            "audience": ("everyone",),
            "host": "이음",
            "place": PLACE,
            "about": ({"text": "함께 걸어요."},),
            "who": "누구나 오세요.",
            "price": "무료예요.",
            "sessions": (HALL,),
            "grade": Grade.B,
            "source": SOURCE,
        }
        return Event.model_validate(fields | changes)

    return make


def test_times_are_seouls(event: Callable[..., Event]) -> None:
    assert event().sittings[0].starts == datetime(2026, 12, 10, 10, 0, tzinfo=SEOUL)


def test_slots_cut_a_stretch_and_leave_the_rest(event: Callable[..., Event]) -> None:
    cut = event(sessions=(), slots=({"day": "2026-12-16", "from": "10:00", "until": "11:10", "minutes": 20},)).sittings
    assert [f"{s.id} {s.starts:%H:%M}-{s.ends:%H:%M} {s.seats}" for s in cut] == [
        "s1 10:00-10:20 1",
        "s2 10:20-10:40 1",
        "s3 10:40-11:00 1",
    ]


@pytest.mark.parametrize(
    "changes",
    [
        {"sessions": ()},
        {"sessions": (HALL, HALL)},
        {"sessions": ({**HALL, "ends": "2026-12-10T09:00"},)},
        {"sessions": ({**HALL, "seats": 0},)},
        {"sessions": ({**HALL, "mentor": "nobody"},)},
        {"sample": True, "name": "예시 모임"},
        {"id": "an-id-that-would-not-fit-a-button"},
        {"colour": "red"},
    ],
)
def test_what_is_wrong_is_refused(event: Callable[..., Event], changes: dict[str, object]) -> None:
    with pytest.raises(ValidationError):
        event(**changes)


@pytest.mark.parametrize(
    ("changes", "at", "state"),
    [
        ({}, NOW, "open"),
        ({"signup": {"opens": "2026-11-23"}}, NOW, "early"),
        ({"signup": {"opens": "2026-11-22"}}, NOW, "open"),
        ({"signup": {"closes_hours": 18}}, datetime(2026, 12, 9, 15, 59, tzinfo=SEOUL), "open"),
        ({"signup": {"closes_hours": 18}}, datetime(2026, 12, 9, 16, 0, tzinfo=SEOUL), "late"),
        ({}, datetime(2026, 12, 10, 11, 0, tzinfo=SEOUL), "late"),
        ({}, datetime(2026, 12, 10, 12, 0, tzinfo=SEOUL), "over"),
        ({"sessions": ({**HALL, "seats": None},)}, NOW, "entry"),
        ({"sessions": ({**HALL, "cancelled": "비"},)}, NOW, "cancelled"),
    ],
)
def test_when_one_can_sign_up(
    event: Callable[..., Event], changes: dict[str, object], at: datetime, state: str
) -> None:
    found = event(**changes)
    assert found.intake(found.sittings[0], at) == state


def test_what_is_over_or_called_off_is_not_ahead(event: Callable[..., Event]) -> None:
    two = event(sessions=(HALL, {**HALL, "id": "b", "cancelled": "비"}))
    assert [s.id for s in two.ahead(NOW)] == ["a"]
    assert two.ahead(NOW + timedelta(days=30)) == ()


def test_the_samples_are_marked_and_ahead(catalog: Catalog) -> None:
    assert len(catalog.events) >= 7
    for event in catalog.events.values():
        assert event.sample and event.title.endswith(SAMPLE_MARK) and event.label.endswith(SAMPLE_MARK)
        assert event.ahead(NOW) == event.sittings
        assert len(event.label) <= 14
        assert all(date(2026, 12, 1) <= s.starts.date() <= date(2027, 3, 31) for s in event.sittings)
        assert all(len(f"v1:signups:confirm:{s.key}") <= 64 for s in event.sittings)


def test_every_mechanism_has_its_example(catalog: Catalog) -> None:
    events = catalog.events
    assert {s.seats for s in events["photo-day"].sittings} == {1} and events["photo-day"].once
    assert all(s.mentor for s in events["work-talk"].sittings)
    assert len({s.place.area for s in events["mobile-desk"].sittings}) == 4
    assert events["visit-day"].calls_back and events["interview-day"].calls_back
    assert len(events["senior-fair"].explains) >= 3
    assert [s.place.at_home for s in events["senior-fair"].sittings].count(True) == 1


@pytest.mark.parametrize(
    ("wish", "ids"),
    [
        (EventWish(kinds=frozenset({"photo"})), ["photo-day"]),
        (EventWish(kinds=frozenset({"fair"})), ["senior-fair", "return-fair"]),
        (EventWish(area="서울특별시 양천구"), ["mobile-desk", "senior-fair", "visit-day"]),
        (EventWish(area="서울특별시 강남구"), []),
        (EventWish(area="서울특별시", kinds=frozenset({"mentoring"})), []),
        (EventWish(spans=((date(2027, 3, 1), date(2027, 3, 31)),)), ["course-meeting"]),
        (EventWish(kinds=frozenset({"fair"}), spans=((date(2026, 12, 1), date(2026, 12, 31)),)), ["senior-fair"]),
        (EventWish(programs=frozenset({"saeil-training"})), ["course-meeting"]),
    ],
)
def test_what_suits_a_wish(catalog: Catalog, wish: EventWish, ids: list[str]) -> None:
    assert [match.event.id for match in matching(catalog.events, wish, NOW)] == ids


def test_only_the_sittings_that_suit(catalog: Catalog) -> None:
    (match,) = matching(catalog.events, EventWish(frozenset({"desk"}), "서울특별시 은평구"), NOW)
    assert [s.id for s in match.sittings] == ["library"]


def test_where_nothing_suits_the_days_give_way_before_the_place(catalog: Catalog) -> None:
    wish = EventWish(frozenset({"fair"}), "서울특별시 양천구", ((date(2027, 2, 1), date(2027, 2, 28)),))
    found = search(catalog.events, wish, NOW)
    assert found.dropped == ("spans",) and [m.event.id for m in found.found] == ["senior-fair"]
    found = search(catalog.events, replace(wish, area="서울특별시 중랑구"), NOW)
    assert found.dropped == ("area",) and [m.event.id for m in found.found] == ["return-fair"]
    assert search(catalog.events, wish, NOW + timedelta(days=300)).found == ()


@pytest.mark.parametrize(
    ("text", "kinds"),
    [
        ("일자리 박람회 언제 해요", {"fair"}),
        ("박람회언제하나여", {"fair"}),
        ("이력서 사진 찍어주는 날", {"photo"}),
        ("우리 동네 마트에 상담 나온다던데", {"desk"}),
        ("동행 면접 있어요?", {"interview"}),
        ("멘토링이나 설명회 있나요", {"mentoring", "meeting"}),
        ("행사 뭐 있어요", set()),
    ],
)
def test_kinds_in_words(catalog: Catalog, text: str, kinds: set[str]) -> None:
    assert kinds_in(text, catalog.event_kinds) == kinds


def test_the_longest_name_wins(catalog: Catalog) -> None:
    found = named_in("여성 취업박람회 날짜 좀 알려주세요", catalog.events)
    assert found is not None and found.id == "return-fair"
    assert named_in("기초연금 얼마예요", catalog.events) is None


MISTAKES = {
    "kinds: [fair, meeting]": ("kinds: [fare]", "unknown-id"),
    "earlier: [yangcheon-senior-job-fair-2021, zone-job-fairs-2012]": ("earlier: [no-such-thing]", "unknown-id"),
    "id: senior-fair": ("id: other-fair", "broken"),
    "source: ieum-samples-2026": ("source: hearsay", "unknown-source"),
    "grade: B": ("grade: unverified", "unverified-shown"),
    "who: 60세가 넘은 분과 가족이 오실 수 있어요.": ("who: 바우처가 있는 분이 오실 수 있어요.", "text"),
}


@pytest.mark.parametrize("written", MISTAKES)
def test_the_check_names_mistakes(tmp_path: Path, written: str) -> None:
    facts = Path(__file__).parents[2] / "knowledge" / "facts"
    for path in facts.rglob("*.yml"):
        copy = tmp_path / path.relative_to(facts)
        copy.parent.mkdir(parents=True, exist_ok=True)
        copy.write_text(path.read_text("utf-8"), "utf-8")
    file = tmp_path / "events" / "senior-fair.yml"
    text = file.read_text("utf-8")
    wrong, kind = MISTAKES[written]
    assert written in text
    file.write_text(text.replace(written, wrong), "utf-8")
    found = [f for f in check(tmp_path, NOW.date()) if f.file == "events/senior-fair.yml" and f.level == "error"]
    assert [f.kind for f in found] == [kind]
