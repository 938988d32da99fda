"""Errors that an operator can mend."""


class OperatorError(Exception):
    """Something that the operator can mend. The message is one sentence that says what to do."""
