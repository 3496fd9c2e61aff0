"""`linlog evaluate`: the numbers of an evaluation from files, without a server."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from contextlib import closing
from dataclasses import fields, replace
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, Final

import typer

from linlog import errors
from linlog.cli import _reports, output
from linlog.cli._file_slices import FileSlices, SlicesFile
from linlog.cli._options import AsJson, Labels, extra, label_map
from linlog.cli._reports import HtmlFile, MarkdownFile

if TYPE_CHECKING:
    from linlog.cli._files import Joined
    from linlog.evaluation.items import Item
    from linlog.evaluation.kinds import Kind
    from linlog.evaluation.tallies import Tally
    from linlog.wire.blocks import Block, Report

SHARD: Final = 256
"""Images, texts or rows that are matched together."""
REFUSED: Final = 3
"""Exit code where numbers are given, but some rows were refused."""
_KINDS: Final = "detection, segmentation, keypoints, semantic_segmentation, spans or classification"


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
    label: Labels = None,
    slice_: Annotated[
        str | None,
        typer.Option(
            "--slice",
            help="Only the tasks of this slice: a name in --slices, KEY=VALUE of an image, or a "
            "query such as 'label:cell area<1024'.",
        ),
    ] = None,
    slices_file: SlicesFile = None,
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

        from linlog.cli import _federation, _files, _usual
        from linlog.compute import open_compute
        from linlog.evaluation import basis, intervals, kinds, lvis_blocks, protocol_blocks
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
        if label:
            raise errors.ConfigError("--lvis judges by the labels of its file: leave out --label")
    if slices_file and not slice_:
        raise errors.ConfigError("--slices names tasks: say which of them count with --slice")
    names, slices = label_map(label or ()), FileSlices(slices_file)
    # Where missing ones count as missed the numbers are the same, and the report says how many.
    joined = _files.read(way, truth, predictions, silence="not covered")
    federation = _federation.of(joined) if by_lvis else None
    with closing(open_compute(compute)) as place:
        matched = judge.merge(place.match(judge.name, chosen, _shards(joined.items)))
    tasks = slices.tasks(slice_, joined) if slice_ else None
    tally = _asked(judge, matched, names, tasks)
    report = judge.summarize(tally, chosen)
    said = basis.labels_said(names) + ([f"Only tasks of the slice {slice_}."] if slice_ else [])
    shown = basis.block(said, len(tally), len(matched), some=bool(slice_))
    beside: list[Block] = []
    if by_protocol:
        beside += protocol_blocks.report(tally, chosen.missing).blocks
    if federation is not None:
        beside.append(lvis_blocks.numbers(tally, federation, chosen.missing))
    for line in talk(joined):
        output.say(line)
    if as_json:
        found = _usual.document(report, joined, tally, chosen.missing)
        output.data({**found, **_usual.beside([*_usual.errors_of(report), *beside])})
    if not as_json or markdown or html:
        files = [(account.path.name, f"{account.read:,} rows") for account in joined.accounts]
        named = {field.name: getattr(chosen, field.name) for field in fields(chosen)}
        whole = _named(intervals.attach(report, judge, tally, chosen), joined.names)
        _reports.show(
            replace(whole, blocks=_with(shown, (*whole.blocks, *beside))),
            title=f"Evaluation of {kind}",
            facts=[*files, *((name, json.dumps(value)) for name, value in named.items())],
            markdown_file=markdown,
            html_file=html,
        )
    if joined.refused_count:
        raise typer.Exit(REFUSED)


def _asked(
    judge: Kind, matched: Tally, names: Mapping[str, str | None], tasks: set[str] | None
) -> Tally:
    """The tally under other names of labels, of some tasks alone or of all."""
    from linlog.evaluation import tallies

    unknown = sorted(names.keys() - {*matched.labels})
    if unknown:
        known = ", ".join(matched.labels[:50])
        raise errors.ConfigError(f"--label: nothing is called {unknown[0]!r}; there are {known}")
    called = judge.relabel(matched, names) if names else matched
    return called if tasks is None else tallies.select(called, tasks)


def _with(shown: Block | None, blocks: tuple[Block, ...]) -> tuple[Block, ...]:
    """What the numbers stand on comes right after the first of them."""
    return blocks if shown is None else (blocks[0], shown, *blocks[1:])


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
