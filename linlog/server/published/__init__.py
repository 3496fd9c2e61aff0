"""The frozen contract of the SDKs once published, under /api/v1, on the same services."""

from __future__ import annotations

from typing import Any


def routers() -> list[Any]:
    """The routers of the published contract."""
    return []
