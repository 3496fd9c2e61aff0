"""Queries on the command line: as text, as JSON, or as a slice that is saved."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

from linlog import errors, ids

if TYPE_CHECKING:
    from linlog.client.client import LinLogClient

_PLACE = re.compile(r"\(at character (\d+)\)")
_BEFORE, _AFTER = 60, 15
"""Characters of a query that are shown around the one that is wrong."""


def read(word: str) -> dict[str, Any] | str:
    """A query as it is sent: an object of JSON, or text. Raises ConfigError for broken JSON."""
    if not word.lstrip().startswith("{"):
        return word
    try:
        found: dict[str, Any] = json.loads(word)
    except ValueError as error:
        raise errors.ConfigError(f"the query begins as JSON and is none: {error}") from error
    return found


def within(linlog: LinLogClient, word: str | None, dataset_id: str) -> dict[str, str]:
    """What takes the tasks that `--slice` means: a slice's id or name, or a query as text."""
    if word is None:
        return {}
    found = word if ids.is_id("slice", word) else _called(linlog, dataset_id).get(word)
    return {"query": word} if found is None else {"slice_id": found}


def beside(linlog: LinLogClient, words: Sequence[str], dataset_id: str) -> list[str]:
    """The ids of the slices that `--beside` means, each by its id or name.

    Raises ConfigError for what is called nothing.
    """
    if all(ids.is_id("slice", word) for word in words):
        return [*words]
    called = _called(linlog, dataset_id)
    for word in words:
        if word not in called and not ids.is_id("slice", word):
            there = f"there are {', '.join(called)}" if called else "it has none"
            raise errors.ConfigError(
                f"--beside: no slice of the dataset is called {word!r}; {there}"
            )
    return [called.get(word, word) for word in words]


def _called(linlog: LinLogClient, dataset_id: str) -> dict[str, str]:
    """The ids of a dataset's slices by name."""
    return {each.name: each.id for each in linlog.slices.list(dataset_id).walk()}


@contextmanager
def pointing(*texts: str | None) -> Iterator[None]:
    """Let a refusal of one of some queries show the character where it goes wrong."""
    try:
        yield
    except errors.Invalid as error:
        shown = [pointed(text, str(error)) for text in texts if text is not None]
        if error.field != "query" or len(shown) != 1:
            raise
        raise errors.Invalid(shown[0], field="query") from error


def pointed(text: str, said: str) -> str:
    """What is said of a text that goes wrong, and below it the place."""
    place = _PLACE.search(said)
    if place is None:
        return said
    at = int(place[1]) - 1
    first = max(0, at - _BEFORE)
    line = "".join(each if each.isprintable() else " " for each in text[first : at + _AFTER])
    return f"{said}\n  {line}\n  {' ' * (at - first)}^"
