"""How the old clients speak: addresses, credentials, statuses, bodies, queries, parts."""

from __future__ import annotations

import json
import re
from base64 import b64encode
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from typing import Any

import pytest

from linlog import ids
from linlog.server import clock, published
from linlog.server.published import writing
from linlog.server.services import users
from linlog.wire.users import UserCreate
from tests.conftest import PASSWORD
from tests.factories.organisations import Home
from tests.published import clients, made
from tests.published.clients import V1, V2, V4, V34, Client, Line, Refused, V2b

LATIN = "pässwörd of the tests"
TIME = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{6}Z")


@pytest.fixture
def person(home: Home) -> Callable[[str], str]:
    """Adds a person of the organisation with a password, and gives their address."""

    def add(password: str) -> str:
        email = f"{ids.new('user').lower()}@example.org"
        new = UserCreate(email=email, role="manager", password=password)
        with home.server.machine.database.write("tests") as conn:
            users.add(conn, home.id, new, now=clock.now())
        return email

    return add


# ------------------------------------------------------------------------------ addresses


def test_a_base_that_ends_in_a_slash(any_old: Client) -> None:
    any_old.base = "/api/v1/"
    assert any_old.get_projects() == []


def test_posts_are_never_redirected(home: Home) -> None:
    for path in ("/api/v1/projects/", "/api/v1//projects"):
        assert home.call("POST", path, {"title": "Pets"}).status in {200, 404}


# ---------------------------------------------------------------------------- credentials


def test_a_token_acts_for_its_organisation(any_old: Client) -> None:
    assert any_old.get_projects() == []


@pytest.mark.parametrize("kind", clients.ALL)
@pytest.mark.parametrize("password", [PASSWORD, LATIN, "with:colon in the password"])
def test_basic_credentials_in_latin_1(
    line: Line, person: Callable[[str], str], kind: type[Client], password: str
) -> None:
    client = kind.of_credentials(line, person(password), password)
    assert client.get_projects() == []


@pytest.mark.parametrize("password", [LATIN, "Ã© that could be read as another letter"])
@pytest.mark.parametrize("encoding", ["utf-8", "latin-1"])
def test_basic_credentials_in_either_encoding(
    home: Home, person: Callable[[str], str], password: str, encoding: str
) -> None:
    pair = b64encode(f"{person(password)}:{password}".encode(encoding)).decode()
    headers = {"Authorization": f"Basic {pair}"}
    assert home.call("GET", "/api/v1/projects", role=None, headers=headers).status == 200


@pytest.mark.parametrize("kind", clients.ALL)
def test_an_empty_password_becomes_a_token_and_is_refused(line: Line, kind: type[Client]) -> None:
    client = kind.of_credentials(line, "owner@example.org", "")
    with pytest.raises(Refused) as refused:
        client.get_projects()
    assert refused.value.args[1] == 401


def test_wrong_and_missing_credentials(home: Home, person: Callable[[str], str]) -> None:
    pair = b64encode(f"{person(PASSWORD)}:wrong".encode()).decode()
    for value in (None, "Token wrong", f"Basic {pair}", "Basic ???", "Nothing"):
        headers = {} if value is None else {"Authorization": value}
        reply = home.call("GET", "/api/v1/projects", role=None, headers=headers)
        assert reply.status == 401, value
        assert reply.data["detail"], value


# ---------------------------------------------------------- statuses, bodies of answers


def every_success(client: V4) -> Iterator[Any]:
    """The answer to every call of the contract, once."""
    bench = made.bench(client)
    where, task = bench.project, bench.task
    label = client.create_project_label(where, {"name": "Bird", "task_type": "polygon"})
    model = client.post("models", {"name": "Another"})["id"]
    version = client.post(f"models/{model}/init", {"version_name": "v1"})
    named = version["ai_model_version"]["id"]
    yield from (label, version)
    for endpoint in (
        *("organisations", "projects", f"projects/{where}", f"projects/{where}/batches"),
        *(f"projects/{where}/workflows", "workflows/templates", f"projects/{where}/tasks"),
        *("datasets", f"datasets/{bench.dataset}", "models"),
    ):
        yield client.get(endpoint)
    yield client.create_project("Pets", "image")
    yield client.update_project(where, {"title": "Animals"})
    yield client.copy_project_taxonomy(where, where)
    yield client.update_project_label(label["id"], {"name": "Birds"})
    yield client.delete_project_label(label["id"])
    yield client.set_project_workflows(where, [])
    yield client.set_project_workflow_template(where, "annotate")
    yield made.text(client, where)
    client.upload_image_task(where, "a.png", made.picture())
    yield client.post("tasks/ner", {"project": where, "attachment": "Ada"})
    yield client.post("tasks/video", {"project": where, "attachment": "http://example.org/v"})
    yield client.post("tasks/geo", {"project": where, "attachment": "http://example.org/map"})
    yield client.update_task(task, {"tags": ["seen"]})
    yield client.post("tasks", {"task_ids": []})
    yield client.post(f"datasets/{bench.dataset}/tasks", {"task_ids": [task]})
    yield client.post(f"search/tasks?dataset={bench.dataset}&offset=0&limit=1", {})
    yield client.create_model_run(bench.dataset, bench.version, task, made.BOX, 0.5)
    yield client.post(f"models/{named}/log", {"loss": 1, "step": 0})
    yield client.post(f"models/{named}/finish", {"step": 1})
    yield client.update_project(bench.dataset, {"name": "Animals"})
    yield client.call("DELETE", f"projects/{bench.dataset}")
    yield client.delete_project(where)


