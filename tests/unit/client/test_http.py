"""What is repeated and what is not, how errors arrive, and that no secret is ever shown."""

import copy
import pickle
import traceback
from datetime import UTC, date, datetime
from typing import Any

import pytest

from linlog import LinLogClient, errors
from linlog.client import http
from linlog.client.transports import Request, Response
from linlog.client.transports.recorded import RecordedTransport, refusal

SECRET = "canary-of-a-token"
NOW = "2026-01-01T00:00:00.000000Z"
ORGANISATION = {"id": "o_1", "created_date": NOW, "name": "Ours"}
MODEL = {"id": "m_1", "created_date": NOW, "name": "m", "version_count": 0}
WHERE = "GET /api/v2/organisation"


@pytest.fixture(autouse=True)
def no_pauses(monkeypatch: pytest.MonkeyPatch) -> list[float]:
    """Do not wait; keep how long it would have been."""
    waited: list[float] = []
    monkeypatch.setattr(http.time, "sleep", waited.append)
    return waited


def client(answers: dict[str, Any]) -> tuple[LinLogClient, RecordedTransport]:
    """A client whose server is a table."""
    transport = RecordedTransport(answers)
    return LinLogClient("http://127.0.0.1:1", SECRET, transport=transport), transport


def in_turn(*answers: Any) -> Any:
    """One answer after the other."""
    left = list(answers)
    return lambda _request: left.pop(0)


@pytest.mark.parametrize(
    "trouble",
    [
        errors.ConnectionLost("broke"),
        errors.Timeout("late"),
        refusal(503, "failed", "busy"),
        refusal(502, "failed", "gone"),
        refusal(429, "rate_limited", "too many"),
    ],
)
def test_reading_is_tried_again(trouble: Any, no_pauses: list[float]) -> None:
    made, transport = client({WHERE: in_turn(trouble, trouble, ORGANISATION)})
    assert made.get_organisation().name == "Ours"
    assert len(transport.requests) == 3
    assert len(no_pauses) == 2
    assert no_pauses[0] != no_pauses[1]


def test_it_gives_up(no_pauses: list[float]) -> None:
    made, transport = client({WHERE: errors.ConnectionLost("broke")})
    with pytest.raises(errors.ConnectionLost):
        made.get_organisation()
    assert len(transport.requests) == http.ATTEMPTS


def test_creating_is_tried_again_with_the_same_key() -> None:
    made, transport = client(
        {"POST /api/v2/models": in_turn(errors.ConnectionLost("broke"), MODEL, MODEL)}
    )
    made.create_model("m")
    made.create_model("m")
    keys = [request.headers["Idempotency-Key"] for request in transport.requests]
    assert keys[0] == keys[1] != keys[2]
    assert 20 <= len(keys[0]) <= 64


def test_deleting_is_tried_again_with_the_same_key() -> None:
    lost = errors.ConnectionLost("broke")
    made, transport = client({"DELETE /api/v2/models/m_1": in_turn(lost, {"deleted": 1})})
    assert made.models.delete("m_1").deleted == 1
    first, again = (request.headers["Idempotency-Key"] for request in transport.requests)
    assert first == again


def test_changing_is_sent_once() -> None:
    made, transport = client({"PATCH /api/v2/models/m_1": errors.ConnectionLost("broke")})
    with pytest.raises(errors.ConnectionLost):
        made.models.update("m_1", name="x")
    assert len(transport.requests) == 1


def test_retry_after_is_heeded_within_bounds(no_pauses: list[float]) -> None:
    busy = refusal(429, "rate_limited", "too many", **{"retry-after": "7"})
    endless = refusal(429, "rate_limited", "too many", **{"retry-after": "99999"})
    made, _ = client({WHERE: in_turn(busy, endless, ORGANISATION)})
    made.get_organisation()
    assert 7 <= no_pauses[0] < 8
    assert no_pauses[1] < 2 * http.LONGEST_PAUSE_S


@pytest.mark.parametrize(
    ("status", "code", "kind"),
    [(kind.status, code, kind) for code, kind in errors.API_ERRORS.items()],
)
def test_each_code_is_its_class(status: int, code: str, kind: type[errors.ApiError]) -> None:
    made, _ = client({"PATCH /api/v2/models/m_1": refusal(status, code, "a sentence")})
    with pytest.raises(kind, match="a sentence") as caught:
        made.models.update("m_1", name="x")
    assert type(caught.value) is kind
    assert caught.value.request_id == "recorded"


