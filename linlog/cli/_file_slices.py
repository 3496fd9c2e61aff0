"""Slices without a server: which tasks of a file a word of `--slice` takes.

A word is a name that the file of `--slices` gives to tasks, `KEY=VALUE` of an attribute that the
file of truth gives its images, or a query over what the file knows: labels, areas, counts, sizes
and names of images, and `metadata.KEY` for their attributes.
"""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, Final

import typer

from linlog.cli import _queries
from linlog.errors import ConfigError

if TYPE_CHECKING:
    from linlog.cli._files import Joined

SlicesFile = Annotated[
    Path | None,
    typer.Option(
        "--slices",
        help="With files, a JSON object that says of each task, by id or file name, which slice it "
        "is in, or a list of them.",
    ),
]
_PAIR: Final = re.compile(r"[\w.-]+=[^\s:]*")
_WORD: Final = re.compile(r"[\w-]+")
_MOST: Final = 20
"""Names that a message lists."""


class FileSlices:
    """The slices that a word may mean."""

    def __init__(self, path: Path | None) -> None:
        """Read the file that names them, if there is one. Raises ConfigError for another form."""
        self._path = path
        self._named = {} if path is None else _read(path)

    @property
    def names(self) -> list[str]:
        """The names that the file gives, ascending."""
        return sorted({name for some in self._named.values() for name in some})

    def tasks(self, word: str, joined: Joined) -> set[str]:
        """The tasks that a word takes. Raises ConfigError for a word that takes none."""
        of = self._of_name if word in self.names else self._of_query
        found = of(word, joined)
        if not found:
            raise ConfigError(f"the slice {word!r} takes no task of {joined.accounts[0].path.name}")
        return found

    def unknown(self, joined: Joined) -> list[str]:
        """What the file names and the truth does not look at."""
        known = {name for entry in joined.entries.values() for name in (entry.key, entry.name)}
        return sorted(self._named.keys() - known)

    def _of_name(self, name: str, joined: Joined) -> set[str]:
        taken = {key for key, some in self._named.items() if name in some}
        return {
            task
            for task, entry in joined.entries.items()
            if entry.key in taken or (entry.name and entry.name in taken)
        }

    def _of_query(self, word: str, joined: Joined) -> set[str]:
        from linlog.cli import _file_facts
        from linlog.evaluation import query_text

        key = word.partition("=")[0]
        if "=" in word and any(key in entry.attributes for entry in joined.entries.values()):
            return _of_attribute(word, joined)
        try:
            return _file_facts.taken(query_text.read(word), joined)
        except query_text.Mistake as mistake:
            if _PAIR.fullmatch(word):
                return _of_attribute(word, joined)
            if _WORD.fullmatch(word) is None:
                said = _queries.pointed(word, f"--slice: {mistake}")
                raise ConfigError(said) from mistake
        known = f"one of {_listed(self.names)}" if self.names else "a name in a file of --slices"
        raise ConfigError(f"--slice is a query, KEY=VALUE of an image or {known}, not {word!r}")


def _read(path: Path) -> dict[str, frozenset[str]]:
    try:
        found = json.loads(path.read_text("utf-8"))
    except ValueError as error:
        raise ConfigError(f"{path.name} is no JSON: {error}") from error
    if not isinstance(found, dict):
        raise ConfigError(f"{path.name} must be an object from tasks to slices")
    return {key: _names(path, key, value) for key, value in found.items()}


def _names(path: Path, key: str, value: Any) -> frozenset[str]:
    some = value if isinstance(value, list) else [value]
    if not all(isinstance(each, str) and each for each in some):
        raise ConfigError(
            f"{path.name}: {key!r} must be in a slice by its name, or in a list of such, not "
            f"{value!r:.60}"
        )
    return frozenset(some)


def _of_attribute(word: str, joined: Joined) -> set[str]:
    key, _, text = word.partition("=")
    values = {
        task: entry.attributes[key]
        for task, entry in joined.entries.items()
        if key in entry.attributes
    }
    if not values:
        known = sorted({name for entry in joined.entries.values() for name in entry.attributes})
        has = f"they have {_listed(known)}" if known else "they have none: name tasks in --slices"
        file = joined.accounts[0].path.name
        raise ConfigError(f"nothing in {file} has the attribute {key!r}; {has}")
    return {task for task, value in values.items() if _equals(value, text)}


def _equals(value: Any, text: str) -> bool:
    """Whether a value is what a word says, or a list that holds it."""
    if isinstance(value, list):
        return any(_equals(each, text) for each in value)
    if isinstance(value, str):
        return value == text
    try:
        said = json.loads(text)
    except ValueError:
        return False
    return type(said) is type(value) and bool(said == value)


def _listed(names: list[str]) -> str:
    return ", ".join(names[:_MOST]) + (", …" if len(names) > _MOST else "")
