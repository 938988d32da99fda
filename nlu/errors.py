"""What can go wrong around Rasa; each message is one sentence that says what to do."""

from pathlib import Path


class NluError(Exception):
    """The Rasa server or its model cannot be used. The text is for an operator and never holds a person's words."""


class RasaMissingError(NluError):
    """The Rasa environment is not there, or Rasa is not installed in it."""

    def __init__(self, python: Path) -> None:
        """`python`: where the environment's interpreter was expected."""
        super().__init__(f"Rasa is not installed at {python}: run `make setup`.")


class ModelMissingError(NluError):
    """There is no trained model."""

    def __init__(self, model: Path) -> None:
        """`model`: where it was expected."""
        super().__init__(f"There is no trained model at {model}: run `ieum train`.")


class PortTakenError(NluError):
    """Something listens where the Rasa server should."""

    def __init__(self, port: int) -> None:
        """`port`: the busy one."""
        super().__init__(f"Port {port} is busy: stop what uses it, or set IEUM_RASA_PORT to a free one.")


class NotReadyError(NluError):
    """The Rasa server did not come up."""

    def __init__(self, seconds: float, log: Path) -> None:
        """`seconds`: how long it was waited for; `log`: where its own words are."""
        super().__init__(f"The Rasa server was not ready after {seconds:.0f} s: see {log}.")


class TrainingError(NluError):
    """Training ended without a model."""

    def __init__(self, reason: str, kept: bool) -> None:
        """`reason`: the last words of the training; `kept`: whether an older model is still there to be used."""
        still = "The last good model is kept." if kept else "There is no older model to use."
        super().__init__(f"Training failed: {reason} {still}")
