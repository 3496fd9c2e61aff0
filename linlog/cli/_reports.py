"""A report written into files, or drawn in the terminal."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Annotated, Any

import typer

from linlog.cli import blocks, output
from linlog.rendering import html, markdown
from linlog.wire.blocks import Report

MarkdownFile = Annotated[
    Path | None, typer.Option("--markdown", help="Write the report as Markdown; - is stdout.")
]
HtmlFile = Annotated[
    Path | None,
    typer.Option(
        "--html", help="Write the report as one HTML page that needs no network; - is stdout."
    ),
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
    wanted: list[tuple[Path | None, Callable[..., str]]] = [
        (markdown_file, markdown.document),
        (html_file, html.page),
    ]
    for path, render in wanted:
        if path is not None:
            _write(path, render(report, title=title, facts=facts))
    if markdown_file is None and html_file is None:
        found: Any
        for found in report.blocks:
            blocks.draw(found)


def _write(path: Path, text: str) -> None:
    if str(path) == "-":
        output.text(text)
        return
    path.write_text(text, encoding="utf-8")
    output.say(f"written: {path}")
