"""Where tasks are matched: in this process, or on a cluster that is there already."""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Final

from linlog.errors import ConfigError

if TYPE_CHECKING:
    from linlog.compute._protocol import Compute

__all__ = ["TABLE", "open_compute"]

TABLE: Final = {
    "local": "linlog.compute.local",
    "dask": "linlog.compute.dask",
}


def open_compute(address: str) -> Compute:
    """What an address such as `dask://host:8786` means; this process for an empty one.

    Nothing is connected before there is work. Raises ConfigError for an address of nothing known
    and where a package is missing.
    """
    scheme = address.partition(":")[0] or "local"
    if scheme not in TABLE:
        message = f"nothing computes at {address!r}; addresses begin with dask://"
        raise ConfigError(message)
    opened: Compute = import_module(TABLE[scheme]).open_compute(address)
    return opened
