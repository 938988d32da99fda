"""Methods about the bot itself, chats and files."""

import json
import re

from bot.playground.errors import Json, bad
from bot.playground.files import DOWNLOAD_MAX
from bot.playground.methods.common import known_chat
from bot.playground.params import Params
from bot.playground.world import World

COMMAND = re.compile(r"^[a-z0-9_]{1,32}$")
COMMANDS_MAX = 100
DESCRIPTION_MAX = {"description": 512, "short_description": 120}


def get_me(world: World, params: Params) -> object:
    can = {"can_join_groups": True, "can_read_all_group_messages": False, "supports_inline_queries": False}
    return {**world.bot(), **can, "can_connect_to_business": False, "has_main_web_app": False}


def get_chat(world: World, params: Params) -> object:
    chat = world.open_chat(known_chat(world, params).id)
    return {**chat.brief(), "accent_color_id": 0, "max_reaction_count": 11, "accepted_gift_types": _no_gifts()}


def _no_gifts() -> Json:
    kinds = ("unlimited_gifts", "limited_gifts", "unique_gifts", "premium_subscription", "gifts_from_channels")
    return dict.fromkeys(kinds, False)


def get_file(world: World, params: Params) -> object:
    if not params.text("file_id"):
        raise bad("file_id is empty")
    kept = world.files.by_id.get(params.text("file_id"))
    if kept is None:
        raise bad("invalid file_id")
    if len(kept.content) > DOWNLOAD_MAX:
        raise bad("file is too big")
    return {**kept.reference(), "file_path": kept.path}


def set_my_commands(world: World, params: Params) -> object:
    commands = params.parsed("commands", "commands")
    if not isinstance(commands, list):
        raise bad("can't parse commands: expected an Array of BotCommand")
    if len(commands) > COMMANDS_MAX:
        raise bad("BOT_COMMANDS_TOO_MUCH")
    world.settings[_scope(params)] = {"commands": [_command(c) for c in commands]}
    return True


def _command(command: object) -> Json:
    if not isinstance(command, dict):
        raise bad("can't parse BotCommand: expected an Object")
    name, description = str(command.get("command", "")), str(command.get("description", ""))
    if not COMMAND.match(name.removeprefix("/")):
        raise bad("BOT_COMMAND_INVALID")
    if not 1 <= len(description) <= 256:
        raise bad("BOT_COMMAND_DESCRIPTION_INVALID")
    return {"command": name.removeprefix("/"), "description": description}


def _scope(params: Params) -> str:
    scope = params.parsed("scope", "scope") or {"type": "default"}
    return f"commands {json.dumps(scope, sort_keys=True)} {params.text('language_code')}"


def get_my_commands(world: World, params: Params) -> object:
    return world.settings.get(_scope(params), {}).get("commands", [])


def delete_my_commands(world: World, params: Params) -> object:
    world.settings.pop(_scope(params), None)
    return True


def set_my_description(world: World, params: Params) -> object:
    return _describe(world, params, "description")


def set_my_short_description(world: World, params: Params) -> object:
    return _describe(world, params, "short_description")


def get_my_description(world: World, params: Params) -> object:
    return _described(world, params, "description")


def get_my_short_description(world: World, params: Params) -> object:
    return _described(world, params, "short_description")


def _describe(world: World, params: Params, field: str) -> bool:
    if len(params.text(field)) > DESCRIPTION_MAX[field]:
        raise bad(f"{field.replace('_', ' ')} is too long")
    world.settings[f"{field} {params.text('language_code')}"] = {field: params.text(field)}
    return True


def _described(world: World, params: Params, field: str) -> Json:
    own = world.settings.get(f"{field} {params.text('language_code')}")
    return own or world.settings.get(f"{field} ", {field: ""})


METHODS = {
    "getMe": get_me,
    "getChat": get_chat,
    "getFile": get_file,
    "setMyCommands": set_my_commands,
    "getMyCommands": get_my_commands,
    "deleteMyCommands": delete_my_commands,
    "setMyDescription": set_my_description,
    "setMyShortDescription": set_my_short_description,
    "getMyDescription": get_my_description,
    "getMyShortDescription": get_my_short_description,
}
