"""What every kind of evaluation promises, run over the whole table."""

from __future__ import annotations

import dataclasses
import json
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest

from linlog import shapes
from linlog.evaluation import comparison, kinds, masks, tallies
from linlog.evaluation.kinds import Item
from linlog.shapes import Box, Keypoints, Mask, Polygon
from linlog.wire.blocks import Curve, Matrix, PerLabel, Report, Scalars, Text
from tests.unit.evaluation import cases, weighted

SEEDS = range(5)


def plain(report: Report) -> str:
    return json.dumps(report.to_dict(), allow_nan=False)


def parted(items: list[Item], seed: int) -> list[list[Item]]:
    """The items in random order, in a few parts, one of them empty."""
    random = np.random.default_rng(seed)
    order = random.permutation(len(items))
    cuts = np.sort(random.integers(0, len(items) + 1, 3))
    return [[items[at] for at in part] for part in np.split(order, cuts)] + [[]]


@pytest.mark.parametrize("name", kinds.NAMES)
class TestKind:
    @pytest.fixture
    def kind(self, name):
        return kinds.get(name)

    @pytest.fixture
    def config(self, kind):
        return kind.Config()

    def test_says_what_it_is(self, kind, name):
        assert kind.name == name
        assert kind.shapes
        assert set(kind.shapes) <= set(shapes.NAMES)

    def test_config_is_plain_and_frozen(self, kind, config):
        assert dataclasses.is_dataclass(config)
        json.dumps(dataclasses.asdict(config))
        with pytest.raises(dataclasses.FrozenInstanceError):
            config.missing = "left out"

    @pytest.mark.parametrize("seed", SEEDS)
    def test_merge_in_any_parts_and_order_changes_nothing(self, kind, config, name, seed):
        items = cases.items(name, seed)
        whole = kind.match(items, config)
        parts = [kind.match(part, config) for part in parted(items, seed)]
        merged = kind.merge(parts)
        assert tallies.encode(merged) == tallies.encode(whole)
        backwards = kind.merge(reversed(parts))
        nested = kind.merge([kind.merge(parts[:2]), kind.merge(parts[2:])])
        expected = plain(kind.summarize(whole, config))
        for tally in (merged, backwards, nested):
            assert plain(kind.summarize(tally, config)) == expected

    def test_merge_has_an_empty_value(self, kind, config, name):
        empty, tally = kind.merge([]), kind.match(cases.items(name, 3), config)
        assert len(empty) == 0
        assert tallies.encode(kind.merge([empty, tally])) == tallies.encode(tally)
        report = kind.summarize(empty, config)
        assert report.scalar(report.headline) is None

    def test_a_task_may_be_tallied_once(self, kind, config, name):
        items = cases.items(name, 3)
        tally = kind.match(items, config)
        with pytest.raises(ValueError, match="comes twice"):
            kind.merge([tally, tally])
        with pytest.raises(ValueError, match="comes twice"):
            kind.match([items[0], items[0]], config)

    @pytest.mark.parametrize("seed", SEEDS)
    def test_shuffling_tasks_changes_nothing(self, kind, config, name, seed):
        items = cases.items(name, seed)
        shuffled = [items[at] for at in np.random.default_rng(seed).permutation(len(items))]
        first, second = (kind.match(each, config) for each in (items, shuffled))
        assert tallies.encode(first) == tallies.encode(second)

    @pytest.mark.parametrize("seed", SEEDS)
    def test_a_perfect_prediction_scores_1(self, kind, config, name, seed):
        items = [item for item in cases.items(name, seed) if item.truths and not flat(item)]
        report = kind.summarize(kind.match(cases.perfect(items), config), config)
        assert report.scalar(report.headline) == pytest.approx(1) if items else True
        worst = next(block for block in report.blocks if block.type == "examples")
        assert worst.examples == ()

    @pytest.mark.parametrize("seed", SEEDS)
    def test_no_prediction_scores_0(self, kind, config, name, seed):
        items = [item for item in cases.items(name, seed + 10) if item.truths]
        report = kind.summarize(kind.match(cases.silent(items), config), config)
        assert report.scalar(report.headline) == 0

    @pytest.mark.parametrize("seed", SEEDS)
    def test_numbers_keep_within_their_bounds(self, kind, config, name, seed):
        report = kind.summarize(kind.match(cases.items(name, seed), config), config)
        for number, value in shares(report):
            assert value is None or -1e-12 <= value <= 1 + 1e-12, number

    def test_report_reads_in_order_and_is_plain_data(self, kind, config, name):
        report = kind.summarize(kind.match(cases.items(name, 1), config), config)
        assert report.kind == name
        assert isinstance(report.blocks[0], Scalars)
        assert report.headline == report.blocks[0].scalars[0].name
        assert isinstance(report.blocks[1], Text)
        assert report.blocks[-1].type == "examples"
        names = [block.name for block in report.blocks]
        assert len(names) == len(set(names))
        assert json.loads(plain(report))["blocks"]

    def test_matrices_and_curves_are_whole(self, kind, config, name):
        report = kind.summarize(kind.match(cases.items(name, 1), config), config)
        for block in report.blocks:
            if isinstance(block, Matrix):
                assert len(block.values) == len(block.rows)
                assert {len(row) for row in block.values} == {len(block.columns)}
            if isinstance(block, Curve):
                for line in block.series:
                    assert len(line.x) == len(line.y) <= 200
                    assert list(line.x) == sorted(line.x)

    @pytest.mark.parametrize("seed", SEEDS)
    def test_bytes_bring_the_tally_back(self, kind, config, name, seed):
        tally = kind.match(cases.items(name, seed), config)
        data = tallies.encode(tally)
        again = tallies.decode(data)
        assert tallies.encode(again) == data
        assert plain(kind.summarize(again, config)) == plain(kind.summarize(tally, config))

    @pytest.mark.parametrize("seed", SEEDS)
    def test_a_slice_is_as_if_matched_alone(self, kind, config, name, seed):
        items = cases.items(name, seed)
        some = items[::2]
        sliced = tallies.select(kind.match(items, config), [item.task_id for item in some])
        assert tallies.encode(sliced) == tallies.encode(kind.match(some, config))

    @pytest.mark.parametrize("seed", SEEDS)
    @pytest.mark.parametrize(
        "names",
        [
            {"cat": "animal", "dog": "animal"},
            {"cat": "zebra", "yak": "ant"},
            {"cat": "owl"},
            dict.fromkeys(cases.LABELS, "animal"),
            {},
        ],
        ids=["joined", "renamed", "taken in", "all one", "none"],
    )
    def test_relabelling_is_as_if_matched_so(self, kind, config, name, seed, names):
        items = cases.items(name, seed)
        before = kind.match(items, config)
        frozen = tallies.encode(before)
        found = kind.relabel(before, names)
        expected = kind.match([called(item, names) for item in items], config)
        assert tallies.encode(found) == tallies.encode(expected)
        assert tallies.encode(before) == frozen

    def test_has_a_version(self, kind):
        assert isinstance(kind.version, int)
        assert kind.version >= 1

    def test_compares_with_itself_without_evidence(self, kind, config, name):
        tally = kind.match(cases.items(name, 4), config)
        found = comparison.compare(kind, tally, tally, config, resamples=50)
        assert found.headline == kind.summarize(tally, config).headline
        assert {entry.verdict for entry in found.scalars} == {"no evidence"}
        assert not found.won
        assert not found.lost

    def test_numbers_to_compare_are_those_of_the_report(self, kind, config, name):
        items = [dataclasses.replace(item, predicted=True) for item in cases.items(name, 6)]
        tally = kind.match(items, config)
        report, numbers = kind.summarize(tally, config), kind.numbers(tally, config)
        for weights in (None, np.ones(len(tally))):
            values = weighted.main(numbers, weights)
            for entry, value in zip(numbers.names, values, strict=True):
                told = report.scalar(entry.name)
                expected = np.nan if told is None else told
                assert value == pytest.approx(expected, abs=1e-9, nan_ok=True), entry.name

    def test_perfect_beats_what_was_given(self, kind, config, name):
        items = [
            dataclasses.replace(item, task_id=f"{item.task_id}_{seed}")
            for seed in SEEDS
            for item in cases.items(name, seed)
            if item.truths and not flat(item)
        ]
        given, best = (
            kind.match([dataclasses.replace(item, predicted=True) for item in each], config)
            for each in (items, cases.perfect(items))
        )
        found = comparison.compare(kind, given, best, config, resamples=200)
        assert found.scalars[0].verdict == "better"
        assert comparison.compare(kind, best, given, config).scalars[0].verdict == "worse"
        assert found.won_count > 0
        assert found.lost_count == 0


