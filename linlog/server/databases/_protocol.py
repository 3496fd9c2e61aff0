"""What a database must do for the store; everything else is written once in SQLAlchemy Core.

What an implementer cannot guess:

* `read` sees one snapshot from its first statement to its end, and leaves nothing behind.
* `write` commits at the end of its block, durably before it returns, or rolls back on any error.
  One that is given an outcome may end before: what the outcome tells comes after the commit.
* Two `write` blocks of the same turn never run at once, in whatever process they are, and the
  second sees what the first committed. So a rule may read, decide and write. Blocks of other
  turns may run beside it: a database that lets only one writer in has one turn for all.
* Text is compared and sorted by its UTF-8 bytes.
* An exception of the database that may pass is a `databases.Unavailable`.
"""

from __future__ import annotations

from contextlib import AbstractContextManager
from typing import TYPE_CHECKING, Any, Final, Protocol

from sqlalchemy import Connection

if TYPE_CHECKING:
    from linlog.server.sharing import Outcome

JOBS: Final = "jobs"
"""The turn of workers that take up, keep and end jobs of any organisation."""
INSTALLATION: Final = "installation"
"""The turn of what concerns the whole installation: its schema, its first start."""


class Database(Protocol):
    """An open database."""

    @property
    def url(self) -> str:
        """The address that it was opened by."""

    caution: str
    """What an operator should be told of how it is opened, if anything."""
    queue: AbstractContextManager[Any]
    """What every `write` of this process holds beside its turn, if another process lends it."""

    def read(self, *, within_s: float | None = None) -> AbstractContextManager[Connection]:
        """A transaction that sees one snapshot and changes nothing.

        Where a statement works longer than `within_s`, it is given up, and Invalid raised.
        """

    def write(
        self, turn: str, outcome: Outcome | None = None
    ) -> AbstractContextManager[Connection]:
        """A transaction of a turn: an organisation's id, `JOBS` or `INSTALLATION`.

        With an `outcome` it is small, and may be committed after its block, together with those of
        the same turn that waited meanwhile; the outcome is told when it is.
        """

    def lend(self) -> AbstractContextManager[Any]:
        """Keep this process from writing, for one that writes beside it."""

    def close(self) -> None:
        """Close every connection."""
