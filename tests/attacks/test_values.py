"""Values and text (F): what has two readings, no place in a database, or the wrong type."""

from __future__ import annotations

import json
from collections.abc import Callable
from time import sleep
from typing import Any

import pytest

from linlog import limits
from tests.api import addresses
from tests.api.addresses import Address
from tests.attacks import bodies, oracles
from tests.attacks.bodies import EVERY_TYPE
from tests.attacks.targets import Target
from tests.factories import doublings
from tests.factories.replies import Reply

JSON = {"Content-Type": "application/json"}
LOGS = "/api/v2/model-versions/{version_id}/log-entries"
"""What is logged is kept as it came, as JSON, and may hold any text and any number."""


SET_BY_THE_SERVER = {
    *("org_id", "owner_id", "role", "is_admin", "created_at", "id", "score", "_internal"),
}
"""Names of what clients do not decide, but for the addresses that take one of them."""


def each(wanted: list[Address]) -> Any:
    """One test an address."""
    return pytest.mark.parametrize("address", wanted, ids=str)


def sent(target: Target, address: Address, body: Any) -> Reply:
    """The answer to a body, as it is or as JSON."""
    raw = body if isinstance(body, bytes) else json.dumps(body).encode()
    role = None if (address.method, address.path) in addresses.PUBLIC else "owner"
    return target.call(address.method, address.filled(target.ids), raw, role=role, headers=JSON)


def is_logged(address: Address, at: bodies.Place) -> bool:
    """Whether a place lies in what is logged."""
    return address.path == LOGS and "data" in at


@pytest.mark.attack("F11")
@each(bodies.takers())
def test_every_field_takes_its_own_type_alone(target: Target, address: Address) -> None:
    body, tried = bodies.whole(address, target.ids), 0
    with oracles.unchanged(target.data):
        for at, types in bodies.places(bodies.schema_of(address), body):
            for name in EVERY_TYPE.keys() - types - ({"integer"} if "number" in types else set()):
                for value in {"string": ["", "1"]}.get(name, [EVERY_TYPE[name]]):
                    reply = sent(target, address, bodies.changed(body, at, value))
                    assert (at, value, reply.status) == (at, value, 422)
                where, field = ".".join(map(str, at)), reply.data["field"]
                # A shape is read as a whole, and the sentence names what is wrong in it.
                assert where == field or (field and where.startswith(f"{field}.")) or not at
                tried += 1
    assert tried >= 6


@pytest.mark.attack("F12", "B04")
@each(bodies.takers())
def test_unknown_fields_are_refused_at_every_depth(target: Target, address: Address) -> None:
    body, schema = bodies.whole(address, target.ids), bodies.schema_of(address)
    free = {
        at
        for at, types in bodies.places(schema, body)
        if "object" in types and not _known_keys(schema, at)
    }
    with oracles.unchanged(target.data):
        for at in [(), *bodies.leaves(body, dict)]:
            if at in free:
                continue
            for name in SET_BY_THE_SERVER - _known_keys(schema, at):
                reply = sent(target, address, bodies.changed(body, (*at, name), "x"))
                assert (at, name, reply.status) == (at, name, 422)
                assert name in reply.data["detail"]


def _known_keys(schema: dict[str, Any], at: bodies.Place) -> set[str]:
    """The keys that the object at a place has of its own; none where they are a user's."""
    schema = bodies._resolved(schema)
    for part in at:
        options = schema.get("anyOf", schema.get("oneOf", [schema]))
        schema = bodies._resolved(options[0])
        schema = schema["items"] if part == 0 else schema["properties"][part]
    schema = bodies._resolved(schema)
    forms = [bodies._resolved(each) for each in schema.get("oneOf", [schema])]
    return {name for each in forms for name in each.get("properties", ())}


@pytest.mark.attack("F12")
@each(addresses.all_of_them())
def test_unknown_parameters_are_refused(target: Target, address: Address) -> None:
    where = address.filled(target.ids)
    joint = "&" if "?" in where else "?"
    with oracles.unchanged(target.data):
        for name in ("complet", "org_id__ne", "__class__", "owner__password__startswith"):
            role = None if (address.method, address.path) in addresses.PUBLIC else "owner"
            body = bodies.whole(address, target.ids) if address in bodies.takers() else None
            reply = target.call(address.method, f"{where}{joint}{name}=true", body, role=role)
            assert (reply.status, reply.data["field"]) == (422, name)


