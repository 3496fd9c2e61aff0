"""What a report is of: pairs of a name and a value, the same wherever it is written."""

from __future__ import annotations

import json
from collections.abc import Mapping
from types import MappingProxyType
from typing import TYPE_CHECKING, Any, Final

if TYPE_CHECKING:
    from linlog.wire.evaluations import Evaluation

Facts = list[tuple[str, str]]
_CHANGED: Final = {
    "tasks": "tasks came or went",
    "annotations": "annotations changed",
    "predictions": "predictions changed",
}


def title(found: Evaluation) -> str:
    """The version, and what it was judged on."""
    return f"{found.model_name} {found.model_version_name} on {found.dataset_name}"


def of(found: Evaluation, asked: Mapping[str, Any] = MappingProxyType({})) -> Facts:
    """What was evaluated, when, by which settings, and what of it a report was asked for."""
    finished = found.finished_date
    return [
        ("Evaluation", found.id),
        ("Kind", found.kind),
        ("Model", f"{found.model_name} {found.model_version_name} ({found.model_version_id})"),
        ("Dataset", f"{found.dataset_name} ({found.dataset_id})"),
        ("Model run", found.model_run_id),
        ("Finished", finished.strftime("%Y-%m-%d %H:%M:%S UTC") if finished else ""),
        *([("Stale", changes(found))] if found.stale else []),
        *((name, _setting(value, asked.get(name))) for name, value in sorted(found.config.items())),
        *of_state({name: value for name, value in asked.items() if name not in found.config}),
    ]


def changes(found: Evaluation) -> str:
    """What has changed since something stale was evaluated, in words."""
    said = ", ".join(_CHANGED.get(name, name) for name in found.changed)
    return f"{said or 'something changed'} since; the numbers stand as they were judged then"


def of_state(asked: Mapping[str, Any]) -> Facts:
    """What a report was asked for that no evaluation has a setting for."""
    return [(f"Asked: {name}", _words(value)) for name, value in asked.items() if value]


def _setting(evaluated: Any, asked: Any) -> str:
    """One value where there is one: a reader must not have to guess which of two holds."""
    if asked is None or asked == evaluated:
        return _words(evaluated)
    return f"{_words(asked)} (evaluated with {_words(evaluated)})"


def _words(value: Any) -> str:
    if value is None:
        return "open"
    return value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)