# Of semantic segmentation what lies on top stays on top: see its own tests.
@pytest.mark.parametrize("name", [name for name in kinds.NAMES if name != "semantic_segmentation"])
@pytest.mark.parametrize("seed", SEEDS)
@pytest.mark.parametrize(
    "names",
    [{"cat": None}, {"cat": None, "dog": "yak", "yak": "yak"}, dict.fromkeys(cases.LABELS)],
    ids=["one", "one beside joined ones", "all"],
)
def test_labels_left_out_are_as_if_never_handed_over(name, seed, names):
    kind, items = kinds.get(name), cases.items(name, seed)
    before = kind.match(items, kind.Config())
    before.derived.update(seen="stale", every="stale")
    found = kind.relabel(before, names)
    assert not found.derived.keys() & {"seen", "every"}
    expected = kind.match([called(item, names) for item in items], kind.Config())
    # What shapes that are left out told of their images is still known.
    assert tallies.encode(dataclasses.replace(found, facts=expected.facts)) == tallies.encode(
        expected
    )


def called(item: Item, names: dict[str, str | None]) -> Item:
    """The item with its labels called otherwise, those without a name left out."""
    truths, predictions = (
        tuple(
            dataclasses.replace(one, label=name)
            for one in some
            if (name := names.get(one.label, one.label)) is not None
        )
        for some in (item.truths, item.predictions)
    )
    return dataclasses.replace(item, truths=truths, predictions=predictions)


