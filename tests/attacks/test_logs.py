"""What training logs (F, G): steps and times in any order, points without number, heavy reads."""

from __future__ import annotations

import json
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from http.client import HTTPConnection
from typing import Any

import pytest

from linlog import limits
from tests.attacks import oracles
from tests.attacks.targets import Target
from tests.factories.replies import Reply
from tests.patience import PATIENCE_S

POINTS = b'{"number":%d,"step":%d,"data":{"loss":%d.5}}'


def version(target: Target, name: str) -> str:
    """The address of the log of a new version."""
    where = f"/api/v2/models/{target.ids['model_id']}/versions"
    made = target.call("POST", where, {"name": name})
    assert made.status == 201, made.body
    return f"/api/v2/model-versions/{made.data['id']}"


def log(target: Target, where: str, *entries: dict[str, Any]) -> Reply:
    """The answer to some entries."""
    body = {"client_id": "here", "entries": [*entries]}
    return target.call("POST", f"{where}/log-entries", body)


@pytest.mark.attack("F16")
def test_steps_and_times_stay_in_the_order_in_which_they_were_logged(target: Target) -> None:
    """Each once, and as they were: repeated, going back, and of any year there is."""
    where = version(target, "order")
    times = ["9999-12-31T23:59:59Z", "0001-01-01T00:00:00Z", "2035-01-01T00:00:00Z", None]
    steps = [5, 3, 3, 0, -7, limits.WHOLE_NUMBER, 4, -limits.WHOLE_NUMBER]
    entries = [
        {"number": at, "step": step, "data": {"a": at}, "logged_date": times[at % len(times)]}
        for at, step in enumerate(steps)
    ]
    made = log(target, where, *entries)
    assert (made.status, made.data["accepted"]) == (200, len(steps))
    assert log(target, where, *entries).data["accepted"] in {0, len(steps)}
    kept = target.call("GET", f"{where}/log-entries").data["results"]
    assert [(one["step"], one["data"]["a"]) for one in kept] == [
        (step, at) for at, step in enumerate(steps)
    ]
    said = [one["logged_date"] for one in kept]
    assert [one for one, time in zip(said, entries, strict=True) if time["logged_date"]] == [
        time["logged_date"] for time in entries if time["logged_date"]
    ]
    series = target.call("GET", f"{where}/series?keys=%5B%22a%22%5D").data["series"][0]
    assert series["steps"] == steps


@pytest.mark.attack("F03", "F16")
@pytest.mark.parametrize(
    "more", [{}, *({"step": step} for step in (2**53, -(2**53), 2**63, None, "1", 1.0))]
)
def test_a_step_is_a_whole_number_and_is_said(target: Target, more: dict[str, Any]) -> None:
    where = f"/api/v2/model-versions/{target.ids['version_id']}"
    with oracles.unchanged(target.data):
        reply = log(target, where, {"number": 900, "data": {}, **more})
        assert (reply.status, reply.data["field"]) == (422, "entries.0.step")


def status_of(target: Target, path: str) -> int:
    """The status of an answer that is read a part at a time, and forgotten.

    The server is a part of the tests' process, whose memory is bounded.
    """
    with closing(HTTPConnection("127.0.0.1", target.port, timeout=PATIENCE_S)) as line:
        line.request("GET", path, headers={"Authorization": f"Token {target.tokens['owner']}"})
        answer = line.getresponse()
        while answer.read(65_536):
            pass
        return answer.status


@pytest.mark.attack("F15", "G10")
@pytest.mark.usefixtures("probed")
def test_points_without_number_are_read_by_many_at_once(
    target: Target, counted: Callable[[int], int]
) -> None:
    """Of 10⁷ points each question takes its own; a hundredth of them in everyday runs."""
    where, each = version(target, "points"), limits.LOG_ENTRIES
    for first in range(0, counted(counted(10_000_000)), each):
        entries = b",".join(POINTS % (at, at, at % 97) for at in range(first, first + each))
        body = b'{"client_id":"points","entries":[%s]}' % entries
        assert target.call("POST", f"{where}/log-entries", body).status == 200
    questions = [
        f"{where}/series?keys=%5B%22loss%22%5D&points=10000",
        f"{where}/log-entries?limit=1000",
    ]
    questions += [f"{where}/log-entries?limit=1000&offset=900000", where]

    def asked(at: int) -> int:
        return status_of(target, questions[at % len(questions)])

    with ThreadPoolExecutor(counted(500)) as threads:
        answers = [threads.submit(asked, at) for at in range(counted(500))]
        # Somebody else is answered meanwhile, and the flood ends.
        assert target.call("GET", "/api/v2/projects", role="other").status == 200
        statuses = {one.result() for one in answers}
    assert 200 in statuses
    assert statuses <= {200, 429}
    read = target.call("GET", questions[0])
    assert len(read.data["series"][0]["steps"]) <= limits.SERIES_POINTS
    json.loads(read.body, parse_constant=pytest.fail)


@pytest.mark.attack("G10")
@pytest.mark.parametrize("path", ["compare", "compare/document"])
def test_no_more_are_compared_at_once_than_may_be(target: Target, path: str) -> None:
    many = ",".join([target.ids["evaluation_id"]] * 100)
    reply = target.call("GET", f"/api/v2/evaluations/{path}?evaluation_ids={many}")
    assert (reply.status, reply.data["field"]) == (422, "evaluation_ids")