@pytest.mark.attack("F12")
@each(
    [
        one
        for one in addresses.all_of_them()
        if one.method != "GET" and "requestBody" not in one.operation
    ]
)
def test_a_body_where_none_is_taken_is_refused(target: Target, address: Address) -> None:
    with oracles.unchanged(target.data):
        for body in (b'{"task_ids": []}', b"[]", b"x"):
            reply = target.call(address.method, address.filled(target.ids), body)
            assert (reply.status, "takes no body" in reply.data["detail"]) == (422, True)


@pytest.mark.attack("F07")
@each(bodies.takers())
def test_keys_that_come_twice_are_refused(target: Target, address: Address) -> None:
    body = bodies.whole(address, target.ids)
    with oracles.unchanged(target.data):
        for colon in (":", " :"):
            for twice in doublings.of(body, colon=colon):
                reply = sent(target, address, twice)
                assert (reply.status, "twice" in reply.data["detail"]) == (400, True)


@pytest.mark.attack("F07")
def test_keys_that_are_equal_only_when_they_are_read_are_refused(target: Target) -> None:
    with oracles.unchanged(target.data):
        for twice in (
            b'{"name": "a", "role": "viewer", "r\\u006fle": "owner"}',
            b'{"name": "a\\": ", "role": "viewer" , "role"\n\t:"owner"}',
        ):
            reply = target.call("POST", "/api/v2/tokens", twice, headers=JSON)
            assert reply.status == 400
        for where in ("projects", "tasks/ner", "models", "datasets"):
            reply = target.call("POST", f"/api/v1/{where}", b'{"a": [{"b": 1, "b": 1}]}')
            assert (reply.status, "twice" in reply.data["detail"]) == (400, True)


@pytest.mark.attack("F08", "F09")
@pytest.mark.parametrize("odd", ["\0", "\uffff", "\ufdd0", "\U0010fffe"], ids=ascii)
@each(bodies.takers())
def test_no_text_holds_what_is_no_character(target: Target, address: Address, odd: str) -> None:
    body = bodies.whole(address, target.ids)
    with oracles.unchanged(target.data):
        for at in bodies.leaves(body, str):
            changed = bodies.changed(body, at, f"a{odd}b")
            for raw in (json.dumps(changed), json.dumps(changed, ensure_ascii=odd == "\0")):
                reply = sent(target, address, raw.encode())
                assert (at, reply.status) == (at, 422)
                assert reply.data["field"]
        for at in bodies.leaves(body, dict):
            if not is_logged(address, at):
                reply = sent(target, address, bodies.changed(body, (*at, f"a{odd}b"), "x"))
                assert (at, reply.status) == (at, 422)


@pytest.mark.attack("F08")
@pytest.mark.parametrize(
    ("where", "more"),
    [
        ("/api/v2/projects/{project_id}/tasks", {"tags": ["a\0"]}),
        ("/api/v2/projects/{project_id}/tasks", {"metadata": {"a": ["\0"]}}),
        ("/api/v2/projects/{project_id}/tasks", {"details": {"\0": 1}}),
        ("/api/v2/projects/{project_id}/tasks", {"unique_id": "\0"}),
        ("/api/v1/tasks/ner", {"metadata": {"a": ["\0"]}}),
        ("/api/v1/tasks/ner", {"tags": ["\0"]}),
        ("/api/v1/tasks/ner", {"annotations": [{"label": "a", "attributes": {"\0": 1}}]}),
    ],
)
def test_no_free_data_holds_a_nul_character(target: Target, where: str, more: Any) -> None:
    if "/v2/" in where:
        body: Any = {"tasks": [{"item": {"type": "text", "text": "x"}, **more}]}
    else:
        body = {"project": target.ids["project_id"], "attachment": "x", **more}
    with oracles.unchanged(target.data):
        reply = target.call("POST", where.format(**target.ids), json.dumps(body).encode())
        assert (reply.status, "NUL" in reply.data["detail"]) == (
            422 if "v2" in where else 400,
            True,
        )