def answered_addresses() -> set[tuple[str, str]]:
    """Method and path of every route of the contract."""
    return {
        (method, route.path)
        for router in published.routers()
        for route in router.api().routes
        for method in route.methods
        if "//" not in route.path
    }


def test_every_success_is_200_with_json(last: V4) -> None:
    client, seen, called = last, [], set()
    send = client.line

    def noted(method: str, path: str, *rest: Any) -> Any:
        found = send(method, path, *rest)
        seen.append(found)
        called.add((method, path.partition("?")[0]))
        return found

    client.line = noted
    assert all(answer is not None for answer in every_success(client))
    for method, address in answered_addresses():
        pattern = re.sub(r"\{\w+\}", r"\\w+", address)
        assert any(one == method and re.fullmatch(pattern, path) for one, path in called), address
    assert {status for status, _, _ in seen} == {200}
    assert {headers["content-type"] for _, headers, _ in seen} == {"application/json"}
    for _, _, body in seen:
        assert len(body) > 1
        json.loads(body, parse_constant=pytest.fail)


def test_every_time_has_six_digits_and_a_z(last: V4) -> None:
    def times(value: Any, key: str = "") -> Iterator[tuple[str, Any]]:
        if isinstance(value, dict):
            for name, entry in value.items():
                yield from times(entry, name)
        elif isinstance(value, list):
            for entry in value:
                yield from times(entry, key)
        elif key.endswith("_date") and not (key == "finished_date" and value is None):
            yield key, value

    found = [entry for answer in every_success(last) for entry in times(answer)]
    assert len(found) > 20
    assert [entry for entry in found if not TIME.fullmatch(str(entry[1]))] == []


@pytest.mark.parametrize("microsecond", [0, 1, 120_000])
def test_a_time_has_six_digits_even_where_they_are_zeros(microsecond: int) -> None:
    moment = datetime(2022, 7, 11, 2, 1, 34, microsecond, tzinfo=UTC)
    assert writing.moment(moment) == f"2022-07-11T02:01:34.{microsecond:06}Z"


def test_refusals_say_why(home: Home) -> None:
    reply = home.call("POST", "/api/v1/projects", {"title": ""})
    assert reply.status == 400
    assert reply.data.keys() == {"detail", "code", "field", "request_id"}
    assert home.call("GET", "/api/v1/nowhere").status == 404
    assert home.call("PUT", "/api/v1/projects", {}).status == 405


# --------------------------------------------------------------------- bodies of requests


@pytest.mark.parametrize("body", [b"", b"null", b"{}", b"   ", b"[1]", b'{"a": NaN}', b"no json"])
def test_bodies_of_gets_and_deletes_are_ignored(home: Home, body: bytes) -> None:
    headers = {"Content-Type": "application/json"}
    created = home.call("POST", "/api/v1/projects", {"title": "Pets"}).data["id"]
    path = f"/api/v1/projects/{created}"
    assert home.call("GET", path, body, headers=headers).status == 200
    assert home.call("DELETE", path, body, headers=headers).data == {"deleted": 1}


@pytest.mark.parametrize("body", [None, b"", b"null", b"{}", b" \n"])
def test_empty_and_null_bodies_are_empty_objects(home: Home, body: bytes | None) -> None:
    headers = {"Content-Type": "application/json"}
    assert home.call("POST", "/api/v1/tasks", body, headers=headers).data == {"deleted": 0}
    reply = home.call("POST", "/api/v1/projects", body, headers=headers)
    assert (reply.status, reply.data["field"]) == (400, "title")


@pytest.mark.parametrize("body", [b"{", b"[]", b'"text"', b"1", b"\xff\xfe\xff", b"[" * 9999])
def test_bad_bodies_are_400(home: Home, body: bytes) -> None:
    reply = home.call("POST", "/api/v1/projects", body)
    assert (reply.status, reply.data["code"]) == (400, "invalid")


