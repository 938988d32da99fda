"""The word lists by which messages are read are made from the catalog, and are up to date."""

from pathlib import Path

from bot.settings import ROOT, Settings
from knowledge.lookups import write_lookups


def test_the_word_lists_are_those_of_the_catalog(tmp_path: Path) -> None:
    write_lookups(Settings(_env_file=None).facts, tmp_path)
    kept = ROOT / "nlu" / "data" / "lookups"
    assert {p.name: p.read_text("utf-8") for p in tmp_path.iterdir()} == {
        p.name: p.read_text("utf-8") for p in kept.iterdir()
    }
