"""Models: named, listed, and deleted with all that hangs on them."""

import pytest

from linlog import LinLogClient, errors
from tests.factories import log_entries, model_runs, model_versions, models, predictions
from tests.factories.organisations import Home


def test_a_model_is_given_back_as_it_was_made(client: LinLogClient) -> None:
    made = models.create(client, " counter ")
    assert made == client.models.get(made.id)
    assert (made.name, made.version_count) == ("counter", 0)


def test_models_are_listed_either_way_and_found_by_name(client: LinLogClient) -> None:
    made = [models.create(client, name) for name in ("a", "b", "a")]
    assert [*client.models.list()] == made
    assert [*client.models.list(newest_first=True)] == made[::-1]
    assert [*client.models.list(name="a")] == [made[0], made[2]]
    assert [*client.models.list(limit=1).walk()] == made


def test_a_new_name_shows_in_its_versions(client: LinLogClient) -> None:
    version = model_versions.create(client)
    assert client.models.update(version.model_id, name=" new ").name == "new"
    assert client.model_versions.get(version.id).model_name == "new"
    assert client.models.get(version.model_id).version_count == 1


def test_deleting_a_model_deletes_versions_logs_and_runs(client: LinLogClient) -> None:
    version = model_versions.create(client)
    run = model_runs.create(client, version_id=version.id)
    predictions.on_all(client, run)
    log_entries.send(client, version.id, [log_entries.of(0, loss=1)])
    assert client.models.delete(version.model_id).deleted == 1
    for get, gone in (
        (client.models.get, version.model_id),
        (client.model_versions.get, version.id),
        (client.model_runs.get, run.id),
    ):
        with pytest.raises(errors.NotFound):
            get(gone)
    assert client.datasets.get(run.dataset_id).model_run_count == 0


def test_an_empty_id_is_told_how_to_make_one(home: Home) -> None:
    reply = home.call("POST", "/api/v2/models/%20/versions", {"name": "x"})
    assert (reply.status, reply.data["code"], reply.data["field"]) == (404, "not_found", "model_id")
    assert "create_model" in reply.data["detail"]
