"""`linlog evaluate`: the numbers of an evaluation from files, without a server."""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from contextlib import closing
from dataclasses import fields, replace
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, Final

import typer

from linlog import errors
from linlog.cli import _reports, output
from linlog.cli._options import AsJson, extra
from linlog.cli._reports import HtmlFile, MarkdownFile

if TYPE_CHECKING:
    from linlog.cli._files import Joined
    from linlog.evaluation.items import Item
    from linlog.wire.blocks import Block, Report

SHARD: Final = 256
"""Images, texts or rows that are matched together."""
REFUSED: Final = 3
"""Exit code where numbers are given, but some rows were refused."""
_KINDS: Final = "detection, segmentation, keypoints, semantic_segmentation, spans or classification"
_USUAL: Final = {
    "map": "AP",
    "ap": "AP",
    "ap50": "AP50",
    "ap75": "AP75",
    "map_small": "APs",
    "map_medium": "APm",
    "map_large": "APl",
    "ar20": "AR",
    "ar50": "AR50",
    "ar75": "AR75",
    "ar1": "AR1",
    "ar10": "AR10",
    "ar100": "AR100",
    "ar_small": "ARs",
    "ar_medium": "ARm",
    "ar_large": "ARl",
}
"""How the field writes names of numbers that are keys here."""


def evaluate(
    kind: Annotated[str, typer.Option(help=f"What is judged: {_KINDS}.")],
    truth: Annotated[Path, typer.Option(help="What is right: COCO instances, CoNLL, or CSV.")],
    predictions: Annotated[
        Path | None,
        typer.Option(help="What the model said; left out where a CSV file holds both."),
    ] = None,
    config: Annotated[
        list[str] | None, typer.Option(help="A setting of the kind as NAME=VALUE; may be repeated.")
    ] = None,
    by_protocol: Annotated[
        bool,
        typer.Option(
            "--protocols",
            help="Also say what COCO, PASCAL VOC and Ultralytics would, and why these differ.",
        ),
    ] = False,
    by_lvis: Annotated[
        bool,
        typer.Option("--lvis", help="Also give the numbers of LVIS; the truth is a file of LVIS."),
    ] = False,
    compute: Annotated[
        str, typer.Option(help="Where tasks are matched, such as dask://host:8786; here.")
    ] = "",
    markdown: MarkdownFile = None,
    html: HtmlFile = None,
    as_json: AsJson = False,
) -> None:
    """Say how good predictions in a file are, without a server.

    Exit code 0: every row counts. 3: the numbers are of the rows that remain after some were
    refused, which stderr and the JSON name with their reasons. 1: no numbers, and why.
    """
    with extra("evaluation"):
        import numpy as np  # noqa: F401 - said in one line where it is missing, before files are read

        from linlog.cli import _federation, _files
        from linlog.compute import open_compute
        from linlog.evaluation import intervals, kinds, lvis_blocks, protocol_blocks
    way = _files.WAYS.get(kind)
    if way is None:
        raise errors.ConfigError(f"no files are read for {kind!r}; expected {_KINDS}")
    judge = kinds.get(way.kind)
    chosen = settings(judge.Config, config or [])
    if by_protocol:
        try:
            protocol_blocks.check(way.kind)
        except ValueError as error:
            raise errors.ConfigError(f"--protocols: {error}") from error
    if by_lvis:
        _federation.check(way.kind)
    joined = _files.read(way, truth, predictions)
    federation = _federation.of(joined) if by_lvis else None
    with closing(open_compute(compute)) as place:
        tally = judge.merge(place.match(judge.name, chosen, _shards(joined.items)))
    report = judge.summarize(tally, chosen)
    beside: list[Block] = []
    if by_protocol:
        beside += protocol_blocks.report(tally, chosen.missing).blocks
    if federation is not None:
        beside.append(lvis_blocks.numbers(tally, federation, chosen.missing))
    for line in talk(joined):
        output.say(line)
    if as_json:
        output.data({**_document(report, joined), **_beside([*_errors(report), *beside])})
    if not as_json or markdown or html:
        files = [(account.path.name, f"{account.read:,} rows") for account in joined.accounts]
        named = {field.name: getattr(chosen, field.name) for field in fields(chosen)}
        whole = _named(intervals.attach(report, judge, tally, chosen), joined.names)
        _reports.show(
            replace(whole, blocks=(*whole.blocks, *beside)),
            title=f"Evaluation of {kind}",
            facts=[*files, *((name, json.dumps(value)) for name, value in named.items())],
            markdown_file=markdown,
            html_file=html,
        )
    if joined.refused_count:
        raise typer.Exit(REFUSED)


