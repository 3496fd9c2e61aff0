"""`linlog gate`: whether a candidate may follow a baseline, for a script to act on."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict, dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, Final

import typer

from linlog import errors, ids
from linlog.cli import _gate_files, _queries, _usual, output
from linlog.cli._file_slices import FileSlices, SlicesFile
from linlog.cli._gate_files import Gated
from linlog.cli._options import AsJson, client, extra
from linlog.evaluation import gates

if TYPE_CHECKING:
    from linlog.cli._files import Joined
    from linlog.client.client import LinLogClient
    from linlog.evaluation.kinds import Kind
    from linlog.evaluation.tallies import Tally
    from linlog.wire.comparisons import Comparison
    from linlog.wire.evaluations import Evaluation

CODES: Final = {"passed": 0, "failed": 1, "too thin": 3}
"""Exit codes by outcome."""
WRONG: Final = 2
"""Exit code where nothing could be compared."""


def gate(
    candidate: Annotated[
        str,
        typer.Option(
            help="What may be released: an evaluation or model version by its id, a version as "
            "NAME or MODEL/NAME; with --truth a file of predictions."
        ),
    ],
    baseline: Annotated[str, typer.Option(help="What it is compared with, named likewise.")],
    metric: Annotated[
        str, typer.Option(help="The number that must not drop, such as map or AP50.")
    ],
    max_drop: Annotated[
        float, typer.Option(help="The greatest drop that passes, such as 0.005.")
    ] = 0.0,
    alpha: Annotated[
        float, typer.Option(help="The share of false alarms, and of false passes.")
    ] = 0.05,
    slices: Annotated[
        list[str] | None,
        typer.Option(
            "--slice",
            help="Only the tasks of this slice: its id or name, or a query such as 'label:cell'; "
            "with files a name in --slices, KEY=VALUE of an image, or a query. Without --slice "
            "each in --slices. Of several, each must pass.",
        ),
    ] = None,
    slices_file: SlicesFile = None,
    truth: Annotated[
        Path | None,
        typer.Option(help="Compare files without a server: the file of what is right."),
    ] = None,
    kind: Annotated[
        str | None, typer.Option(help="What is judged; with files it must be named.")
    ] = None,
    config: Annotated[
        list[str] | None,
        typer.Option(help="With files, a setting of the kind as NAME=VALUE; may be repeated."),
    ] = None,
    junit: Annotated[
        Path | None, typer.Option("--junit", help="Write the outcome as JUnit XML.")
    ] = None,
    markdown: Annotated[
        Path | None, typer.Option("--markdown", help="Write the outcome as Markdown; - is stdout.")
    ] = None,
    as_json: AsJson = False,
) -> None:
    """Say whether a number dropped by more than it may, and whether that is evidence.

    Exit code 0: a greater drop is ruled out. 1: a greater drop is proven. 3: the evidence is too
    thin to say. 2: nothing could be compared, and why. Of several slices the worst counts: a
    proven drop of one, else too thin evidence of one; they share `alpha` among them.
    """
    try:
        if truth is None and (config or slices_file):
            raise errors.ConfigError(
                "--config and --slices are for files; an evaluation has its own"
            )
        named = FileSlices(slices_file)
        wanted: list[str | None] = [*(slices or named.names)]
        # By Bonferroni, so that all slices together raise no more false alarms than one alone.
        share = alpha / max(1, len(wanted))
        if truth is not None:
            with extra("evaluation"):
                pair = _of_files(kind, truth, (baseline, candidate), config or [])
            if unknown := named.unknown(pair.joined):
                output.say(f"{slices_file}: nothing in {truth} is called {', '.join(unknown[:5])}")
            found = [pair.compare(named, each, gates.level(share)) for each in wanted or [None]]
        else:
            found = _of_server((baseline, candidate), kind, wanted or [None], share)
        decided = [
            Gated(
                each.slice_name,
                gates.decide(
                    each,
                    _usual.own(metric, {one.name for one in each.scalars}),
                    max_drop=max_drop,
                    alpha=share,
                ),
                each.note,
            )
            for each in found
        ]
    except (errors.LinLogError, ValueError, OSError) as error:
        output.say(f"linlog: {error}")
        raise typer.Exit(WRONG) from None
    _tell(decided, (baseline, candidate), junit, markdown, as_json=as_json)
    raise typer.Exit(CODES[gates.worst(each.decision.outcome for each in decided)])


def _tell(
    decided: Sequence[Gated],
    names: tuple[str, str],
    junit: Path | None,
    markdown: Path | None,
    *,
    as_json: bool,
) -> None:
    if junit is not None:
        junit.write_text(_gate_files.junit(decided, *names), encoding="utf-8")
    if markdown is not None:
        text = _gate_files.markdown(decided, *names)
        if str(markdown) == "-":
            output.text(text)
        else:
            markdown.write_text(text, encoding="utf-8")
    if as_json:
        output.data(_document(decided))
    elif str(markdown) != "-":
        for each in decided:
            within = "" if each.slice_name is None else f"{each.slice_name}: "
            output.line(f"{within}{each.decision.outcome}: {each.decision.reason}")


def _document(decided: Sequence[Gated]) -> dict[str, Any]:
    """One decision as it is; several below their common outcome."""
    found = [
        {
            "slice": each.slice_name,
            **asdict(each.decision),
            "metric": each.decision.metric.to_dict(),
            "note": each.note,
        }
        for each in decided
    ]
    if len(found) == 1:
        return found[0]
    outcome = gates.worst(each.decision.outcome for each in decided)
    return {"outcome": outcome, "slices": found}


@dataclass(frozen=True, slots=True)
class _Pair:
    """Two files of predictions, matched with one of what is right."""

    kind: Kind
    settings: Any
    joined: Joined
    runs: list[Tally]
    said: list[str]
    """What was taken for granted of the files, a sentence each."""

    def compare(self, slices: FileSlices, word: str | None, level: float) -> Comparison:
        """The comparison of the tasks of one slice, or of all."""
        from linlog.evaluation import comparison, tallies

        runs = self.runs
        if word is not None:
            tasks = slices.tasks(word, self.joined)
            runs = [tallies.select(run, tasks) for run in runs]
        found = comparison.compare_all(self.kind, runs, self.settings, level=level)
        return replace(found, slice_name=word, note=" ".join([*self.said, found.note]))


def _of_files(kind: str | None, truth: Path, sides: Sequence[str], config: Sequence[str]) -> _Pair:
    """Match two files of predictions with one of what is right."""
    from linlog.cli import _files, evaluate
    from linlog.evaluation import kinds

    way = _files.WAYS.get(kind or "")
    if way is None:
        raise errors.ConfigError(f"--kind must be one of {', '.join(_files.WAYS)}, not {kind!r}")
    judge = kinds.get(way.kind)
    settings = evaluate.settings(judge.Config, config)
    # Only what both cover is compared: a candidate that is silent must not choose what counts.
    left_out = settings.missing == "left out"
    silence: _files.Silence = "not covered" if left_out else "found nothing"
    runs, said = [], []
    for side in sides:
        joined = _files.read(way, truth, Path(side), silence=silence)
        said += _silence_said(side, joined)
        for line in evaluate.talk(joined):
            output.say(line)
        runs.append(judge.match(joined.items, settings))
    for line in said:
        output.say(line)
    return _Pair(judge, settings, joined, runs, said)


def _silence_said(side: str, joined: Joined) -> list[str]:
    if not joined.silent:
        return []
    silent = f"{side} has no results for {joined.silent:,} of {len(joined.items):,} images"
    return [f"{silent}: taken as looked at and empty."]


def _of_server(
    sides: Sequence[str], kind: str | None, slices: Sequence[str | None], alpha: float
) -> list[Comparison]:
    """The comparison of the tasks of each slice, or of all tasks where it is None."""
    with client() as linlog:
        pair = _newest_alike(*(_evaluations(linlog, side, kind) for side in sides))
        for side, each in zip(sides, pair, strict=True):
            output.say(f"{side}: evaluation {each.id} on {each.dataset_name}")
        named = [each.id for each in pair]
        return [_compared(linlog, pair[0].dataset_id, named, each, alpha) for each in slices]


def _compared(
    linlog: LinLogClient, dataset_id: str, named: Sequence[str], slice_: str | None, alpha: float
) -> Comparison:
    within = _queries.within(linlog, slice_, dataset_id)
    with _queries.pointing(within.get("query")):
        return linlog.evaluations.compare(*named, level=gates.level(alpha), **within)


def _newest_alike(
    baselines: Sequence[Evaluation], candidates: Sequence[Evaluation]
) -> tuple[Evaluation, Evaluation]:
    """The newest of the candidate that one of the baseline is like, and the newest such one.

    Where none is, the newest of both, and the server says why they cannot be compared.
    """
    for candidate in candidates:
        for baseline in baselines:
            if _judged_alike(baseline) == _judged_alike(candidate):
                return baseline, candidate
    return baselines[0], candidates[0]


def _judged_alike(evaluation: Evaluation) -> tuple[Any, ...]:
    return evaluation.dataset_id, evaluation.kind, evaluation.config


def _evaluations(linlog: LinLogClient, side: str, kind: str | None) -> list[Evaluation]:
    """What is meant: an evaluation itself, or those finished of a model version, newest first."""
    if ids.is_id("evaluation", side):
        return [linlog.evaluations.get(side)]
    query: dict[str, Any] = {"state": "finished", "kind": kind}
    if ids.is_id("model version", side):
        query["model_version_id"] = side
    found = [
        each
        for each in linlog.evaluations.list(**query).walk()
        if query.get("model_version_id")
        or side in {each.model_version_name, f"{each.model_name}/{each.model_version_name}"}
    ]
    if not found:
        raise errors.ConfigError(f"no finished evaluation is of the model version {side!r}")
    models = sorted({each.model_name for each in found})
    if len(models) > 1:
        raise errors.ConfigError(
            f"versions of several models are called {side!r}; say one of "
            f"{', '.join(f'{name}/{side}' for name in models)}"
        )
    kinds = sorted({each.kind for each in found})
    if len(kinds) > 1:
        raise errors.ConfigError(
            f"{side!r} has evaluations of several kinds; say --kind, one of {', '.join(kinds)}"
        )
    return found
