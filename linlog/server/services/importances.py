"""What each key of the configs of training runs is worth for a number that they reached."""

from __future__ import annotations

from typing import TYPE_CHECKING

from linlog.errors import Invalid
from linlog.server.services import access, log_entries
from linlog.server.store import evaluations, model_versions
from linlog.wire.importances import Importances, KeyImportance, Reached

if TYPE_CHECKING:
    from linlog.server.context import Context


def of_objective(
    ctx: Context,
    objective: str,
    *,
    value: str = "last",
    model_id: str | None = None,
    dataset_id: str | None = None,
) -> Importances:
    """The importances for a logged key, or for an evaluation's number where a dataset is given.

    Raises Invalid where no version of those asked for has the number.
    """
    from linlog.evaluation import importances

    if model_id is not None:
        access.model(ctx, model_id)
    if dataset_id is not None:
        access.check_dataset(ctx, dataset_id)
        reached = evaluations.scalar_by_version(ctx.conn, ctx.scope, dataset_id, objective)
    else:
        reached = log_entries.number_by_version(ctx, objective, model_id=model_id, value=value)
    configs = model_versions.configs(ctx.conn, ctx.scope, model_id)
    known = {version_id: reached[version_id] for version_id in configs if version_id in reached}
    if not known:
        raise _unknown(objective, dataset_id)
    flat = [importances.flat(configs[version_id]) for version_id in known]
    found = importances.of_configs(flat, [*known.values()])
    return Importances(
        objective=objective,
        model_versions=tuple(
            Reached(model_version_id=version_id, value=number)
            for version_id, number in known.items()
        ),
        explained=found.explained,
        config_keys=tuple(
            KeyImportance(
                key=each.key,
                importance=each.importance,
                low=each.low,
                high=each.high,
                correlation=each.correlation,
            )
            for each in found.keys
        ),
    )


def _unknown(objective: str, dataset_id: str | None) -> Invalid:
    if dataset_id is None:
        message = f"no training run logged a finite number as {objective!r}; name a logged key"
    else:
        message = (
            f"no finished evaluation on {dataset_id} has a number {objective!r}; name one of the "
            "headline numbers of its evaluations"
        )
    return Invalid(message, field="objective")
