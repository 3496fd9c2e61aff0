"""One error body for every refusal, and no trace of the inside."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Callable
from typing import Any

import pytest
from fastapi import HTTPException
from sqlalchemy.exc import OperationalError

from linlog import LinLogClient, errors
from linlog.server import request as requests
from linlog.server.services import files as file_rules
from linlog.server.services import projects as project_rules
from linlog.wire.errors import ErrorBody
from tests.api import addresses
from tests.conftest import Server
from tests.factories import organisations, projects, tasks
from tests.factories.organisations import Home
from tests.factories.replies import Reply

JSON = {"Content-Type": "application/json"}
HEADERS = {
    "content-security-policy": (
        "default-src 'none'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
    ),
    "x-content-type-options": "nosniff",
    "x-frame-options": "DENY",
    "referrer-policy": "strict-origin-when-cross-origin",
    "cross-origin-opener-policy": "same-origin",
    "cross-origin-resource-policy": "same-origin",
    "permissions-policy": "geolocation=(), camera=(), microphone=()",
    "cache-control": "no-store",
}

REFUSALS: dict[str, tuple[int, str, Callable[[Home], Reply]]] = {
    "no address": (404, "not_found", lambda home: home.call("GET", "/api/v2/nothing")),
    "no row": (404, "not_found", lambda home: home.call("GET", "/api/v2/projects/p_nothing")),
    "no method": (405, "invalid", lambda home: home.call("PUT", "/api/v2/projects", {})),
    "no id": (405, "invalid", lambda home: home.call("DELETE", "/api/v2/tokens/personal")),
    "bad query": (422, "invalid", lambda home: home.call("GET", "/api/v2/projects?limit=x")),
    "bad field": (422, "invalid", lambda home: home.call("POST", "/api/v2/projects", {"a": 1})),
    "bad JSON": (
        *(400, "invalid"),
        lambda home: home.call("POST", "/api/v2/projects", b"{", headers=JSON),
    ),
    "no body": (422, "invalid", lambda home: home.call("POST", "/api/v2/projects")),
    "no JSON": (415, "invalid", lambda home: home.call("POST", "/api/v2/projects", b"title=x")),
    "nobody": (401, "not_authenticated", lambda home: home.call("GET", "/api/v2/jobs", role=None)),
    "no power": (403, "not_allowed", lambda home: home.call("GET", "/api/v2/users")),
    "contradiction": (409, "conflict", lambda home: doubled_label(home)),  # noqa: PLW0108 - defined below
    "no link": (
        *(403, "not_allowed"),
        lambda home: home.call("GET", "/media/f_nothing?expires=1&signature=x", role=None),
    ),
}


def doubled_label(home: Home) -> Reply:
    """The answer to a label that is there."""
    project = projects.create(home.client(), labels=["cat"])
    return home.call("POST", f"/api/v2/projects/{project.id}/labels", {"name": "cat"})


def check_body(reply: Reply, status: int, code: str) -> ErrorBody:
    """The error's body, which has the four keys and nothing of the inside."""
    assert reply.headers["content-type"] == "application/json; charset=utf-8"
    assert [*reply.data] == ["detail", "code", "field", "request_id"]
    body = ErrorBody(**reply.data)
    assert (reply.status, body.code) == (status, code)
    assert body.request_id == reply.headers["x-request-id"]
    assert 10 < len(body.detail) < 500
    for inside in ("Traceback", "sqlite", "SELECT", ".py", "pydantic", "object at 0x"):
        assert inside not in body.detail
    return body


@pytest.mark.parametrize("name", REFUSALS)
def test_every_refusal_has_the_one_body(home: Home, name: str) -> None:
    status, code, ask = REFUSALS[name]
    check_body(ask(home), status, code)


