"""What belongs to another organisation does not exist, and roles bind on every address."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from hashlib import sha256
from typing import Any

import pytest

from linlog import ids
from linlog.server.store.tables import metadata
from tests.api import addresses
from tests.api.addresses import OWN, PUBLIC, READING_POSTS, WRITES, Address
from tests.conftest import Server, Template, running
from tests.factories import annotations, organisations, predictions, replies, slices, tasks, worlds
from tests.factories.organisations import Home

FOREIGN = "theirs"
NOTED = {
    "tokens": {"used"},
    "sessions": {"used"},
    "organisations": {"audit_number", "audit_hash"},
}
"""When a secret was last used is noted by refused requests too."""
KEPT = {
    table.name: "SELECT {} FROM {} ORDER BY {}".format(
        ", ".join(
            f'"{each.name}"' for each in table.c if each.name not in NOTED.get(table.name, ())
        ),
        table.name,
        ", ".join(each.name for each in table.primary_key),
    )
    for table in metadata.sorted_tables
    if table.name != "audit_entries"
}


CHOICES = {"/api/v2/slices": "?dataset_id={dataset_id}"}
"""What lists want that are of one thing or another."""


@dataclass
class Two:
    """Two organisations of one server with one of everything each."""

    server: Server
    ours: Home
    our_ids: dict[str, str]
    their_ids: dict[str, str]

    def written(self) -> str:
        """A hash of everything that the database holds."""
        found = sha256()
        with self.server.outside.connect() as conn:
            for query in KEPT.values():
                rows = conn.exec_driver_sql(query).all()
                found.update(repr((query, rows)).encode())
        return found.hexdigest()


@pytest.fixture(scope="module")
def two(template: Template, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Two]:
    """A server of its own, since everything in it is compared."""
    with running(template, tmp_path_factory.mktemp("isolation") / "data") as server:
        ours, theirs = (organisations.create(server, name) for name in ("ours", FOREIGN))
        for role in ("owner", "viewer"):
            ours.token(role)
        yield Two(server, ours, worlds.create(ours), worlds.create(theirs))


def each(wanted: list[Address]) -> Any:
    """One test an address."""
    return pytest.mark.parametrize("address", wanted, ids=str)


def of_several_rows() -> list[tuple[Address, str]]:
    """Addresses that name several rows, with each of the names."""
    every = [(one, [*one.ids, *one.required_query]) for one in addresses.with_ids()]
    return [(one, name) for one, names in every if len(names) > 1 for name in names]


OF_A_PROJECT = (
    *("project_id", "label_id", "batch_id", "task_id", "annotation_id", "comment_id", "review_id"),
)
"""What is gone with it."""


def invented(values: dict[str, str]) -> dict[str, str]:
    """Ids of the same form that never existed."""
    nouns = {prefix: noun for noun, prefix in ids.PREFIXES.items()}
    return {name: ids.new(nouns[one.partition("_")[0]]) for name, one in values.items()}


def without_ids(reply: replies.Reply, values: dict[str, str]) -> bytes:
    """A body without what must differ."""
    body = reply.body.replace(reply.headers["x-request-id"].encode(), b"REQUEST")
    for name, one in values.items():
        body = body.replace(one.encode(), name.encode())
    return body


def body_of(address: Address, values: dict[str, str]) -> Any:
    """A body of the address with ids of one world."""
    return address.body({one.partition("_")[0]: one for one in values.values()})


@pytest.mark.attack("B01")
@each(addresses.with_ids())
def test_an_id_of_another_organisation_is_as_good_as_none(two: Two, address: Address) -> None:
    before = two.written()
    body = body_of(address, two.our_ids)
    never = invented(two.their_ids)
    foreign, unknown = (
        two.ours.call(address.method, address.filled(values), body, role="owner")
        for values in (two.their_ids, never)
    )
    assert (foreign.status, foreign.data["code"]) == (404, "not_found")
    assert without_ids(foreign, two.their_ids) == without_ids(unknown, never)
    assert foreign.headers.keys() == unknown.headers.keys()
    assert two.written() == before


@pytest.mark.attack("B01")
def test_methods_that_an_address_has_not_tell_nothing_of_its_rows(two: Two) -> None:
    before, never = two.written(), invented(two.their_ids)
    methods: dict[str, set[str]] = {}
    for address in addresses.with_ids():
        methods.setdefault(address.path, set()).add(address.method)
    for path, offered in methods.items():
        for method in (WRITES | {"GET", "HEAD"}) - offered:
            address = Address(method, path, {})
            foreign, unknown = (
                two.ours.call(method, address.filled(values), role="owner")
                for values in (two.their_ids, never)
            )
            assert (method, path, foreign.status) == (method, path, 405)
            assert without_ids(foreign, two.their_ids) == without_ids(unknown, never)
    assert two.written() == before


@pytest.mark.attack("B02")
@pytest.mark.parametrize(("address", "foreign"), of_several_rows(), ids=str)
def test_an_own_parent_opens_no_foreign_child(two: Two, address: Address, foreign: str) -> None:
    before, never = two.written(), invented(two.their_ids)
    theirs, unknown = (
        two.ours.call(
            address.method, address.filled({**two.our_ids, foreign: values}), role="owner"
        )
        for values in (two.their_ids[foreign], never[foreign])
    )
    # What only people do is refused to a token before its row is looked for.
    of_people = (address.method, address.path) in addresses.OF_ADMINS and foreign == "session_id"
    assert (theirs.status, theirs.data["code"]) == (
        (403, "not_allowed") if of_people else (404, "not_found")
    )
    told, known = ({foreign: values[foreign]} for values in (two.their_ids, never))
    assert without_ids(theirs, told) == without_ids(unknown, known)
    assert two.written() == before


@pytest.mark.attack("B16")
def test_what_went_with_its_project_is_as_good_as_none(server: Server) -> None:
    home = organisations.create(server)
    values = worlds.create(home)
    home.client().projects.delete(values["project_id"])
    gone = {name: values[name] for name in OF_A_PROJECT}
    never = {**values, **invented(gone)}
    asked = [one for one in addresses.with_ids() if {*one.ids} & {*OF_A_PROJECT}]
    for address in asked:
        body = body_of(address, values)
        found, unknown = (
            home.call(address.method, address.filled(ids), body, role="owner")
            for ids in (values, never)
        )
        assert (str(address), found.status) == (str(address), 404)
        assert without_ids(found, gone) == without_ids(
            unknown, {name: never[name] for name in gone}
        )
    assert len(asked) > 30


@pytest.mark.attack("A01")
@each([one for one in addresses.all_of_them() if (one.method, one.path) not in PUBLIC])
def test_without_credentials_nothing_is_to_be_had(two: Two, address: Address) -> None:
    before = two.written()
    where = address.filled(two.our_ids)
    for body in (body_of(address, two.our_ids), b"{"):
        reply = two.ours.call(address.method, where, body, role=None)
        assert (reply.status, reply.data["code"]) == (401, "not_authenticated")
        assert reply.headers["www-authenticate"] == "Token"
    assert two.written() == before


@each(
    [
        one
        for one in addresses.all_of_them()
        if one.method in WRITES and (one.method, one.path) not in PUBLIC | READING_POSTS | OWN
    ]
)
def test_a_viewer_writes_nothing(two: Two, address: Address) -> None:
    before = two.written()
    where = address.filled(two.our_ids)
    reply = two.ours.call(address.method, where, body_of(address, two.our_ids), role="viewer")
    assert (reply.status, reply.data["code"]) == (403, "not_allowed")
    assert two.written() == before


def test_public_addresses_are_as_few_as_they_were() -> None:
    known = {(one.method, one.path) for one in addresses.all_of_them()}
    assert known >= PUBLIC


# ------------------------------------------------------------------- ids in bodies and queries


def requests_with_foreign_ids(two: Two) -> dict[str, tuple[str, str, Any]]:
    """Requests whose path is ours and whose body or query names what is theirs."""
    ours, theirs = two.our_ids, two.their_ids
    project, dataset = f"/api/v2/projects/{ours['project_id']}", ours["dataset_id"]
    item = {"type": "image", "file_id": theirs["file_id"]}
    prediction = predictions.of(theirs["task_id"]).to_dict()
    run = {"dataset_id": dataset, "model_version_id": ours["version_id"]}
    first, second = ours["evaluation_id"], theirs["evaluation_id"]
    return {
        "f": ("POST", f"{project}/tasks", {"tasks": [tasks.text().to_dict(), {"item": item}]}),
        "p": ("POST", "/api/v2/datasets", {"name": "x", "project_id": theirs["project_id"]}),
        "d": ("POST", "/api/v2/model-runs", {**run, "dataset_id": theirs["dataset_id"]}),
        "mv": ("POST", "/api/v2/model-runs", {**run, "model_version_id": theirs["version_id"]}),
        "mr": ("POST", "/api/v2/evaluations", {"model_run_id": theirs["model_run_id"]}),
        "t in a dataset": (
            "POST",
            f"/api/v2/datasets/{dataset}/tasks",
            {"task_ids": [theirs["task_id"]]},
        ),
        "t in a new dataset": (
            "POST",
            "/api/v2/datasets",
            {"name": "x", "task_ids": [theirs["task_id"]]},
        ),
        "compare": ("GET", f"/api/v2/evaluations/compare?evaluation_ids={first},{second}", None),
        "dv": (
            "POST",
            "/api/v2/evaluations",
            {
                "model_run_id": ours["model_run_id"],
                "kind": "detection",
                "dataset_version_id": theirs["dataset_version_id"],
            },
        ),
        "sl": (
            "POST",
            f"/api/v2/evaluations/{ours['evaluation_id']}/report",
            {"slice_id": theirs["slice_id"]},
        ),
        "slices": (
            "POST",
            f"/api/v2/evaluations/{ours['evaluation_id']}/report",
            {"slices": [theirs["slice_id"]]},
        ),
        "e": (
            "POST",
            "/api/v2/tasks/change",
            {"dataset_id": dataset, "query": "", "evaluation_id": second, "add_tags": ["x"]},
        ),
        "change a project": (
            "POST",
            "/api/v2/tasks/change",
            {"project_id": theirs["project_id"], "query": "", "add_tags": ["x"]},
        ),
        "change into a dataset": (
            "POST",
            "/api/v2/tasks/change",
            {"task_ids": [ours["task_id"]], "add_to_dataset": theirs["dataset_id"]},
        ),
        "facets": (
            "GET",
            f"/api/v2/datasets/{dataset}/tasks/facets?evaluation_id={second}",
            None,
        ),
        "neighbours": (
            "GET",
            f"/api/v2/tasks/{ours['task_id']}/neighbours?dataset_id={theirs['dataset_id']}",
            None,
        ),
        "cm": (
            "POST",
            f"/api/v2/tasks/{ours['task_id']}/comments",
            {"text": "x", "reply_to": theirs["comment_id"]},
        ),
        "rv": (
            "POST",
            f"/api/v2/tasks/{ours['task_id']}/reviews",
            {"decision": "accepted", "review_id": theirs["review_id"]},
        ),
        "versions": ("GET", f"/api/v2/model-versions?model_id={theirs['model_id']}", None),
        "t": (
            "POST",
            f"/api/v2/model-runs/{ours['model_run_id']}/predictions",
            {"predictions": [prediction]},
        ),
        "b": (
            "POST",
            f"/api/v2/model-runs/{ours['model_run_id']}/predictions/boxes",
            {"client_id": "a", "boxes": [[prediction["task_id"], 0, "a", None, 1, 1, 1, 1]]},
        ),
    }


@pytest.mark.attack("B03")
def test_foreign_ids_in_bodies_are_refused_as_unknown_ones_are(two: Two) -> None:
    before = two.written()
    for name, (method, where, body) in requests_with_foreign_ids(two).items():
        reply = two.ours.call(method, where, body, role="owner")
        if name in {"t", "b"}:
            refused = reply.data["refused"]
            assert [one["code"] for one in refused] == ["not_found"]
            continue
        assert (name, reply.status in {404, 422}) == (name, True)
        never = invented(two.their_ids)
        text = f"{where}\n{replies.encoded(body).decode()}"
        for key, one in two.their_ids.items():
            text = text.replace(one, never[key])
        place, _, sent = text.partition("\n")
        headers = {"Content-Type": "application/json"}
        unknown = two.ours.call(method, place, sent.encode(), role="owner", headers=headers)
        assert (name, without_ids(reply, two.their_ids)) == (name, without_ids(unknown, never))
    assert two.written() == before


def test_every_id_that_a_body_may_name_is_tried_above(two: Two) -> None:
    named = {prefix for one in addresses.all_of_them() for prefix in addresses.named_ids(one)}
    tried = {name.partition(" ")[0] for name in requests_with_foreign_ids(two)}
    assert named - {"pr"} <= tried


@each([one for one in addresses.all_of_them() if (one.method, one.path) in READING_POSTS])
def test_a_viewer_asks_with_a_body_and_changes_nothing(two: Two, address: Address) -> None:
    before = two.written()
    where = address.filled(two.our_ids)
    reply = two.ours.call(address.method, where, body_of(address, two.our_ids), role="viewer")
    assert reply.status == 200
    assert two.written() == before


@pytest.mark.parametrize("where", ["/api/v2/tasks/delete", "datasets"])
def test_lists_of_ids_leave_foreign_ones_alone(two: Two, where: str) -> None:
    before = two.written()
    path = where
    if where == "datasets":
        path = f"/api/v2/datasets/{two.our_ids['dataset_id']}/tasks/remove"
    reply = two.ours.call("POST", path, {"task_ids": [two.their_ids["task_id"]]}, role="owner")
    assert (reply.status, reply.data) == (200, {"deleted": 0})
    assert two.written() == before


def test_filters_by_foreign_ids_find_nothing(two: Two) -> None:
    theirs = two.their_ids
    run, member = theirs["model_run_id"], theirs["task_id"]
    for where in (
        f"/api/v2/model-runs?dataset_id={theirs['dataset_id']}",
        f"/api/v2/model-runs?model_version_id={theirs['version_id']}",
        f"/api/v2/evaluations?model_run_id={run}",
        f"/api/v2/model-runs/{two.our_ids['model_run_id']}/predictions?task_id={member}",
        f"/api/v2/projects/{two.our_ids['project_id']}/tasks?batch_id={theirs['batch_id']}",
        f"/api/v2/projects/{two.our_ids['project_id']}/tasks?ids={member}",
    ):
        reply = two.ours.call("GET", where)
        assert (where, reply.status, reply.data["count"]) == (where, 200, 0)
    shown = two.ours.call(
        "GET",
        f"/api/v2/datasets/{two.our_ids['dataset_id']}/tasks?predictions=true&model_run_id={run}",
    )
    assert all(not task["predictions"] for task in shown.data["results"])


@pytest.mark.attack("B15", "B17")
def test_lists_show_the_own_rows_alone(two: Two) -> None:
    foreign = set(two.their_ids.values())
    for address in addresses.all_of_them():
        if address.method != "GET" or address.ids or address.required_query:
            continue
        chosen = CHOICES.get(address.path, "").format(**two.our_ids)
        reply = two.ours.call("GET", address.path + chosen, role="owner")
        assert (address, reply.status) == (address, 200)
        known = _asked_for(two) if "/audit-entries" in address.path else set()
        assert not {one for one in foreign - known if one.encode() in reply.body}
        assert FOREIGN.encode() not in reply.body


def _asked_for(two: Two) -> set[str]:
    """What we named ourselves in requests that were refused, as our audit log says."""
    refused = two.ours.call("GET", "/api/v2/audit-entries?result=refused&limit=1000", role="owner")
    return {entry["object_id"] for entry in refused.data["results"]}


@pytest.mark.attack("B17")
def test_the_same_names_may_be_taken_in_both(two: Two) -> None:
    other, mine = organisations.create(two.server).client(), two.ours.client()
    for client in (other, mine):
        project = client.projects.create("Cells", labels=["same"])
        made = tasks.create(client, project.id, unique_id="same", annotations=(annotations.box(),))
        assert made.project_id == project.id
        client.batches.create(project.id, "same")
        dataset = client.datasets.create("same")
        slices.create(client, dataset_id=dataset.id, name="same")
        model = client.models.create("same")
        assert client.model_versions.create(model.id, "same").model_id == model.id
