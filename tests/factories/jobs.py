"""Jobs, as a test plants them."""

from __future__ import annotations

from typing import Any

from linlog.server.services import jobs
from tests.factories.organisations import Home


def enqueue(home: Home, name: str, **payload: Any) -> str:
    """Queue a job of an organisation and give its id."""
    with home.server.machine.database.write("tests") as conn:
        return jobs.enqueue(home.context(conn), name, subject_id="", payload=payload)
