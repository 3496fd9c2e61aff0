"""The block with the numbers of LVIS."""

from __future__ import annotations

from typing import Final

from linlog.evaluation import coverage, lvis, reports
from linlog.evaluation.lvis import Federation
from linlog.evaluation.tallies import Tally
from linlog.wire.blocks import Scalars

_SIZES: Final = {"s": "small", "m": "medium", "l": "large"}
_FREQUENCIES: Final = {name[0]: name for name in lvis.FREQUENCIES}


def numbers(tally: Tally, federation: Federation, missing: coverage.Missing) -> Scalars:
    """The thirteen numbers under their usual names."""
    found = lvis.numbers(coverage.covered(tally, missing), federation)
    return Scalars(
        name="lvis",
        title="LVIS",
        scalars=tuple(
            reports.scalar(name, name, value, _description(name)) for name, value in found.items()
        ),
        note=f"At most {lvis.MOST_ON_AN_IMAGE} predictions an image, of all labels together. "
        "Predictions of labels of which nothing is known on an image are left out; where not "
        "everything of a label is marked, those that take no truth are ignored.",
    )


def _description(name: str) -> str:
    kind, of = name[:2], name[2:].removesuffix(f"@{lvis.MOST_ON_AN_IMAGE}")
    what = {"AP": "Mean of AP over labels", "AR": "Mean recall over labels"}[kind]
    if of in _SIZES:
        return f"{what} and IoU 0.50 to 0.95, of {_SIZES[of]} truths."
    if of in _FREQUENCIES:
        return f"{what} that are {_FREQUENCIES[of]} and IoU 0.50 to 0.95."
    return f"{what} at IoU 0.{of}." if of else f"{what} and IoU 0.50 to 0.95."
