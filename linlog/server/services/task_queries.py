"""What a query takes of the tasks of a project or a dataset: a page of them, and their facets."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

from linlog.errors import Invalid
from linlog.server.services import access, evaluations, slices, task_index, tasks, users
from linlog.server.store import paging
from linlog.server.store import tasks as task_rows
from linlog.server.store.tasks import Filters
from linlog.wire.facets import QueryRead, TaskFacets
from linlog.wire.paging import Page
from linlog.wire.tasks import Neighbours

if TYPE_CHECKING:
    from linlog.evaluation.live_tasks import Judging, View
    from linlog.evaluation.tallies import Ints
    from linlog.server.context import Context
    from linlog.server.store.paging import Window
    from linlog.wire.tasks import Task

_SHAPED: Final = ("annotation.area", "annotation.width", "annotation.height")
_OF_PROJECT: Final = ("status", "batch", "annotation.label", "tag", "annotation.annotator")
_OF_DATASET: Final = (
    *("outcome", "prediction.confidence", "split", "annotation.label", "prediction.label"),
    *("annotation.area", "batch", "tag", "annotation.annotator"),
)
_UNFILTERED: Final = Filters()


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """Which tasks are wanted: a query over a project or a dataset, given one of the two."""

    project_id: str | None = None
    dataset_id: str | None = None
    text: str = ""
    """The query."""
    sort: str | None = None
    """A field, with a minus before it for the highest first; None is the order of time."""
    evaluation_id: str | None = None
    """Of a dataset: whose outcomes and predictions are asked for."""


def read(text: str) -> QueryRead:
    """What a text means as a query, or where it goes wrong."""
    from linlog.evaluation import query_text

    try:
        query = query_text.read(text)
    except query_text.Mistake as mistake:
        return QueryRead(query=None, text=text, wrong=str(mistake), place=mistake.place)
    return QueryRead(query=dict(query), text=query_text.write(query))


def list_page(
    ctx: Context, asked: Asked, window: Window, filters: Filters = _UNFILTERED
) -> Page[Task]:
    """A page of the tasks that a query takes, with their annotations.

    Raises Invalid where filters are given as well.
    """
    if filters != _UNFILTERED:
        message = "give a query or filters, not both: a query can ask for all that filters can"
        raise Invalid(message, field="query")
    known, places = _taken(ctx, asked)
    begun = _begun(known, places, asked, window)
    some = places[begun : begun + window.limit]
    ids = [known.view.ids[place] for place in some.tolist()]
    found = task_rows.get_many(ctx.conn, ctx.scope, ids)
    results = tasks.present(
        ctx, [found[each] for each in ids if each in found], with_annotations=True
    )
    end = begun + len(some)
    cursor = None
    if len(some) and end < len(places):
        last = int(some[-1])
        by_time = paging.write_cursor(int(known.view.created[last]), known.view.ids[last])
        cursor = paging.write_offset(end) if asked.sort else by_time
    return Page(results=results, count=len(places), next=cursor)


def neighbours(ctx: Context, task_id: str, asked: Asked) -> Neighbours:
    """Where a task stands among those that a query takes, and which are before and after it."""
    import numpy as np

    access.task(ctx, task_id)
    known, places = _taken(ctx, asked)
    place = known.view.places().get(task_id)
    here = np.flatnonzero(places == (-1 if place is None else place))
    if len(here):
        before, after = int(here[0]) - 1, int(here[0]) + 1
    elif place is not None and asked.sort is None:
        # It was taken until a moment ago: the way goes on from where it stood.
        after = int(np.searchsorted(places, place))
        before = after - 1
    else:
        before, after = -1, len(places)
    return Neighbours(
        previous=known.view.ids[int(places[before])] if before >= 0 else None,
        next=known.view.ids[int(places[after])] if after < len(places) else None,
        position=before + 2 if len(here) else 0,
        count=len(places),
    )


def ids(ctx: Context, asked: Asked) -> list[str]:
    """The ids of all tasks that a query takes, in order."""
    known, places = _taken(ctx, asked)
    return [known.view.ids[place] for place in places.tolist()]


def facets(ctx: Context, asked: Asked) -> TaskFacets:
    """How many tasks a query takes, and by field how many have each value."""
    from linlog.evaluation import facets, query_text

    query = slices.read(asked.text)
    names = [*(_OF_PROJECT if asked.dataset_id is None else _OF_DATASET), "metadata."]
    known = _known(ctx, asked, query, shapes=asked.dataset_id is not None)
    if known.judged is None:
        judged = ("outcome", "prediction.confidence", "prediction.label")
        names = [name for name in names if name not in judged]
    _check(known, query)
    people = users.people(ctx)
    asked_for = people.resolved(query)
    return TaskFacets(
        count=int(facets.taken(asked_for, known).sum()),
        of=known.size,
        query=dict(query),
        text=query_text.write(query),
        facets=facets.facets(asked_for, known, names, people),
    )


def _taken(ctx: Context, asked: Asked) -> tuple[Judging, Ints]:
    """The tasks, and the places among them of those that the query takes, in its order."""
    import numpy as np

    from linlog.evaluation import facets, sorting

    query = users.resolved(ctx, slices.read(asked.text))
    known = _known(ctx, asked, query, shapes=False)
    _check(known, query)

    def make() -> Ints:
        places = np.flatnonzero(facets.taken(query, known))
        if asked.sort is None:
            return places
        try:
            return sorting.sorted_by(asked.sort, places, known)
        except ValueError as error:
            raise Invalid(str(error), field="sort") from error

    judged = "" if known.judged is None else known.name
    return known, known.view.latest("taken", (repr(query), asked.sort, judged), make)


def _check(known: Judging, query: Any) -> None:
    from linlog.evaluation import slicing

    if known.judged is None and slicing.needs_evaluation(query):
        message = (
            "the query asks what a model did (predictions, outcome, score, config), which only an "
            "evaluation tells: choose an evaluation of the dataset"
        )
        raise Invalid(message, field="evaluation_id")


def _known(ctx: Context, asked: Asked, query: Any, *, shapes: bool) -> Judging:
    from linlog.evaluation import slicing

    names = [*slicing.fields(query)]
    shapes = shapes or any(name.startswith((*_SHAPED, "annotation.attributes.")) for name in names)
    if asked.dataset_id is None:
        assert asked.project_id is not None, "tasks are a project's or a dataset's"
        access.project(ctx, asked.project_id)
        view = task_index.of_project(ctx, asked.project_id, shapes=shapes)
        return view.within(None, "")
    access.check_dataset(ctx, asked.dataset_id)
    view = task_index.of_dataset(ctx, asked.dataset_id, shapes=shapes)
    if asked.evaluation_id is None:
        return view.within(None, "")
    return _judging(ctx, asked.dataset_id, asked.evaluation_id, view)


def _judging(ctx: Context, dataset_id: str, evaluation_id: str, view: View) -> Judging:
    """The tasks of today, with what an evaluation found of those that it judged."""
    from linlog.evaluation.live_tasks import Moved

    evaluation = evaluations.finished(ctx, evaluation_id)
    if evaluation.dataset_id != dataset_id:
        message = f"evaluation {evaluation_id} is of another dataset than {dataset_id}"
        raise Invalid(message, field="evaluation_id")
    name = f"{evaluation.id} {evaluations.tally_key(ctx, evaluation)}"

    def make() -> Moved:
        tally = evaluations.tally(ctx, evaluation)
        config = evaluations.read_config(evaluation.kind, evaluation.config)
        return Moved(slices.Judged(ctx, evaluation, tally, config), tally.tasks, view)

    return view.within(view.keep("judged", make, name), name)


def _begun(known: Judging, places: Ints, asked: Asked, window: Window) -> int:
    """How many of the tasks stand before the window."""
    import numpy as np

    offset = paging.read_offset(window)
    if offset is not None:
        return offset
    if window.cursor is None or asked.sort is not None:
        raise paging.no_cursor()
    created, identity = paging.read_cursor(window.cursor)
    begun = int(np.searchsorted(known.view.created[places], created, side="left"))
    while begun < len(places):
        place = int(places[begun])
        if (int(known.view.created[place]), known.view.ids[place]) > (created, identity):
            break
        begun += 1
    return begun
