"""The web chat at `/`: one page, its style and script, all from this folder."""

from pathlib import Path

from jinja2 import Environment, FileSystemLoader, select_autoescape
from starlette.requests import Request
from starlette.responses import HTMLResponse, Response
from starlette.routing import BaseRoute, Mount, Route
from starlette.staticfiles import StaticFiles

FOLDER = Path(__file__).parent
# The page may load only its own files, so text from a chat can never bring anything else in.
POLICY = (
    "default-src 'self'; img-src 'self' blob:; media-src 'self' blob:; object-src 'none'; base-uri 'none'; "
    "frame-ancestors 'none'"
)


def page_routes() -> list[BaseRoute]:
    """The page and its files."""
    templates = Environment(loader=FileSystemLoader(FOLDER / "templates"), autoescape=select_autoescape())

    async def index(request: Request) -> Response:
        html = templates.get_template("chat.html").render()
        return HTMLResponse(html, headers={"Content-Security-Policy": POLICY, "Referrer-Policy": "no-referrer"})

    return [Route("/", index), Mount("/static", StaticFiles(directory=FOLDER / "static"))]
