"""`ieum erase`: a person who asks the office in writing is erased, as if they had done it in the chat."""

import argparse
import asyncio
from typing import Any

from sqlalchemy.ext.asyncio import AsyncSession

from bot.commands.common import OperatorError, number, read_settings, show
from bot.commands.store import opened
from storage import cases, people, personal_data
from storage.people import Person


def arguments(parser: argparse.ArgumentParser) -> None:
    """`NUMBER`, `--case`, `--chat`, `--yes`, `--json`."""
    parser.add_argument("number", type=number, help="the person's number, as in the file that they can ask for")
    which = parser.add_mutually_exclusive_group()
    which.add_argument("--case", action="store_true", help="NUMBER is that of a case (`ieum cases`)")
    which.add_argument("--chat", action="store_true", help="NUMBER is that of the Telegram chat")
    parser.add_argument("--yes", action="store_true", help="really erase; without it nothing is changed")
    parser.add_argument("--json", action="store_true", help="one JSON document")


def run(arguments: argparse.Namespace) -> int:
    """Says what is kept, and erases it with `--yes`."""
    document = asyncio.run(_run(arguments))
    show(document, as_json=arguments.json, text=_for_people)
    return 0


async def _run(arguments: argparse.Namespace) -> dict[str, Any]:
    async with opened(read_settings().url) as database, database.transaction() as session:
        person = await _person(session, arguments)
        kept = await personal_data.export(session, person.id)
        rows = {name: len(found) for name, found in kept.items() if found}
        if arguments.yes:
            await personal_data.erase(session, person.id)
        return {"person": person.id, "erased": arguments.yes, "rows": rows}


async def _person(session: AsyncSession, arguments: argparse.Namespace) -> Person:
    asked, what = arguments.number, "person"
    if arguments.chat:
        found, what = await people.by_chat(session, asked), "chat"
    elif arguments.case:
        case, what = await cases.by_id(session, asked), "case"
        found = await people.by_id(session, case.person_id) if case else None
    else:
        found = await people.by_id(session, asked)
    if found is None:
        raise OperatorError(f"there is no {what} {asked}.")
    return found


def _for_people(document: dict[str, Any]) -> str:
    rows = ", ".join(f"{name} {count}" for name, count in document["rows"].items())
    if document["erased"]:
        return f"person {document['person']} is erased ({rows}). Copies in backups are not: see docs/operating.md."
    return f"person {document['person']} has {rows}. Nothing was changed: add --yes to erase all of it."
