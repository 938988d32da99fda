"""Settings, read from the environment (and a `.env` file) at the doors, and passed in from there."""

from datetime import time, timedelta
from pathlib import Path
from typing import Any, Literal

from pydantic import Field, SecretStr, field_validator
from pydantic_settings import BaseSettings, SettingsConfigDict

from counsel.kinds import LONGEST_HORIZON
from counsel.terms import Terms

ROOT = Path(__file__).parent.parent


class Settings(BaseSettings):
    """Everything that an operator can set. Names in the environment are `IEUM_` and the field in capitals."""

    model_config = SettingsConfigDict(env_prefix="IEUM_", env_file=ROOT / ".env", extra="ignore", populate_by_name=True)

    telegram_bot_token: SecretStr | None = Field(None, validation_alias="TELEGRAM_BOT_TOKEN")
    """The bot's token. Without one the playground is started."""
    bot_api_url: str = "https://api.telegram.org"
    """The Bot API server; another one for a local Bot API server."""
    data: Path = ROOT / "var"
    """Where the database, the models and the index live."""
    database_url: str = ""
    """A SQLAlchemy URL; empty for SQLite in the data folder."""
    rasa_url: str = ""
    """An already running Rasa server; empty to start one."""
    rasa_port: int = 5055
    rasa_timeout_s: float = 3.0
    playground_port: int = 8420
    page_port: int = 8400
    """Where the page with the addresses is, on this computer only."""
    encoder: str = "bundled:use-multilingual"
    """The sentence encoder: `bundled:NAME`, or any sentence-transformers model by its hub name."""
    receive: Literal["polling", "webhook"] = "polling"
    webhook_url: str = ""
    """The public https address that Telegram posts to, without path."""
    webhook_host: str = "127.0.0.1"
    """Where the webhook endpoint listens; the machine's https proxy stands in front of it."""
    webhook_port: int = 8443
    webhook_secret: SecretStr | None = None
    workers: int = Field(8, ge=1)
    """How many chats one process serves at the same time."""
    merge_seconds: float = 2.2
    """How long a text waits for a second one, so that split messages are read together."""
    operator: str = "이음 운영팀"
    """Who runs this service, as people are told at the start."""
    operator_phone: str = "1350"
    """The official number at which people can check that this service is real."""
    counsel_days: str = "0,1,2,3,4"
    """Weekdays on which counselors answer (Monday is 0), public holidays apart; empty when nobody does."""
    counsel_from: time = time(9, 0)
    counsel_until: time = time(18, 0)
    keep_days: int = Field(365, ge=LONGEST_HORIZON.days)
    """Days after a person's last message until everything of theirs is deleted, but for those who wait for something.

    Never fewer than an appointment may lie ahead.
    """
    keep_words_days: int = Field(90, ge=1)
    """Days until the words of a conversation are deleted."""
    dialogue_days: int = Field(30, ge=1)
    """Days until the state of an untouched conversation is deleted, for people who gave no consent: one day."""
    hold_minutes: int = Field(5, ge=1)
    """Minutes for which a time is held while it is confirmed."""
    offer_minutes: int = Field(120, ge=10)
    """Minutes for which a freed time is held for the person on the waiting list who was told of it."""
    cut_off_minutes: int = Field(60, ge=0)
    """Minutes before an appointment from which on a counselor decides about changes."""
    remind_hours: str = "48,3"
    """Hours before an appointment at which it is reminded of."""
    log_level: Literal["DEBUG", "INFO", "WARNING", "ERROR", "CRITICAL"] = "INFO"

    @field_validator("log_level", mode="before")
    @classmethod
    def _capitals(cls, value: Any) -> Any:
        return value.upper() if isinstance(value, str) else value

    @field_validator("database_url")
    @classmethod
    def _database(cls, value: str) -> str:
        if value:
            from storage.database import check_url

            check_url(value)
        return value

    @field_validator("counsel_days")
    @classmethod
    def _days(cls, value: str) -> str:
        if not all(0 <= day <= 6 for day in _numbers(value, "days are numbers, as in 0,1,2,3,4")):
            raise ValueError("days are numbers from 0, Monday, to 6")
        return value

    @field_validator("remind_hours")
    @classmethod
    def _hours(cls, value: str) -> str:
        if not all(hours >= 1 for hours in _numbers(value, "hours are whole numbers, as in 48,3")):
            raise ValueError("hours are whole numbers from 1")
        return value

    @property
    def url(self) -> str:
        """The database's URL."""
        return self.database_url or f"sqlite+aiosqlite:///{self.data / 'ieum.db'}"

    @property
    def facts(self) -> Path:
        """The catalog's folder."""
        return ROOT / "knowledge" / "facts"

    @property
    def index_folder(self) -> Path:
        """Where the search index lies."""
        return self.data / "index"

    @property
    def models_folder(self) -> Path:
        """Where trained Rasa models lie."""
        return self.data / "models"

    @property
    def rasa(self) -> str:
        """The Rasa server's address."""
        return self.rasa_url or f"http://127.0.0.1:{self.rasa_port}"

    @property
    def terms(self) -> Terms:
        """What is promised around appointments."""
        hours = tuple(timedelta(hours=part) for part in _numbers(self.remind_hours))
        hold, offer, cut_off = (
            timedelta(minutes=part) for part in (self.hold_minutes, self.offer_minutes, self.cut_off_minutes)
        )
        return Terms(hold, offer, cut_off, hours)

    @property
    def weekdays(self) -> frozenset[int]:
        """Weekdays on which counselors answer."""
        return frozenset(_numbers(self.counsel_days))


def _numbers(text: str, wanted: str = "") -> list[int]:
    """The numbers of a list with commas. Raises ValueError saying what is wanted."""
    try:
        return [int(part) for part in text.split(",") if part.strip()]
    except ValueError:
        raise ValueError(wanted) from None
