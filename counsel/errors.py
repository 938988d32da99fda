"""What can go wrong with an appointment, by what to do about it."""

from counsel.availability import Slot
from counsel.cases import CounselError


class SlotTakenError(CounselError):
    """Somebody else has this time, or it is no longer offered; `nearest` are others."""

    def __init__(self, nearest: tuple[Slot, ...] = ()) -> None:
        super().__init__()
        self.nearest = nearest


class HoldExpiredError(SlotTakenError):
    """The time was held no longer when it was confirmed; `nearest` may hold it again."""


class TooLateError(CounselError):
    """So shortly before the start a person decides."""


class DetailsError(CounselError):
    """A visit needs an address and leave to keep it; an interview the company and its address."""


class NoAppointmentError(CounselError):
    """There is no such appointment of this person, or not in a state for this."""