def test_a_body_may_be_nested_only_so_deep(home: Home) -> None:
    deep = b'{"title": "Pets", "more": ' + b"[" * 70 + b"]" * 70 + b"}"
    assert home.call("POST", "/api/v1/projects", deep).status == 400


def test_the_type_of_a_body_does_not_matter(home: Home) -> None:
    headers = {"Content-Type": "text/plain"}
    body = b'{"title": "Pets", "unknown": {"field": 1}}'
    assert home.call("POST", "/api/v1/projects", body, headers=headers).status == 200


def test_the_three_tokens_are_taken_and_never_given(old: Callable[..., Any]) -> None:
    client: V4 = old(V4)
    where = made.project(client)
    odd = {"a": float("nan"), "b": [float("inf"), -float("inf")], "c": 1}
    task = made.text(client, where, metadata=odd)
    assert task["metadata"] == {"a": None, "b": [None, None], "c": 1}
    stages = client.set_project_workflows(where, [odd])
    assert stages == client.get_project_workflows(where) == [task["metadata"]]
    entity = {"label": "odd", "attributes": odd}
    assert (
        made.text(client, where, annotations=[entity])["annotations"][0]["attributes"]
        == (task["metadata"])
    )


def test_text_that_no_database_takes(last: V4) -> None:
    where = made.project(last, title="half \ud83d pair")
    assert last.get_project(where)["title"] == "half \ufffd pair"
    task = made.text(last, where, metadata={"\ud800": "x", "big": 10**30})
    assert task["metadata"] == {"\ufffd": "x", "big": str(10**30)}
    with pytest.raises(Refused, match="NUL"):
        made.project(last, title="with \x00 in it")
    with pytest.raises(Refused, match="NUL"):
        made.text(last, where, metadata={"more": [{"a\x00": 1}]})


def test_a_key_that_comes_twice_is_refused(home: Home) -> None:
    reply = home.call("POST", "/api/v1/projects", b'{"title": "a", "title": "b"}')
    assert (reply.status, "twice" in reply.data["detail"]) == (400, True)


@pytest.mark.parametrize("name", ["limit", "complete", "created_date__gte"])
def test_a_parameter_that_comes_twice_is_refused(home: Home, name: str) -> None:
    created = home.call("POST", "/api/v1/projects", {"title": "Pets"}).data["id"]
    reply = home.call("GET", f"/api/v1/projects/{created}/tasks?{name}=1&{name}=0&odd=1&odd=2")
    assert (reply.status, reply.data["field"]) == (400, name)


# -------------------------------------------------------------------------------- queries


def test_unknown_parameters_are_ignored(any_old: Client) -> None:
    assert any_old.get("projects", unknown=1, limit="nonsense") == []


@pytest.mark.parametrize("word", ["True", "true", "TRUE", "1"])
def test_spellings_of_yes(last: V4, word: str) -> None:
    where = made.project(last)
    made.text(last, where, complete=True)
    made.text(last, where)
    assert last.get_project_tasks(where, complete=word).total == 1


@pytest.mark.parametrize("word", ["False", "false", "0"])
def test_spellings_of_no(last: V4, word: str) -> None:
    where = made.project(last)
    made.text(last, where, complete=True)
    assert last.get_project_tasks(where, complete=word).total == 0


@pytest.mark.parametrize(
    ("name", "value"),
    [
        *[("complete", "yes"), ("rejected", ""), ("work_started", "2"), ("limit", "many")],
        *[("limit", 0), ("limit", 1001), ("limit", -1), ("limit", "1.5"), ("limit", "9" * 5000)],
        *[("offset", -1), ("offset", "x"), ("offset", 2**40), ("created_date", "yesterday")],
        *[("created_date__gte", ""), ("created_date__lt", "2022-13-01")],
    ],
)
def test_bad_values_are_400(last: V4, name: str, value: Any) -> None:
    where = made.project(last)
    with pytest.raises(Refused) as refused:
        last.get_project_tasks(where, **{name: value})
    assert refused.value.args[1] == 400
    assert json.loads(refused.value.args[0])["field"] == name


# ---------------------------------------------------------------------------------- parts


@pytest.mark.parametrize("kind", [V2b, clients.V3, V34, V4])
@pytest.mark.parametrize("old_names", [False, True])
def test_an_upload_of_two_parts(
    old: Callable[..., Any], kind: type[V2b], *, old_names: bool
) -> None:
    client = old(kind)
    where = made.project(client)
    client.upload_image_task(where, "bild ä.dat", made.picture(), old_names=old_names)
    (task,) = client.get_project_tasks(where)
    assert task["filename"] == task["meta"]["filename"] == "bild ä.dat"
    assert task["media_specs"] == {"width": 40, "height": 30}
    assert (task["batch"], task["task_type"]) == (clients.MAIN, "image")


