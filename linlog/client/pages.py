"""Pages: lists that know their place in a longer list, and can be walked to its end."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from html import escape
from itertools import islice
from typing import Any, Final, TypeVar, cast
from urllib.parse import urlsplit

from linlog import errors, limits
from linlog.client.http import API, Http
from linlog.wire import paging

T = TypeVar("T")

_ROWS: Final = 50
"""Rows that a notebook shows."""
_CELL: Final = 80


class Page(list[T]):
    """A list of entries, and where it stands in the whole list.

    `for task in page` walks this page alone, `for task in page.walk()` fetches on to the end.
    """

    __slots__ = ("_count", "_follow", "limit", "next", "offset", "previous")

    def __init__(
        self,
        entries: Iterable[T] = (),
        *,
        count: int | None = None,
        limit: int = paging.DEFAULT_LIMIT,
        offset: int = 0,
        next: str | None = None,
        previous: str | None = None,
        follow: Callable[[str, int], Page[T]] | None = None,
    ) -> None:
        super().__init__(entries)
        self._count = len(self) if count is None else count
        self.limit = limit
        """How many entries a page has at most."""
        self.offset = offset
        """How many entries lie before this page."""
        self.next = next
        """Address of the next page; None on the last."""
        self.previous = previous
        """Address of the page before; None on the first."""
        self._follow = follow

    @property
    def count(self) -> int:  # type: ignore[override]
        """How many entries the whole list has."""
        return self._count

    @property
    def results(self) -> Page[T]:
        """The entries: the page itself."""
        return self

    @property
    def next_url(self) -> str | None:
        """Address of the next page; None on the last."""
        return self.next

    @property
    def previous_url(self) -> str | None:
        """Address of the page before; None on the first."""
        return self.previous

    def next_page(self) -> Page[T] | None:
        """Fetch the page after this one; None on the last."""
        if self.next is None or self._follow is None:
            return None
        return self._follow(self.next, self.offset + len(self))

    def walk(self) -> Iterator[T]:
        """Every entry from this page on to the end; further pages are fetched when reached.

        Raises ServerFailed where the server goes on without giving anything more.
        """
        page: Page[T] | None = self
        while page is not None:
            yield from page
            following = page.next_page()
            if following is not None and _repeats(page, following):
                raise errors.ServerFailed("the server names one page after the other for ever")
            page = following

    def everything(self) -> Page[T]:
        """One page that holds every entry from this page on.

        Raises ServerFailed for more than `limits.COLLECTED`; `walk` holds one page at a time.
        """
        if self.next is None:
            return self
        entries = list(islice(self.walk(), limits.COLLECTED + 1))
        if len(entries) > limits.COLLECTED:
            raise errors.ServerFailed(
                f"the list has more than {limits.COLLECTED:,} entries; walk through its pages"
            )
        return Page(entries, count=self.offset + len(entries), limit=self.limit, offset=self.offset)

    def to_pandas(self) -> Any:
        """A pandas DataFrame with one row an entry. Needs pandas."""
        try:
            import pandas as pd  # type: ignore[import-untyped,unused-ignore]
        except ImportError:
            raise errors.ConfigError(
                "to_pandas needs pandas, which is not installed: pip install pandas"
            ) from None
        return pd.DataFrame([_row(entry) for entry in self])

    def __reduce__(self) -> Any:
        # A copy in another process is the entries alone: it has no client to fetch on with.
        return (list, (list(self),))

    def __repr__(self) -> str:
        where = (
            f"{self.offset + 1} to {self.offset + len(self)} of {self.count}" if self else "empty"
        )
        return f"<Page: {where}>\n{super().__repr__()}"

    def _repr_html_(self) -> str:
        rows = [_row(entry) for entry in self[:_ROWS]]
        keys = list(dict.fromkeys(key for row in rows for key in row))
        head = "".join(f"<th>{escape(key)}</th>" for key in keys)
        body = "".join(
            f"<tr>{''.join(f'<td>{escape(_short(row.get(key)))}</td>' for key in keys)}</tr>"
            for row in rows
        )
        shown = f"{len(rows)} of {self.count}" if len(rows) < self.count else str(self.count)
        return (
            f"<table><caption>{shown}</caption><thead><tr>{head}</tr></thead>"
            f"<tbody>{body}</tbody></table>"
        )


def fetch(http: Http, path: str, kind: Any, body: Any = None, /, **query: Any) -> Page[Any]:
    """The page of a list that `query` asks for, and `body` where the list takes one."""
    limit = query.get("limit") or paging.DEFAULT_LIMIT

    def ask(path: str, /, **query: Any) -> paging.Page[Any]:
        if body is None:
            return cast("paging.Page[Any]", http.get(path, kind, **query))
        return cast("paging.Page[Any]", http.post(path, kind, body, **query))

    return _page(ask, ask(path, **query), limit, query.get("offset") or 0)


def _page(
    ask: Callable[[str], paging.Page[Any]], found: paging.Page[Any], limit: int, offset: int
) -> Page[Any]:
    def follow(address: str, offset: int) -> Page[Any]:
        return _page(ask, ask(_own_path(address)), limit, offset)

    return Page(
        found.results,
        count=found.count,
        limit=limit,
        offset=offset,
        next=found.next,
        previous=found.previous,
        follow=follow,
    )


def _repeats(page: Page[Any], following: Page[Any]) -> bool:
    """Whether a page goes on to another one without giving anything more."""
    return following.next is not None and (not following or following.next == page.next)


def _own_path(address: str) -> str:
    """The path and query of an address: pages are only fetched from the server that was asked."""
    parts = urlsplit(address)
    at = parts.path.find(f"{API}/")
    if at < 0:
        raise errors.ServerFailed(f"the next page has an address outside the API: {address[:200]}")
    return f"{parts.path[at:]}?{parts.query}"


def _row(entry: Any) -> dict[str, Any]:
    return entry.to_dict() if hasattr(entry, "to_dict") else dict(entry)


def _short(value: Any) -> str:
    text = "" if value is None else str(value)
    return text if len(text) <= _CELL else f"{text[: _CELL - 1]}…"
