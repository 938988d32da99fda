"""State to JSON and back. What cannot be read any more (an older version's row) is left out, never an error."""

from collections.abc import Callable
from dataclasses import replace
from datetime import datetime
from typing import Any, TypeAlias

from bot.route import OLD_BUTTON
from bot.turn import Button, Said, State, Tap

Answered: TypeAlias = Callable[[Tap], bool]
"""Whether somebody answers a tap."""


def write(state: State) -> dict[str, Any]:
    """A state as plain JSON."""
    return {
        "flow": state.flow,
        "step": state.step,
        "data": dict(state.data),
        "focus": list(state.focus),
        "aspect": state.aspect,
        "shown": [_button(b) for b in state.shown],
        "last": [_said(s) for s in state.last],
        "asked": _said(state.asked) if state.asked else None,
        "back": [[t.flow, t.action, t.arg] for t in state.back],
        "misses": state.misses,
        "known": dict(state.known),
        "echo": state.echo,
        "seen_at": state.seen_at.isoformat() if state.seen_at else None,
    }


def read(raw: dict[str, Any], answered: Answered) -> State:
    """The state of a stored row; the empty state when the row is empty or of another shape.

    What nobody answers any more is left out; of the choices on offer it leads to a word about old buttons instead, so
    that "the second" stays the second.
    """
    if not raw:
        return State()
    try:
        return _current(_read(raw), answered)
    except (KeyError, TypeError, ValueError, IndexError):
        return State()


def _current(state: State, answered: Answered) -> State:
    if state.flow and not answered(Tap(state.flow, state.step)):
        state = replace(state.settled(), asked=None)
    return replace(
        state,
        shown=tuple(b if answered(b.tap) else Button(b.label, OLD_BUTTON) for b in state.shown),
        last=tuple(_with_live_buttons(s, answered) for s in state.last),
        asked=_with_live_buttons(state.asked, answered) if state.asked else None,
        back=tuple(tap for tap in state.back if answered(tap)),
    )


def _with_live_buttons(said: Said, answered: Answered) -> Said:
    return replace(said, buttons=tuple(b for b in said.buttons if answered(b.tap)))


def _read(raw: dict[str, Any]) -> State:
    return State(
        flow=raw["flow"],
        step=raw["step"],
        data=raw["data"],
        focus=tuple(raw["focus"]),
        aspect=raw["aspect"],
        shown=tuple(_read_button(b) for b in raw["shown"]),
        last=tuple(_read_said(s) for s in raw["last"]),
        asked=_read_said(raw["asked"]) if raw.get("asked") else None,
        back=tuple(Tap(*t) for t in raw["back"]),
        misses=raw["misses"],
        known=raw["known"],
        echo=raw["echo"],
        seen_at=datetime.fromisoformat(raw["seen_at"]) if raw["seen_at"] else None,
    )


def _said(said: Said) -> dict[str, Any]:
    buttons = [_button(b) for b in said.buttons]
    return {"key": said.key, "text": said.text, "simple": said.simple, "buttons": buttons}


def _read_said(raw: dict[str, Any]) -> Said:
    return Said(raw["key"], raw["text"], raw["simple"], tuple(_read_button(b) for b in raw["buttons"]))


def _button(button: Button) -> list[str]:
    return [button.label, button.tap.flow, button.tap.action, button.tap.arg]


def _read_button(raw: list[str]) -> Button:
    label, flow, action, arg = raw
    return Button(label, Tap(flow, action, arg))
