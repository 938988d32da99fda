"""State to JSON and back. What cannot be read any more (an older version's row) is left out, never an error."""

from datetime import datetime
from typing import Any

from bot.turn import Button, Said, State, Tap


def write(state: State) -> dict[str, Any]:
    """A state as plain JSON."""
    return {
        "flow": state.flow,
        "step": state.step,
        "data": dict(state.data),
        "focus": list(state.focus),
        "aspect": state.aspect,
        "shown": [_button(b) for b in state.shown],
        "last": [
            {"key": s.key, "text": s.text, "simple": s.simple, "buttons": [_button(b) for b in s.buttons]}
            for s in state.last
        ],
        "back": [[t.flow, t.action, t.arg] for t in state.back],
        "misses": state.misses,
        "known": dict(state.known),
        "echo": state.echo,
        "seen_at": state.seen_at.isoformat() if state.seen_at else None,
    }


def read(raw: dict[str, Any]) -> State:
    """The state of a stored row; the empty state when the row is empty or of another shape."""
    if not raw:
        return State()
    try:
        return _read(raw)
    except (KeyError, TypeError, ValueError, IndexError):
        return State()


def _read(raw: dict[str, Any]) -> State:
    return State(
        flow=raw["flow"],
        step=raw["step"],
        data=raw["data"],
        focus=tuple(raw["focus"]),
        aspect=raw["aspect"],
        shown=tuple(_read_button(b) for b in raw["shown"]),
        last=tuple(
            Said(s["key"], s["text"], s["simple"], tuple(_read_button(b) for b in s["buttons"])) for s in raw["last"]
        ),
        back=tuple(Tap(*t) for t in raw["back"]),
        misses=raw["misses"],
        known=raw["known"],
        echo=raw["echo"],
        seen_at=datetime.fromisoformat(raw["seen_at"]) if raw["seen_at"] else None,
    )


def _button(button: Button) -> list[str]:
    return [button.label, button.tap.flow, button.tap.action, button.tap.arg]


def _read_button(raw: list[str]) -> Button:
    label, flow, action, arg = raw
    return Button(label, Tap(flow, action, arg))
