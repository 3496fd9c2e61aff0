"""Values and text (F) on the published API, which is lenient in what its clients need alone."""

from __future__ import annotations

import json
from typing import Any

import pytest

from tests.attacks import bodies, oracles
from tests.attacks.targets import Target
from tests.factories import doublings
from tests.factories.replies import Reply

TASK: dict[str, Any] = {
    "project": "{project_id}",
    "attachment": "https://example.org/a",
    "batch_name": "words",
    "unique_id": "words",
    "external_data": True,
    "complete": False,
    "metadata": {"a": "words"},
    "annotations": [{"label": "cat", "type": "bounding-box"}],
}
BOX = {"left": 1.5, "top": 1.5, "width": 1.5, "height": 1.5}
COLOUR = {"r": 1, "g": 1, "b": 1}
BODIES: dict[str, Any] = {
    "POST projects": {"title": "words", "type": "image", "objects_to_annotate": ["cat"]},
    "PATCH projects/{project_id}": {"title": "words"},
    "POST projects/{project_id}/create-label": {"name": "words", "colour_code": COLOUR},
    "PATCH project-labels/{label_id}": {"name": "words", "colour_code": COLOUR},
    "POST projects/{project_id}/import-taxonomy": {"project_id": "{project_id}"},
    "POST workflows/{project_id}/template": {"template": "words"},
    "POST tasks/categorisation": TASK,
    "POST tasks/ner": TASK,
    "POST tasks/video": TASK,
    "POST tasks/image": {**TASK, "annotations": [{"label": "cat", **BOX}]},
    "POST tasks/geo": {**TASK, "zoom": {"min": 1, "max": 2}},
    "PATCH tasks/{task_id}": {"task": {"annotations": [{"label": "cat", **BOX}]}},
    "POST datasets": {"name": "words", "task_ids": ["{task_id}"]},
    "POST datasets/{dataset_id}/tasks": {"task_ids": ["{task_id}"]},
    "POST datasets/model-run": {
        "dataset": "{dataset_id}",
        "model_version": "{version_id}",
        "task": "{task_ids}",
        "annotation": {"label": "cat", **BOX},
        "confidence_score": 0.5,
    },
    "POST models": {"name": "words"},
    "POST models/{model_id}/init": {"version_name": "words", "config": {"rate": "words"}},
    "POST models/{version_id}/log": {"step": 1, "loss": 0.5, "note": "words"},
}
"""Every route that looks at its body, with one that it would take."""
LOG = "POST models/{version_id}/log"
"""What is logged is kept as it came, and may hold any text and any number."""


def whole(target: Target, name: str) -> Any:
    """The body of a route with the ids of a world."""
    said = json.dumps(BODIES[name])
    for key, value in target.ids.items():
        said = said.replace(f"{{{key}}}", value)
    return json.loads(said)


def sent(target: Target, name: str, body: Any) -> Reply:
    """The answer to a body, as it is or as JSON."""
    method, _, path = name.partition(" ")
    raw = body if isinstance(body, bytes) else json.dumps(body).encode()
    return target.call(method, f"/api/v1/{path.format(**target.ids)}", raw)


def each(name: str = "") -> Any:
    """One test a route."""
    return pytest.mark.parametrize("name", [one for one in BODIES if one != name])


@pytest.mark.attack("F06", "F07", "F09")
@each()
def test_what_has_two_readings_is_refused(target: Target, name: str) -> None:
    body = whole(target, name)
    said = json.dumps(body)
    odd = [b"[" * depth + b"]" * depth for depth in (66, 1100, 100_000)]
    odd += [b'{"a":' * depth + b"1" + b"}" * depth for depth in (66, 1100, 100_000)]
    odd += [twice.encode() if isinstance(twice, str) else twice for twice in doublings.of(body)]
    odd += [b"\xef\xbb\xbf" + said.encode(), said.encode("utf-16"), said.encode("utf-32")]
    for one in (b"\xff", b"\xc0\x80", b"\xed\xa0\x80", b"\xf8\x88\x80\x80\x80", b"\n", b"\x01"):
        odd += [said.replace("words", "MARK").encode().replace(b"MARK", one)] * ("words" in said)
    with oracles.unchanged(target.data):
        for one in odd:
            assert (one[:40], sent(target, name, one).status) == (one[:40], 400)


@pytest.mark.attack("F08", "F09")
@each(LOG)
def test_texts_are_texts(target: Target, name: str) -> None:
    body = whole(target, name)
    with oracles.unchanged(target.data):
        for at in bodies.leaves(body, str):
            assert (at, sent(target, name, bodies.changed(body, at, "a\0b")).status) == (at, 400)


@pytest.mark.attack("F09")
def test_what_is_no_character_is_never_stored(target: Target) -> None:
    """Old clients are not refused for it: it comes back as the sign for what cannot be shown."""
    for odd in ("\ud800", "\uffff", "\ufdd0", "\U0001fffe"):
        made = sent(target, "POST models", {"name": f"a{odd}"})
        assert (made.status, made.data["name"]) == (200, "a\ufffd")


