"""The filters of an evaluation's outcomes, as query parameters."""

from __future__ import annotations

from typing import Annotated, Any

from linlog.errors import invalid
from linlog.server.request import of_query
from linlog.wire.evaluations import OutcomeFilter


def filters(
    *,
    outcome: str | None = None,
    task_id: str | None = None,
    label: str | None = None,
    truth_label: str | None = None,
    prediction_label: str | None = None,
    error_type: str | None = None,
    confidence__gte: float | None = None,
    confidence__lt: float | None = None,
    iou__gte: float | None = None,
    iou__lt: float | None = None,
    score__gte: float | None = None,
    score__lt: float | None = None,
    all_confidences: bool = False,
    one_a_task: bool = False,
) -> OutcomeFilter:
    """The outcomes that the query asks for; `outcome` is one or more words, with commas between."""
    words: Any = tuple(each.strip() for each in (outcome or "").split(",") if each.strip())
    try:
        return OutcomeFilter(
            outcome=words,
            task_id=task_id,
            label=label,
            truth_label=truth_label,
            prediction_label=prediction_label,
            error_type=error_type,
            confidence__gte=confidence__gte,
            confidence__lt=confidence__lt,
            iou__gte=iou__gte,
            iou__lt=iou__lt,
            score__gte=score__gte,
            score__lt=score__lt,
            all_confidences=all_confidences,
            one_a_task=one_a_task,
        )
    except ValueError as error:
        raise invalid(error) from error


OutcomeFilters = Annotated[OutcomeFilter, of_query(filters)]