def _shards(items: Sequence[Item]) -> Iterator[Sequence[Item]]:
    """Some items at a time: no tally depends on how they are parted."""
    for start in range(0, len(items), SHARD):
        yield items[start : start + SHARD]


def settings(config: type[Any], given: Sequence[str]) -> Any:
    """The config of a kind with the settings given as NAME=VALUE."""
    from linlog.wire import codec

    known = [entry.name for entry in fields(config)]
    values: dict[str, Any] = {}
    for text in given:
        name, sign, value = text.partition("=")
        if not sign or name not in known:
            raise errors.ConfigError(
                f"--config takes NAME=VALUE with NAME one of {', '.join(known)}, not {text!r}"
            )
        values[name] = _plain(value)
    try:
        return codec.convert(values, config)
    except ValueError as error:
        raise errors.ConfigError(f"--config is wrong: {error}") from error


def _plain(text: str) -> Any:
    """A value as JSON says it, or else the text itself."""
    try:
        return json.loads(text)
    except ValueError:
        return text


def talk(joined: Joined) -> list[str]:
    """What stderr says of rows that were refused, and of what else a reader should know."""
    lines = []
    for account in joined.accounts:
        name = account.path.name
        for reason, refused in account.refused.items():
            rows = "1 row" if refused.count == 1 else f"{refused.count:,} rows"
            more = ", …" if refused.count > len(refused.places) else ""
            lines.append(f"{name}: {rows} refused: {reason}: {', '.join(refused.places)}{more}")
        lines += [f"{name}: {note}" for note in account.notes]
    return lines


def _named(report: Report, names: dict[str, str]) -> Report:
    """The report with its examples called by the names that files give."""
    from linlog.wire.blocks import Examples

    return replace(
        report,
        blocks=tuple(
            replace(
                block,
                examples=tuple(
                    replace(one, task_id=names.get(one.task_id, one.task_id))
                    for one in block.examples
                ),
            )
            if isinstance(block, Examples)
            else block
            for block in report.blocks
        ),
    )


def _number(value: float | None) -> float | int | None:
    """A number as JSON best says it: what is whole without a point."""
    return int(value) if value is not None and value > 1 and value.is_integer() else value


def _errors(report: Report) -> list[Block]:
    """What the report says of errors, where it does."""
    from linlog.wire.blocks import Scalars, Table

    return [
        block
        for block in report.blocks
        if isinstance(block, Scalars | Table) and block.name == "errors"
    ]


def _beside(blocks: Sequence[Block]) -> dict[str, Any]:
    """Tables by name, row and column, and numbers by name; nothing where there are none."""
    from linlog.wire.blocks import Scalars, Table

    found: dict[str, Any] = {}
    for block in blocks:
        if isinstance(block, Scalars):
            found[block.name] = {one.name: _number(one.value) for one in block.scalars}
        if isinstance(block, Table):
            found[block.name] = {
                row.name: {
                    _USUAL.get(column.name, column.name): value
                    for column, value in zip(block.columns, row.values, strict=True)
                }
                for row in block.rows
            }
    return found


def _document(report: Report, joined: Joined) -> dict[str, Any]:
    """The numbers under their usual names, by label too, and what became of every row."""
    from linlog.wire.blocks import PerLabel, Scalars

    summary = next(block for block in report.blocks if isinstance(block, Scalars))
    table = next(
        block
        for block in report.blocks
        if isinstance(block, PerLabel) and block.name == "per_label"
    )
    numbers = {_USUAL.get(one.name, one.name): _number(one.value) for one in summary.scalars}
    for name in ("precision", "recall", "f1"):
        if name not in numbers and f"{name}_macro" in numbers:
            numbers[name] = numbers[f"{name}_macro"]
    columns = [_USUAL.get(column.name, column.name) for column in table.columns]
    return {
        "kind": report.kind,
        "headline": _USUAL.get(report.headline, report.headline),
        "tasks": len(joined.items),
        **numbers,
        "labels": {
            row.label: dict(zip(columns, map(_number, row.values), strict=True))
            for row in table.rows
        },
        "files": [
            {"path": str(account.path), "read": account.read, "notes": account.notes}
            for account in joined.accounts
        ],
        "refused": {
            "count": joined.refused_count,
            "reasons": [
                {
                    "file": account.path.name,
                    "reason": reason,
                    "count": refused.count,
                    "places": refused.places,
                }
                for account in joined.accounts
                for reason, refused in account.refused.items()
            ],
        },
    }
