"""`ieum search`: catalog entries that answer a question."""

import argparse
from collections.abc import Callable
from typing import Any

from bot.commands.common import OperatorError, lines, quiet_stdout, read_settings, show, whole
from retrieval.found import Found


def arguments(parser: argparse.ArgumentParser) -> None:
    """TEXT or `--file F.jsonl`, `--json`, `--limit N`."""
    parser.add_argument("text", nargs="?", help="the question")
    parser.add_argument("--file", metavar="F.jsonl", help='lines {"id","query"}; one JSON line each')
    parser.add_argument("--json", action="store_true", help="one JSON document")
    parser.add_argument("--limit", type=whole(1, 100), default=5, help="hits at most (default 5)")


def run(arguments: argparse.Namespace) -> int:
    """Prints hits, best first."""
    if bool(arguments.text) == bool(arguments.file):
        raise OperatorError("give a question, or --file F.jsonl.")
    rows = list(lines(arguments.file)) if arguments.file else []
    with quiet_stdout():
        find = open_search()
    if arguments.text:
        show(document(find(arguments.text, arguments.limit)), as_json=arguments.json, text=for_people)
    for row in rows:
        found = find(str(row.get("query", "")), arguments.limit)
        show({"id": row.get("id"), **document(found)}, as_json=True)
    return 0


def open_search() -> Callable[[str, int], Found]:
    """The search over this installation's index. Raises OperatorError."""
    from bot.commands import prepare
    from retrieval.search import load_search

    settings = read_settings()
    catalog = prepare.read_catalog(settings)
    with prepare.sound_search(settings):
        search = load_search(catalog, settings.index_folder, settings.encoder)
    return lambda query, limit: search.find(query, limit=limit)


def document(found: Found) -> dict[str, Any]:
    """What was found, as the documented JSON."""
    hits = [{"id": h.id, "kind": h.kind, "score": round(h.score, 4), "source": h.source} for h in found.hits]
    return {"query": found.query, "hits": hits, "abstained": found.abstained}


def for_people(found: dict[str, Any]) -> str:
    """What was found, as lines."""
    rows = [f"{hit['score']:.2f}  {hit['id']}  ({hit['source']})" for hit in found["hits"]]
    head = "not sure; the best guesses:" if found["abstained"] else "found:"
    return "\n".join([head, *rows]) if rows else "nothing found"
