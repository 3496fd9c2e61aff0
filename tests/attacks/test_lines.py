"""The HTTP layer (G): lengths, chunks, heads and lines that are none, against the real process."""

from __future__ import annotations

import json
import re
import socket
from collections.abc import Callable, Iterator
from itertools import repeat
from time import monotonic

import pytest

from tests.attacks import oracles
from tests.attacks.targets import Target
from tests.factories.replies import Reply

BODY = b'{"title":"x"}'
CHUNKED = b"Transfer-Encoding: chunked"
Make = Callable[[Target], Iterator[bytes] | list[bytes]]


def head(target: Target, line: bytes, *lines: bytes, host: bytes | None = None) -> bytes:
    """A request's head."""
    own = [
        b"Host: " + (target.host.encode() if host is None else host),
        b"Connection: close",
        b"Authorization: Token " + target.tokens["owner"].encode(),
    ]
    return b"\r\n".join([line + b" HTTP/1.1", *own, *lines, b"", b""])


def post(target: Target, body: bytes, *lines: bytes, path: bytes = b"/api/v2/projects") -> bytes:
    """A POST whose length is for `lines` to say."""
    return head(target, b"POST " + path, b"Content-Type: application/json", *lines) + body


def get(target: Target, path: bytes = b"/healthz", *lines: bytes) -> bytes:
    """A GET."""
    return head(target, b"GET " + path, *lines)


def replies(answer: bytes) -> list[Reply]:
    """Every answer in some bytes; each body must have the length that is said."""
    found = []
    while answer:
        said, _, rest = answer.partition(b"\r\n\r\n")
        status, *lines = said.decode("latin-1").split("\r\n")
        headers = {name.lower(): one for name, _, one in (line.partition(": ") for line in lines)}
        length = int(headers.get("content-length", "0"))
        found.append(Reply(int(status.split(" ")[1]), headers, rest[:length]))
        answer = rest[length:]
    return found


def refused(target: Target, *parts: bytes, statuses: set[int]) -> None:
    """There is one answer, it is a refusal, and nothing changed."""
    with oracles.unchanged(target.data):
        found = replies(target.talk(*parts))
        assert [reply.status for reply in found] in [[status] for status in statuses]
        for reply in found:
            target.check(reply)


@pytest.mark.attack("G01", "G02")
@pytest.mark.parametrize(
    "lines",
    [
        *([b"Content-Length: " + said] for said in (b"-1", b"+13", b"0xd", b"13, 13", b"1e1", b"")),
        [b"Content-Length: 13", b"Content-Length: 5"],
        [b"Content-Length: 99999999999999999999999"],
        [b"Content-Length: 4", CHUNKED],
        [CHUNKED, b"Content-Length: 4"],
        [b"Transfer-Encoding: xchunked"],
        [b"Transfer-Encoding: chunked, identity"],
        [b"Transfer-Encoding : chunked"],
        [b"Transfer-Encoding: \x0bchunked"],
    ],
    ids=lambda lines: b" ".join(lines).decode(),
)
def test_lengths_with_two_readings_smuggle_nothing(target: Target, lines: list[bytes]) -> None:
    second = get(target, b"/api/v2/organisation")
    for body in (BODY, b"d\r\n" + BODY + b"\r\n0\r\n\r\n"):
        refused(target, post(target, body + second, *lines), statuses={400})


@pytest.mark.attack("G01")
def test_a_body_that_is_longer_than_it_says_is_no_second_request(target: Target) -> None:
    sent = post(target, BODY + get(target), b"Content-Length: 5")
    refused(target, sent, statuses={400, 422})


@pytest.mark.attack("G02")
@pytest.mark.parametrize(
    "size", [b"zz", b"-1", b"0x1", b"ffffffffffffffffff", b" d", b"d d", b"+d"]
)
def test_chunks_that_are_none(target: Target, size: bytes) -> None:
    sent = post(target, size + b"\r\n" + BODY + b"\r\n0\r\n\r\n", CHUNKED)
    refused(target, sent, statuses={400})


@pytest.mark.attack("G02")
@pytest.mark.parametrize("line", [b"Authorization: Token x", b"Host: evil.test", b"Cookie: a=b"])
def test_what_follows_a_body_is_no_header(target: Target, line: bytes) -> None:
    trailed = b"d\r\n" + BODY + b"\r\n0\r\n" + line + b"\r\nX-Request-Id: planted\r\n\r\n"
    (reply,) = replies(target.talk(post(target, trailed, CHUNKED)))
    assert (reply.status, b"planted" in reply.body) == (201, False)


