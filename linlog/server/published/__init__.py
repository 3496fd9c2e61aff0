"""The frozen contract of the SDKs once published, under /api/v1, on the same services.

One file a column answers; `reading` takes what the old clients send, `writing` gives what they
read. Nothing here knows SQL, and nothing changes with the native API's taste.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from linlog.server.request import Router

PREFIX: Final = "/api/v1"

COLUMNS: Final = (
    "organisations",
    "projects",
    "labels",
    "workflows",
    "tasks",
    # `datasets/model-run` must come before `datasets/{id}`.
    "model_runs",
    "datasets",
    "models",
)


def routers() -> list[Router]:
    """The routers of the published contract."""
    return [import_module(f"{__name__}.{column}").router for column in COLUMNS]
