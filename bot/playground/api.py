"""`/bot<token>/<method>` and `/file/bot<token>/<path>`: the Bot API as a bot meets it."""

import asyncio
import hmac
from collections.abc import Awaitable, Callable

from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.types import Receive, Scope, Send

from bot.playground.errors import ApiError, Json, conflict, too_many
from bot.playground.faults import Fault, FaultKind
from bot.playground.intake import Polling
from bot.playground.methods import methods
from bot.playground.params import Params, read_params
from bot.playground.state import Call
from bot.playground.webhook import Webhook
from bot.playground.world import World

Answer = tuple[int, Json]
HANG_S = 120.0


class BotApi:
    """Answers the calls of one bot, whose token is `token`."""

    def __init__(self, world: World, token: str, webhook: Webhook) -> None:
        self.world = world
        self.token = token
        self.webhook = webhook
        self.polling = Polling(world)
        self._methods = methods()
        self._waiting: dict[str, Callable[[Params], Awaitable[Answer]]] = {
            "getupdates": self._get_updates,
            "setwebhook": self._set_webhook,
            "deletewebhook": self._delete_webhook,
            "getwebhookinfo": self._webhook_info,
        }

    async def call(self, request: Request) -> Response:
        """Answer one request: a fault when one is ordered, else what the method says."""
        method = request.path_params["method"]
        try:
            self._check_token(request.path_params["token"])
            params = await read_params(request)
        except ApiError as error:
            return JSONResponse(error.answer(), error.code)
        fault = self.world.faults.take(method, params.number("chat_id") or None)
        if fault and (refused := _refused_by(fault)):
            return self._logged(method, params, refused)
        if fault and fault.kind == FaultKind.RESET:
            return Broken()
        response = self._logged(method, params, await self._answer(method, params))
        if fault:
            return Broken(HANG_S if fault.kind == FaultKind.TIMEOUT else 0)
        return response

    def _check_token(self, token: str) -> None:
        if ":" not in token:
            raise ApiError(404, "Not Found")
        if not hmac.compare_digest(token.encode(), self.token.encode()):
            raise ApiError(401, "Unauthorized")

    async def _answer(self, method: str, params: Params) -> Answer:
        name = method.lower()
        try:
            if name in self._waiting:
                return await self._waiting[name](params)
            if name not in self._methods:
                raise ApiError(404, "Not Found: method not found")
            return 200, {"ok": True, "result": self._methods[name](self.world, params)}
        except ApiError as error:
            return _refusal(error)

    def _logged(self, method: str, params: Params, answer: Answer) -> Response:
        code, body = answer
        if method.lower() != "getupdates":
            self.world.calls.append(Call(method, params.logged(), body, self.world.clock.now()))
            self.world.feed.tell("call", method=method)
        return JSONResponse(body, code)

    async def _get_updates(self, params: Params) -> Answer:
        if self.webhook.hook:
            text = "can't use getUpdates method while webhook is active; use deleteWebhook to delete the webhook first"
            raise conflict(text)
        return 200, {"ok": True, "result": await self.polling.get_updates(params)}

    async def _set_webhook(self, params: Params) -> Answer:
        description = await self.webhook.set(params)
        self.polling.interrupt("terminated by setWebhook request")
        return 200, {"ok": True, "result": True, "description": description}

    async def _delete_webhook(self, params: Params) -> Answer:
        return 200, {"ok": True, "result": True, "description": await self.webhook.delete(params)}

    async def _webhook_info(self, params: Params) -> Answer:
        return 200, {"ok": True, "result": self.webhook.info()}

    async def file(self, request: Request) -> Response:
        """The content of a file that `getFile` named."""
        try:
            self._check_token(request.path_params["token"])
        except ApiError as error:
            return JSONResponse(error.answer(), error.code)
        kept = self.world.files.at(request.path_params["path"])
        if kept is None:
            return JSONResponse(ApiError(404, "Not Found").answer(), 404)
        return Response(kept.content, media_type="application/octet-stream")


def _refused_by(fault: Fault) -> Answer | None:
    if fault.kind == FaultKind.TOO_MANY:
        return _refusal(too_many(fault.retry_after))
    if fault.kind == FaultKind.SERVER_ERROR:
        return _refusal(ApiError(500, "Internal Server Error"))
    return _refusal(ApiError(502, "Bad Gateway")) if fault.kind == FaultKind.BAD_GATEWAY else None


def _refusal(error: ApiError) -> Answer:
    return error.code, error.answer()


class Broken(Response):
    """No answer at all: the connection is cut, after `hang_s` seconds or when the caller gives up."""

    def __init__(self, hang_s: float = 0) -> None:
        super().__init__()
        self.hang_s = hang_s

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        gone = asyncio.ensure_future(_disconnect(receive))
        await asyncio.wait({gone}, timeout=self.hang_s)
        cut = scope.get("playground.cut")
        if cut is None:
            gone.cancel()
            raise ConnectionResetError("the playground broke this connection on purpose")
        cut()
        await gone


async def _disconnect(receive: Receive) -> None:
    while (await receive())["type"] != "http.disconnect":
        pass
