"""Matching in this process, one shard after another."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from typing import TYPE_CHECKING, Any

from linlog.compute._protocol import matched
from linlog.errors import ConfigError

if TYPE_CHECKING:
    from linlog.evaluation.items import Item
    from linlog.evaluation.tallies import Tally


class Local:
    """This process."""

    width = 1

    def match(self, kind: str, config: Any, shards: Iterable[Sequence[Item]]) -> Iterator[Tally]:
        """The tally of each shard, in their order."""
        for items in shards:
            yield matched(kind, config, items)

    def close(self) -> None:
        """Nothing is held."""


def open_compute(address: str) -> Local:
    """This process. Raises ConfigError for an address that says more than that."""
    if address not in {"", "local"}:
        message = f"this process has no address, but {address!r} was given: leave it empty"
        raise ConfigError(message)
    return Local()
