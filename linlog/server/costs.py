"""What is said of a question that costs the database too much."""

from __future__ import annotations

from linlog.errors import Invalid


def too_costly(seconds: float) -> Invalid:
    """The refusal of a question that was stopped after so many seconds."""
    return Invalid(
        f"the database worked on this for {seconds:g} seconds and was stopped; ask for less at once"
    )
