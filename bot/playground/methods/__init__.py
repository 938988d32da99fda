"""The Bot API methods that the bot uses, each a plain function of the world and the call's parameters.

A method returns what Telegram puts into `result`, or raises ApiError. `getUpdates` and the webhook methods wait, so
they live in `bot.playground.intake`.
"""

from collections.abc import Callable, Mapping

from bot.playground.methods import about, change, send
from bot.playground.params import Params
from bot.playground.world import World

Method = Callable[[World, Params], object]


def methods() -> Mapping[str, Method]:
    """Every method by its name in lower case: Telegram does not mind the case."""
    found: dict[str, Method] = {}
    for module in (send, change, about):
        found |= {name.lower(): method for name, method in module.METHODS.items()}
    return found