@pytest.mark.attack("F09")
@each(bodies.takers())
def test_text_that_is_no_unicode_is_refused(target: Target, address: Address) -> None:
    body = bodies.whole(address, target.ids)
    with oracles.unchanged(target.data):
        for at in bodies.leaves(body, str):
            marked = json.dumps(bodies.changed(body, at, "MARK")).encode()
            for odd in (
                *(
                    rb"\ud800",
                    rb"\udc00\ud800",
                    rb"a\udfffb",
                    b"\xed\xa0\x80",
                    b"\xff",
                    b"\xc0\x80",
                ),
                *(b"\xf8\x88\x80\x80\x80", b"\xe2\x82", b"\n", b"\x01", rb"\u12", rb"\x41"),
            ):
                reply = sent(target, address, marked.replace(b"MARK", odd))
                assert (at, odd, reply.status) == (at, odd, 400)


@pytest.mark.attack("F09")
@pytest.mark.parametrize(
    "body",
    [
        b'\xef\xbb\xbf{"title": "x"}',
        '{"title": "x"}'.encode("utf-16"),
        '{"title": "x"}'.encode("utf-32"),
        b"{'title': 'x'}",
        b'{"title": "x"}{"title": "y"}',
        b'{"title": "x",}',
        b'{title: "x"}',
        b'{"title": "x"} // y',
    ],
)
def test_what_only_some_readers_take_is_refused(target: Target, body: bytes) -> None:
    with oracles.unchanged(target.data):
        assert target.call("POST", "/api/v2/projects", body).status == 400


@pytest.mark.attack("F01", "F03", "F17")
@each(bodies.takers())
def test_numbers_are_of_this_world(target: Target, address: Address) -> None:
    """What a reader takes for infinite, for another number, or for none at all."""
    body = bodies.whole(address, target.ids)
    places = [*bodies.leaves(body, int), *bodies.leaves(body, float)]
    types = dict(bodies.places(bodies.schema_of(address), body))
    with oracles.unchanged(target.data):
        for at in places:
            marked = json.dumps(bodies.changed(body, at, "MARK")).encode()
            odd = [b"NaN", b"Infinity", b"-Infinity", b"1e400", b"9" * 5000, b"01", b"1.", b"0x1"]
            if not is_logged(address, at):
                odd += [b"1" + b"0" * 19, b"1" + b"0" * 4000, b"9223372036854775808"]
            if types.get(at) == {"integer"}:
                odd += [b"1.0", b"1e2", b"9007199254740993", b"-9007199254740993"]
            for number in odd:
                reply = sent(target, address, marked.replace(b'"MARK"', number))
                assert (at, number, reply.status in {400, 422}) == (at, number, True)


@pytest.mark.attack("F17")
@pytest.mark.parametrize("confidence", [-0.1, 1.1, "0.9", float("nan"), True])
def test_a_confidence_is_a_share(target: Target, confidence: Any) -> None:
    task_id = target.ids["task_ids"]
    prediction = {"id": "pr_c", "task_id": task_id, "label": "cat", "confidence": confidence}
    prediction["shape"] = {"type": "box", "left": 0, "top": 0, "width": 1, "height": 1}
    where = f"/api/v2/model-runs/{target.ids['model_run_id']}/predictions"
    row = [task_id, 900, "cat", confidence, 0, 0, 1, 1]
    with oracles.unchanged(target.data):
        for path, body in (
            (where, {"predictions": [prediction]}),
            (f"{where}/boxes", {"client_id": "here", "boxes": [row]}),
        ):
            reply = target.call("POST", path, json.dumps(body).encode())
            assert (path, reply.status in {400, 422}) == (path, True)
            assert ".3" in reply.data["field"] or "confidence" in reply.data["field"]


