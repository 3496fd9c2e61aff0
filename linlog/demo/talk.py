"""What the demo says on the terminal: progress on stderr, what came out on stdout."""

from __future__ import annotations

import time
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Final, Protocol

from rich.console import Console
from rich.progress import BarColumn, Progress, TextColumn

_WIDTH: Final = 82
"""Characters of a line before its time."""


class Advance(Protocol):
    """Moves a step on."""

    def __call__(self, now: str = "") -> None:
        """One more is done; the words, if any, say where it is."""
        ...


class Talk:
    """Says how far the demo is."""

    def __init__(self) -> None:
        self._progress = Console(stderr=True, highlight=False, soft_wrap=True)
        self._outcome = Console(highlight=False, soft_wrap=True)

    def say(self, sentence: str = "") -> None:
        """Tell how it goes."""
        self._progress.print(sentence, markup=False)

    def tell(self, sentence: str = "", *, style: str | None = None) -> None:
        """Tell what came out."""
        self._outcome.print(sentence, markup=False, style=style)

    @contextmanager
    def step(self, title: str, total: int) -> Iterator[Advance]:
        """Show a bar while a step is worked on, and one line with its time when it is done."""
        began = time.monotonic()
        words = ""
        with self._bar() as bar:
            task = bar.add_task(title, total=total, words="")

            def advance(now: str = "") -> None:
                nonlocal words
                words = now or words
                bar.update(task, advance=1, words=words)

            yield advance
        done = f"{title}  {words}" if words else title
        self.say(f"  ✓ {done:<{_WIDTH}} {time.monotonic() - began:5.1f} s")

    def _bar(self) -> Progress:
        """A bar that leaves nothing behind, where somebody watches."""
        return Progress(
            TextColumn("  • {task.description}"),
            BarColumn(24),
            TextColumn("{task.completed:.0f}/{task.total:.0f}  {task.fields[words]}"),
            console=self._progress,
            transient=True,
            disable=not self._progress.is_terminal,
        )
