"""Figures of matplotlib have the numbers of the report, and take any text as text."""

from __future__ import annotations

import io
import sys

import pytest

from linlog.evaluation import kinds
from linlog.wire.blocks import (
    Curve,
    Histogram,
    HistogramSeries,
    Marker,
    Matrix,
    Report,
    Series,
)
from tests.unit.evaluation import cases


def real(name):
    kind = kinds.get(name)
    return kind.summarize(kind.match(cases.items(name, 2), kind.Config()), kind.Config())


@pytest.mark.parametrize("name", ["detection", "classification", "ner"])
def test_every_picture_of_a_report_is_a_figure(name):
    report = real(name)
    figures = report.to_figures()
    pictures = {each.name: each for each in report.blocks if each.type in DRAWN}
    assert figures.keys() == pictures.keys()
    for block_name, figure in figures.items():
        assert figure.axes[0].get_title() == pictures[block_name].title


DRAWN = {"curve", "histogram", "matrix"}


def with_text(text):
    """A report of one block of each picture, with `text` wherever users can put theirs."""
    return Report(
        kind="k",
        headline="n",
        blocks=(
            Curve(
                name="curve",
                title=text,
                x_title=text,
                y_title=text,
                series=(Series(name=text, x=(0, 0.5, 1), y=(0.25, None, 1)),),
                markers=(Marker(title=text, x=0.5, y=0.75),),
                diagonal=True,
            ),
            Histogram(
                name="histogram",
                title=text,
                x_title=text,
                edges=(0, 0.5, 1),
                series=(
                    HistogramSeries(name=text, counts=(2, 3)),
                    HistogramSeries(name="b", counts=(1, 0)),
                ),
            ),
            Matrix(
                name="matrix",
                title=text,
                row_title=text,
                column_title=text,
                rows=(text, "b"),
                columns=(text, "b"),
                values=((3, 1), (0, 2.5)),
            ),
        ),
    )


def test_figures_have_the_numbers():
    figures = with_text("cat").to_figures()
    line, *_ = figures["curve"].axes[0].get_lines()
    assert line.get_xdata().tolist() == [0, 0.5, 1]
    assert str(line.get_ydata().tolist()) == "[0.25, nan, 1.0]"
    bars = figures["histogram"].axes[0].patches
    assert [(each.get_x(), each.get_y(), each.get_height()) for each in bars] == [
        (0, 0, 2),
        (0.5, 0, 3),
        (0, 2, 1),
        (0.5, 3, 0),
    ]
    (image,) = figures["matrix"].axes[0].get_images()
    assert image.get_array().tolist() == [[0.75, 0.25], [0, 1]]
    assert [each.get_text() for each in figures["matrix"].axes[0].texts] == ["3", "1", "2.5"]


@pytest.mark.parametrize("text", ["$x^$", "_hidden", r"\frac{", "a $ b $ c", ""])
def test_any_text_is_drawn_as_text(text):
    figures = with_text(text).to_figures()
    for figure in figures.values():
        written = io.BytesIO()
        figure.savefig(written, format="svg")
        assert written.getvalue().startswith(b"<?xml")
    names = [each.get_text() for each in figures["curve"].axes[0].get_legend().get_texts()]
    assert [each.strip().replace(r"\$", "$") for each in names] == ([text] if text else [""])


def test_without_matplotlib_it_says_what_to_type(monkeypatch):
    monkeypatch.setitem(sys.modules, "matplotlib.figure", None)
    with pytest.raises(ModuleNotFoundError, match=r"pip install .linlog\[figures\]"):
        with_text("a").to_figures()