@pytest.mark.attack("F03")
@pytest.mark.parametrize("number", ["9223372036854775808", "1" + "0" * 4000, "9" * 5000])
def test_free_data_has_whole_numbers_of_64_bits(target: Target, number: str) -> None:
    body = b'{"tasks":[{"item":{"type":"text","text":"x"},"metadata":{"a":[%s]}}]}'
    where = f"/api/v2/projects/{target.ids['project_id']}/tasks"
    with oracles.unchanged(target.data):
        assert target.call("POST", where, body % number.encode()).status in {400, 422}


@pytest.mark.attack("F01")
def test_logged_numbers_without_end_come_back_as_json(target: Target) -> None:
    where = LOGS.format(**target.ids)
    data = {"a": {"$number": "NaN"}, "b": [{"$number": "-Infinity"}]}
    entry = {"number": 7, "step": 7, "data": data}
    made = target.call("POST", where, {"client_id": "numbers", "entries": [entry]})
    assert (made.status, made.data["accepted"]) == (200, 1)
    reply = target.call("GET", where)
    json.loads(reply.body, parse_constant=lambda token: pytest.fail(f"{token} is no JSON"))
    assert data in [one["data"] for one in reply.data["results"]]


SHAPES: dict[str, Any] = {
    "a negative width": {"type": "box", "left": 0, "top": 0, "width": -1, "height": 1},
    "far away": {"type": "box", "left": -1e308, "top": 0, "width": 1, "height": 1},
    "a polygon of one point": {"type": "polygon", "segments": [{"path": [[1, 1]]}]},
    "a polygon of nothing": {"type": "polygon", "segments": []},
    "a point of three numbers": {"type": "polyline", "points": [[1, 2, 3], [1, 2, 3]]},
    "a span backwards": {"type": "span", "start": 5, "end": 2},
    "a span before the text": {"type": "span", "start": -1, "end": 2},
    "a shape of no name": {"type": "../box"},
    "no shape": None,
    "a mask of nothing": {"type": "mask", "size": [0, 0], "counts": []},
    "a mask too large": {"type": "mask", "size": [10**9, 10**9], "counts": [10**18]},
    "a mask that is short": {"type": "mask", "size": [4, 4], "counts": [3]},
    "runs below nothing": {"type": "mask", "size": [4, 4], "counts": [-1, 17]},
}


@pytest.mark.attack("F02")
@pytest.mark.parametrize("name", SHAPES)
def test_shapes_that_cannot_be_are_refused(target: Target, name: str) -> None:
    annotation = {"label": "cat", "shape": SHAPES[name]}
    where = f"/api/v2/tasks/{target.ids['task_id']}/annotations"
    prediction = {"id": "pr_odd", "task_id": target.ids["task_ids"], **annotation}
    run = f"/api/v2/model-runs/{target.ids['model_run_id']}/predictions"
    with oracles.unchanged(target.data):
        reply = target.call("POST", where, {"annotations": [annotation]})
        assert (reply.status, reply.data["field"]) == (422, "annotations.0.shape")
        reply = target.call("POST", run, {"predictions": [prediction]})
        assert (reply.status, reply.data["field"].startswith("predictions.0")) == (422, True)


@pytest.mark.attack("F02")
def test_odd_shapes_are_kept_as_they_are(target: Target) -> None:
    """A polygon may cross itself, and a box may lie outside: nothing is changed in silence."""
    odd = [
        {"type": "polygon", "segments": [{"path": [[0, 0], [9, 9], [9, 0], [0, 9]], "holes": []}]},
        {"type": "box", "left": -50.5, "top": 1e8, "width": 1e-9, "height": 3, "rotation": 720.0},
    ]
    where = f"/api/v2/tasks/{target.ids['task_id']}/annotations"
    sent = [{"label": "cat", "shape": shape} for shape in odd]
    made = target.call("POST", where, {"annotations": sent}).data
    assert [one["shape"] for one in made["annotations"][-2:]] == odd


