"""Comparisons as Markdown, HTML and tables of pandas: all that they say, and no script of users."""

from __future__ import annotations

import hashlib
import json
import re
import sys
import xml.etree.ElementTree as ET
from dataclasses import replace

import pytest

from linlog.evaluation import comparison, kinds
from linlog.evaluation.comparison import Sliced
from linlog.rendering import comparisons, html, markdown, svg
from linlog.wire.comparisons import Compared
from tests.unit.evaluation import cases
from tests.unit.rendering.pages import Elements

EVIL = "</script><script>alert(1)</script><img src=x onerror=alert(2)>|`*[a](http://evil)\n# b\"'&"


def run(name, seed):
    """A tally of random items that other seeds share the truth of."""
    kind = kinds.get(name)
    truth, said = cases.items(name, 5), cases.items(name, seed)
    items = [
        replace(one, predictions=other.predictions, predicted=True)
        for one, other in zip(truth, said, strict=False)
    ]
    return kind.match(items, kind.Config())


def found(name="detection", seeds=(5, 6), called="Finder"):
    """A real comparison, with a slice of half of the tasks."""
    kind = kinds.get(name)
    runs = [run(name, seed) for seed in seeds]
    shared = set.intersection(*({*each.tasks} for each in runs))
    half = Sliced(name=f"half {called}", tasks=sorted(shared)[::2], slice_id="s_1")
    made = comparison.compare_all(kind, runs, kind.Config(), resamples=200, slices=[half])
    compared = tuple(
        Compared(
            evaluation_id=f"e_{at}",
            model_version_id=f"mv_{at}",
            model_name=called,
            model_version_name=f"v{at}",
            dataset_id="d_1",
            dataset_name="Pets",
        )
        for at in range(len(seeds))
    )
    return replace(made, compared=compared)


REAL = [found("detection"), found("classification", (5, 6, 7)), found("ner")]


@pytest.mark.parametrize("real", REAL, ids=lambda each: each.kind)
def test_a_comparison_is_told_whole(real):
    page = Elements(html.comparison_page(real, title="One against another"))
    text = markdown.comparison_document(real, title="One against another")
    headings = [each.title for each in comparisons.sections(real)]
    assert [line.lstrip("# ") for line in text.splitlines() if line.startswith("##")] == headings
    assert page.tags.count("h2") + page.tags.count("h3") == len(headings) + 1
    cells = page.text_in("td")
    for pair in (real, *real.others):
        for one in pair.scalars:
            for value in filter(None, (one.first, one.second)):
                assert f"{value:.4f}" in text
                assert f"{value:.4f}" in cells
            assert f"| {one.title} |" in text
        for name in [each.label for each in pair.labels] + [each.name for each in pair.slices]:
            assert f"| {markdown.clean(name)} |" in text
            assert name in cells
        for tasks in (pair.won, pair.lost, pair.both_wrong):
            for one in tasks[: comparisons.MOST_TASKS]:
                assert one.task_id in cells
        assert f"{pair.won_count:,} are won, {pair.lost_count:,} lost. " in text
    assert real.note.split(". ")[0] in " ".join(page.text_in("p").split())


def test_verdicts_and_intervals_are_those_of_the_comparison():
    real = REAL[0]
    table = next(each for each in comparisons.sections(real) if each.title == "Numbers")
    for row, one in zip(table.rows, real.scalars, strict=True):
        assert row[-1] == one.verdict
        assert row[3] == (f"{one.difference:+.4f}" if one.difference else "0")
        assert row[4] == f"{one.low:+.4f} … {one.high:+.4f}"


def test_three_versions_are_told_one_by_one():
    three = REAL[1]
    opened = [each.title for each in comparisons.sections(three) if each.opens]
    assert opened == ["Finder v0 → Finder v1", "Finder v0 → Finder v2"]
    assert comparisons.title(three) == "Finder v1, Finder v2 against Finder v0"
    assert "McNemar" in three.to_markdown()
    assert str(three) == three.to_markdown()


def test_what_was_left_out_is_said():
    left = replace(REAL[0], only_first=3, only_second=1, changed=2, slice_name="night")
    said = comparisons.sections(left)[0].text[0]
    for words in ("slice night", "3 tasks that the first alone", "1 task that", "2 tasks whose"):
        assert words in said


def test_a_page_fetches_nothing_and_runs_nothing():
    evil = found(called=EVIL)
    evil = replace(evil, note=EVIL, slice_name=EVIL)
    for text in (evil.to_html(), evil.to_html(EVIL), evil._repr_html_(), REAL[1].to_html()):
        page = Elements(text)
        assert page.tags.count("script") == (1 if text.startswith("<!doctype") else 0)
        names = {name for name, _ in page.attributes}
        assert not names & {"src", "href", "action", "srcset", "data", "xlink:href"}
        assert not [name for name in names if name.startswith("on")]
        assert not {*page.tags} & {"link", "img", "iframe", "object", "base", "form", "a"}
    written = evil.to_markdown()
    assert "<" not in written
    assert not re.search(r"(?<!\\)[\[`]", written)


def test_a_page_bears_its_stamp_and_its_numbers():
    text = REAL[0].to_html("t")
    data = json.loads(Elements(text).text_in("script"))
    assert data["comparison"] == json.loads(json.dumps(REAL[0].to_dict()))
    assert ["Baseline", "Finder v0 on Pets (e_0)"] in data["facts"]
    canonical = json.dumps(data, sort_keys=True, separators=(",", ":"))
    assert text.count(hashlib.sha256(canonical.encode()).hexdigest()) == 2
    assert text == REAL[0].to_html("t")


def test_intervals_are_drawn_where_they_are():
    drawn = ET.fromstring(svg.intervals(REAL[0].scalars))
    points = [float(each.get("cx")) for each in drawn.iter("circle")]
    values = [each.difference for each in REAL[0].scalars if each.difference is not None]
    assert len(points) == len(values)
    order = sorted(range(len(values)), key=values.__getitem__)
    assert [points[at] for at in order] == sorted(points)
    lines = [each for each in drawn.iter("line") if "interval" in each.get("class")]
    assert len(lines) == sum(each.low is not None for each in REAL[0].scalars)


def test_a_notebook_shows_a_comparison():
    assert "Finder v0 → Finder v1" in REAL[0]._repr_html_()


def test_tables_of_pandas_have_every_pair(monkeypatch):
    three = REAL[1]
    tables = three.to_pandas()
    assert tables.keys() == {"scalars", "labels", "slices", "tasks"}
    assert tables["scalars"]["pair"].unique().tolist() == ["Finder v1", "Finder v2"]
    first = tables["scalars"].iloc[0]
    assert (first["name"], first["difference"]) == (three.headline, three.scalars[0].difference)
    assert len(tables["labels"]) == sum(
        len(label.numbers) for pair in (three, *three.others) for label in pair.labels
    )
    monkeypatch.setitem(sys.modules, "pandas", None)
    with pytest.raises(ModuleNotFoundError, match="pip install pandas"):
        three.to_pandas()
