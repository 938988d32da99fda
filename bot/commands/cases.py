"""`ieum cases`: people who wait for a counselor; claim, answer, close. The counselor's desk until a console is open."""

import argparse
import asyncio
from datetime import datetime
from typing import Any

from sqlalchemy.ext.asyncio import AsyncSession

from bot import render
from bot.clock import SEOUL
from bot.commands.common import OperatorError, number, read_settings, show
from bot.commands.store import opened
from bot.words import Words, load_words
from counsel import cases as counsel
from storage import cases, conversation

LONGEST_NAME = 60
"""Characters of a name that a case can keep."""


def arguments(parser: argparse.ArgumentParser) -> None:
    """`list`, `show N`, `claim N`, `answer N TEXT`, `close N`, each `--as NAME`."""
    parser.add_argument("action", nargs="?", default="list", choices=["list", "show", "claim", "answer", "close"])
    parser.add_argument("number", nargs="?", type=number, help="the case's number")
    parser.add_argument("text", nargs="?", help="what to answer")
    parser.add_argument("--as", dest="name", default="", metavar="NAME", help="the counselor, as the person is told")
    parser.add_argument("--json", action="store_true", help="one JSON document")


def run(arguments: argparse.Namespace) -> int:
    """One action."""
    if arguments.action != "list" and arguments.number is None:
        raise OperatorError(f"`ieum cases {arguments.action}` needs the case's number.")
    if arguments.action in ("claim", "answer", "close") and not arguments.name:
        raise OperatorError("say who answers: --as NAME.")
    if len(arguments.name) > LONGEST_NAME:
        raise OperatorError(f"a counselor's name has at most {LONGEST_NAME} characters.")
    try:
        return asyncio.run(_run(arguments))
    except counsel.CaseClosedError:
        raise OperatorError(f"there is no open case {arguments.number}.") from None
    except counsel.CaseTakenError as error:
        raise OperatorError(_taken(arguments.number, error.args[0])) from None


def _taken(case_id: int, holder: Any) -> str:
    """Why a case cannot be worked on. Who was quicker a moment ago is not known: `holder` is then no name."""
    if holder is None:
        return f"nobody has case {case_id} yet: claim it first."
    who = f"{holder} has it" if isinstance(holder, str) else "another counselor has just claimed it"
    return f"case {case_id} is not yours: {who}."


async def _run(arguments: argparse.Namespace) -> int:
    async with opened(read_settings().url) as database, database.transaction() as session:
        document = await _act(session, arguments, load_words(), datetime.now(SEOUL))
    show(document, as_json=arguments.json, text=_for_people)
    return 0


async def _act(session: AsyncSession, arguments: argparse.Namespace, words: Words, now: datetime) -> dict[str, Any]:
    case_id, name = arguments.number, arguments.name
    if arguments.action == "claim":
        case = await counsel.claim(session, case_id, name, now)
        await counsel.tell(session, case, words.say("handover.counselor_here", name=name).text, now)
    elif arguments.action == "answer":
        if not (arguments.text or "").strip():
            raise OperatorError("give the answer's text.")
        first, *rest = render.split(words.say("handover.counselor_says", name=name, text=arguments.text).text)
        case = await counsel.answer(session, case_id, name, arguments.text, first, now)
        for part in rest:
            await counsel.tell(session, case, part, now)
    elif arguments.action == "close":
        await counsel.close(session, case_id, name, words.say("handover.counselor_left").text, now)
    elif arguments.action == "list":
        return {"cases": [_row(c) for c in await cases.queue(session)]}
    return await _one(session, case_id)


async def _one(session: AsyncSession, case_id: int) -> dict[str, Any]:
    case = await cases.by_id(session, case_id)
    if case is None:
        raise OperatorError(f"there is no case {case_id}.")
    thread = await conversation.thread(session, case.person_id)
    said = [{"at": e.at, "author": e.author, "text": e.text, "event": e.event, "data": e.data} for e in thread]
    return {"cases": [_row(case)], "facts": case.facts, "thread": said}


def _row(case: cases.Case) -> dict[str, Any]:
    return {
        "number": case.id,
        "why": case.why,
        "lane": case.lane,
        "assignee": case.assignee,
        "opened_at": case.opened_at,
        "waiting_since": case.waiting_since,
        "closed_at": case.closed_at,
    }


def _for_people(document: dict[str, Any]) -> str:
    out = []
    for row in document["cases"]:
        state = "closed" if row["closed_at"] else (row["assignee"] or "waits")
        lane = f" !{row['lane']}" if row["lane"] else ""
        out.append(
            f"#{row['number']}{lane}  {row['why']}  {state}  since {row['opened_at'].astimezone(SEOUL):%m-%d %H:%M}"
        )
    if document.get("facts"):
        out.append(f"facts: {document['facts']}")
    for entry in document.get("thread", ()):
        what = entry["text"] or f"[{entry['event'] or entry['data']}]"
        out.append(f"  {entry['at'].astimezone(SEOUL):%m-%d %H:%M} {entry['author']}: {what}")
    return "\n".join(out) or "nobody waits"
