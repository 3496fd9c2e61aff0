"""A prediction as loops and imports send it by the million: without what nearly none has."""

from __future__ import annotations

import msgspec


class LeanPrediction(msgspec.Struct, gc=False):
    """A `PredictionCreate` without attributes."""

    id: str
    task_id: str
    label: str
    shape: msgspec.Struct
    confidence: float | None
