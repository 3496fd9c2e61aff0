"""linlog: label data, train models and see how good they are.

`LinLogClient` talks to a server, `ModelTrainer` follows a training run, `errors` has every
exception. Importing this loads nothing but the standard library, urllib3 and msgspec, and the
client only when it is asked for, since a server does without.
"""

from importlib import import_module
from typing import TYPE_CHECKING, Any

from linlog import errors

if TYPE_CHECKING:
    from linlog.client.client import LinLogClient
    from linlog.client.trainer import ModelTrainer

__version__ = "0.1"

_PLACES = {"LinLogClient": "linlog.client.client", "ModelTrainer": "linlog.client.trainer"}

__all__ = ["LinLogClient", "ModelTrainer", "__version__", "errors"]


def __getattr__(name: str) -> Any:
    if name not in _PLACES:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    found = globals()[name] = getattr(import_module(_PLACES[name]), name)
    return found


def __dir__() -> list[str]:
    return [*__all__]
