"""Verifications: whether a report of then is what its frozen content gives today."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from linlog.evaluation import kinds
from linlog.server.services import evaluations
from linlog.wire import codec
from linlog.wire.blocks import Report
from linlog.wire.evaluations import Verification

if TYPE_CHECKING:
    from linlog.server.context import Context

_WORDS: Final = frozenset(
    {"title", "x_title", "y_title", "row_title", "column_title", "note", "description", "text"}
)
"""Fields of blocks, and of what is in them, that are written for people."""


def verify(ctx: Context, evaluation_id: str) -> Verification:
    """Make a report anew from the frozen content, and compare it with the stored one.

    Raises Conflict before the evaluation is finished, and where predictions are gone with their
    tasks.
    """
    evaluation = evaluations.finished(ctx, evaluation_id)
    config = evaluations.read_config(evaluation.kind, evaluation.config)
    made = kinds.get(evaluation.kind).summarize(evaluations.rerun(ctx, evaluation), config)
    # Through the same bytes as the stored one: a number is compared as it is written.
    again = codec.decode(codec.encode(made), Report)
    stored = codec.decode(evaluations.report(ctx, evaluation_id), Report)
    return compared(evaluation_id, stored, again)


def compared(evaluation_id: str, stored: Report, again: Report) -> Verification:
    """Compare block by block: newer code may add blocks, and changes no number of any there is."""
    before, after = _blocks(stored), _blocks(again)
    return Verification(
        evaluation_id=evaluation_id,
        equal=all(after.get(name) == block for name, block in before.items()),
        unequal=tuple(name for name, block in before.items() if after.get(name) != block),
        added=tuple(name for name in after if name not in before),
    )


def _blocks(report: Report) -> dict[str, bytes]:
    return {
        block.name: codec.encode(_without_words(codec.decode(codec.encode(block), Any)))
        for block in report.blocks
    }


def _without_words(data: Any) -> Any:
    """What a block says without how it says it, which newer code may put in other words."""
    if isinstance(data, dict):
        return {name: _without_words(each) for name, each in data.items() if name not in _WORDS}
    return [*map(_without_words, data)] if isinstance(data, list) else data
