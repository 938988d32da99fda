"""`ieum index`: rebuild what changed of the search index."""

import argparse

from bot.commands import prepare
from bot.commands.common import quiet_stdout, read_settings
from bot.commands.steps import Step


def arguments(parser: argparse.ArgumentParser) -> None:
    """`--report` measures the search on the development set."""
    parser.add_argument("--report", action="store_true", help="measure recall and abstention on the development set")


def run(arguments: argparse.Namespace) -> int:
    """Builds, and says what was done."""
    from retrieval.search import build_index

    settings = read_settings()
    catalog = prepare.read_catalog(settings)
    with prepare.sound_search(settings), quiet_stdout():
        built = build_index(catalog, settings.index_folder, settings.encoder, Step("index").passage)
    print(f"{built.added} passages new, {built.removed} gone, {built.kept} kept, {built.seconds:.1f} s")
    if arguments.report:
        from retrieval.evaluate import report, show

        with prepare.sound_search(settings), quiet_stdout():
            figures = report(catalog, settings.index_folder, settings.encoder, progress=Step("report").passage)
        print(show(figures))
    return 0
