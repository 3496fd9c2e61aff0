"""Reports as Markdown, HTML and tables of pandas: every block, and no script of users in any."""

from __future__ import annotations

import hashlib
import json
import re
import sys
import xml.etree.ElementTree as ET

import pytest

from linlog.cli import blocks as terminal
from linlog.evaluation import kinds
from linlog.evaluation.kinds import Item, Prediction, Truth
from linlog.rendering import frames, html, html_blocks, markdown, numbers, svg
from linlog.shapes import Whole
from linlog.wire.blocks import (
    Basis,
    Block,
    Column,
    Curve,
    Example,
    Examples,
    Histogram,
    HistogramSeries,
    LabelRow,
    Marker,
    Matrix,
    Outcome,
    PerLabel,
    PerSlice,
    Report,
    Scalar,
    Scalars,
    Series,
    SliceRow,
    Table,
    TableRow,
    Text,
)
from tests.unit.evaluation import cases
from tests.unit.rendering.pages import Elements

EVIL = "</script><script>alert(1)</script><img src=x onerror=alert(2)>|`*[a](http://evil)\n# b\"'&"


def report_with(text):
    """A report of every block with `text` wherever users can put theirs."""
    outcome = Outcome(outcome="confused", truth_label=text, prediction_label="b", confidence=0.5)
    return Report(
        kind=text,
        headline="n",
        blocks=(
            Scalars(
                name="s",
                title=text,
                note=text,
                scalars=(
                    Scalar(name="n", title=text, value=0.25, low=0.125, high=0.5, description=text),
                    Scalar(name="m", title="void", value=None),
                    Scalar(name="c", title="count", value=1234, share=False),
                ),
            ),
            Basis(name="basis", title=text, text=text, tasks=1, of=2),
            Text(name="t", title=text, text=text),
            Curve(
                name="c",
                title=text,
                x_title=text,
                y_title=text,
                series=(Series(name=text, x=(0, 0.5, 1), y=(0.5, None, 1)),),
                markers=(Marker(title=text, x=0.5, y=0.5),),
                diagonal=True,
            ),
            Matrix(
                name="m",
                title=text,
                row_title=text,
                column_title=text,
                rows=(text, "b"),
                columns=(text, "b"),
                values=((3, 1), (0, 2.5)),
            ),
            Histogram(
                name="h",
                title=text,
                x_title=text,
                edges=(0, 0.5, 1),
                series=(HistogramSeries(name=text, counts=(2, 3)),),
            ),
            PerLabel(
                name="p",
                title=text,
                columns=(Column(name="f1", title=text), Column(name="k", title="K", count=True)),
                rows=(LabelRow(label=text, values=(0.5, 7)), LabelRow(label="b", values=(None, 0))),
            ),
            PerSlice(
                name="v",
                title=text,
                columns=(Column(name="f1", title=text), Column(name="k", title="K", count=True)),
                rows=(SliceRow(slice_id=None, name=text, tasks=3, values=(0.5, None)),),
            ),
            Table(
                name="t",
                title=text,
                row_title=text,
                columns=(Column(name="f1", title=text), Column(name="k", title="K", count=True)),
                rows=(TableRow(name="a", title=text, values=(0.5, None)),),
            ),
            Examples(
                name="e",
                title=text,
                examples=(Example(task_id=text, score=0.5, outcomes=(outcome,)),),
            ),
        ),
    )


def real_reports():
    for name in ("detection", "classification", "ner"):
        kind = kinds.get(name)
        for seed in (2, 3):
            config = kind.Config()
            yield kind.summarize(kind.match(cases.items(name, seed), config), config)


def test_every_block_has_every_rendering():
    for render in (html_blocks._RENDERERS, markdown._RENDERERS):
        assert render.keys() == Block.family.keys()
    assert frames._TABLES.keys() == Block.family.keys() - {"text", "basis"}


@pytest.mark.parametrize("report", list(real_reports()), ids=lambda report: report.kind)
def test_real_reports_are_rendered_whole(report, capsys):
    page = Elements(html.page(report, title="A report"))
    assert page.tags.count("h2") == len(report.blocks) + 1
    text = markdown.document(report, title="A report")
    assert text.count("\n## ") == len(report.blocks)
    tables = report.to_pandas()
    assert tables.keys() == {block.name for block in report.blocks if block.type != "text"}
    value = report.scalar(report.headline)
    assert tables["summary"].loc[report.headline, "value"] == value
    assert f"{value:.4f}" in text
    assert f"{value:.4f}" in page.text_in("td")
    for block in report.blocks:
        terminal.draw(block)
    said = capsys.readouterr().out
    assert [block.title for block in report.blocks if block.title not in said] == []