@pytest.mark.parametrize("form", ["PNG", "JPEG", "GIF", "WEBP", "BMP", "TIFF"])
def test_the_format_is_found_in_the_bytes(last: V4, form: str) -> None:
    where = made.project(last)
    last.upload_image_task(where, "picture", made.picture(form=form))
    (task,) = last.get_project_tasks(where)
    assert task["media_specs"] == {"width": 40, "height": 30}


@pytest.mark.parametrize(
    ("parts", "field"),
    [
        ({"payload": b"{}"}, "image"),
        ({'image"; filename="a.png': made.picture()}, "payload"),
        ({"payload": b"{}", 'image"; filename="a.png': made.picture()}, "project"),
        ({"payload": b"{", 'image"; filename="a.png': made.picture()}, None),
    ],
)
def test_parts_that_miss_something(home: Home, parts: dict[str, bytes], field: str | None) -> None:
    body = b"".join(
        b'--x\r\nContent-Disposition: form-data; name="' + name.encode() + b'"\r\n\r\n' + content
        + b"\r\n"
        for name, content in parts.items()
    )  # fmt: skip
    headers = {"Content-Type": "multipart/form-data; boundary=x"}
    reply = home.call("POST", "/api/v1/tasks/image/upload", body + b"--x--\r\n", headers=headers)
    assert (reply.status, reply.data["field"]) == (400, field)


@pytest.mark.parametrize("body", [b"", b"null", b"--x", b"{}"])
@pytest.mark.parametrize(
    "media_type", ["multipart/form-data", "multipart/form-data; boundary=x", "application/json"]
)
def test_an_upload_that_is_none(home: Home, body: bytes, media_type: str) -> None:
    headers = {"Content-Type": media_type}
    reply = home.call("POST", "/api/v1/tasks/image/upload", body, headers=headers)
    assert (reply.status, reply.data["code"]) == (400, "invalid")


@pytest.mark.parametrize(
    "body",
    [
        b'--x\r\nContent-Disposition: form-data; name="a"\r\n\r\n1\r\n' * 100_000 + b"--x--\r\n",
        b"--x\r\n" + b"A: b\r\n" * 1_000_000,
        b"--x\r\nContent-Disposition: form-data; " + b'a="b"; ' * 1_000_000 + b"\r\n--x--\r\n",
        b"--x\r\nContent-Disposition: form-data; " + b"a*0=b; " * 1_000_000 + b"\r\n--x--\r\n",
        b'--x\r\nContent-Disposition: form-data; name="payload"\r\n\r\n' + b"1" * 10_000_000,
        b"p" * 10_000_000 + b"\r\n--x--\r\n",
        b"\r\n--" * 2_000_000,
    ],
    ids=["parts", "headers", "parameters", "continued", "unclosed", "preamble", "dashes"],
)
def test_an_upload_that_is_made_to_cost_much(home: Home, body: bytes) -> None:
    headers = {"Content-Type": "multipart/form-data; boundary=x"}
    reply = home.call("POST", "/api/v1/tasks/image/upload", body, headers=headers)
    assert (reply.status, reply.data["code"]) == (400, "invalid")
    headers = {"Content-Type": "multipart/form-data; " + "a=b; " * 10_000 + "boundary=x"}
    reply = home.call("POST", "/api/v1/tasks/image/upload", b"--x--\r\n", headers=headers)
    assert (reply.status, reply.data["code"]) == (400, "invalid")


def test_an_upload_that_is_no_picture(last: V4) -> None:
    where = made.project(last)
    for content in (b"no picture", b""):
        with pytest.raises(Refused) as refused:
            last.upload_image_task(where, "a.png", content)
        assert refused.value.args[1] == 400
    assert last.get_project_tasks(where).total == 0


# ------------------------------------------------------------------------------- versions


def test_an_empty_payload_is_no_body_at_first(old: Callable[..., Any]) -> None:
    assert old(V1).body("POST", {}) is None
    assert old(V2).body("POST", []) is None
    assert (old(V2b).body("POST", {}), old(V4).body("GET", None)) == (b"{}", b"null")


# ----------------------------------------------------------------------------------- roles


@pytest.mark.parametrize("kind", clients.ALL)
def test_viewers_read_alone(old: Callable[..., Any], kind: type[Client]) -> None:
    where = made.project(old(V4))
    viewer = old(kind, role="viewer")
    assert viewer.get_project(where)["id"] == where
    with pytest.raises(Refused) as refused:
        viewer.post("projects", {"title": "Pets"})
    assert refused.value.args[1] == 403
