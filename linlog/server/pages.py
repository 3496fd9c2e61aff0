"""The pages, served by the same process: built files, and one document for every address."""

from __future__ import annotations

import gzip
import mimetypes
import re
from functools import cache
from pathlib import Path
from secrets import token_urlsafe
from typing import TYPE_CHECKING, Any, Final

from starlette.exceptions import HTTPException
from starlette.responses import FileResponse, Response
from starlette.routing import Match, Route

from linlog.server.request import PUBLIC, Policy

if TYPE_CHECKING:
    from collections.abc import MutableMapping

    from fastapi import FastAPI
    from starlette.requests import Request

FOLDER: Final = Path(__file__).parent / "static"
NOT_BUILT: Final = (
    "<!doctype html><title>linlog</title><p>The pages are not built. "
    "In a checkout, run: python3 dev pages</p>"
)
_RESERVED: Final = ("api", "media", "healthz", "assets")
ANY: Final = "/{path:path}"
"""The route that takes every address that is left."""
_NO_PAGE: Final = re.compile(r"\.\.|\\|(^|/)\.")
"""What climbs, or names hidden files, as no page does."""
_NONCE: Final = "LINLOG_NONCE"
_POLICY: Final = (
    "default-src 'none'; script-src 'self'; style-src 'self' 'nonce-{nonce}'; "
    "img-src 'self' blob: data:; media-src 'self' blob:; connect-src 'self'; font-src 'self'; "
    "frame-src 'self'; worker-src 'self' blob:; base-uri 'none'; form-action 'self'; "
    "object-src 'none'; frame-ancestors 'none'"
)
_COMPRESSED: Final = {".js", ".css", ".svg"}


def mount(app: FastAPI) -> None:
    """Add the routes of the pages; they come last, since one takes every address that is left."""
    app.router.routes.append(Route("/assets/{name}", built_file))
    app.router.routes.append(_Document(ANY, document))


class _Document(Route):
    """Takes every address but those of others, whose own refusals must stay as they are."""

    def matches(self, scope: MutableMapping[str, Any]) -> tuple[Match, MutableMapping[str, Any]]:
        first = str(scope.get("path", "")).lstrip("/").split("/", maxsplit=1)[0]
        return (Match.NONE, {}) if first in _RESERVED else super().matches(scope)


def built_file(request: Request) -> Response:
    """A built file. Its name holds a hash of its content, so it may be kept for ever."""
    name = request.path_params["name"]
    found = (FOLDER / "assets" / name).resolve()
    if found.parent != (FOLDER / "assets").resolve() or not found.is_file():
        raise HTTPException(404)
    headers = {"Cache-Control": "public, max-age=31536000, immutable", "Vary": "Accept-Encoding"}
    if found.suffix not in _COMPRESSED or "gzip" not in request.headers.get("accept-encoding", ""):
        return FileResponse(found, headers=headers)
    media_type = mimetypes.guess_type(name)[0]
    return Response(_small(found), 200, {**headers, "Content-Encoding": "gzip"}, media_type)


def document(request: Request) -> Response:
    """The one document of the pages, or a file that stands beside it."""
    path = request.path_params["path"]
    if path in _beside():
        return FileResponse(FOLDER / path)
    if _NO_PAGE.search(path):
        raise HTTPException(404)
    nonce = token_urlsafe(18)
    headers = {"Content-Security-Policy": _POLICY.format(nonce=nonce)}
    html = _html().replace(_NONCE, nonce)
    return Response(html, 200, headers, "text/html; charset=utf-8")


for _endpoint in (built_file, document):
    _public: Any = _endpoint
    _public.linlog_policy = Policy(PUBLIC)


@cache
def _small(path: Path) -> bytes:
    return gzip.compress(path.read_bytes(), compresslevel=6, mtime=0)


def _html() -> str:
    index = FOLDER / "index.html"
    return index.read_text(encoding="utf-8") if index.is_file() else NOT_BUILT


def _beside() -> frozenset[str]:
    """Names of the files beside the document, such as its sign."""
    if not FOLDER.is_dir():
        return frozenset()
    return frozenset(each.name for each in FOLDER.iterdir() if each.is_file()) - {"index.html"}
