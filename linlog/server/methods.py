"""Which methods each address takes: an address with a name of its own is never read as an id.

`/tokens/personal` is served beside `/tokens/{token_id}`, and the two take different methods.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from starlette.exceptions import HTTPException

if TYPE_CHECKING:
    from collections.abc import Iterable

    from starlette.requests import Request

Named = dict[str, frozenset[str]]
"""The methods of each address that holds no id."""


def named(routes: Iterable[Any]) -> Named:
    """The addresses without ids, and what they take."""
    found: Named = {}
    for route in routes:
        if route.methods and "{" not in route.path:
            found[route.path] = found.get(route.path, frozenset()) | frozenset(route.methods)
    return found


def refuse(request: Request) -> None:
    """Refuse a method that an address with a name of its own does not take, with 405."""
    taken = _named(request).get(request.scope["path"])
    if taken is not None and request.method not in taken:
        raise HTTPException(405)


def allowed(request: Request) -> frozenset[str]:
    """The methods that the address of a request takes, for the header Allow."""
    path = request.scope["path"]
    taken = _named(request).get(path)
    if taken is not None:
        return taken
    matching = (each for each in request.app.state.routes if each.path_regex.match(path))
    return frozenset().union(*(each.methods or () for each in matching))


def _named(request: Request) -> Named:
    found: Named = request.app.state.named
    return found
