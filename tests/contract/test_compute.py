"""Every place that matches tasks: the same tallies, bit for bit, in the order of the shards."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import closing

import pytest

from linlog.compute import TABLE, open_compute
from linlog.compute._protocol import Compute
from linlog.errors import ConfigError
from linlog.evaluation import kinds, tallies
from linlog.evaluation.kinds import Item
from linlog.shapes import Box, Span
from tests import dask_cluster
from tests.dask_cluster import DaskCluster
from tests.unit.evaluation import cases


@pytest.fixture(scope="module")
def cluster() -> Iterator[DaskCluster]:
    """Two workers."""
    with dask_cluster.running() as found:
        yield found


@pytest.fixture(params=TABLE)
def compute(request: pytest.FixtureRequest) -> Iterator[Compute]:
    """A place that computes."""
    dask = request.param == "dask"
    address = request.getfixturevalue("cluster").address if dask else request.param
    with closing(open_compute(address)) as found:
        yield found


def shards(name: str, count: int = 4) -> list[list[Item]]:
    """Shards of some tasks each; the last is empty."""
    found = [cases.items(name, seed) for seed in range(count)]
    return [
        *([renamed(item, number) for item in items] for number, items in enumerate(found)),
        [],
    ]


def renamed(item: Item, number: int) -> Item:
    """The item with a task id of its shard alone."""
    fields = {name: getattr(item, name) for name in Item.__slots__}
    return Item(**{**fields, "task_id": f"{number:04d}-{item.task_id}"})


@pytest.mark.parametrize("name", kinds.NAMES)
def test_the_tallies_are_those_of_this_process(compute: Compute, name: str) -> None:
    kind, given = kinds.get(name), shards(name)
    config = kind.Config()
    found = [tallies.encode(tally) for tally in compute.match(name, config, given)]
    assert found == [tallies.encode(kind.match(items, config)) for items in given]


def test_shards_are_taken_no_faster_than_they_are_done(compute: Compute) -> None:
    taken = 0

    def endless() -> Iterator[Sequence[Item]]:
        nonlocal taken
        for each in shards("detection", 1) * 100:
            taken += 1
            yield each

    matches = compute.match("detection", kinds.get("detection").Config(), endless())
    next(matches)
    assert taken <= compute.width
    matches.close()  # type: ignore[attr-defined]


def test_a_shape_that_the_kind_does_not_take_is_refused(compute: Compute) -> None:
    wrong = cases.items("ner", 1)
    assert any(isinstance(truth.shape, Span) for item in wrong for truth in item.truths)
    with pytest.raises(ValueError, match=Span.name):
        list(compute.match("detection", kinds.get("detection").Config(), [wrong]))


def test_a_killed_worker_costs_nothing() -> None:
    kind, given = kinds.get("detection"), shards("detection", 40)
    config = kind.Config()
    with dask_cluster.running() as cluster, closing(open_compute(cluster.address)) as compute:
        killed: list[int] = []

        def losing() -> Iterator[list[Item]]:
            for number, items in enumerate(given):
                if number == 10:
                    victim = cluster.workers[0]
                    victim.kill()
                    killed.append(victim.wait())
                yield items

        found = list(compute.match("detection", config, losing()))
    assert killed == [-9]
    whole = kind.merge(kind.match(items, config) for items in given)
    assert tallies.encode(kind.merge(found)) == tallies.encode(whole)


@pytest.mark.parametrize(
    ("address", "sentence"),
    [
        ("ray://127.0.0.1:1", "begin with dask://"),
        ("dask://127.0.0.1", "looks like dask://host:8786"),
        ("dask://127.0.0.1:8786/a", "looks like dask://host:8786"),
        ("local://127.0.0.1", "this process has no address"),
    ],
)
def test_an_address_of_nothing_is_refused(address: str, sentence: str) -> None:
    with pytest.raises(ConfigError, match=sentence):
        open_compute(address)


def test_a_scheduler_that_is_not_there_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("linlog.compute.dask.CONNECT_S", 0.5)
    given = [cases.items("detection", 1)]
    assert any(isinstance(truth.shape, Box) for item in given[0] for truth in item.truths)
    with (
        closing(open_compute("dask://127.0.0.1:1")) as compute,
        pytest.raises(ConfigError, match="no Dask scheduler answers at tcp://127.0.0.1:1"),
    ):
        list(compute.match("detection", kinds.get("detection").Config(), given))
