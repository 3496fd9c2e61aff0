"""The pages, served by the same process."""

from __future__ import annotations

from typing import Any


def mount(app: Any) -> None:
    """Add the routes of the pages."""