def test_bodies_over_the_limit_are_refused(home: Home, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(requests, "LARGEST_BODY", 1000)
    for where, body, headers in (
        ("/api/v2/projects", b'{"title":"' + b"x" * 1000 + b'"}', JSON),
        ("/api/v2/files", b"x" * 1001, {}),
    ):
        reply = home.call("POST", where, body, headers=headers)
        assert "1,000 bytes" in check_body(reply, 413, "too_large").detail
    assert home.call("POST", "/api/v2/files", b"x" * 1000).status == 201


@pytest.mark.parametrize(
    ("announced", "chunks", "read"),
    [("1001", 1, 0), ("3", 4, 3), ("-5", 4, 3), ("", 4, 3), ("9" * 5000, 4, 3), ("x", 4, 3)],
)
def test_a_body_is_read_no_further_than_its_limit(
    monkeypatch: pytest.MonkeyPatch, announced: str, chunks: int, read: int
) -> None:
    monkeypatch.setattr(requests, "LARGEST_BODY", 1000)
    sent = iter(range(chunks))
    taken: list[int] = []

    async def receive() -> dict[str, Any]:
        taken.append(next(sent))
        return {"type": "http.request", "body": b"x" * 400, "more_body": True}

    headers = [(b"content-length", announced.encode())]
    scope = {"type": "http", "method": "POST", "path": "/", "headers": headers}
    with pytest.raises(HTTPException) as caught:
        asyncio.run(requests._BoundedRequest(scope, receive).body())
    assert (caught.value.status_code, len(taken)) == (413, read)


def test_the_limit_leaves_room_for_the_largest_file() -> None:
    assert file_rules.LARGEST_BYTES == 64 * 1024 * 1024
    assert requests.LARGEST_BODY > file_rules.LARGEST_BYTES


# ----------------------------------------------------------------------------- failures


def failing(error: Exception) -> Callable[..., Any]:
    """A service with a bug."""

    def service(*_: object, **__: object) -> None:
        raise error

    return service


def test_a_bug_is_told_without_its_inside_and_logged_with_it(
    home: Home, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    secret = "hunter2 at /srv/linlog/projects.py"
    monkeypatch.setattr(project_rules, "list_page", failing(RuntimeError(secret)))
    reply = home.call("GET", "/api/v2/projects", headers={"X-Request-Id": "seen-1"})
    body = check_body(reply, 500, "failed")
    assert "hunter2" not in body.detail
    line = json.loads(capsys.readouterr().err)
    assert (line["request_id"], line["error"], line["path"]) == (
        *("seen-1", "RuntimeError", "/api/v2/projects"),
    )
    assert secret in line["trace"]
    assert home.token() not in json.dumps(line)


def test_a_database_that_is_away_asks_for_patience(
    home: Home, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    error = OperationalError("SELECT secret", {}, Exception("database is locked"))
    monkeypatch.setattr(project_rules, "create", failing(error))
    reply = home.call("POST", "/api/v2/projects", {"title": "x"})
    body = check_body(reply, 503, "failed")
    assert "try again" in body.detail
    assert "database is locked" in capsys.readouterr().err


# ----------------------------------------------------------------------------- classes


CODES: dict[str, Callable[[Home], object]] = {
    "invalid": lambda home: home.client().tasks.list("p_x", limit=0),
    "not_authenticated": lambda home: LinLogClient(
        "http://127.0.0.1:8420", transport=home.server.transport
    ).projects.list(),
    "not_allowed": lambda home: home.client("viewer").projects.create("x"),
    "not_found": lambda home: home.client().projects.get("p_nothing"),
    "conflict": lambda home: [
        home.client().labels.create(project, "cat")
        for project in [projects.create(home.client()).id] * 2
    ],
    "too_large": lambda home: home.client().files.create(b"x" * 2000),
    "second_factor_needed": lambda home: home.client().projects.update("p_x", title="x"),
    "presence_needed": lambda home: home.client().projects.update("p_x", title="x"),
    "rate_limited": lambda home: home.client().projects.update("p_x", title="x"),
    "failed": lambda home: home.client().projects.update("p_x", title="x"),
}


@pytest.mark.parametrize("code", errors.API_ERRORS)
def test_every_code_is_its_class_in_the_sdk(
    home: Home, code: str, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(requests, "LARGEST_BODY", 1000)
    planted = {"rate_limited": errors.RateLimited("slow down"), "failed": RuntimeError("a bug")}
    planted["second_factor_needed"] = errors.SecondFactorNeeded("give a code as well")
    planted["presence_needed"] = errors.PresenceNeeded("give the password again")
    if code in planted:
        monkeypatch.setattr(project_rules, "update", failing(planted[code]))
    with pytest.raises(errors.ApiError) as caught:
        CODES[code](home)
    assert type(caught.value) is errors.API_ERRORS[code]
    assert (caught.value.code, bool(caught.value.request_id)) == (code, True)
    assert str(caught.value) == caught.value.detail
    assert ("a bug" in capsys.readouterr().err) == (code == "failed")


# ----------------------------------------------------------------------------- request ids


@pytest.mark.parametrize("given", ["a", "A-z_9", "x" * 64])
def test_a_safe_request_id_is_given_back(home: Home, given: str) -> None:
    reply = home.call("GET", "/api/v2/nothing", headers={"X-Request-Id": given})
    assert (reply.headers["x-request-id"], reply.data["request_id"]) == (given, given)


@pytest.mark.parametrize(
    "given", ["", "x" * 65, "a b", "a\r\nSet-Cookie: b=c", "<script>", "ä", "a/b", "a.b"]
)
def test_any_other_request_id_is_replaced(home: Home, given: str) -> None:
    reply = home.call("GET", "/api/v2/nothing", headers={"X-Request-Id": given})
    assert len(reply.headers["x-request-id"]) == 16
    assert reply.headers["x-request-id"].isalnum()
    assert "set-cookie" not in reply.headers


def test_request_ids_differ(home: Home) -> None:
    seen = {home.call("GET", "/api/v2/projects").headers["x-request-id"] for _ in range(5)}
    assert len(seen) == 5


# ----------------------------------------------------------------------------- strictness


@pytest.fixture(scope="module")
def member(shared: Server) -> Home:
    """An organisation for requests that are all refused."""
    return organisations.create(shared)


def write_addresses() -> list[addresses.Address]:
    """Addresses that take JSON."""
    return [
        one
        for one in addresses.all_of_them()
        if "application/json" in one.operation.get("requestBody", {}).get("content", {})
    ]


@pytest.mark.parametrize("address", write_addresses(), ids=str)
def test_unknown_fields_are_refused_and_named(member: Home, address: addresses.Address) -> None:
    where = address.filled(dict.fromkeys(address.ids, "t_nothing"))
    body = {**address.body({}), "is_admin": True}
    reply = member.call(address.method, where, body, role="owner")
    said = check_body(reply, 422, "invalid")
    assert said.field == "is_admin"
    assert "is not a field" in said.detail


@pytest.mark.parametrize("address", addresses.all_of_them(), ids=str)
def test_unknown_parameters_are_refused_and_named(member: Home, address: addresses.Address) -> None:
    where = address.filled(dict.fromkeys([*address.ids, *address.required_query], "t_nothing"))
    where += ("&" if "?" in where else "?") + "limt=1"
    reply = member.call(address.method, where, address.body({}), role="owner")
    said = check_body(reply, 422, "invalid")
    assert (said.field, "unknown parameter 'limt'" in said.detail) == ("limt", True)


@pytest.mark.parametrize(
    ("where", "field"),
    [
        ("/api/v2/projects?limit=1&limit=2", "limit"),
        ("/api/v2/projects?title=a&title=a", "title"),
        ("/api/v2/jobs?cursor=a&cursor=b", "cursor"),
    ],
)
def test_doubled_parameters_are_refused(home: Home, where: str, field: str) -> None:
    said = check_body(home.call("GET", where), 422, "invalid")
    assert (said.field, said.detail) == (field, f"parameter {field} is given twice")


@pytest.mark.parametrize(
    ("where", "field"),
    [
        ("/api/v2/projects/{}/tasks?unique_id=a%00", "unique_id"),
        ("/api/v2/projects/{}/tasks?limit=1&label=%00a", "label"),
        ("/api/v1/projects/{}/tasks?unique_id=a%00", "unique_id"),
        ("/api/v2/files?filename=a%00.png", "filename"),
    ],
)
def test_filters_hold_no_nul(home: Home, where: str, field: str) -> None:
    project = projects.create(home.client())
    method = "POST" if "/files" in where else "GET"
    found = home.call(method, where.format(project.id))
    assert found.status == (400 if "/v1/" in where else 422)
    assert b"must not hold a NUL character" in found.body
    assert field.encode() in found.body


@pytest.mark.parametrize("where", ["/api/v2/projects/{}%00", "/api/v1/projects/{}%00"])
def test_nothing_has_a_nul_in_its_address(home: Home, where: str) -> None:
    project = projects.create(home.client())
    assert home.call("GET", where.format(project.id)).status == 404


@pytest.mark.parametrize(
    ("body", "said"),
    [
        (b'{"title": "x"', "no valid JSON"),
        (b'{"title": NaN', "no valid JSON"),
        (b'{"title": "\\ud800"}', "no valid JSON"),
        (b'{"title": "\xff"}', "no valid JSON"),
        (b"[" * 100_000, "nested too deeply"),
    ],
)
def test_what_is_no_json_is_refused_in_a_sentence(home: Home, body: bytes, said: str) -> None:
    reply = home.call("POST", "/api/v2/projects", body, headers=JSON)
    assert said in check_body(reply, 400, "invalid").detail


@pytest.mark.parametrize(
    ("body", "said"),
    [
        (b"", "the body is missing"),
        (b"[]", "must be a JSON object"),
        (b"null", "must be a JSON object"),
    ],
)
def test_what_is_no_object_is_refused_in_a_sentence(home: Home, body: bytes, said: str) -> None:
    reply = home.call("POST", "/api/v2/projects", body, headers=JSON)
    assert said in check_body(reply, 422, "invalid").detail


@pytest.mark.parametrize(
    ("body", "field"),
    [
        (b'{"title": NaN}', "title"),
        (b'{"title": "x", "attributes": [{"key": {"a": [1, -Infinity]}}]}', "attributes.0.key.a.1"),
        (b'{"labels": [{"name": 1e400}]}', "labels.0.name"),
        (b"[1, Infinity]", "1"),
        (b"NaN", None),
    ],
)
def test_numbers_without_an_end_are_refused_by_the_name_of_their_field(
    home: Home, body: bytes, field: str | None
) -> None:
    said = check_body(home.call("POST", "/api/v2/projects", body, headers=JSON), 422, "invalid")
    assert said.field == field
    assert said.detail.startswith(f"{field or 'the body'} must be a finite number, but is ")


@pytest.mark.parametrize("number", [b"NaN", b"Infinity", b"-Infinity", b"1e999"])
@pytest.mark.parametrize("name", ["metadata", "details"])
def test_free_data_of_tasks_holds_finite_numbers(home: Home, name: str, number: bytes) -> None:
    project = projects.create(home.client())
    task = b'{"tasks":[{"item":{"type":"text","text":"x"},"%s":{"a":[%s]}}]}'
    where = f"/api/v2/projects/{project.id}/tasks"
    reply = home.call("POST", where, task % (name.encode(), number), headers=JSON)
    assert check_body(reply, 422, "invalid").field == f"tasks.0.{name}.a.0"
    assert home.call("GET", where).data["count"] == 0


@pytest.mark.parametrize("depth", [10, 60, 61, 400, 2000])
def test_deep_data_is_kept_or_refused_and_never_a_failure(home: Home, depth: int) -> None:
    project = projects.create(home.client())
    deep = b'{"a":' * depth + b"1" + b"}" * depth
    task = b'{"tasks":[{"item":{"type":"text","text":"x"},"metadata":' + deep + b"}]}"
    where = f"/api/v2/projects/{project.id}/tasks"
    reply = home.call("POST", where, task, headers={**JSON, "Idempotency-Key": f"deep-{depth}"})
    # Around the data are the body, the list of tasks and the task.
    assert reply.status == (201 if depth <= 61 else 400)
    if reply.status == 201:
        assert deep in reply.body
        assert home.call("GET", where).status == 200


# ----------------------------------------------------------------------------- headers


@pytest.mark.parametrize("name", REFUSALS)
def test_every_refusal_carries_the_headers(home: Home, name: str) -> None:
    headers = REFUSALS[name][2](home).headers
    assert {key: headers.get(key) for key in HEADERS} == HEADERS


def test_every_answer_carries_the_headers(home: Home) -> None:
    project = projects.create(home.client())
    for method, where, body in (
        ("GET", "/healthz", None),
        ("GET", "/api/v2/openapi.json", None),
        ("GET", "/api/v2/projects", None),
        ("POST", "/api/v2/projects", {"title": "x"}),
        ("DELETE", f"/api/v2/projects/{project.id}", None),
    ):
        reply = home.call(method, where, body)
        assert reply.status in {200, 201}
        assert {key: reply.headers.get(key) for key in HEADERS} == HEADERS


def test_what_is_framed_may_be_framed_by_own_pages_alone(home: Home) -> None:
    client = home.client()
    where = projects.create(client).id
    task = client.create_categorisation_task(where, "<p>x</p>", "html")
    headers = home.call("GET", f"/api/v2/tasks/{task.id}/html").headers
    assert "frame-ancestors 'self'" in headers["content-security-policy"]
    assert "x-frame-options" not in headers
    assert headers["x-content-type-options"] == "nosniff"


def test_health_is_told_to_anyone_and_the_document_to_members(home: Home) -> None:
    assert home.call("GET", "/healthz", role=None).data["status"] == "ok"
    assert home.call("GET", "/api/v2/openapi.json", role=None).status == 401
    found = home.call("GET", "/api/v2/openapi.json", role="viewer").data
    assert found == json.loads(json.dumps(addresses.document()))
    assert tasks.create(home.client()).id


@pytest.mark.parametrize(
    ("method", "path", "allowed"),
    [
        ("DELETE", "/api/v2/tokens/personal", "GET, POST"),
        ("DELETE", "/api/v2/sessions/password", "POST"),
        ("PUT", "/api/v2/projects", "GET, POST"),
        ("PUT", "/api/v2/tokens/k_nothing", "DELETE"),
        ("PUT", "/healthz", "GET"),
    ],
)
def test_a_method_that_an_address_does_not_take_is_refused_with_those_it_does(
    home: Home, method: str, path: str, allowed: str
) -> None:
    reply = home.call(method, path)
    assert (reply.status, reply.headers["allow"].replace("HEAD, ", "")) == (405, allowed)
