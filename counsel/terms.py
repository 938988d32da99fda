"""What a house promises around appointments."""

from dataclasses import dataclass
from datetime import timedelta


@dataclass(frozen=True, slots=True)
class Terms:
    """How long a time is held while it is confirmed (`hold`) or offered from the waiting list (`offer`), until when
    before the start people may change it themselves (`cut_off`), and how long before the start they are reminded.
    """

    hold: timedelta = timedelta(minutes=5)
    offer: timedelta = timedelta(hours=2)
    cut_off: timedelta = timedelta(hours=1)
    remind: tuple[timedelta, ...] = (timedelta(hours=48), timedelta(hours=3))


STANDARD = Terms()
