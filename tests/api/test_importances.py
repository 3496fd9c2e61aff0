"""Importances: of logged numbers and of evaluations, over the runs that have them."""

import pytest

from linlog import LinLogClient, errors
from tests.conftest import Server
from tests.factories import evaluations, log_entries, model_versions, models

RATES = [0.001, 0.003, 0.01, 0.03, 0.1, 0.3] * 4


def train(client: LinLogClient, model_id: str) -> None:
    """Runs whose loss follows from the rate alone; its last entry is no number."""
    for place, rate in enumerate(RATES):
        config = {"optimizer": {"rate": rate}, "seed": place * 7 % 5, "epochs": 3}
        version = model_versions.create(client, f"v{place}", model_id=model_id, config=config)
        new = [log_entries.of(0, loss=9.0), log_entries.of(1, loss=1 + rate)]
        log_entries.send(client, version.id, new)


def test_the_key_that_decides_is_named(client: LinLogClient) -> None:
    model = models.create(client)
    train(client, model.id)
    found = client.model_versions.importances("loss", model_id=model.id)
    assert [each.key for each in found.config_keys] == ["optimizer.rate", "seed"]
    assert found.config_keys[0].low > 0.3
    assert found.config_keys[0].correlation == 1
    assert found.config_keys[1].importance < 0.1
    assert [each.value for each in found.model_versions] == [1 + rate for rate in RATES[::-1]]
    assert found.explained is not None
    assert found.explained > 0.8

    highest = client.model_versions.importances("loss", value="highest")
    assert {each.value for each in highest.model_versions} == {9.0}
    assert (highest.explained, highest.config_keys) == (None, ())


def test_runs_of_another_model_stay_out(client: LinLogClient) -> None:
    train(client, models.create(client).id)
    other = models.create(client, "Other")
    version = model_versions.create(client, model_id=other.id)
    log_entries.send(client, version.id, [log_entries.of(0, loss=3.0)])
    found = client.model_versions.importances("loss", model_id=other.id)
    assert [each.model_version_id for each in found.model_versions] == [version.id]
    assert found.explained is None


def test_an_evaluations_number_is_an_objective(client: LinLogClient, shared: Server) -> None:
    done = evaluations.finished(client, shared)
    assert done.headline is not None
    found = client.model_versions.importances(done.headline, dataset_id=done.dataset_id)
    assert [(each.model_version_id, each.value) for each in found.model_versions] == [
        (done.model_version_id, done.scalars[done.headline])
    ]
    with pytest.raises(errors.Invalid, match="no finished evaluation on"):
        client.model_versions.importances("no such number", dataset_id=done.dataset_id)


def test_a_number_that_nobody_logged_is_refused(client: LinLogClient) -> None:
    train(client, models.create(client).id)
    with pytest.raises(errors.Invalid, match="no training run logged a finite number as 'los'"):
        client.model_versions.importances("los")
