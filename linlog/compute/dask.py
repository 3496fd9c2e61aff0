"""Matching on a Dask cluster that is there already, surviving the workers that it loses."""

from __future__ import annotations

from collections import deque
from collections.abc import Iterable, Iterator, Sequence
from threading import Lock
from typing import TYPE_CHECKING, Any, Final

from linlog.compute._protocol import matched
from linlog.errors import ConfigError

if TYPE_CHECKING:
    from distributed import Client, Future

    from linlog.evaluation.items import Item
    from linlog.evaluation.tallies import Tally

CONNECT_S: Final = 10.0
"""Seconds that a scheduler may take to answer."""
AHEAD: Final = 2
"""Shards that wait on the cluster for each of its threads, so that none is idle."""


class Dask:
    """A cluster by the address of its scheduler, connected when there is work."""

    def __init__(self, address: str) -> None:
        self._address = address
        self._lock = Lock()
        self._connected: Client | None = None

    @property
    def width(self) -> int:
        """Shards in flight: some for each thread of the cluster as it is now."""
        workers = self._client().scheduler_info(n_workers=-1)["workers"].values()
        threads = sum(int(worker["nthreads"]) for worker in workers)
        return AHEAD * max(1, threads)

    def match(self, kind: str, config: Any, shards: Iterable[Sequence[Item]]) -> Iterator[Tally]:
        """The tally of each shard, in their order."""
        client, most = self._client(), self.width
        waiting: deque[Future[Any]] = deque()
        try:
            for items in shards:
                # Not by content: two equal shards must not become one that is released twice.
                waiting.append(client.submit(matched, kind, config, items, pure=False))
                if len(waiting) >= most:
                    yield self._result(waiting.popleft())
            while waiting:
                yield self._result(waiting.popleft())
        finally:
            if waiting:
                client.cancel(list(waiting))

    def close(self) -> None:
        """Disconnect; the cluster goes on."""
        with self._lock:
            client, self._connected = self._connected, None
        if client is not None:
            client.close()

    def _result(self, future: Future[Any]) -> Tally:
        from distributed import CancelledError, KilledWorker

        try:
            tally: Tally = future.result()
        except KilledWorker as error:
            message = f"the cluster at {self._address} lost every worker that tried: {error}"
            raise ConfigError(message) from error
        except CancelledError as error:
            message = f"the cluster at {self._address} went away with what it was matching"
            raise ConfigError(message) from error
        return tally

    def _client(self) -> Client:
        from distributed import Client

        with self._lock:
            if self._connected is None or self._connected.status in {"closed", "closing"}:
                try:
                    self._connected = Client(self._address, timeout=CONNECT_S, set_as_default=False)
                except (OSError, TimeoutError) as error:
                    message = f"no Dask scheduler answers at {self._address}: {error}"
                    raise ConfigError(message) from error
            return self._connected


def open_compute(address: str) -> Dask:
    """The cluster whose scheduler an address such as `dask://host:8786` names.

    Raises ConfigError for an address without a port, and where Dask is not installed.
    """
    try:
        import distributed  # noqa: F401 - said in one line where it is missing
    except ImportError as error:
        message = "computing on Dask needs its packages: pip install 'linlog[dask]'"
        raise ConfigError(message) from error
    place = address.removeprefix("dask://")
    if not place.rpartition(":")[2].isdecimal() or "/" in place:
        message = f"the address of a Dask scheduler looks like dask://host:8786, not {address!r}"
        raise ConfigError(message)
    return Dask(f"tcp://{place}")
