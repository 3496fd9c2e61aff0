"""The HTTP layer (G): lengths, chunks, heads and lines that are none, against the real process."""

from __future__ import annotations

import json
import re
import socket
from collections.abc import Callable, Iterator
from contextlib import ExitStack, suppress
from itertools import repeat
from pathlib import Path
from select import select
from time import monotonic, sleep

import pytest

from linlog import limits
from tests.attacks import oracles
from tests.attacks.targets import Target
from tests.factories import processes
from tests.factories.replies import Reply
from tests.patience import PATIENCE_S

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


@pytest.mark.attack("G01")
def test_a_body_that_is_shorter_than_it_says_takes_what_follows(target: Target) -> None:
    rest = BODY + get(target, b"/api/v2/organisation")
    refused(target, post(target, rest, b"Content-Length: %d" % len(rest)), statuses={400})


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
    "a hundred headers": (
        *("G07",),
        lambda target: [get(target, b"/healthz", *[b"X-%d: y" % at for at in range(100)])],
    ),
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


UPLOAD = b"/api/v2/files"
OLD_UPLOAD = b"/api/v1/tasks/image/upload"
FORM = b"Content-Type: multipart/form-data; boundary=x"


def chunks(size: int) -> Iterator[bytes]:
    """A body of so many bytes in chunks."""
    part = b"x" * 65536
    yield from repeat(b"%x\r\n%s\r\n" % (len(part), part), size // len(part))
    yield b"%x\r\n%s\r\n0\r\n\r\n" % (size % len(part), part[: size % len(part)])


@pytest.mark.attack("G06", "G08")
@pytest.mark.usefixtures("probed")
@pytest.mark.parametrize("size", [limits.BODY_BYTES + 1, 10**9])
@pytest.mark.parametrize("path", [UPLOAD, OLD_UPLOAD], ids=["file", "form"])
def test_a_body_that_says_it_is_too_large_is_not_asked_for(
    target: Target, path: bytes, size: int
) -> None:
    refused(target, post(target, b"", b"Content-Length: %d" % size, path=path), statuses={413})


@pytest.mark.attack("G06", "G08")
@pytest.mark.usefixtures("probed")
@pytest.mark.parametrize(
    ("path", "most"),
    [
        (UPLOAD, limits.FILE_BYTES),
        (b"/api/v2/projects", limits.JSON_BYTES),
        (OLD_UPLOAD, limits.BODY_BYTES),
    ],
)
def test_a_body_is_taken_no_further_than_its_limit(target: Target, path: bytes, most: int) -> None:
    kind = [FORM] if path == OLD_UPLOAD else [b"Content-Type: application/json"]
    sent = head(target, b"POST " + path, *kind, CHUNKED)
    with oracles.unchanged(target.data):
        answer = target.talk(sent, *chunks(most + 1))
    # What is not taken any more may cut the answer off; what was taken whole may not.
    assert [reply.status for reply in replies(answer)] == [413] or (
        most == limits.BODY_BYTES and not answer
    )


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
            b"--x\r\n" + b"\r" * counted(10_000_000),
            b"--x" + b" " * counted(10_000_000) + b"\r\n",
            part % 1 + b"--x" + b"-" * counted(10_000_000),
            part % 1 + b"\r\n--" * counted(1_000_000),
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


def ended(line: socket.socket) -> bytes | None:
    """What came on a connection that the server has ended; None where it has not."""
    found = b""
    with suppress(OSError):
        while select([line], [], [], 0)[0]:
            if not (part := line.recv(65536)):
                return found
            found += part
        return None
    return found


def trickled(
    target: Target, begun: bytes, many: int, seconds: float
) -> tuple[list[bytes | None], float]:
    """What connections are told that send a byte each second after their beginning.

    And the seconds that it took: a busy machine may take longer than was asked for.
    """
    since = monotonic()
    with ExitStack() as lines:
        place = ("127.0.0.1", target.port)
        opened = [lines.enter_context(socket.create_connection(place)) for _ in range(many)]
        for line in opened:
            line.sendall(begun)
        ends = monotonic() + seconds
        while monotonic() < ends:
            sleep(1)
            for line in opened:
                with suppress(OSError):
                    line.sendall(b"a")
            assert target.call("GET", "/api/v2/models").status == 200
        return [ended(line) for line in opened], monotonic() - since


def are_given_up(told: list[bytes | None], *, late: bool, early: bool) -> None:
    """Each connection was refused and ended where it was `late`, and is open where `early`."""
    if late:
        # What was sent since may cut the answer off.
        assert {one if one is None else one[:12] for one in told} <= {b"HTTP/1.1 408", b""}
    if early:
        assert {*told} == {None}


@pytest.fixture
def served(target: Target) -> Iterator[None]:
    """Somebody else who asks for their projects all the time, and is answered as ever."""
    token = {"Authorization": f"Token {target.tokens['other']}"}
    with oracles.answers_others(target.port, "/api/v2/projects", token):
        yield


@pytest.mark.attack("G03")
@pytest.mark.usefixtures("probed", "served")
def test_heads_that_trickle_keep_nobody_waiting(
    target: Target, counted: Callable[[int], int]
) -> None:
    seconds = counted(20)
    with oracles.unchanged(target.data):
        told, took_s = trickled(target, b"GET /healthz HTTP/1.1\r\nX: ", counted(200), seconds)
    are_given_up(told, late=seconds > limits.HEAD_S, early=took_s < limits.HEAD_S)


@pytest.mark.attack("G04")
@pytest.mark.usefixtures("probed", "served")
def test_bodies_that_trickle_keep_nobody_waiting(
    target: Target, counted: Callable[[int], int]
) -> None:
    """Their speed is looked at after the 20 seconds of the list: whole runs go on until then."""
    seconds = counted(40)
    begun = post(target, b"", b"Content-Length: 100000", path=UPLOAD)
    with oracles.unchanged(target.data):
        told, took_s = trickled(target, begun, counted(50), seconds)
    are_given_up(told, late=seconds > limits.BODY_WAIT_S, early=took_s < limits.BODY_WAIT_S)


@pytest.mark.attack("G05")
@pytest.mark.usefixtures("probed", "served")
def test_fifty_readers_who_stop_fill_no_memory(
    target: Target, counted: Callable[[int], int]
) -> None:
    """What they do not take would be 1.5 GB; the oracle of memory allows a sixth of that."""
    seconds = counted(40)
    size = 30_000_000
    made = target.call("POST", "/api/v2/files", b"x" * size)
    assert made.status == 201
    asked = get(target, f"/api/v2/files/{made.data['id']}/content".encode())
    with ExitStack() as lines:
        place = ("127.0.0.1", target.port)
        opened = [
            lines.enter_context(socket.create_connection(place, PATIENCE_S)) for _ in range(50)
        ]
        for line in opened:
            line.sendall(asked)
        assert {line.recv(12) for line in opened} == {b"HTTP/1.1 200"}
        ends = monotonic() + seconds
        while monotonic() < ends:
            for role in ("owner", "other"):
                assert target.call("GET", "/api/v2/projects", role=role).status == 200
            sleep(0.1)
        if seconds > limits.READER_WAIT_S:
            # What lay in the machine's own buffers comes; the rest was given up.
            assert all(len(ended(line) or b"x" * size) < size / 2 for line in opened)


@pytest.mark.attack("G13")
@pytest.mark.usefixtures("probed")
@pytest.mark.parametrize("path", ["/api/v2/projects", "/api/v2/files", "/api/v1/tasks"])
def test_clients_that_go_away_leave_nothing(target: Target, path: str) -> None:
    """Within a head or a body, or before the answer: no file, descriptor or transaction stays."""
    whole = post(target, b"x" * 90_000, b"Content-Length: 90000", path=path.encode())
    if path.endswith("tasks"):
        whole = get(target, path.encode()) * 2
    held = Path(f"/proc/{target.serving.process.pid}/fd")
    before, said = [*target.data.rglob("*")], target.said()
    open_before = len([*held.iterdir()])
    with oracles.unchanged(target.data):
        for at in range(200):
            target.hang_up(whole[: len(whole) * (at + 1) // 201])
    made = target.call("POST", "/api/v2/projects", {"title": "after"})
    assert made.status == 201
    assert target.said() == said
    assert {*target.data.rglob("*")} <= {*before}
    processes.until(lambda: len([*held.iterdir()]) <= open_before + 2, "closing of what was left")


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
    "line",
    [
        *(b"Authorization: Token \xff", b"Content-Type: application/json\xe9"),
        *(b"Idempotency-Key: \xc3\xa9", b"Cookie: ll_session=\xff", b"Origin: http://\xe9"),
    ],
)
def test_a_header_that_is_read_is_plain_text(target: Target, line: bytes) -> None:
    """Decision 0064: in headers that nobody here reads, any other byte is passed over."""
    sent = [f"Host: {target.host}".encode(), b"Connection: close", line, b"Content-Length: 13"]
    if not line.startswith((b"Authorization", b"Cookie", b"Origin")):
        sent.append(b"Authorization: Token " + target.tokens["owner"].encode())
    if not line.startswith(b"Content-Type"):
        sent.append(b"Content-Type: application/json")
    lines = b"\r\n".join([b"POST /api/v2/projects HTTP/1.1", *sent, b"", BODY])
    refused(target, lines, statuses={400, 401, 403, 415, 422})


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
