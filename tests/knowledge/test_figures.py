"""The figures of `make bench` about eligibility: what they hold, and that choosing the question is worth its while."""

from knowledge.simulate import figures
from tests.knowledge.conftest import TODAY, World


def test_the_figures_are_plain_and_the_chosen_order_is_the_best(world: World) -> None:
    found = figures(world.book, world.tables, TODAY, asked=10, scanned=100)
    assert set(found) == {"programs", "people_asked", "questions", "all_programs_ms", "scan_100000_s"}
    chosen, fixed, random = (found["questions"][policy] for policy in ("chosen", "fixed", "random"))
    assert chosen["per_program"] < fixed["per_program"] < random["per_program"]
    assert chosen["decided_by_fifth"] > fixed["decided_by_fifth"] > random["decided_by_fifth"]
    assert chosen["per_session"] < random["per_session"]
    assert 0 < found["all_programs_ms"] < 5
    assert 0 < found["scan_100000_s"]["mean"] <= found["scan_100000_s"]["slowest"] < 60
