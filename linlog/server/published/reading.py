"""Lenient reading of what the published clients send: bodies, fields, query parameters."""

from __future__ import annotations

import json
import re
from contextlib import contextmanager
from dataclasses import replace
from datetime import datetime
from typing import TYPE_CHECKING, Any, Final
from urllib.parse import urlsplit

from linlog import limits
from linlog.errors import Invalid
from linlog.server import strict, task_filters
from linlog.server.request import WHOLE_LIST, window
from linlog.shapes import Other
from linlog.wire import codec, spellings
from linlog.wire.constraints import NO_CHARACTERS
from linlog.wire.labels import LabelUpdate
from linlog.wire.paging import DEFAULT_LIMIT
from linlog.wire.unset import UNSET

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from starlette.datastructures import QueryParams

    from linlog.server.store.paging import Window
    from linlog.server.store.tasks import Filters
    from linlog.wire.annotations import AnnotationCreate
    from linlog.wire.labels import LabelCreate

DEEPEST: Final = limits.JSON_DEPTH
_LONGEST_ID: Final = limits.KEY_CHARACTERS
_LOST_PLUS: Final = re.compile(r"(?<=\d) (\d\d:\d\d)$")
_DATES: Final = (
    "created_date",
    "created_date__gte",
    "created_date__lte",
    "created_date__gt",
    "created_date__lt",
)
_STATUSES: Final = {"in_progress": ("in_progress", "in_review"), "in_review": ()}
"""What the published words mean here: to their clients, work that waits for a review goes on."""
_FLAGS: Final = ("complete", "rejected", "work_started")


@contextmanager
def refusing(field: str | None = None) -> Iterator[None]:
    """Turn a ValueError of the wire's own rules into the refusal of a field."""
    try:
        yield
    except ValueError as error:
        raise Invalid(str(error), field=field) from error


# -------------------------------------------------------------------------------- bodies


def data(body: bytes | str, *, verbatim: bool = False) -> Any:
    """The data of a JSON body, which may hold NaN and infinities; None where it is empty.

    What is kept `verbatim` is only ever JSON, where NUL characters have their place.
    """
    if not body.strip():
        return None
    strict.refuse_heavy(body.encode() if isinstance(body, str) else body)
    try:
        # Of bytes, Python's reader would take UTF-16 and UTF-32 too.
        said = body if isinstance(body, str) else body.decode()
        found = _storable(json.loads(said, object_pairs_hook=_once), 0)
    except RecursionError:
        raise _too_deep() from None
    except ValueError as error:
        message = f"the body is no valid JSON: {error}"
        raise Invalid(message) from error
    if not verbatim and _holds_nul(found):
        message = "the body must not hold a NUL character"
        raise Invalid(message)
    return found


def fields(body: bytes | str, *, verbatim: bool = False) -> dict[str, Any]:
    """The fields of a JSON object; no body and `null` are an empty one."""
    found = data(body, verbatim=verbatim)
    if found is None:
        return {}
    if not isinstance(found, dict):
        message = f"the body must be an object, not {_said(found)}"
        raise Invalid(message)
    return found


def _storable(value: Any, depth: int) -> Any:
    """The value without what is nowhere kept: what is no character, and endless numbers."""
    if depth > DEEPEST:
        raise _too_deep()
    if isinstance(value, str):
        return value if value.isascii() else NO_CHARACTERS.sub("\ufffd", value)
    if isinstance(value, list):
        return [_storable(entry, depth + 1) for entry in value]
    if isinstance(value, dict):
        return {_storable(key, depth): _storable(value[key], depth + 1) for key in value}
    if isinstance(value, int) and not -(2**63) <= value < 2**63:
        return str(value)
    return value


