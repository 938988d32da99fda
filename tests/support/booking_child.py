"""A process that tries to book one time for many people at once; run by tests/integration/test_booking.py.

Reads one line of JSON from standard input and waits for a second, so that several begin together. Answers with one
line: for each person "won", or the other times that were offered, or the name of an error.
"""

import asyncio
import json
import sys
from datetime import datetime, timedelta
from typing import Any

from counsel import appointments
from counsel.appointments import Actor
from counsel.availability import Request
from counsel.errors import SlotTakenError
from counsel.kinds import KindName
from storage.database import Database


async def attempt(database: Database, plan: dict[str, Any], person: int, way: str) -> str | list[str]:
    now = datetime.fromisoformat(plan["now"])
    try:
        async with database.transaction() as session:
            slot = await appointments.slot_of(session, plan["code"], now)
            assert slot is not None
            if way.startswith("move "):
                _, number, code = way.split()
                wanted = await appointments.slot_of(session, code, now)
                assert wanted is not None
                await appointments.move(session, int(number), wanted, now, by=Actor.PERSON)
            elif way == "staff":
                await appointments.book(session, person, slot, now, by=Actor.STAFF)
            elif way == "confirm":
                await appointments.confirm(session, person, plan["hold"], now)
            else:
                request = Request(KindName.PHONE, counselor_id=slot.counselor_id)
                held = await appointments.hold(session, person, slot, now, request=request)
        if way == "bot":
            # As in a chat: the yes to what is said back comes with a later message.
            async with database.transaction() as session:
                await appointments.confirm(session, person, held.id, now + timedelta(seconds=20))
    except SlotTakenError as error:
        return [slot.code for slot in error.nearest]
    except Exception as error:
        return f"{type(error).__name__}: {error}"
    return "won"


async def main() -> None:
    plan = json.loads(sys.stdin.readline())
    database = Database(plan["url"])
    async with database.transaction():
        print("ready", flush=True)
    sys.stdin.readline()
    found = await asyncio.gather(*(attempt(database, plan, who, way) for who, way in plan["people"]))
    await database.close()
    print(json.dumps(found), flush=True)


if __name__ == "__main__":
    asyncio.run(main())
