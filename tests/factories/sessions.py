"""Sessions of people on the pages."""

from __future__ import annotations

from typing import Any

from tests.conftest import ORIGIN, PASSWORD
from tests.factories.organisations import Home
from tests.factories.replies import Reply

SAME_SITE = {"Sec-Fetch-Site": "same-origin"}


def create(home: Home, email: str, password: str = PASSWORD, **more: Any) -> Reply:
    """What signing in answers."""
    body = {"email": email, "password": password}
    return home.call("POST", "/api/v2/sessions", body, role=None, **more)


def cookie(reply: Reply) -> dict[str, str]:
    """The header that a browser sends after a reply that set a cookie."""
    return {"Cookie": reply.headers["set-cookie"].partition(";")[0]}


def own_page(reply: Reply) -> dict[str, str]:
    """The headers of a request from a page of the server."""
    return {**cookie(reply), **SAME_SITE, "Origin": ORIGIN}
