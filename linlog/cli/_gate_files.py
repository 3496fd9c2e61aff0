"""What gates decided, as files that a build server reads: JUnit XML and Markdown."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final
from xml.etree import ElementTree as ET

from linlog.evaluation.gates import Decision

_SAID: Final = {"passed": "✅ passed", "failed": "❌ failed", "too thin": "⚠️ too thin to say"}


@dataclass(frozen=True, slots=True)
class Gated:
    """What a gate decided of the tasks of one slice, or of all."""

    slice_name: str | None
    decision: Decision
    note: str
    """How to read the comparison."""


def junit(decided: Sequence[Gated], baseline: str, candidate: str) -> str:
    """A test case each: failed where a drop is proven, skipped where the evidence is too thin."""
    outcomes = [each.decision.outcome for each in decided]
    suite = ET.Element(
        "testsuite",
        name="linlog gate",
        tests=str(len(decided)),
        failures=str(outcomes.count("failed")),
        errors="0",
        skipped=str(outcomes.count("too thin")),
    )
    for each in decided:
        _add(suite, each, _clean(f"{candidate} may follow {baseline}"))
    ET.indent(suite)
    return ET.tostring(suite, encoding="unicode", xml_declaration=True) + "\n"


def _add(suite: ET.Element, gated: Gated, name: str) -> None:
    decision, within = gated.decision, gated.slice_name
    case = ET.SubElement(
        suite,
        "testcase",
        classname=f"linlog.gate.{decision.metric.name}",
        name=name if within is None else f"{name} on {_clean(within)}",
    )
    if decision.outcome == "failed":
        ET.SubElement(case, "failure", message=decision.reason, type="drop")
    if decision.outcome == "too thin":
        ET.SubElement(case, "skipped", message=decision.reason)
    ET.SubElement(case, "system-out").text = decision.reason


def markdown(decided: Sequence[Gated], baseline: str, candidate: str) -> str:
    """A heading, a table and the note of the comparison each."""
    parts = [_part(each, _cell(baseline), _cell(candidate)) for each in decided]
    return "\n\n".join(parts) + "\n"


def _part(gated: Gated, baseline: str, candidate: str) -> str:
    decision, within = gated.decision, gated.slice_name
    metric, sure = decision.metric, f"{(1 - decision.alpha) * 100:g} %"
    rows = [
        *([] if within is None else [("Slice", _cell(within))]),
        ("Candidate", candidate),
        ("Baseline", baseline),
        (metric.title, f"{_number(metric.first)} → {_number(metric.second)}"),
        ("Gain, below 0 a drop", _signed(decision.change)),
        (f"At worst ({sure})", _signed(decision.worst)),
        (f"At best ({sure})", _signed(decision.best)),
        ("Greatest drop", f"{decision.max_drop:g}"),
        ("Tasks", f"{decision.tasks:,}"),
        ("Resamples", f"{metric.resamples:,}"),
    ]
    lines = [
        f"## Gate: {_SAID[decision.outcome]}",
        "",
        decision.reason,
        "",
        "| | |",
        "| --- | --- |",
        *(f"| {name} | {value} |" for name, value in rows),
        "",
        gated.note,
    ]
    return "\n".join(lines)


def _number(value: float | None) -> str:
    return "–" if value is None else f"{value:.4f}"


def _signed(value: float | None) -> str:
    return "–" if value is None else f"{value:+.4f}"


def _cell(text: str) -> str:
    """Text of others as one cell: no line ends, no bars, no markup."""
    plain = _clean(text).replace("`", "'").replace("|", "\\|")
    return f"`{plain}`"


def _clean(text: str) -> str:
    return "".join(sign if sign.isprintable() else " " for sign in text)
