"""Explanations: the change from one evaluation to another, split between labels and model."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

from linlog.errors import Invalid
from linlog.evaluation import frozen, kinds
from linlog.server.services import contents, evaluations, tally_parts
from linlog.server.store import tally_parts as part_rows
from linlog.wire import codec
from linlog.wire.explanations import ExplainedTask, Explanation

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from linlog.evaluation.tallies import Tally
    from linlog.server.context import Context
    from linlog.server.services.contents import Frozen
    from linlog.server.store.tally_parts import Matched
    from linlog.wire.evaluations import Evaluation


@dataclass(frozen=True, slots=True)
class _Side:
    """One of the two evaluations."""

    evaluation: Evaluation
    truth: Frozen
    tally: Tally
    annotations: Mapping[str, str]
    """The hash of its annotations for each task."""
    parts: Mapping[str, Matched]
    """How it was matched, for each task."""


def get(ctx: Context, later_id: str, *, earlier: str) -> bytes:
    """Why the numbers of a later evaluation differ from those of an earlier one, as JSON."""
    later = evaluations.finished(ctx, later_id)
    sides = [_side(ctx, each) for each in (evaluations.finished(ctx, earlier), later)]
    _check_alike(*(side.evaluation for side in sides))
    key = [evaluations.tally_key(ctx, side.evaluation) for side in sides]
    key += [side.evaluation.hashes["annotations"] for side in sides]
    key += [earlier, later_id]
    return ctx.memory.get(
        f"explanation {frozen.digest(frozen.encode(key))}",
        lambda: codec.encode(_explain(ctx, *sides)),
        len,
    )


def _side(ctx: Context, evaluation: Evaluation) -> _Side:
    truth = evaluations.held_then(ctx, evaluation)
    annotations = {each.task_id: each.annotations for each in truth.manifest.entries}
    found = part_rows.of_evaluation(ctx.conn, ctx.scope, evaluation.id)
    parts = {task: matched for part in found for task, matched in part.tasks.items()}
    return _Side(evaluation, truth, evaluations.tally(ctx, evaluation), annotations, parts)


def _check_alike(earlier: Evaluation, later: Evaluation) -> None:
    for name in ("kind", "dataset_id", "config"):
        one, other = getattr(earlier, name), getattr(later, name)
        if one != other:
            message = f"only labels and model may differ, but {name} does: {one} and {other}"
            raise Invalid(message, field="earlier")


def _explain(ctx: Context, old: _Side, new: _Side) -> Explanation:
    from linlog.evaluation import explaining, tallies

    kind = kinds.get(new.evaluation.kind)
    config = evaluations.read_config(new.evaluation.kind, new.evaluation.config)
    common = sorted(old.annotations.keys() & new.annotations.keys())
    relabelled = [task for task in common if old.annotations[task] != new.annotations[task]]
    same = sorted({*common} - {*relabelled})
    predicted = [
        task for task in common if old.parts[task].predictions != new.parts[task].predictions
    ]
    cells = explaining.Cells(
        earlier=old.tally,
        later=new.tally,
        old_old=tallies.select(old.tally, common),
        new_old=_crossed(ctx, kind, config, old, new, same, relabelled),
        old_new=_crossed(ctx, kind, config, new, old, same, relabelled),
        new_new=tallies.select(new.tally, common),
    )
    try:
        labels, model = explaining.tasks(
            kind, cells, config, by_labels=relabelled, by_model=predicted
        )
    except ValueError as error:
        raise Invalid(str(error)) from error
    added = len(new.annotations) - len(common)
    removed = len(old.annotations) - len(common)
    numbers = explaining.numbers(kind, cells, config)
    return Explanation(
        earlier_id=old.evaluation.id,
        later_id=new.evaluation.id,
        headline=new.evaluation.headline or numbers[0].name,
        numbers=numbers,
        common=len(common),
        added=added,
        removed=removed,
        relabelled=len(relabelled),
        label_tasks=tuple(_counted(ctx, old, new, labels)),
        model_tasks=tuple(model),
        note=_note(len(common), len(relabelled), added, removed),
    )


def _crossed(
    ctx: Context,
    kind: kinds.Kind,
    config: Any,
    predicted: _Side,
    judged: _Side,
    same: list[str],
    relabelled: list[str],
) -> Tally:
    """The predictions of one evaluation, judged by the truths of the other.

    Where the truths are the same, the tally is taken over; the other tasks are matched.
    """
    from linlog.evaluation import tallies

    run_id = predicted.evaluation.model_run_id
    todo = replace(
        tally_parts.work(ctx, run_id, kind, config, judged.truth, current=False),
        wanted={task: judged.annotations[task] for task in relabelled},
        counts={task: row.count for task, row in predicted.parts.items()},
        only=tallies.prediction_ids(tallies.select(predicted.tally, relabelled)),
    )
    matched, _ = tally_parts.match(ctx, todo)
    return kind.merge([tallies.select(predicted.tally, same), matched])


def _counted(
    ctx: Context, old: _Side, new: _Side, found: Iterable[ExplainedTask]
) -> Iterable[ExplainedTask]:
    """The tasks with how many of their annotations are new, gone or changed."""
    listed = [*found]
    wanted = {side.annotations[each.task_id] for side in (old, new) for each in listed}
    held = {
        name: frozen.annotations_by_id(data)
        for name, data in contents.get_many(ctx, wanted).items()
    }
    for each in listed:
        before = held[old.annotations[each.task_id]]
        after = held[new.annotations[each.task_id]]
        shared = before.keys() & after.keys()
        yield replace(
            each,
            added=len(after.keys() - before.keys()),
            removed=len(before.keys() - after.keys()),
            changed=sum(before[name] != after[name] for name in shared),
        )


def _note(common: int, relabelled: int, added: int, removed: int) -> str:
    from linlog.evaluation.reports import plural

    sentences = [
        (
            f"Both evaluations judged {plural(common, 'task')}; the annotations of "
            f"{relabelled:,} of them changed."
        ),
        (
            "The part of the labels is the mean of what they give under the earlier and under "
            "the later predictions, and likewise the part of the model; the parts add up to the "
            "difference."
        ),
    ]
    if added or removed:
        sentences.append(
            f"{plural(added, 'task')} came to the dataset and {plural(removed, 'task')} left it: "
            "a part of its own."
        )
    sentences.append(
        "The effect of a task is what the headline number gains from its change alone; effects "
        "need not add up."
    )
    return " ".join(sentences)