def _once(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    """An object whose keys come once: of a key that comes twice nobody knows which was meant."""
    found = dict(pairs)
    if len(found) < len(pairs):
        message = "an object has a key twice"
        raise ValueError(message)
    return found


def _holds_nul(value: Any) -> bool:
    if isinstance(value, str):
        return "\0" in value
    if isinstance(value, dict):
        return any("\0" in key or _holds_nul(entry) for key, entry in value.items())
    return isinstance(value, list) and any(map(_holds_nul, value))


def _too_deep() -> Invalid:
    return Invalid(f"the body is nested more than {DEEPEST} levels deep")


# -------------------------------------------------------------------------------- fields


def text(sent: Mapping[str, Any], key: str) -> str | None:
    """The text of a field; None where it is missing, null or empty."""
    value = sent.get(key)
    if value is None or value == "":
        return None
    if isinstance(value, bool) or not isinstance(value, (str, int, float)):
        message = f"{key} must be a text, not {_said(value)}"
        raise Invalid(message, field=key)
    return str(value)


def needed(sent: Mapping[str, Any], key: str) -> str:
    """The text of a field that must be there."""
    value = text(sent, key)
    if value is None:
        message = f"{key} is missing"
        raise Invalid(message, field=key)
    return value


def flag(sent: Mapping[str, Any], key: str) -> bool | None:
    """Yes or no in any spelling; None where it is missing or null."""
    value = sent.get(key)
    if value is None or isinstance(value, bool):
        return value
    return _flag(str(value), key)


def entries(sent: Mapping[str, Any], key: str) -> list[Any]:
    """The list of a field; empty where it is missing or null."""
    value = sent.get(key)
    if value is None:
        return []
    if not isinstance(value, list):
        message = f"{key} must be a list, not {_said(value)}"
        raise Invalid(message, field=key)
    return value


def fields_of(sent: Mapping[str, Any], key: str) -> dict[str, Any]:
    """The fields of an object inside the body; null is an empty one."""
    value = sent.get(key)
    if value is None:
        return {}
    if not isinstance(value, dict):
        message = f"{key} must be an object, not {_said(value)}"
        raise Invalid(message, field=key)
    return value


def mapping(sent: Mapping[str, Any], key: str) -> dict[str, Any]:
    """The free data of a field, as it is stored; empty where it is missing or null."""
    return dict(codec.mark_numbers(fields_of(sent, key)))


def names(sent: Mapping[str, Any], key: str) -> tuple[str, ...]:
    """The texts of a list."""
    found = entries(sent, key)
    if not all(isinstance(entry, str) for entry in found):
        message = f"{key} must be a list of texts"
        raise Invalid(message, field=key)
    return tuple(found)


def is_address(value: str) -> bool:
    """Whether a text is an http(s) address."""
    try:
        parts = urlsplit(value)
        return (
            parts.scheme.lower() in {"http", "https"}
            and bool(parts.hostname)
            and value.isprintable()
            and " " not in value
        )
    except ValueError:
        return False


def label(sent: Any, field: str, *, shape: str = "box") -> LabelCreate:
    """A label in any spelling; `shape` where none is said."""
    with refusing(field):
        return spellings.read_label(sent, shape=shape)


def label_update(read: LabelCreate) -> LabelUpdate:
    """The change that a label asks for; what it leaves open stays."""
    return LabelUpdate(
        name=read.name,
        display_name=UNSET if read.display_name is None else read.display_name,
        colour=UNSET if read.colour is None else read.colour,
    )


def annotation(sent: Any, field: str) -> AnnotationCreate:
    """An annotation in any spelling."""
    if isinstance(sent, dict) and len(str(sent.get("id") or "")) > _LONGEST_ID:
        sent = {**sent, "id": None}
    if isinstance(sent, dict) and isinstance(sent.get("attributes"), dict):
        sent = {**sent, "attributes": codec.mark_numbers(sent["attributes"])}
    with refusing(field):
        read = spellings.read_annotation(sent)
        if isinstance(read.shape, Other):
            return replace(read, shape=Other(codec.mark_numbers(read.shape.data)))
        return read


def annotation_list(sent: Mapping[str, Any]) -> tuple[AnnotationCreate, ...]:
    """The annotations of a body; those that say they are a model's are left out."""
    return tuple(
        annotation(entry, f"annotations.{place}")
        for place, entry in enumerate(entries(sent, "annotations"))
        if not is_model_run(entry)
    )


def is_model_run(entry: Any) -> bool:
    """Whether an annotation is a prediction that came out of a dataset's view."""
    return isinstance(entry, dict) and bool(flag(entry, "is_model_run"))


# ------------------------------------------------------------------------------- queries


def page_window(query: QueryParams) -> Window:
    """The part of a list that is asked for; 100 entries where nothing is said."""
    _refuse_doubled(query)
    return window(_count(query, "limit", DEFAULT_LIMIT), _count(query, "offset", 0))


def optional_window(query: QueryParams) -> Window:
    """The part of a list that is asked for; all of it where no limit is."""
    _refuse_doubled(query)
    offset = _count(query, "offset", 0)
    if "limit" in query:
        return window(_count(query, "limit", DEFAULT_LIMIT), offset)
    return replace(WHOLE_LIST, offset=window(offset=offset).offset)


def filters(query: Mapping[str, str]) -> Filters:
    """The tasks that are asked for; an unknown status finds none."""
    dates: dict[str, Any] = {key: _date(query[key], key) for key in _DATES if key in query}
    flags: dict[str, Any] = {key: _flag(query[key], key) for key in _FLAGS if key in query}
    found = task_filters.filters(**dates, **flags)
    status = query.get("status")
    return found if status is None else replace(found, status=_STATUSES.get(status, (status,)))


def _refuse_doubled(query: QueryParams) -> None:
    for key in ("limit", "offset", "status", *_DATES, *_FLAGS):
        if len(query.getlist(key)) > 1:
            message = f"parameter {key} is given twice"
            raise Invalid(message, field=key)


def _count(query: Mapping[str, str], key: str, default: int) -> int:
    value = query.get(key)
    if value is None:
        return default
    digits = value.strip().removeprefix("-")
    if not (digits.isascii() and digits.isdigit()) or len(digits) > 18:
        message = f"{key} must be a whole number, not {value[:40]!r}"
        raise Invalid(message, field=key)
    return int(value)


def _flag(value: str, key: str) -> bool:
    word = value.strip().lower()
    if word in {"true", "1"}:
        return True
    if word in {"false", "0"}:
        return False
    message = f"{key} must be true or false, not {value[:40]!r}"
    raise Invalid(message, field=key)


def _date(value: str, key: str) -> datetime:
    """A date, or a date and time with T or a space; without a zone it is UTC."""
    # A plus sign that was not escaped arrives as a space.
    cleaned = _LOST_PLUS.sub(r"+\1", value.strip()) if value.count(":") > 1 else value.strip()
    try:
        return datetime.fromisoformat(cleaned)
    except ValueError:
        message = f"{key} must be a time such as 2022-07-11T02:01:34.000000Z, not {value[:40]!r}"
        raise Invalid(message, field=key) from None


def _said(value: Any) -> str:
    return f"{type(value).__name__} {value!r:.40}"
