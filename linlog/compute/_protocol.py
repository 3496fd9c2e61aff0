"""What every place that matches tasks promises."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from typing import TYPE_CHECKING, Any, Protocol

from linlog.evaluation import kinds
from linlog.evaluation.items import Item

if TYPE_CHECKING:
    from linlog.evaluation.tallies import Tally


class Compute(Protocol):
    """Matches shards of tasks, wherever that is.

    A tally is the same whoever made it, bit for bit: so results of several places may be merged.
    """

    @property
    def width(self) -> int:
        """How many shards are worth being matched at once; asking may connect."""

    def match(self, kind: str, config: Any, shards: Iterable[Sequence[Item]]) -> Iterator[Tally]:
        """The tally of each shard, in their order. Shards are taken no faster than they are done.

        Raises ValueError for a shape that the kind does not take, and ConfigError where nobody
        answers or every attempt ended with its worker.
        """

    def close(self) -> None:
        """Let go of what it holds; what was asked for and not taken is given up."""


def matched(kind: str, config: Any, items: Sequence[Item]) -> Tally:
    """The tally of one shard; runs where the shard is matched."""
    return kinds.get(kind).match(items, config)
