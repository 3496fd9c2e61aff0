"""Query parameters of the native API: known, given once, and written in one way."""

from __future__ import annotations

import re
from datetime import datetime
from math import isfinite
from typing import TYPE_CHECKING, Any, Final, get_args

from linlog.errors import Invalid
from linlog.wire.constraints import MOMENT

if TYPE_CHECKING:
    from collections.abc import Callable

    from starlette.datastructures import QueryParams

Form = tuple["Callable[[str], Any]", str]
"""Whether a text is right, and what was expected."""
_WHOLE: Final = re.compile(r"-?(0|[1-9][0-9]{0,17})")
_NUMBER: Final = re.compile(r"-?(0|[1-9][0-9]{0,17})(\.[0-9]{1,40})?([eE][+-]?[0-9]{1,3})?")
_known: Final[dict[Any, dict[str, Form | None]]] = {}


def check(route: Any, query: QueryParams) -> None:
    """Refuse parameters that are unknown, doubled, or no plain value of their type."""
    known = _known.get(route.endpoint)
    if known is None:
        known = _known[route.endpoint] = _forms(route.dependant)
    seen: set[str] = set()
    for name, value in query.multi_items():
        if name not in known:
            options = ", ".join(sorted(known)) or "none"
            message = f"unknown parameter {name[:40]!r}; this address takes: {options}"
            raise Invalid(message, field=name[:40])
        if name in seen:
            message = f"parameter {name} is given twice"
            raise Invalid(message, field=name)
        seen.add(name)
        form = known[name]
        if form is not None and not form[0](value):
            message = f"{name} must be {form[1]}, not {value[:40]!r}"
            raise Invalid(message, field=name)


def _forms(dependant: Any) -> dict[str, Form | None]:
    found = {each.alias: _form(each.field_info.annotation) for each in dependant.query_params}
    for inner in dependant.dependencies:
        found |= _forms(inner)
    return found


def _form(annotation: Any) -> Form | None:
    for kind in (annotation, *get_args(annotation)):
        if kind in _FORMS:
            return _FORMS[kind]
    return None


def _is_number(value: str) -> bool:
    return _NUMBER.fullmatch(value) is not None and isfinite(float(value))


_FORMS: Final[dict[Any, Form]] = {
    int: (_WHOLE.fullmatch, "a whole number such as 10"),
    float: (_is_number, "a finite number such as 0.5"),
    bool: ({"true", "false"}.__contains__, "true or false"),
    datetime: (MOMENT.fullmatch, "a time such as 2024-01-31T12:00:00Z"),
}