def test_a_page_fetches_nothing_and_runs_nothing():
    for report in (report_with(EVIL), *real_reports()):
        page = Elements(html.page(report, title=EVIL, facts=[(EVIL, EVIL)]))
        assert page.tags.count("script") == 1
        assert ("type", "application/json") in page.attributes
        names = {name for name, _ in page.attributes}
        assert not names & {"src", "href", "action", "srcset", "data", "xlink:href"}
        assert not [name for name in names if name.startswith("on")]
        assert not {*page.tags} & {"link", "img", "iframe", "object", "base", "form", "a"}
        assert ("content", "default-src 'none'; style-src 'unsafe-inline'") in page.attributes
        assert "url(" not in page.text_in("style")
        assert "@import" not in page.text_in("style")


def test_a_page_bears_its_stamp_and_its_numbers():
    report = report_with("cat")
    text = html.page(report, title="t", facts=[("Model", "m")])
    data = json.loads(Elements(text).text_in("script"))
    plain = json.loads(json.dumps(report.to_dict()))
    assert data == {"title": "t", "facts": [["Model", "m"]], "report": plain}
    canonical = json.dumps(data, sort_keys=True, separators=(",", ":"))
    stamp = hashlib.sha256(canonical.encode()).hexdigest()
    assert text.count(stamp) == 2
    assert text == html.page(report, title="t", facts=[("Model", "m")])
    assert stamp not in html.page(report, title="u", facts=[("Model", "m")])


def test_evil_text_survives_as_text():
    text = html.page(report_with(EVIL), title=EVIL)
    assert EVIL in json.loads(Elements(text).text_in("script"))["report"]["blocks"][0]["title"]
    assert Elements(text).text_in("h1") == EVIL
    assert EVIL in Elements(html.fragment(report_with(EVIL))).text_in("h2")


def test_pictures_are_well_formed():
    for report in (report_with(EVIL), *real_reports()):
        for block in report.blocks:
            if block.type in {"curve", "histogram"}:
                root = ET.fromstring(getattr(svg, block.type)(block))
                for element in root.iter():
                    for name in ("x", "y", "cx", "cy", "x1", "y1", "width", "height"):
                        assert abs(float(element.get(name, 0))) < 10_000


@pytest.mark.parametrize(
    ("x", "y"),
    [
        ((), ()),
        ((5,), (3,)),
        ((0, 10), (-2, 900)),
        ((0, 1), (None, None)),
        ((1, 1, 1), (0, 0.5, 1)),
    ],
)
def test_odd_curves_are_drawn(x, y):
    block = Curve(name="c", title="c", x_title="", y_title="", series=(Series(name="a", x=x, y=y),))
    ET.fromstring(svg.curve(block))


def test_markdown_stays_a_table():
    text = markdown.document(report_with(EVIL), title=EVIL)
    assert "<" not in text
    assert not re.search(r"(?<!\\)\[", text)
    assert not re.search(r"(?<!\\)`", text)
    tables = [line for line in text.splitlines() if line.startswith("|")]
    widths = [len(re.findall(r"(?<!\\)\|", line)) for line in tables]
    rules = [at for at, line in enumerate(tables) if line.startswith("| ---")]
    for start, end in zip(rules, [*(at - 1 for at in rules[1:]), len(tables)], strict=True):
        assert {*widths[start - 1 : end]} == {widths[start]}


def test_markdown_escapes_no_more_than_it_must():
    assert markdown.clean("iou_threshold e_1a_ __init__") == r"iou_threshold e_1a\_ \_\_init\_\_"
    assert markdown.clean("a | b\nc") == r"a \| b c"


def test_a_large_matrix_lists_its_largest_cells(capsys):
    names = tuple(f"label {at:02d}" for at in range(40))
    values = tuple(
        tuple(float(7 * (a == 1 and b == 3) + (a == b)) for b in range(40)) for a in range(40)
    )
    block = Matrix(
        name="m",
        title="m",
        row_title="Truth",
        column_title="Predicted",
        rows=names,
        columns=names,
        values=values,
    )
    report = Report(kind="k", headline="n", blocks=(block,))
    assert "| label 01 | label 03 | 7 |" in markdown.document(report, title="t")
    assert "label 02" not in markdown.document(report, title="t")
    terminal.draw(block)
    assert re.search(r"label 01 +label 03 +7", capsys.readouterr().out)


