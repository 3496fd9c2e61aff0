"""Jobs: work done after the reply."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any, Literal

from linlog.wire.record import Record

State = Literal["queued", "running", "finished", "failed", "cancelled"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Job(Record):
    """Work done after the reply."""

    id: str
    """Begins with j_."""
    name: str
    """What is done: evaluate, match, fetch_file …"""
    state: str
    """queued, running, finished, failed or cancelled."""
    progress: float
    """How much is done, from 0 to 1."""
    failure: str | None = None
    """Why it failed, if so."""
    result: dict[str, Any] | None = None
    """What came of it, or has so far, of jobs that tell: see the page on tasks."""
    attempts: int
    """How often a worker took it up."""
    subject_id: str | None = None
    """What it works on, such as an evaluation."""
    created_date: datetime
    """When it was asked for, in UTC."""
    started_date: datetime | None = None
    """When a worker last took it up, in UTC."""
    finished_date: datetime | None = None
    """When it ended, in UTC."""
