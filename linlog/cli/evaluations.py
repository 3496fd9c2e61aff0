"""`linlog evaluations`."""

from __future__ import annotations

from typing import Annotated, Any, Final

import typer

from linlog import errors
from linlog.cli import _comparisons, _queries, _reports, output
from linlog.cli._options import AsJson, Labels, Limit, Offset, client, label_map
from linlog.cli._reports import HtmlFile, MarkdownFile
from linlog.rendering import facts
from linlog.wire.datasets import Split
from linlog.wire.evaluations import Missing

MOST_TASKS: Final = 10
"""Tasks of one cause that are shown."""

EvaluationId = Annotated[str, typer.Argument(help="The evaluation's id.")]
Confidence = Annotated[
    float | None, typer.Option(help="Confidence from which a prediction counts.")
]
IoU = Annotated[
    float | None, typer.Option(help="IoU from which a prediction is at a truth's place.")
]
OfSlice = Annotated[
    str | None,
    typer.Option(
        "--slice",
        "--slice-id",
        help="Only the tasks of this slice: its id or name, or a query such as 'label:cell'.",
    ),
]
Beside = Annotated[
    list[str] | None,
    typer.Option(help="A slice to show beside all tasks: its id or name; may be repeated."),
]
OfSplit = Annotated[Split | None, typer.Option(help="Only train, validation or test.")]
OfMissing = Annotated[
    Missing | None, typer.Option(help='Tasks without predictions: missed, or "left out".')
]

app = typer.Typer(help="How good model runs are.", no_args_is_help=True)


@app.command("list")
def list_evaluations(
    dataset_id: Annotated[str | None, typer.Option(help="Only those on this dataset.")] = None,
    model_version_id: Annotated[
        str | None, typer.Option(help="Only those of this model version.")
    ] = None,
    limit: Limit = 100,
    offset: Offset = 0,
    as_json: AsJson = False,
) -> None:
    """List evaluations, newest first, each with the number that ranks."""
    with client() as linlog:
        found = linlog.evaluations.list(
            dataset_id=dataset_id, model_version_id=model_version_id, limit=limit, offset=offset
        )
    if as_json:
        output.data(found)
        return
    output.grid(
        ["ID", "MODEL", "VERSION", "DATASET", "KIND", "STATE", "HEADLINE", ""],
        [
            (
                one.id,
                one.model_name,
                one.model_version_name,
                one.dataset_name,
                one.kind,
                f"{one.state}, stale" if one.stale else one.state,
                one.headline,
                one.scalars.get(one.headline or ""),
            )
            for one in found
        ],
    )


@app.command("show")
def show_evaluation(
    id: EvaluationId,
    confidence_threshold: Confidence = None,
    iou_threshold: IoU = None,
    oks_threshold: Annotated[
        float | None, typer.Option(help="Of keypoints: the same by OKS instead of IoU.")
    ] = None,
    label: Labels = None,
    slice_: OfSlice = None,
    split: OfSplit = None,
    missing: OfMissing = None,
    beside: Beside = None,
    markdown: MarkdownFile = None,
    html: HtmlFile = None,
    as_json: AsJson = False,
) -> None:
    """Show an evaluation and its report, or write it into files; numbers follow the options."""
    state: dict[str, Any] = {
        "confidence_threshold": confidence_threshold,
        "iou_threshold": iou_threshold,
        "oks_threshold": oks_threshold,
        "label_map": label_map(label or ()),
        "split": split,
        "missing": missing,
    }
    with client() as linlog, _queries.pointing(slice_):
        found = linlog.evaluations.get(id)
        state |= _queries.within(linlog, slice_, found.dataset_id)
        state["slices"] = _queries.beside(linlog, beside or (), found.dataset_id)
        finished = found.state == "finished"
        report = linlog.evaluations.report(id, **state, intervals=True) if finished else None
    if as_json:
        output.data(found if report is None else report)
        return
    title = facts.title(found)
    if report is None:
        output.paragraph(f"{title}: {found.kind}, {found.state}")
        if found.failure:
            output.paragraph(found.failure)
        if markdown is not None or html is not None:
            raise errors.ConfigError(f"evaluation {id} has no report: it is {found.state}")
        return
    if markdown is None and html is None:
        output.paragraph(f"{title}: {found.kind}, {found.state}")
        if found.stale:
            output.paragraph(f"Stale: {facts.changes(found)}.")
    _reports.show(
        report,
        title=title,
        facts=facts.of(found, state),
        markdown_file=markdown,
        html_file=html,
    )


