"""The search on the real catalog with the real default encoder."""

import shutil
import threading
import time
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from pathlib import Path

import pytest

from bot.settings import ROOT, Settings
from knowledge.catalog import Catalog
from retrieval.evaluate import held_out, unseen
from retrieval.examples import examples
from retrieval.index import IndexMismatchError
from retrieval.measure import declined, finding
from retrieval.passages import NOTHING, asked, passages
from retrieval.search import Search, build, ground_of

QUESTIONS = [
    "실업급여 얼마 받아요",
    "서울커리업 구직지원금이 뭐예요",
    "내일베움카드 만들고 싶어요",
    "양천시니어클럽 어디예요",
]


@pytest.fixture
def own_folder(tmp_path: Path, settings: Settings, search: Search) -> Path:
    """A copy of the built index, to be changed."""
    assert search
    return Path(shutil.copytree(settings.index_folder, tmp_path / "index"))


@pytest.mark.parametrize(
    ("query", "id_"),
    [
        ("국민내일배움카드", "naeil-card"),
        ("내일베움카드신청할라는데요", "naeil-card"),
        ("우먼업 구직지원금 얼마 줘요", "womanup-grant"),
        ("학교 앞에서 교통 봉사하는 어르신 일", "senior-job-public"),
        ("직장에서 해고됐는데 다달이 받을 수 있는 돈이 있을까요", "unemployment-benefit"),
        ("기초연금", "basic-pension"),
        ("드림티쳐", "kt-dream-teacher"),
        ("넉넉위크", "seongdong-knockknock-week-2021"),
    ],
)
def test_finds(search: Search, query: str, id_: str) -> None:
    found = search.find(query)
    assert found.hits[0].id == id_
    assert not found.abstained
    assert found.hits[0].source


@pytest.mark.parametrize(
    "query",
    ["", "   ", "ㅋㅋㅋㅋㅋ", "?!?!", "asdfqwer zxcv", "🍎🍎", "김치찌개는 어떻게 끓여요", "전세 대출 금리가 얼마예요"],
)
def test_declines(search: Search, query: str) -> None:
    assert search.find(query).abstained


def test_hits_are_ordered_and_limited(search: Search, catalog: Catalog) -> None:
    found = search.find("노인일자리 신청하고 싶어요", limit=3)
    scores = [hit.score for hit in found.hits]
    assert len(found.hits) == 3
    assert scores == sorted(scores, reverse=True)
    assert min(scores) >= 0
    assert sum(scores) <= 1.001
    assert all(hit.kind == catalog.programs[hit.id].kind for hit in found.hits)


def test_its_best_guesses_come_along_when_it_declines(search: Search) -> None:
    found = search.find("비트코인 사도 될까요", limit=2)
    assert found.abstained
    assert len(found.hits) == 2


def test_a_very_long_message(search: Search) -> None:
    assert search.find("실업급여 신청하고 싶어요 " * 1000).hits[0].id == "unemployment-benefit"


def test_the_same_answers_from_many_threads(search: Search) -> None:
    alone = [search.find(query) for query in QUESTIONS]
    with ThreadPoolExecutor(4) as pool:
        assert list(pool.map(search.find, QUESTIONS * 5)) == alone * 5


@pytest.mark.integration
def test_goals_on_held_out_questions(search: Search, catalog: Catalog) -> None:
    """The goals of the search, on questions that nothing was learnt from; like ones are hidden while each is asked."""
    sets = held_out()
    ground = search._ground
    seen = examples(ground.channels, unseen(sets.questions, passages(catalog)), search._reader.encoder)
    chances = ground.fusion.probabilities(seen.features)
    found = finding(chances[seen.answerable, :-1], seen.right[seen.answerable, :-1])
    assert found.r_at_1 >= 0.9
    assert found.r_at_3 >= 0.97
    assert declined(1 - chances[seen.answerable, -1], ground.fusion.threshold) <= 0.05
    assert declined(1 - chances[~seen.answerable, -1], ground.fusion.threshold) >= 0.9


def test_its_own_time_is_short(search: Search) -> None:
    """Processor time of everything but the encoder; the clock on the wall would measure the neighbours."""
    vectors = search._reader.encoder.encode_queries(QUESTIONS)
    ground = search._ground
    times = []
    for text, vector in list(zip(QUESTIONS, vectors, strict=True)) * 10:
        started = time.thread_time()
        ground.fusion.probabilities(ground.channels.features(ground.channels.ask(text, vector)))
        times.append(time.thread_time() - started)
    assert sorted(times)[int(len(times) * 0.95)] < 0.010


def test_another_catalog_is_refused_until_it_is_indexed(search: Search, catalog: Catalog, own_folder: Path) -> None:
    changed = replace(catalog, version="changed")
    mine = Search(search._ground, search._reader, own_folder)
    with pytest.raises(IndexMismatchError, match="ieum index"):
        mine.reload(changed)
    assert mine.find("기초연금").hits[0].id == "basic-pension"
    report = build(changed, own_folder, search._reader)
    assert report.added == report.removed == 0
    mine.reload(changed)
    assert mine.find("기초연금").hits[0].id == "basic-pension"


def test_swapped_while_people_search(search: Search, catalog: Catalog, own_folder: Path) -> None:
    """Every answer is whole, of the old catalog or of the new one, and after the reload only of the new one."""
    less = replace(
        catalog, version="less", programs={id_: one for id_, one in catalog.programs.items() if id_ != "basic-pension"}
    )
    mine = Search(ground_of(catalog, own_folder, search._reader), search._reader, own_folder)
    seen: list[str] = []
    errors: list[Exception] = []
    done = threading.Event()

    def ask() -> None:
        while not done.is_set():
            try:
                seen.append(mine.find("기초연금 얼마 나와요").hits[0].id)
            except Exception as error:
                errors.append(error)
                return

    people = [threading.Thread(target=ask, daemon=True) for _ in range(3)]
    for person in people:
        person.start()
    report = build(less, own_folder, search._reader)
    mine.reload(less)
    after = mine.find("기초연금 얼마 나와요")
    done.set()
    for person in people:
        person.join()

    assert report.added == 0
    assert report.removed > 10
    assert not errors
    assert seen[0] == "basic-pension"
    assert all(hit.id != "basic-pension" for hit in after.hits)


def test_every_program_has_questions_of_its_own(catalog: Catalog) -> None:
    questions = asked(catalog)
    files = {file.stem for file in (ROOT / "knowledge" / "facts" / "questions").glob("*.yml")}
    assert files == set(catalog.programs) == set(questions)
    for id_, program in catalog.programs.items():
        assert len(questions[id_]) >= (12 if program.part == 2 else 8), id_


def test_questions_without_answer_are_many_and_apart(catalog: Catalog) -> None:
    found = [one for one in passages(catalog) if one.kind == "question"]
    without = {one.text for one in found if one.owner == NOTHING}
    assert len(without) >= 200
    assert not without & {one.text for one in found if one.owner != NOTHING}
