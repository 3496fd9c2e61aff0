"""The pages, served by the same process: built files, and one document for every address."""

from __future__ import annotations

from functools import cache
from pathlib import Path
from secrets import token_urlsafe
from typing import TYPE_CHECKING, Any, Final

from fastapi import Request, Response
from starlette.exceptions import HTTPException
from starlette.responses import FileResponse

from linlog.server.request import PUBLIC, Policy

if TYPE_CHECKING:
    from fastapi import FastAPI

FOLDER: Final = Path(__file__).parent / "static"
NOT_BUILT: Final = (
    "<!doctype html><title>linlog</title><p>The pages are not built. "
    "In a checkout, run: python3 dev pages</p>"
)
_RESERVED: Final = ("api/", "media/", "healthz", "assets/")
_NONCE: Final = "LINLOG_NONCE"
_POLICY: Final = (
    "default-src 'none'; script-src 'self'; style-src 'self' 'nonce-{nonce}'; "
    "img-src 'self' blob: data:; media-src 'self' blob:; connect-src 'self'; font-src 'self'; "
    "frame-src 'self'; worker-src 'self' blob:; base-uri 'none'; form-action 'self'; "
    "object-src 'none'; frame-ancestors 'none'"
)


def mount(app: FastAPI) -> None:
    """Add the routes of the pages; they come last, since one takes every address that is left."""
    app.add_api_route("/assets/{name}", asset, include_in_schema=False)
    app.add_api_route("/{path:path}", document, include_in_schema=False)


async def asset(name: str) -> Response:
    """A built file. Its name holds a hash of its content, so it may be kept for ever."""
    found = (FOLDER / "assets" / name).resolve()
    if found.parent != (FOLDER / "assets").resolve() or not found.is_file():
        raise HTTPException(404)
    headers = {"Cache-Control": "public, max-age=31536000, immutable"}
    return FileResponse(found, headers=headers)


async def document(path: str, request: Request) -> Response:
    """The one document of the pages, or a file that stands beside it."""
    if path.startswith(_RESERVED) or request.url.path.startswith("//"):
        raise HTTPException(404)
    if path in _beside():
        return FileResponse(FOLDER / path)
    nonce = token_urlsafe(18)
    headers = {"Content-Security-Policy": _POLICY.format(nonce=nonce)}
    html = _html().replace(_NONCE, nonce)
    return Response(html, media_type="text/html; charset=utf-8", headers=headers)


for _endpoint in (asset, document):
    _public: Any = _endpoint
    _public.linlog_policy = Policy(PUBLIC)


@cache
def _html() -> str:
    index = FOLDER / "index.html"
    return index.read_text(encoding="utf-8") if index.is_file() else NOT_BUILT


@cache
def _beside() -> frozenset[str]:
    """Names of the files beside the document, such as its sign."""
    if not FOLDER.is_dir():
        return frozenset()
    return frozenset(each.name for each in FOLDER.iterdir() if each.is_file()) - {"index.html"}