@app.command("protocols")
def protocols_of_evaluation(
    id: EvaluationId,
    label: Labels = None,
    slice_: OfSlice = None,
    split: OfSplit = None,
    missing: OfMissing = None,
    markdown: MarkdownFile = None,
    html: HtmlFile = None,
    as_json: AsJson = False,
) -> None:
    """Show average precision by COCO, PASCAL VOC and Ultralytics, and what makes them differ."""
    state: dict[str, Any] = {
        "label_map": label_map(label or ()),
        "split": split,
        "missing": missing,
    }
    with client() as linlog, _queries.pointing(slice_):
        if slice_ is not None:
            state |= _queries.within(linlog, slice_, linlog.evaluations.get(id).dataset_id)
        report = linlog.evaluations.protocols(id, **state)
    if as_json:
        output.data(report)
        return
    _reports.show(
        report,
        title="The same predictions by protocol",
        facts=[("Evaluation", id), *facts.of_state(state)],
        markdown_file=markdown,
        html_file=html,
    )


@app.command("compare")
def compare_evaluations(
    first: Annotated[str, typer.Argument(help="The baseline: an evaluation's id.")],
    others: Annotated[
        list[str], typer.Argument(help="One to seven others, of the same kind and settings.")
    ],
    slice_: OfSlice = None,
    beside: Beside = None,
    level: Annotated[
        float, typer.Option(help="Share of intervals that are to hold the truth.")
    ] = 0.95,
    markdown: MarkdownFile = None,
    html: HtmlFile = None,
    as_json: AsJson = False,
) -> None:
    """Say what changes from the first evaluation to the others, and whether that is evidence."""
    with client() as linlog, _queries.pointing(slice_):
        dataset_id = linlog.evaluations.get(first).dataset_id
        within = _queries.within(linlog, slice_, dataset_id)
        slices = _queries.beside(linlog, beside or (), dataset_id)
        found = linlog.evaluations.compare(first, *others, **within, slices=slices, level=level)
    if as_json:
        output.data(found)
    elif not _reports.write((markdown, found.to_markdown), (html, found.to_html)):
        _comparisons.draw(found)


@app.command("explain")
def explain_change(
    earlier: Annotated[str, typer.Argument(help="The earlier evaluation's id.")],
    later: Annotated[str, typer.Argument(help="The later one's, of the same dataset and config.")],
    as_json: AsJson = False,
) -> None:
    """Say how much of a change comes from corrected labels, and how much from the model."""
    with client() as linlog:
        found = linlog.evaluations.explain_change(earlier, later)
    if as_json:
        output.data(found)
        return
    output.grid(
        ["NUMBER", "EARLIER", "LATER", "DIFFERENCE", "LABELS", "MODEL", "TASKS"],
        [
            (
                *(one.title, one.earlier, one.later, one.difference),
                *(one.from_labels, one.from_model, one.from_tasks),
            )
            for one in found.numbers
        ],
    )
    for cause, tasks in (("labels", found.label_tasks), ("model", found.model_tasks)):
        if tasks:
            output.heading(f"Tasks, by their effect on {found.headline} through the {cause}")
            rows = [(one.task_id, one.effect, one.earlier_score, one.later_score) for one in tasks]
            output.grid(["TASK", "EFFECT", "SCORE BEFORE", "SCORE AFTER"], rows[:MOST_TASKS])
    output.paragraph(found.note)


@app.command("verify")
def verify_evaluation(id: EvaluationId, as_json: AsJson = False) -> None:
    """Make a report anew from what was frozen, and compare it; exit 1 where a block differs."""
    with client() as linlog:
        found = linlog.evaluations.verify(id)
    if as_json:
        output.data(found)
    elif found.equal:
        output.paragraph("Every name and number of the stored report is made again.")
    else:
        output.paragraph(f"These blocks are not made again: {', '.join(found.unequal)}.")
    if found.added and not as_json:
        output.paragraph(f"This linlog has blocks that are newer: {', '.join(found.added)}.")
    if not found.equal:
        raise typer.Exit(1)
