"""A server whose jobs match on a Dask cluster: its reports equal those of one process."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests import dask_cluster
from tests.conftest import Template, running
from tests.factories import datasets, evaluations

TASKS = 150
"""More than two parts."""


def test_a_report_of_a_cluster_is_the_report_of_this_process(
    template: Template, tmp_path: Path
) -> None:
    with (
        dask_cluster.running() as cluster,
        running(template, tmp_path / "data", compute=cluster.address) as server,
    ):
        client = server.client()
        dataset = datasets.create(client, TASKS)
        made = evaluations.finished(client, server, dataset_id=dataset.id)
        # What a request matches anew, it matches in its own process.
        verified = client.evaluations.verify(made.id)
    assert (made.state, verified.equal) == ("finished", True)


def test_an_evaluation_says_that_its_cluster_is_away(
    template: Template, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("linlog.compute.dask.CONNECT_S", 0.5)
    with running(template, tmp_path / "data", compute="dask://127.0.0.1:1") as server:
        made = evaluations.finished(server.client(), server)
    assert made.state == "failed"
    assert "no Dask scheduler answers at tcp://127.0.0.1:1" in (made.failure or "")