@pytest.mark.attack("F02")
def test_a_shape_has_only_so_many_points(target: Target, counted: Callable[[int], int]) -> None:
    many = [[float(at % 1000), float(at // 1000)] for at in range(counted(1_000_010))]
    # A request that has too many lists is refused before its shapes are looked at.
    most = 422 if len(many) < limits.JSON_LISTS else 413
    words = {422: "points", 413: "lists"}
    half = many[: len(many) // 2 + 1]
    where = f"/api/v2/tasks/{target.ids['task_id']}/annotations"
    prediction = {"id": "pr_points", "task_id": target.ids["task_ids"], "label": "cat"}
    run = f"/api/v2/model-runs/{target.ids['model_run_id']}/predictions"
    with oracles.unchanged(target.data):
        for shape in (
            {"type": "polygon", "segments": [{"path": many}]},
            {"type": "polygon", "segments": [{"path": half, "holes": [half]}]},
            {"type": "polyline", "points": many},
        ):
            reply = target.call("POST", where, {"annotations": [{"label": "cat", "shape": shape}]})
            assert (reply.status, words[reply.status] in reply.data["detail"]) == (most, True)
            reply = target.call("POST", run, {"predictions": [{**prediction, "shape": shape}]})
            assert (reply.status, words[reply.status] in reply.data["detail"]) == (most, True)


LISTS = [
    one
    for one in addresses.all_of_them()
    if {"limit", "offset"} <= {each["name"] for each in one.operation.get("parameters", ())}
]


CHOICES = {"/api/v2/slices"}
"""Lists that want to know of which dataset or project."""


@pytest.mark.attack("F03", "F04")
@each(LISTS)
def test_pages_have_bounds(target: Target, address: Address) -> None:
    where = address.filled(target.ids)
    joint = "&" if "?" in where else "?"
    for name in ("limit", "offset"):
        for value in (
            *("-1", "1001" if name == "limit" else "2147483648", "9223372036854775808", "1e9"),
            *("1.0", "%201", "+1", "1_0", "1" + "0" * 30),
            *("0x1", "٣", "", "true", "9" * 30, "9" * 5000, "null", "1%00", "01", "NaN"),
        ):
            reply = target.call("GET", f"{where}{joint}{name}={_quoted(value)}")
            assert (name, value, reply.status) == (name, value, 422)
            assert reply.data["field"] == name
    for limit in (0, 10**9):
        assert target.call("GET", f"{where}{joint}limit={limit}").status == 422
    choice = f"&dataset_id={target.ids['dataset_id']}" if address.path in CHOICES else ""
    last = target.call("GET", f"{where}{joint}limit=1000&offset=2147483647{choice}")
    assert (last.status, last.data["results"]) == (200, [])


@pytest.mark.attack("F04")
def test_a_deep_page_is_as_quick_as_the_first(
    target: Target, counted: Callable[[int], int]
) -> None:
    made = target.call("POST", "/api/v2/projects", {"title": "many"})
    where, many = f"/api/v2/projects/{made.data['id']}/tasks", counted(100_000)
    task = {"item": {"type": "text", "text": "x"}}
    for _ in range(many // limits.TASKS):
        assert target.call("POST", where, {"tasks": [task] * limits.TASKS}).status == 201
    token = {"Authorization": f"Token {target.tokens['owner']}"}
    for query in (
        f"offset={many - 100}",
        "offset=1000000000",
        f"sort=metadata.x&offset={many - 9}",
    ):
        with oracles.answers_others(target.port, f"{where}?limit=100&{query}", token):
            sleep(2)


def _quoted(value: str) -> str:
    return "".join(f"%{byte:02X}" for byte in value.encode()) if not value.isascii() else value


TIMES = [
    *("2024-02-30", "2024-13-01", "2024-01-01T24:00:00Z", "2024-01-01T23:60:00Z"),
    *("2024-01-01T23:59:60Z", "tomorrow", "1700000000", "1700000000000", "", "now()"),
    *("2024-01-01T00:00:00+25:00", "24-01-01", "2024-1-1", "2024-W01-1", "01/02/2024"),
    *("2024-01-01T00:00:00.Z", "2024-01-01T00", "-2024-01-01", "2024-01-01T00:00:00z%00"),
]


@pytest.mark.attack("F05")
@pytest.mark.parametrize("name", ["created_date", "created_date__gte", "created_date__lt"])
def test_times_are_written_in_one_way(target: Target, name: str) -> None:
    where = f"/api/v2/projects/{target.ids['project_id']}/tasks"
    for value in TIMES:
        reply = target.call("GET", f"{where}?{name}={value.replace('+', '%2B')}")
        assert (value, reply.status, reply.data["field"]) == (value, 422, name)


@pytest.mark.attack("F05")
def test_a_time_without_a_zone_is_utc_and_an_empty_span_is_empty(target: Target) -> None:
    where = f"/api/v2/projects/{target.ids['project_id']}/tasks"

    def counted(query: str) -> int:
        return int(target.call("GET", f"{where}?{query}").data["count"])

    made = target.call("GET", where).data["results"][0]["created_date"]
    plain = made.removesuffix("Z").partition("+")[0]
    assert counted(f"created_date={plain}") == counted(f"created_date={plain}Z") == 1
    assert counted("created_date__gte=2024-01-01") >= 1
    assert counted("created_date__gte=2030-01-02&created_date__lte=2030-01-01") == 0
    for odd in ("0001-01-01T00:00:00%2B14:00", "9999-12-31T23:59:59-14:00"):
        assert target.call("GET", f"{where}?created_date__gte={odd}").status in {200, 422}


@pytest.mark.attack("F05", "F16")
@pytest.mark.parametrize("value", [*TIMES, 1700000000, True])
def test_logged_times_are_written_in_one_way(target: Target, value: Any) -> None:
    entry = {"number": 900, "step": 1, "data": {}, "logged_date": value}
    body = {"client_id": "times", "entries": [entry]}
    with oracles.unchanged(target.data):
        reply = target.call("POST", LOGS.format(**target.ids), body)
        assert (reply.status, reply.data["field"]) == (422, "entries.0.logged_date")


@pytest.mark.attack("F06")
@each(bodies.takers())
def test_nesting_has_a_bound(target: Target, address: Address) -> None:
    with oracles.unchanged(target.data):
        for depth in (65, 200, 900, 1100, 100_000):
            for deep in (b"[" * depth + b"]" * depth, b'{"a":' * depth + b"1" + b"}" * depth):
                assert (depth, sent(target, address, deep).status) in {
                    (depth, 400),
                    # Somebody who is not signed in may not even send so much.
                    (100_000, 413),
                }
            assert sent(target, address, b"[" * depth).status in {400, 413}


@pytest.mark.attack("F06")
def test_nesting_of_free_data_has_the_same_bound_on_every_way_in(target: Target) -> None:
    def nested(depth: int) -> Any:
        found: Any = 1
        for _ in range(depth):
            found = {"a": found}
        return found

    for depth, wanted in ((61, {200, 201}), (62, {400})):
        entry = {"number": 800 + depth, "step": 1, "data": {"a": nested(depth - 1)}}
        logged = {"client_id": "deep", "entries": [entry]}
        assert target.call("POST", LOGS.format(**target.ids), logged).status in wanted
        task = {"item": {"type": "text", "text": "x"}, "metadata": nested(depth)}
        where = f"/api/v2/projects/{target.ids['project_id']}/tasks"
        assert target.call("POST", where, {"tasks": [task]}).status in wanted


@pytest.mark.attack("F06", "F14")
def test_a_body_of_many_keys_or_of_one_long_text_is_refused(
    target: Target, counted: Callable[[int], int]
) -> None:
    where = f"/api/v2/projects/{target.ids['project_id']}/tasks"
    many = b",".join(b'"%d":1' % at for at in range(counted(1_000_000)))
    task = b'{"tasks":[{"item":{"type":"text","text":"x"},"metadata":{%s}}]}'
    with oracles.unchanged(target.data):
        for body in (
            b"{" + many + b"}",
            task % many,
            task % (b'"a":"' + b"x" * 1_000_000 + b'"'),
            b'{"title":"' + b"x" * counted(64_000_000) + b'"}',
        ):
            path = "/api/v2/projects" if b"title" in body[:10] else where
            assert target.call("POST", path, body).status in {413, 422}


@pytest.mark.attack("F14")
def test_keys_of_free_data_mean_nothing(target: Target) -> None:
    odd = {"": 1, ".": 2, "$ref": "#/a", "a.b": {"c": [None]}, "__proto__": {"x": 1}, "$gt": ""}
    task = {"item": {"type": "text", "text": "x"}, "metadata": {**odd, "constructor": "x"}}
    where = f"/api/v2/projects/{target.ids['project_id']}/tasks"
    made = target.call("POST", where, {"tasks": [task]}).data["tasks"][0]
    again = target.call("GET", f"/api/v2/tasks/{made['id']}").data
    assert again["metadata"] == made["metadata"] == task["metadata"]


@pytest.mark.attack("F13")
@each([one for one in addresses.all_of_them() if one.operation.get("parameters")])
def test_parameters_are_given_once(target: Target, address: Address) -> None:
    where = address.filled(target.ids)
    names = [each["name"] for each in address.operation["parameters"] if each["in"] == "query"]
    values = {"limit": "1", "offset": "0", "complete": "true"}
    body = bodies.whole(address, target.ids) if address in bodies.takers() else None
    for name in names:
        given = f"{name}={values.get(name, 'x')}"
        first = where if f"{name}=" in where else f"{where}{'&' if '?' in where else '?'}{given}"
        reply = target.call(address.method, f"{first}&{given}", body)
        assert (name, reply.status) == (name, 422)


@pytest.mark.attack("F18")
@pytest.mark.parametrize(
    ("path", "field", "more"),
    [
        ("/api/v2/projects", "title", {}),
        ("/api/v2/projects/{project_id}/batches", "name", {}),
        ("/api/v2/projects/{project_id}/labels", "name", {}),
        ("/api/v2/datasets", "name", {}),
        ("/api/v2/models", "name", {}),
        ("/api/v2/models/{model_id}/versions", "name", {}),
        ("/api/v2/tokens", "name", {}),
        (
            "/api/v2/slices",
            "name",
            {"query": {"field": "annotation.label", "op": "is", "value": 1}},
        ),
    ],
)
def test_names_are_neither_empty_nor_endless(
    target: Target, path: str, field: str, more: dict[str, Any]
) -> None:
    if path.endswith("slices"):
        more = {**more, "dataset_id": target.ids["dataset_id"]}
    with oracles.unchanged(target.data):
        for name in ("", " ", "\t\n", "\u3000", "x" * 201, "x" * 1_000_000):
            reply = target.call("POST", path.format(**target.ids), {**more, field: name})
            assert (name[:9], reply.status, reply.data["field"]) == (name[:9], 422, field)


@pytest.mark.attack("F18")
def test_names_of_any_writing_are_kept(target: Target) -> None:
    for name in ("👩‍👩‍👧‍👦", "नमस्ते", "مرحبا", "x" * 200, "a\u0301" * 50):
        made = target.call("POST", "/api/v2/projects", {"title": name})
        assert made.status == 201
        again = target.call("GET", f"/api/v2/projects/{made.data['id']}").data["title"]
        assert again == made.data["title"]


@pytest.mark.attack("F19")
@each(bodies.takers())
def test_a_body_says_that_it_is_json(target: Target, address: Address) -> None:
    raw = json.dumps(bodies.whole(address, target.ids)).encode()
    where = address.filled(target.ids)
    role = None if (address.method, address.path) in addresses.PUBLIC else "owner"
    with oracles.unchanged(target.data):
        for kind in (
            *("", "text/plain", "application/xml", "application/x-www-form-urlencoded"),
            *("application/json; charset=latin-1", "application/json; charset=utf-16"),
            *("multipart/form-data; boundary=x", "application/jsonp", "text/json", "x"),
            *(
                "application/json, text/plain",
                "application/json; a=b",
                "application/merge-patch+json",
            ),
        ):
            headers = {"Content-Type": kind}
            reply = target.call(address.method, where, raw, role=role, headers=headers)
            assert (kind, reply.status) == (kind, 415)


@pytest.mark.attack("F19")
@pytest.mark.parametrize(
    "kind", ["application/json; charset=utf-8", "APPLICATION/JSON;charset=UTF-8"]
)
def test_json_in_utf_8_is_json(target: Target, kind: str) -> None:
    reply = target.call("POST", "/api/v2/models", b'{"name":"x"}', headers={"Content-Type": kind})
    assert reply.status == 201
