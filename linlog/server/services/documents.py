"""Reports and comparisons as files that are read without linlog."""

from __future__ import annotations

import re
from dataclasses import asdict, replace
from typing import TYPE_CHECKING, Final

from linlog.rendering import comparisons as words
from linlog.rendering import facts, html, markdown
from linlog.server.services import evaluations, reports
from linlog.wire import codec
from linlog.wire.blocks import Report
from linlog.wire.evaluations import Document, Form

if TYPE_CHECKING:
    from linlog.server.context import Context
    from linlog.wire.comparisons import Comparison
    from linlog.wire.evaluations import ReportState

_ENDINGS: Final[dict[Form, tuple[str, str]]] = {
    "html": ("html", "text/html"),
    "markdown": ("md", "text/markdown"),
}
_LONGEST_NAME: Final = 80


def of_report(ctx: Context, evaluation_id: str, state: ReportState, form: Form) -> Document:
    """The report of a finished evaluation under a state, with its intervals."""
    evaluation = evaluations.finished(ctx, evaluation_id)
    state = replace(state, intervals=True)
    report = codec.decode(reports.get(ctx, evaluation_id, state), Report)
    title = facts.title(evaluation)
    asked = {name: value for name, value in asdict(state).items() if name != "intervals"}
    said = facts.of(evaluation, asked)
    write = html.page if form == "html" else markdown.document
    return _document(title, form, write(report, title=title, facts=said))


def of_comparison(found: Comparison, form: Form) -> Document:
    """A comparison, all of it."""
    text = found.to_html() if form == "html" else found.to_markdown()
    return _document(words.title(found), form, text)


def _document(title: str, form: Form, text: str) -> Document:
    ending, media_type = _ENDINGS[form]
    name = re.sub(r"[^A-Za-z0-9]+", "-", title).strip("-")[:_LONGEST_NAME] or "report"
    return Document(filename=f"{name}.{ending}", media_type=media_type, text=text)
