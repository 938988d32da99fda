"""`/playground/api/*`: what the web page and tests over HTTP use to play people."""

import asyncio
import json
from collections.abc import AsyncIterator, Callable, Mapping
from datetime import datetime, timedelta

from starlette.requests import Request
from starlette.responses import JSONResponse, Response, StreamingResponse
from starlette.routing import BaseRoute, Route

from bot.playground.errors import ApiError, Json, WorldError
from bot.playground.params import Params, read_params
from bot.playground.view import chat_view, clock_view, state_view
from bot.playground.webhook import Webhook
from bot.playground.world import World

Verb = Callable[[World, Params], object]
SHOWN_INLINE = frozenset({
    "image/png", "image/jpeg", "image/gif", "image/webp", "audio/ogg", "audio/mpeg", "audio/webm", "audio/wav",
})  # fmt: skip
NEWS_EVERY_S = 15.0


def control_routes(world: World, webhook: Webhook) -> list[BaseRoute]:
    """The routes: reading, one POST for each verb, live events."""
    control = Control(world, webhook)
    reads = {
        "state": control.state,
        "clock": control.clock,
        "chats/{chat_id:int}": control.chat,
        "calls": control.calls,
        "events": control.events,
        "files/{file_id}": control.file,
    }
    base = "/playground/api/"
    return [
        *[Route(base + path, endpoint, methods=["GET"]) for path, endpoint in reads.items()],
        Route(base + "understood", control.understood, methods=["GET", "POST"]),
        Route(base + "{verb}", control.act, methods=["POST"]),
    ]


class Control:
    """The handlers. A verb that people cannot do answers 400 with `{"error": ...}`."""

    def __init__(self, world: World, webhook: Webhook) -> None:
        self.world = world
        self.webhook = webhook

    async def state(self, request: Request) -> Response:
        return JSONResponse(state_view(self.world, self.webhook.info()))

    async def clock(self, request: Request) -> Response:
        return JSONResponse(clock_view(self.world))

    async def chat(self, request: Request) -> Response:
        chat = self.world.chats.get(request.path_params["chat_id"])
        return JSONResponse(chat_view(self.world, chat)) if chat else _error("there is no such chat", 404)

    async def calls(self, request: Request) -> Response:
        wanted = request.query_params.get("method", "").lower()
        calls = [c for c in self.world.calls if wanted in ("", c.method.lower())]
        rows = [{"method": c.method, "params": c.params, "answer": c.answer, "at": c.at.isoformat()} for c in calls]
        return JSONResponse(rows)

    async def file(self, request: Request) -> Response:
        kept = self.world.files.by_id.get(request.path_params["file_id"])
        if kept is None:
            return _error("there is no such file", 404)
        headers = {"X-Content-Type-Options": "nosniff", "Content-Security-Policy": "sandbox"}
        if kept.mime not in SHOWN_INLINE:
            headers["Content-Disposition"] = "attachment"
        return Response(kept.content, media_type=kept.mime, headers=headers)

    async def understood(self, request: Request) -> Response:
        """POST: turn records of the bot, one JSON object a line. GET: all of them, or one chat's, the same way."""
        if request.method == "POST":
            try:
                records = [_record(line) for line in (await request.body()).splitlines() if line.strip()]
            except ValueError:
                return _error("each line is a JSON object with chat_id and update_id", 400)
            for record in records:
                self.world.understood.append(record)
                self.world.feed.tell("understood", record["chat_id"], record=record)
            return JSONResponse({"kept": len(records)})
        wanted = request.query_params.get("chat_id")
        rows = [r for r in self.world.understood if wanted in (None, str(r["chat_id"]))]
        lines = "".join(json.dumps(row, ensure_ascii=False) + "\n" for row in rows)
        return Response(lines, media_type="application/jsonl; charset=utf-8")

    async def act(self, request: Request) -> Response:
        verb = VERBS.get(request.path_params["verb"])
        if verb is None:
            return _error("there is no such verb", 404)
        try:
            return JSONResponse(verb(self.world, await read_params(request)))
        except (WorldError, ApiError) as error:
            return _error(str(error), 400)
        except (KeyError, ValueError, TypeError) as error:
            return _error(f"the request lacks something or has a wrong value: {error}", 400)

    async def events(self, request: Request) -> Response:
        headers = {"Cache-Control": "no-store", "X-Accel-Buffering": "no"}
        return StreamingResponse(self._stream(), media_type="text/event-stream", headers=headers)

    async def _stream(self) -> AsyncIterator[str]:
        with self.world.feed.listen() as queue:
            yield ": welcome\n\n"
            while True:
                try:
                    event = await asyncio.wait_for(queue.get(), NEWS_EVERY_S)
                except TimeoutError:
                    yield ": still here\n\n"
                    continue
                if event is None:
                    return
                if event["kind"] != "call":
                    yield f"data: {json.dumps(event, ensure_ascii=False)}\n\n"


