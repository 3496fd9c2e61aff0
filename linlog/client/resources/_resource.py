"""What every resource of the SDK is made of: a connection, and the noun's usual verbs."""

from __future__ import annotations

from typing import Any

from linlog.client import pages
from linlog.client.http import Http, checked_id, path
from linlog.client.pages import Page


class Resource:
    """One noun of the API. `client.projects.list()` is how one is reached."""

    def __init__(self, http: Http) -> None:
        self._http = http

    def __repr__(self) -> str:
        return f"<{type(self).__name__} of {self._http.base_url}>"

    def _list(self, where: str, page: Any, body: Any = None, /, **query: Any) -> Page[Any]:
        return pages.fetch(self._http, where, page, body, **query)


__all__ = ["Http", "Page", "Resource", "checked_id", "path"]