def test_differences_carry_their_sign(capsys):
    block = Table(
        name="t",
        title="t",
        row_title="Choice",
        columns=(Column(name="a", title="A"), Column(name="n", title="N", count=True)),
        rows=(
            TableRow(name="up", title="up", values=(0.25, 3)),
            TableRow(name="down", title="down", values=(-0.25, -3)),
            TableRow(name="none", title="none", values=(0.0, None)),
        ),
        signed=True,
    )
    report = Report(kind="k", headline="n", blocks=(block,))
    written = markdown.document(report, title="t")
    for row in ("| up | +0.2500 | +3 |", "| down | -0.2500 | -3 |", "| none | 0 | – |"):
        assert row in written
    assert "+0.2500" in html.page(report, title="t")
    terminal.draw(block)
    assert re.search(r"up +\+0.2500 +\+3", capsys.readouterr().out)


@pytest.mark.parametrize(("kind", "measure"), [("keypoints", "OKS"), ("detection", "IoU")])
def test_places_of_keypoints_are_compared_by_oks(kind, measure):
    outcome = Outcome(outcome="confused", truth_label="a", prediction_label="b", iou=0.75)
    block = Examples(
        name="e", title="e", examples=(Example(task_id="t", score=0.5, outcomes=(outcome,)),)
    )
    report = Report(kind=kind, headline="map", blocks=(block,))
    for text in (html.page(report, title="t"), markdown.document(report, title="t")):
        assert f"a → b, {measure} 0.75" in text


def test_what_the_numbers_stand_on_is_told_everywhere(capsys):
    said = "Labels are read so: truck, van as vehicle. These are 3 of 9 tasks."
    block = Basis(name="basis", title="What the numbers stand on", text=said, tasks=3, of=9)
    report = Report(kind="detection", headline="map", blocks=(block,))
    assert said in html.page(report, title="t")
    assert said in html.fragment(report)
    assert said in markdown.document(report, title="t")
    terminal.draw(block)
    assert said in " ".join(capsys.readouterr().out.split())


def test_frames_have_the_numbers():
    tables = report_with("cat").to_pandas()
    assert tables["s"].loc["n"].to_dict() == {
        "title": "cat",
        "value": 0.25,
        "low": 0.125,
        "high": 0.5,
    }
    assert tables["p"].loc["cat", "k"] == 7
    assert tables["t"].loc["a", "f1"] == 0.5
    assert tables["m"].loc["b", "b"] == 2.5
    assert tables["c"].loc["cat", "x"].tolist() == [0, 0.5, 1]
    assert tables["h"].loc[0.5, "cat"] == 3
    assert tables["e"].loc["cat", "outcome"] == "confused"


def test_without_pandas_it_says_what_to_type(monkeypatch):
    monkeypatch.setitem(sys.modules, "pandas", None)
    with pytest.raises(ModuleNotFoundError, match="pip install pandas"):
        report_with("cat").to_pandas()


def test_a_report_shows_itself_in_a_notebook():
    shown = Elements(report_with(EVIL)._repr_html_())
    assert "script" not in shown.tags
    assert "svg" in shown.tags
    assert report_with("cat").to_markdown("A").startswith("# A\n")
    assert report_with("cat").to_html("A").startswith("<!doctype html>")


def test_a_blank_report_of_nothing():
    kind = kinds.get("classification")
    report = kind.summarize(kind.merge([]), kind.Config())
    assert "Summary" in report.to_markdown()
    assert str(report) == report.to_markdown()
    assert "Nothing to draw" in report.to_html()


def test_numbers():
    assert numbers.number(-0.5) == "-0.5000"
    assert numbers.count(2.5) == "2.50"
    assert numbers.count(1_000_000.0) == "1,000,000"
    assert numbers.share(1.0) == "1.0000"
    assert numbers.interval(None, 0.5) == ""
    assert numbers.spark([0, 0.5, None, 1]) == " ▄·█"
    assert len(numbers.spark(list(range(1000)), 40)) == 40


def test_an_item_without_a_label_name_is_drawn():
    item = Item("t_1", (Truth("a", " ", Whole()),), (Prediction("p", "", Whole(), 0.5),))
    kind = kinds.get("classification")
    report = kind.summarize(kind.match([item], kind.Config()), kind.Config())
    ET.fromstring(f"<a>{re.sub('<br>', '<br/>', html_blocks.sections(report))}</a>")
