"""What a gate decided, as files that a build server reads: JUnit XML and Markdown."""

from __future__ import annotations

from xml.etree import ElementTree as ET

from linlog.evaluation.gates import Decision

_SAID = {"passed": "✅ passed", "failed": "❌ failed", "too thin": "⚠️ too thin to say"}


def junit(decision: Decision, baseline: str, candidate: str) -> str:
    """One test case: failed where a drop is proven, skipped where the evidence is too thin."""
    failed, thin = decision.outcome == "failed", decision.outcome == "too thin"
    suite = ET.Element(
        "testsuite",
        name="linlog gate",
        tests="1",
        failures=str(int(failed)),
        errors="0",
        skipped=str(int(thin)),
    )
    case = ET.SubElement(
        suite,
        "testcase",
        classname=f"linlog.gate.{decision.metric.name}",
        name=_clean(f"{candidate} may follow {baseline}"),
    )
    if failed:
        ET.SubElement(case, "failure", message=decision.reason, type="drop")
    if thin:
        ET.SubElement(case, "skipped", message=decision.reason)
    ET.SubElement(case, "system-out").text = decision.reason
    ET.indent(suite)
    return ET.tostring(suite, encoding="unicode", xml_declaration=True) + "\n"


def markdown(decision: Decision, baseline: str, candidate: str, *, note: str) -> str:
    """A heading, a table and the note of the comparison."""
    metric, sure = decision.metric, f"{(1 - decision.alpha) * 100:g} %"
    rows = [
        ("Candidate", _cell(candidate)),
        ("Baseline", _cell(baseline)),
        (metric.title, f"{_number(metric.first)} → {_number(metric.second)}"),
        ("Change for the better", _signed(decision.change)),
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
        note,
    ]
    return "\n".join(lines) + "\n"


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
