"""The parameters of one call, whichever way they came: query, form, multipart or JSON."""

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from starlette.datastructures import UploadFile
from starlette.requests import Request

from bot.playground.errors import Json, bad
from bot.playground.files import Upload


@dataclass(frozen=True)
class Params:
    """Values by name, as text or as JSON gave them, and uploaded files by field."""

    values: Mapping[str, object]
    files: Mapping[str, Upload] = field(default_factory=dict)

    def text(self, name: str) -> str:
        """The value as text; "" when absent."""
        value = self.values.get(name)
        if value is None:
            return ""
        return value if isinstance(value, str) else json.dumps(value)

    def number(self, name: str, default: int = 0) -> int:
        """The value as an integer; `default` when it is absent or none."""
        try:
            return int(self.text(name))
        except ValueError:
            return default

    def flag(self, name: str) -> bool:
        """Whether the value says yes."""
        return self.text(name).lower() in ("true", "1", "yes")

    def parsed(self, name: str, what: str) -> Any:
        """The value as JSON, or None when absent. Raises ApiError "can't parse `what` JSON ..."."""
        value = self.values.get(name)
        if not isinstance(value, str):
            return value
        try:
            return json.loads(value) if value.strip() else None
        except ValueError:
            raise bad(f"can't parse {what} JSON object") from None

    def upload(self, name: str) -> Upload | None:
        """The file of a field, sent under its own name or by `attach://`."""
        value = self.text(name)
        if value.startswith("attach://"):
            return self.files.get(value.removeprefix("attach://"))
        return self.files.get(name)

    def logged(self) -> Json:
        """What the call log keeps: values, and of files only the name."""
        return {**self.values, **{name: f"<{upload.name}>" for name, upload in self.files.items()}}


async def read_params(request: Request) -> Params:
    """All parameters of a request; the body wins over the query. Raises ApiError when a JSON body cannot be read."""
    values: dict[str, object] = dict(request.query_params)
    files: dict[str, Upload] = {}
    kind = request.headers.get("content-type", "").split(";")[0].strip().lower()
    if kind == "application/json":
        values.update(await _json_body(request))
    elif kind in ("application/x-www-form-urlencoded", "multipart/form-data"):
        async with request.form(max_part_size=64 * 1024 * 1024) as form:
            for name, value in form.multi_items():
                if isinstance(value, UploadFile):
                    files[name] = Upload(value.filename or name, await value.read(), value.content_type or "")
                else:
                    values[name] = value
    return Params(values, files)


async def _json_body(request: Request) -> Json:
    body = await request.body()
    try:
        content = json.loads(body) if body.strip() else {}
    except ValueError:
        raise bad("can't parse JSON object") from None
    if not isinstance(content, dict):
        raise bad("can't parse JSON object")
    return content
