"""Reports and comparisons written into files, and reports drawn in the terminal."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Annotated, Any

import typer

from linlog.cli import blocks, output
from linlog.rendering import html, markdown
from linlog.wire.blocks import Report

MarkdownFile = Annotated[
    Path | None, typer.Option("--markdown", help="Write it as Markdown; - is stdout.")
]
HtmlFile = Annotated[
    Path | None,
    typer.Option("--html", help="Write it as one HTML page that needs no network; - is stdout."),
]


def show(
    report: Report,
    *,
    title: str,
    facts: Sequence[tuple[str, str]],
    markdown_file: Path | None,
    html_file: Path | None,
) -> None:
    """Write the files that were asked for; without any, draw every block."""
    written = write(
        (markdown_file, lambda: markdown.document(report, title=title, facts=facts)),
        (html_file, lambda: html.page(report, title=title, facts=facts)),
    )
    if not written:
        found: Any
        for found in report.blocks:
            blocks.draw(found)


def write(*wanted: tuple[Path | None, Callable[[], str]]) -> bool:
    """Write each text whose file is named; whether there was one."""
    for path, make in wanted:
        if path is not None:
            _write(path, make())
    return any(path is not None for path, _ in wanted)


def _write(path: Path, text: str) -> None:
    if str(path) == "-":
        output.text(text)
        return
    path.write_text(text, encoding="utf-8")
    output.say(f"written: {path}")
