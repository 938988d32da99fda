"""Tells people once what they asked to be told: that a day has come, or that a program is open now."""

from datetime import datetime, timedelta

from sqlalchemy.ext.asyncio import AsyncSession

from bot.clock import SEOUL
from bot.jobs import Job
from bot.render import plain, unasked
from bot.turn import Message, Tap
from bot.words import Words
from knowledge.catalog import Catalog, Program
from knowledge.rulebook import RuleBook
from storage import conversation, notices, outbox, people
from storage.notices import Notice

AWAKE = range(9, 20)
"""Hours of a day, in Seoul, in which a notice may begin; what waits in the outbox a little is still before 21:00."""
EVERY = timedelta(minutes=10)


def telling(catalog: Catalog, rules: RuleBook, words: Words) -> Job:
    """The job. A wish is deleted in the transaction that queues its message, so that nobody is told twice."""

    async def run(session: AsyncSession, now: datetime) -> None:
        local = now.astimezone(SEOUL)
        if local.hour not in AWAKE:
            return
        day = local.date()
        opened = [name for name, rule in rules.on(day).items() if rule.window == "open"]
        for notice in await notices.due(session, day.isoformat(), opened):
            program = catalog.programs.get(notice.program)
            if program is not None and not program.over:
                await _tell(session, notice, message(notice, program, words), words, now)
            await notices.told(session, notice)

    return Job("notices", EVERY, run)


def message(notice: Notice, program: Program, words: Words) -> Message:
    """What is said: that the day has come, or that it is open."""
    buttons = (
        words.button("programs.eligible", Tap("eligibility", "check", program.id)),
        words.button("programs.button_apply", Tap("programs", "aspect", f"{program.id}.apply")),
    )
    return words.say("notices.day" if notice.day else "notices.opened", *buttons, name=program.name)


async def _tell(session: AsyncSession, notice: Notice, said: Message, words: Words, now: datetime) -> None:
    person = await people.by_id(session, notice.person_id)
    if person is None or person.unreachable_since is not None:
        return
    calls = unasked(words, said)
    await outbox.put(session, person.chat_id, calls, now, person_id=person.id, priority=outbox.REMINDER)
    if person.consent_profile_at is not None:
        await conversation.add(session, person.id, conversation.IEUM, now, text=plain(said.text))