def endless(begun: bytes, part: bytes) -> Iterator[bytes]:
    """A beginning and 16 MiB of parts."""
    yield begun
    yield from repeat(part * (65536 // len(part)), 256)


LARGE: dict[str, tuple[str, Make]] = {
    "one header": ("G07", lambda target: [get(target, b"/healthz", b"X: " + b"a" * 65536)]),
    "many headers": (
        *("G07",),
        lambda target: [get(target, b"/healthz", *[b"X-%d: y" % at for at in range(9000)])],
    ),
    "an address": ("G07", lambda target: [get(target, b"/healthz?" + b"a" * 1_000_000)]),
    "parameters": ("G07", lambda target: [get(target, b"/healthz?" + b"a=b&" * 100_000)]),
    "cookies": (
        *("G07",),
        lambda target: [get(target, b"/healthz", b"Cookie: " + b"; ".join([b"a=b"] * 100_000))],
    ),
    "an endless line": ("G07", lambda _: endless(b"GET /healthz HTTP/1.1\r\nX: ", b"a")),
    "endless lines": ("G07", lambda _: endless(b"GET /healthz HTTP/1.1\r\n", b"X: y\r\n")),
    "a chunk's extension": ("G02", lambda target: endless(post(target, b"d;", CHUNKED), b"a")),
    "a trailer": (
        *("G02",),
        lambda target: endless(post(target, b"d\r\n" + BODY + b"\r\n0\r\nX: ", CHUNKED), b"a"),
    ),
}


@pytest.mark.attack("G07", "G02")
@pytest.mark.parametrize("name", LARGE)
def test_heads_end(target: Target, name: str) -> None:
    sent = LARGE[name][1](target)
    process = target.serving.process.pid
    with oracles.unchanged(target.data), oracles.bounded(process, 50_000_000):
        answer = target.talk(*sent)
    # The rest of what was sent may cut the answer off.
    assert not answer or [reply.status for reply in replies(answer)] == [431]


@pytest.mark.attack("G06")
@pytest.mark.usefixtures("probed")
@pytest.mark.parametrize("framed", ["by length", "in chunks"])
def test_a_body_is_taken_no_further_than_its_limit(target: Target, framed: str) -> None:
    most = 65 * 1024 * 1024
    part = b"x" * 65536
    if framed == "by length":
        length = b"Content-Length: %d" % (most + 1)
        parts = [post(target, b"", length, path=b"/api/v2/files")]
    else:
        whole = b"%x\r\n%s\r\n" % (len(part), part)
        parts = [
            post(target, b"", CHUNKED, path=b"/api/v2/files"),
            *repeat(whole, most // 65536 + 2),
        ]
    with oracles.unchanged(target.data):
        answer = target.talk(*parts, patience_s=60)
        assert not answer or [reply.status for reply in replies(answer)] == [413]
        assert answer or framed == "in chunks"


@pytest.mark.attack("G08", "G09")
@pytest.mark.usefixtures("probed")
@pytest.mark.parametrize("path", ["/api/v1/tasks/image/upload", "/api/v2/projects"])
def test_forms_have_an_end(target: Target, path: str, counted: Callable[[int], int]) -> None:
    part = b'--x\r\nContent-Disposition: form-data; name="%d"\r\n\r\n1\r\n'
    many = b"".join(part % at for at in range(counted(100_000)))
    forms = {
        "multipart/form-data; boundary=x": [
            many + b"--x--\r\n",
            b'--x\r\nContent-Disposition: form-data; name="a"\r\n\r\n' + b"1" * counted(40_000_000),
            b"--x\r\nContent-Disposition: " + b"a" * counted(10_000_000) + b"\r\n\r\n--x--",
            b"a" * counted(10_000_000) + b"\r\n--x--\r\n",
            b"--x\r\n" * counted(100_000),
            b"--x--",
        ],
        "multipart/form-data; boundary=" + "x" * 1000: [b"--" + b"x" * counted(1_000_000)],
        "multipart/form-data": [b"--x--"],
        "application/x-www-form-urlencoded": [b"a=b&" * counted(1_000_000), b"a=b;c=d"],
    }
    with oracles.unchanged(target.data):
        for kind, bodies in forms.items():
            for body in bodies:
                reply = target.call("POST", path, body, headers={"Content-Type": kind})
                assert reply.status in ({400} if "/v1/" in path else {415})


@pytest.mark.attack("G05")
@pytest.mark.usefixtures("probed")
def test_fifty_readers_who_stop_fill_no_memory(target: Target) -> None:
    """What they do not take would be 1.5 GB; the oracle of memory allows a sixth of that."""
    made = target.call("POST", "/api/v2/files", b"x" * 30_000_000)
    assert made.status == 201
    asked = get(target, f"/api/v2/files/{made.data['id']}/content".encode())
    lines = [socket.create_connection(("127.0.0.1", target.port), timeout=60) for _ in range(50)]
    try:
        for line in lines:
            line.sendall(asked)
        assert {line.recv(12) for line in lines} == {b"HTTP/1.1 200"}
        ends = monotonic() + 3
        while monotonic() < ends:
            for role in ("owner", "other"):
                assert target.call("GET", "/api/v2/projects", role=role).status == 200
    finally:
        for line in lines:
            line.close()


@pytest.mark.attack("G13")
@pytest.mark.usefixtures("probed")
def test_clients_that_go_away_leave_nothing(target: Target) -> None:
    whole = post(target, BODY, b"Content-Length: 13")
    before = target.said()
    for at in range(200):
        target.hang_up(whole[: len(whole) - 1 - at % 13])
    made = target.call("POST", "/api/v2/projects", {"title": "after"})
    assert made.status == 201
    assert target.said() == before


@pytest.mark.attack("G14")
@pytest.mark.parametrize(
    "line",
    [
        *(b"X: a\0b", b"X: a\r\n b", b"X: a\r\n\tb", b"X: a\rSet-Cookie: b", b"X\0: a", b"X Y: a"),
        *(b": a", b"X", b"X\xff: a", b" X: a"),
    ],
)
def test_lines_that_are_no_headers(target: Target, line: bytes) -> None:
    refused(target, get(target, b"/api/v2/projects", line), statuses={400})


@pytest.mark.attack("G14")
@pytest.mark.parametrize(
    "told", [b"<script>", b"a b", b"x" * 65, b"\xff", b"", b"a/b", b"a.b", b"%0d%0aSet-Cookie:x"]
)
def test_only_plain_request_ids_come_back(target: Target, told: bytes) -> None:
    (reply,) = replies(target.talk(get(target, b"/api/v2/nothing", b"X-Request-Id: " + told)))
    target.check(reply)
    assert re.fullmatch("[0-9a-f]{16}", reply.headers["x-request-id"])


@pytest.mark.attack("C11")
@pytest.mark.parametrize(
    "host",
    [
        *(b"evil.test", b"evil.test:%d", b"127.0.0.1.evil.test:%d", b"127.0.0.1:1", b"127.0.0.1"),
        *(b"localhost.evil.test", b"", b"127.0.0.1:%d@evil.test", b"[::1]", b"127.1:%d", b"0:%d"),
        *(b"127.0.0.1:%d, evil.test", b"xn--127-0-0-1.test", b"127.0.0.2:%d", b"127.0.0.1:0%d"),
    ],
)
def test_other_hosts_are_refused_before_anything_is_done(target: Target, host: bytes) -> None:
    said = host % target.port if b"%d" in host else host
    for path in (b"/api/v2/projects", b"/", b"/api/v1/projects", b"/media/f_x", b"/assets/a.js"):
        refused(target, head(target, b"GET " + path, host=said), statuses={400, 421})
    sent = head(target, b"POST /api/v2/projects", b"Content-Length: 13", host=said) + BODY
    refused(target, sent, statuses={400, 421})


@pytest.mark.attack("C11")
def test_a_request_names_one_host_and_no_other_in_its_address(target: Target) -> None:
    two = get(target, b"/api/v2/projects", b"Host: evil.test")
    refused(target, two, statuses={400})
    own = target.host.encode()
    for address in (
        b"http://evil.test/api/v2/projects",
        b"http://" + own + b"/",
        b"evil.test:80",
        b"x",
    ):
        refused(target, get(target, address), statuses={400})
    for host in (own, b"localhost:%d" % target.port, b"LOCALHOST:%d" % target.port):
        (reply,) = replies(target.talk(head(target, b"GET /api/v2/projects", host=host)))
        assert reply.status == 200
    assert json.loads(replies(target.talk(get(target)))[0].body)["status"] == "ok"