def flat(item: Item) -> bool:
    """Whether a truth has no area, so that nothing can be at its place."""
    if any(isinstance(truth.shape, (Polygon, Mask)) for truth in item.truths):
        frame = masks.frames([item])
        sides = [np.repeat(side, len(item.truths)) for side in (frame.height, frame.width)]
        return not masks.drawn([truth.shape for truth in item.truths], *sides).area.all()
    return any(_is_flat(truth.shape) for truth in item.truths)


def _is_flat(shape):
    if isinstance(shape, Keypoints):
        return not shape.points
    return isinstance(shape, Box) and shape.area == 0


def shares(report: Report):
    for block in report.blocks:
        if isinstance(block, Scalars):
            yield from ((entry.name, entry.value) for entry in block.scalars if entry.share)
        if isinstance(block, PerLabel):
            for at, column in enumerate(block.columns):
                if not column.count:
                    yield from ((column.name, row.values[at]) for row in block.rows)
        if isinstance(block, Curve):
            yield from ((line.name, value) for line in block.series for value in line.y)


def test_unknown_kinds_are_named():
    with pytest.raises(ValueError, match="expected one of detection, .*classification, ner"):
        kinds.get("regression")


def test_only_other_kinds_leave_a_kind_unasked():
    assert set(kinds.UNASKED) | kinds.ON_DEMAND == set(kinds.NAMES)
    assert "semantic_segmentation" not in kinds.UNASKED


def test_the_table_loads_no_numpy():
    code = "import sys, linlog.evaluation.kinds; sys.exit('numpy' in sys.modules)"
    root = Path(__file__).parents[2]
    assert subprocess.run([sys.executable, "-c", code], check=False, cwd=root).returncode == 0
