"""Tasks that a model run does not cover: counted as missed or left out, and said in words."""

from __future__ import annotations

from typing import Final, Literal

from linlog.evaluation import tallies
from linlog.evaluation.reports import plural
from linlog.evaluation.tallies import Tally

Missing = Literal["missed", "left out"]
CHOICES: Final = ("missed", "left out")


def check(missing: str) -> None:
    """Raise ValueError for a choice that does not exist."""
    if missing not in CHOICES:
        raise ValueError(f"missing must be one of {', '.join(CHOICES)}, not {missing!r}")


def check_share(name: str, value: float | None) -> None:
    """Raise ValueError for a threshold that is not from 0 to 1."""
    if value is not None and not 0 <= value <= 1:
        raise ValueError(f"{name} must be from 0 to 1, not {value}")


def covered(tally: Tally, missing: Missing) -> Tally:
    """The tally of the tasks that count."""
    if missing == "missed" or tally.predicted.all():
        return tally
    if "covered" not in tally.derived:
        tally.derived["covered"] = tallies.masked(tally, tally.predicted)
    found: Tally = tally.derived["covered"]
    return found


def sentence(tally: Tally, missing: Missing) -> str:
    """How many tasks the model run covers, and what becomes of the others."""
    total, without = len(tally), int((~tally.predicted).sum())
    if not without:
        return f"The model run covers {'the one task' if total == 1 else f'all {total:,} tasks'}."
    choice = (
        "Their truths count as missed."
        if missing == "missed"
        else "They are left out: every number below is of the other tasks alone."
    )
    return (
        f"The model run covers {total - without:,} of {plural(total, 'task')}; for the other "
        f"{without:,} no predictions were submitted at all. {choice}"
    )
