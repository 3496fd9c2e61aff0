"""What a report is of: pairs of a name and a value, the same wherever it is written."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from linlog.wire.evaluations import Evaluation

Facts = list[tuple[str, str]]


def title(found: Evaluation) -> str:
    """The version, and what it was judged on."""
    return f"{found.model_name} {found.model_version_name} on {found.dataset_name}"


def of(found: Evaluation) -> Facts:
    """What was evaluated, when, and by which settings."""
    finished = found.finished_date
    return [
        ("Evaluation", found.id),
        ("Kind", found.kind),
        ("Model", f"{found.model_name} {found.model_version_name} ({found.model_version_id})"),
        ("Dataset", f"{found.dataset_name} ({found.dataset_id})"),
        ("Model run", found.model_run_id),
        ("Finished", finished.strftime("%Y-%m-%d %H:%M:%S UTC") if finished else ""),
        *((name, json.dumps(value)) for name, value in sorted(found.config.items())),
    ]


def asked(state: Mapping[str, Any]) -> Facts:
    """What a report was asked for beside its evaluation's config."""
    return [(f"Asked: {name}", json.dumps(value)) for name, value in state.items() if value]
