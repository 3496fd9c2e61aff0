"""The report of protocols side by side, and of what makes them differ."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from linlog.evaluation import coverage, protocols
from linlog.evaluation.coverage import Missing
from linlog.evaluation.protocols import CHOICES, COCO, NUMBERS, PROTOCOLS, Judge, Protocol
from linlog.evaluation.reports import number
from linlog.evaluation.tallies import Tally
from linlog.wire.blocks import Column, Report, Table, TableRow, Text

TOGETHER: Final = "together"
"""The row of the whole difference."""
_READ: Final = {
    "101 points": "precision at 101 recalls",
    "11 points": "precision at 11 recalls",
    "all points": "the whole area under the curve",
    "101 trapezoids": "trapezoids between 101 recalls, 0 behind the last hit",
    "101 trapezoids and a ramp": "trapezoids between 101 recalls, a straight line to recall 1 "
    "behind the last hit",
}


def check(kind: str) -> None:
    """Raise ValueError for a kind whose predictions no protocol judges."""
    if kind not in protocols.KINDS:
        known = " and ".join(protocols.KINDS)
        raise ValueError(f"protocols judge {known}, not {kind}")


def report(tally: Tally, missing: Missing) -> Report:
    """Average precision by protocol, and the gap of each to COCO split among its choices.

    Raises ValueError for a kind whose predictions no protocol judges.
    """
    check(tally.kind)
    judge = Judge(coverage.covered(tally, missing))
    return Report(
        kind=tally.kind,
        headline="map",
        blocks=(_side_by_side(judge), _differences(judge), _said(tally, missing)),
    )


def _side_by_side(judge: Judge) -> Table:
    rows = [
        TableRow(
            name=each.name,
            title=each.title,
            values=tuple(
                number(judge.number(each, name)) if name in each.numbers else None
                for name in NUMBERS
            ),
        )
        for each in PROTOCOLS
    ]
    return Table(
        name="protocols",
        title="The same predictions by protocol",
        row_title="Protocol",
        columns=tuple(Column(name=name, title=title) for name, title in NUMBERS.items()),
        rows=tuple(rows),
        note="The IoU of every protocol is the one of this report. VOC defines no mean over IoUs.",
    )


def _differences(judge: Judge) -> Table:
    wanted = [(each, name) for each in PROTOCOLS if each is not COCO for name in each.numbers]
    parts = [protocols.gap(judge, COCO, each, name) for each, name in wanted]
    whole = [judge.number(each, name) - judge.number(COCO, name) for each, name in wanted]
    rows = [
        TableRow(name=choice, title=title, values=tuple(number(each[choice]) for each in parts))
        for choice, title in CHOICES.items()
    ]
    rows.append(TableRow(name=TOGETHER, title="Together", values=tuple(map(number, whole))))
    return Table(
        name="protocol_differences",
        title="What makes them differ from COCO",
        row_title="Choice",
        columns=tuple(
            Column(name=f"{each.name}_{name}", title=f"{each.short}: {NUMBERS[name]}")
            for each, name in wanted
        ),
        rows=tuple(rows),
        signed=True,
        note="Each column sums to its last row. A choice has the mean of what it changes over all "
        "orders in which the choices could be changed (Shapley's value).",
    )


def _said(tally: Tally, missing: Missing) -> Text:
    sentences = [coverage.sentence(tally, missing), *map(_sentence, PROTOCOLS)]
    return Text(name="protocol_rules", title="What they are", text=" ".join(sentences))


def _sentence(protocol: Protocol) -> str:
    most = "all predictions"
    if protocol.most is not None:
        amount, of = protocol.most
        most = f"the {amount} most confident of {'a label on ' if of == 'label' else ''}an image"
    if protocol.floor is not None:
        most += f" above {protocol.floor:g}"
    said: Sequence[str] = (
        most,
        f"crowds and ignored truths {protocol.crowd}",
        {"best free": "the best free truth", "best": "the best truth or none"}[protocol.matching],
        _READ[protocol.reading],
        {"with truths": "labels with truths", "all": "all labels that occur"}[protocol.labels],
    )
    return f"{protocol.title}: {', '.join(said)}."
