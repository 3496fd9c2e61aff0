"""What queries can ask of tasks that are things in a file."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from linlog.errors import ConfigError
from linlog.evaluation import slicing
from linlog.evaluation.slicing import Facts, Marks, Query

if TYPE_CHECKING:
    from linlog.cli._files import Joined
    from linlog.evaluation.items import Item


def taken(query: Query, joined: Joined) -> set[str]:
    """The tasks of files that a query takes. Raises ConfigError for what no file tells."""
    if slicing.needs_evaluation(query):
        raise ConfigError(
            "--slice: what a model did is asked of an evaluation on a server; a file tells labels, "
            "areas, counts, sizes, file names and the attributes of its images"
        )
    items = joined.items
    known = Facts(
        size=len(items),
        splits=[None] * len(items),
        items=lambda: [_told(item, joined) for item in items],
        annotations=lambda: _marks(joined),
    )
    found = slicing.select(query, known)
    return {item.task_id for item, kept in zip(items, found.tolist(), strict=True) if kept}


def _told(item: Item, joined: Joined) -> dict[str, Any]:
    entry = joined.entries[item.task_id]
    return {
        **dict.fromkeys(("batch", "kind", "project_id", "created_date")),
        "unique_id": entry.key,
        "filename": entry.name or None,
        "text": " ".join(entry.tokens) if entry.tokens else None,
        "tags": (),
        "metadata": entry.attributes,
        "details": {},
        "height": item.height,
        "width": item.width,
    }


def _marks(joined: Joined) -> Marks:
    import numpy as np

    rows = [(place, one) for place, item in enumerate(joined.items) for one in item.truths]
    bounds = [one.shape.bounds for _, one in rows]
    columns: dict[str, list[Any]] = {
        "label": [one.label for _, one in rows],
        "shape": [one.shape.name for _, one in rows],
        "area": [one.shape.area if one.area is None else one.area for _, one in rows],
        "width": [None if each is None else each[2] - each[0] for each in bounds],
        "height": [None if each is None else each[3] - each[1] for each in bounds],
    }
    return Marks(
        np.array([place for place, _ in rows], dtype=np.int64),
        {name: slicing.objects(values) for name, values in columns.items()},
        [{"crowd": one.crowd, "ignored": one.ignored} for _, one in rows],
    )