def _record(line: bytes) -> Json:
    record = json.loads(line)
    if not isinstance(record, dict) or not isinstance(record.get("chat_id"), int):
        raise ValueError("a record names its chat")
    return record


def _error(text: str, code: int) -> JSONResponse:
    return JSONResponse({"error": text}, code)


def _chat_id(params: Params) -> int:
    return int(params.text("chat_id"))


def _by(params: Params) -> int | None:
    return params.number("by") or None


def _says(world: World, params: Params) -> Json:
    return {"message_id": world.says(_chat_id(params), params.text("text"), by=_by(params))}


def _taps(world: World, params: Params) -> Json:
    """`times` taps at once: a trembling hand."""
    times = min(max(params.number("times", 1), 1), 10)
    chat_id, message_id, data = _chat_id(params), params.number("message_id"), params.text("data")
    return {"query_ids": [world.taps(chat_id, message_id, data, by=_by(params)) for _ in range(times)]}


def _edits(world: World, params: Params) -> Json:
    world.edits(_chat_id(params), params.number("message_id"), params.text("text"))
    return {}


def _deletes(world: World, params: Params) -> Json:
    world.deletes(_chat_id(params), params.number("message_id"))
    return {}


def _contact(world: World, params: Params) -> Json:
    own = params.text("own") != "false"
    return {"message_id": world.shares_contact(_chat_id(params), phone=params.text("phone") or None, own=own)}


def _location(world: World, params: Params) -> Json:
    return {"message_id": world.sends_location(_chat_id(params))}


def _sticker(world: World, params: Params) -> Json:
    return {"message_id": world.sends_sticker(_chat_id(params), params.text("emoji") or "👍")}


def _file(world: World, params: Params) -> Json:
    upload = params.upload("file")
    if upload is None:
        raise WorldError("there is no file in the request")
    kind = params.text("kind") or "document"
    return {"message_id": world.sends_file(_chat_id(params), kind, upload, caption=params.text("caption"))}


def _person(world: World, params: Params) -> Json:
    name = params.text("name").strip()[:40]
    if not name:
        raise WorldError("a person has a name")
    return {"chat_id": world.person(name, about=params.text("about")[:80], story=params.text("story")[:200]).id}


def _block(world: World, params: Params) -> Json:
    world.blocks(_chat_id(params))
    return {}


def _unblock(world: World, params: Params) -> Json:
    world.unblocks(_chat_id(params))
    return {}


def _group(world: World, params: Params) -> Json:
    return {"chat_id": world.adds_to_group(params.text("title") or "우리 모임", by=int(params.text("by")))}


def _migrate(world: World, params: Params) -> Json:
    return {"chat_id": world.migrates(_chat_id(params))}


def _clock(world: World, params: Params) -> Json:
    """`move_s` shifts, `set` (ISO with zone) sets, neither brings the real time back."""
    if params.text("set"):
        world.clock.set(datetime.fromisoformat(params.text("set")))
    elif params.text("move_s"):
        world.clock.move(timedelta(seconds=float(params.text("move_s"))))
    else:
        world.clock.reset()
    world.feed.tell("clock")
    return clock_view(world)


def _fault(world: World, params: Params) -> Json:
    """As `Faults.add`; kind "malformed" puts an unreadable update among the others."""
    if params.text("kind") == "malformed":
        return {"update_id": world.emits_malformed(params.number("chat_id"))}
    method, kind = params.text("method") or "*", params.text("kind")
    times, retry_after = params.number("times", 1), params.number("retry_after", 3)
    world.faults.add(method, kind, times=times, retry_after=retry_after, chat_id=params.number("chat_id") or None)
    return {}


def _update(world: World, params: Params) -> Json:
    """Any update at all, as JSON under `content`."""
    content = params.parsed("content", "content")
    if not isinstance(content, dict):
        raise WorldError("content is the update as a JSON object")
    return {"update_id": world.emits(content, queue=params.number("chat_id"))}


VERBS: Mapping[str, Verb] = {
    "says": _says,
    "taps": _taps,
    "edits": _edits,
    "deletes": _deletes,
    "contact": _contact,
    "location": _location,
    "sticker": _sticker,
    "files": _file,
    "people": _person,
    "block": _block,
    "unblock": _unblock,
    "groups": _group,
    "migrate": _migrate,
    "clock": _clock,
    "faults": _fault,
    "updates": _update,
}
