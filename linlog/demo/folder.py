"""The demo's folder: whether it is new, finished or something else, and what it remembers."""

from __future__ import annotations

import json
import os
import secrets
from collections.abc import Iterator
from dataclasses import asdict, dataclass, replace
from pathlib import Path
from typing import Any, Final

from linlog.demo.verdicts import Verdict
from linlog.errors import ConfigError

NAME: Final = "demo.json"
EMAIL: Final = "demo@linlog.example"
_CONSONANTS: Final = "bdfgklmnprstvz"
_VOWELS: Final = "aeiou"


@dataclass(frozen=True, slots=True)
class Demo:
    """What a folder remembers of its demo."""

    email: str
    """The owner's address."""
    password: str
    """The owner's password, made by chance for this folder alone."""
    verdicts: tuple[Verdict, ...] = ()
    """What came out; empty until everything is done."""

    @property
    def finished(self) -> bool:
        """Whether there is something to look at."""
        return bool(self.verdicts)


def find(data: Path) -> Demo | None:
    """The finished demo of a folder; None where the folder is empty or not there.

    Raises ConfigError where the folder holds anything else.
    """
    if not data.exists() or (data.is_dir() and not any(data.iterdir())):
        return None
    demo = _read(data)
    if demo is None:
        raise ConfigError(
            f"{data} holds other files and no demo. Name another folder with --data, "
            "and it will be made."
        )
    if not demo.finished:
        raise ConfigError(
            f"{data} holds a demo that was not finished, or that is still being made. Delete the "
            "folder to begin again, or name another with --data."
        )
    return demo


def unfinished(data: Path) -> bool:
    """Whether a demo was begun in the folder and not finished."""
    demo = _read(data)
    return demo is not None and not demo.finished


def begin(data: Path) -> Demo:
    """Make the folder, private to its owner, and a password for its demo."""
    data.mkdir(mode=0o700, parents=True, exist_ok=True)
    demo = Demo(EMAIL, new_password())
    _write(data, demo)
    return demo


def finish(data: Path, demo: Demo, verdicts: tuple[Verdict, ...]) -> Demo:
    """Remember what came out."""
    finished = replace(demo, verdicts=verdicts)
    _write(data, finished)
    return finished


def new_password() -> str:
    """A password of 73 bits that can be read aloud."""
    return "-".join("".join(_syllables(3)) for _ in range(4))


def _syllables(count: int) -> Iterator[str]:
    """Syllables by chance."""
    for _ in range(count):
        yield secrets.choice(_CONSONANTS) + secrets.choice(_VOWELS)


def _read(data: Path) -> Demo | None:
    """What the folder remembers; None where it remembers nothing that can be read."""
    try:
        found: dict[str, Any] = json.loads((data / NAME).read_text(encoding="utf-8"))
        verdicts = tuple(Verdict(**entry) for entry in found.pop("verdicts"))
        return Demo(**found, verdicts=verdicts)
    except (OSError, ValueError, TypeError, KeyError, AttributeError):
        return None


def _write(data: Path, demo: Demo) -> None:
    """Replace what the folder remembers, readable by its owner alone."""
    written = data / f"{NAME}.new"
    descriptor = os.open(written, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    with os.fdopen(descriptor, "w", encoding="utf-8") as file:
        json.dump(asdict(demo), file, indent=1, ensure_ascii=False)
    written.replace(data / NAME)