@pytest.mark.parametrize(
    ("answer", "kind", "said"),
    [
        (Response(404, {}, b"<html>nginx</html>"), errors.NotFound, "status 404: <html>nginx"),
        (Response(413, {}, b""), errors.TooLarge, "status 413: nothing"),
        (Response(418, {}, b"\xff\xfe"), errors.Invalid, "status 418"),
        (Response(200, {}, b"<html>hello</html>"), errors.ServerFailed, "is the address right"),
        (Response(200, {}, b'{"id": 1}'), errors.ServerFailed, "is the address right"),
        (Response(302, {"location": "https://elsewhere.example/x"}, b""), errors.ConfigError,
         "https://elsewhere.example"),
    ],
)  # fmt: skip
def test_answers_of_something_else(answer: Response, kind: type[Exception], said: str) -> None:
    made, transport = client({WHERE: answer})
    with pytest.raises(kind, match=said):
        made.get_organisation()
    assert len(transport.requests) == 1


def test_unknown_fields_of_a_newer_server_pass() -> None:
    made, _ = client({WHERE: {**ORGANISATION, "plan": "large"}})
    assert made.get_organisation().id == "o_1"


def test_queries_carry_booleans_and_dates() -> None:
    made, transport = client(
        {"GET /api/v2/projects/p_1/tasks": {"results": [], "count": 0}},
    )
    made.get_project_tasks("p_1", complete=True, created_date__gte=datetime(2026, 1, 2, 3, 4, 5))  # noqa: DTZ001 - without an offset is the case
    made.get_project_tasks("p_1", created_date=datetime(2026, 1, 2, tzinfo=UTC), limit=None)
    made.get_project_tasks("p_1", created_date__lt=date(2026, 1, 2))
    queries = [request.url.partition("?")[2] for request in transport.requests]
    assert queries == [
        "complete=true&created_date__gte=2026-01-02T03%3A04%3A05%2B00%3A00",
        "created_date=2026-01-02T00%3A00%3A00%2B00%3A00",
        "created_date__lt=2026-01-02T00%3A00%3A00%2B00%3A00",
    ]


def test_the_next_page_is_never_fetched_elsewhere() -> None:
    first = {"results": [], "count": 3, "next": "https://evil.example/steal?cursor=1"}
    made, transport = client({"GET /api/v2/models": first})
    with pytest.raises(errors.ServerFailed, match="outside the API"):
        made.get_models()
    assert len(transport.requests) == 1
    transport.answers["GET /api/v2/models"] = in_turn(
        {"results": [], "count": 1, "next": "https://evil.example/api/v2/models?cursor=1"},
        {"results": [MODEL], "count": 1},
    )
    assert len(made.get_models()) == 1
    assert all(request.url.startswith("http://127.0.0.1:1/") for request in transport.requests)


def shown(thing: Any) -> str:
    """All the ways in which something is shown."""
    return f"{thing!r} {thing!s} {thing:} {vars(thing) if hasattr(thing, '__dict__') else ''}"


@pytest.mark.attack("H08")
def test_secrets_are_not_shown() -> None:
    made, transport = client({WHERE: refusal(401, "not_authenticated", "wrong credentials")})
    with pytest.raises(errors.NotAuthenticated) as caught:
        made.get_organisation()
    for thing in (made, made._http, made._settings, made.projects, caught.value,
                  transport.requests[0]):  # fmt: skip
        assert SECRET not in shown(thing)
    assert transport.requests[0].headers["Authorization"] == f"Token {SECRET}"
    person = LinLogClient("http://127.0.0.1:1", email="a@b.c", password=SECRET, transport=transport)
    assert SECRET not in shown(person) + shown(person._settings.credentials)
    for held in (person, person._settings, made):
        with pytest.raises(TypeError, match="not pickled|cannot pickle"):
            pickle.dumps(held)
    assert SECRET not in "".join(traceback.format_exception(caught.value))


def test_a_page_can_be_copied_and_pickled() -> None:
    made, _ = client({"GET /api/v2/models": {"results": [MODEL], "count": 1}})
    page = made.get_models()
    assert pickle.loads(pickle.dumps(page)) == list(page) == copy.copy(page)


def test_ids_are_checked_before_anything_is_sent() -> None:
    made, transport = client({})
    for wrong in ("", "../users", "t_1", "p_1/../x", "p_" + "x" * 65, None, 3):
        with pytest.raises(ValueError, match="expected the id of a project"):
            made.get_project(wrong)  # type: ignore[arg-type]
    assert transport.requests == []


def test_requests_show_no_headers() -> None:
    assert SECRET not in repr(Request("GET", "http://a", {"Authorization": SECRET}, b""))