@pytest.mark.attack("F17")
@pytest.mark.parametrize("number", ["-0.1", "1.1", '"0.9"', "NaN", "1e400", "true", "[]"])
def test_a_confidence_is_a_share(target: Target, number: str) -> None:
    body = {**whole(target, "POST datasets/model-run"), "confidence_score": "MARK"}
    said = json.dumps(body).replace('"MARK"', number).encode()
    with oracles.unchanged(target.data):
        assert sent(target, "POST datasets/model-run", said).status == 400


@pytest.mark.attack("F01", "F02", "F03")
@pytest.mark.parametrize("name", ["POST tasks/image", "PATCH tasks/{task_id}"])
def test_coordinates_are_of_this_world(target: Target, name: str) -> None:
    body = whole(target, name)
    odd = {"NaN", "Infinity", "-Infinity", "1e400", "-1e308", "true", '"x"', "[]", "{}"}
    odd |= {"1" + "0" * 4000}
    with oracles.unchanged(target.data):
        for at in bodies.leaves(body, float):
            said = json.dumps(bodies.changed(body, at, "MARK"))
            for number in odd | ({"-1"} if at[-1] in {"width", "height"} else set()):
                reply = sent(target, name, said.replace('"MARK"', number).encode())
                assert (at, number, reply.status) == (at, number, 400)


@pytest.mark.attack("F01", "F03", "F16")
def test_steps_are_whole_numbers(target: Target) -> None:
    said = json.dumps({"step": "MARK"})
    with oracles.unchanged(target.data):
        for number in ("NaN", "1e400", str(2**53 + 1), str(2**63), "9" * 4000, '"x"', "1.5", "[]"):
            reply = sent(target, LOG, said.replace('"MARK"', number).encode())
            assert (number, reply.status) == (number, 400)


@pytest.mark.attack("F01")
def test_logged_numbers_without_end_come_back_as_json(target: Target) -> None:
    odd = b'{"step": 1, "a": NaN, "b": [Infinity, -Infinity], "c": 1e400}'
    assert sent(target, LOG, odd).status == 200
    where = f"/api/v2/model-versions/{target.ids['version_id']}/log-entries?limit=1000"
    reply = target.call("GET", where)
    json.loads(reply.body, parse_constant=lambda token: pytest.fail(f"{token} is no JSON"))
    endless = {"$number": "Infinity"}
    kept = {"a": {"$number": "NaN"}, "b": [endless, {"$number": "-Infinity"}], "c": endless}
    assert kept in [one["data"] for one in reply.data["results"]]


@pytest.mark.attack("F03", "F04", "F05", "F13")
def test_questions_have_bounds(target: Target) -> None:
    where = f"/api/v1/projects/{target.ids['project_id']}/tasks"
    odd = [f"limit={one}" for one in ("0", "-1", "1000000000", "9" * 30, "9" * 5000, "x", "NaN")]
    odd += [f"offset={one}" for one in ("-1", str(2**63), "9" * 30, "1.5")]
    for value in ("2024-02-30", "2024-01-01T24:00:00Z", "2024-01-01T23:60:00Z", "tomorrow"):
        odd += [f"created_date__gte={value}", f"created_date={value}"]
    odd += ["created_date__lt=1700000000000", "limit=1&limit=1000", "offset=0&offset=1"]
    odd += ["complete=true&complete=false", "complete=maybe"]
    for query in odd:
        assert (query[:40], target.call("GET", f"{where}?{query}").status) == (query[:40], 400)
    last = target.call("GET", f"{where}?offset=1000000000")
    assert (last.status, last.data["results"]) == (200, [])
    turned = "created_date__gte=2030-01-02&created_date__lte=2030-01-01"
    assert target.call("GET", f"{where}?{turned}").data["count"] == 0


@pytest.mark.attack("F14", "F18")
def test_keys_mean_nothing_and_names_are_names(target: Target) -> None:
    odd = {"": 1, ".": 2, "$ref": "#/a", "a.b": {"c": [None]}, "__proto__": {"x": 1}}
    task = {**whole(target, "POST tasks/categorisation"), "metadata": odd}
    assert sent(target, "POST tasks/categorisation", task).data["metadata"] == odd
    with oracles.unchanged(target.data):
        for name, field in (
            ("POST projects", "title"),
            ("POST models", "name"),
            ("POST datasets", "name"),
            ("POST projects/{project_id}/create-label", "name"),
            ("POST models/{model_id}/init", "version_name"),
        ):
            for value in ("", " ", "x" * 201, "x" * 1_000_000):
                reply = sent(target, name, {**whole(target, name), field: value})
                assert (name, value[:9], reply.status) == (name, value[:9], 400)
        many = {str(at): 1 for at in range(100_000)}
        task = {**whole(target, "POST tasks/categorisation"), "metadata": many}
        assert sent(target, "POST tasks/categorisation", task).status in {400, 413}
