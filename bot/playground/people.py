"""The invented people of the playground."""

from dataclasses import dataclass
from pathlib import Path

import yaml

from bot.playground.errors import Json

PEOPLE_FILE = Path(__file__).with_name("people.yml")


@dataclass
class Person:
    """Someone with a Telegram account.

    `about`, `story` and `samples` are for the visitor's eyes only; the bot sees `user()`.
    """

    id: int
    name: str
    about: str = ""
    story: str = ""
    phone: str = "+821000000000"
    samples: tuple[str, ...] = ()
    language_code: str = "ko"

    def user(self) -> Json:
        """The person as Telegram's User object."""
        return {"id": self.id, "is_bot": False, "first_name": self.name, "language_code": self.language_code}


def read_people(path: Path = PEOPLE_FILE) -> list[Person]:
    """The people of the file, in its order."""
    entries: list[Json] = yaml.safe_load(path.read_text(encoding="utf-8"))
    return [Person(**{**entry, "samples": tuple(entry["samples"])}) for entry in entries]
