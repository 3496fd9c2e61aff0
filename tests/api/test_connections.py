"""What strangers put on the line: malformed, endless, slow. The server refuses it and goes on."""

from __future__ import annotations

import json
import socket
import threading
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from dataclasses import dataclass
from itertools import repeat

import pytest
import uvicorn

from linlog import limits
from linlog.server import app, connections, request, serve
from linlog.server.machine import open_machine
from linlog.server.settings import Settings
from tests.attacks.witness import Watched
from tests.conftest import Template, running
from tests.factories import files, organisations, processes
from tests.factories.organisations import Home
from tests.patience import PATIENCE_S

BODY = b'{"title":"x"}'


@dataclass
class Wired:
    """A server behind a socket."""

    home: Home
    port: int
    server: uvicorn.Server

    def talk(self, *parts: bytes) -> bytes:
        """Send parts on a connection of their own; all that came back until it was closed."""
        with socket.create_connection(("127.0.0.1", self.port), timeout=PATIENCE_S) as line:
            with suppress(OSError):
                for part in parts:
                    line.sendall(part)
            return read(line)

    @property
    def head(self) -> bytes:
        """Headers that every request of these tests has; the answer is the last one."""
        return b"Host: 127.0.0.1:%d\r\nConnection: close\r\nAuthorization: Token %s\r\n" % (
            self.port,
            self.home.token().encode(),
        )

    def get(self, path: bytes = b"/healthz", *lines: bytes, head: bytes | None = None) -> bytes:
        """A GET as bytes."""
        said = b"".join(line + b"\r\n" for line in lines)
        own = self.head if head is None else head
        return b"GET " + path + b" HTTP/1.1\r\n" + own + said + b"\r\n"

    def post(self, body: bytes, *lines: bytes, path: bytes = b"/api/v2/projects") -> bytes:
        """A POST as bytes, whose length is for `lines` to say."""
        said = b"".join(line + b"\r\n" for line in (b"Content-Type: application/json", *lines))
        return b"POST " + path + b" HTTP/1.1\r\n" + self.head + said + b"\r\n" + body

    def titles(self) -> list[str]:
        """What was made."""
        return [project.title for project in self.home.client().projects.list()]


def read(line: socket.socket) -> bytes:
    """All that comes until the other side closes, or stops talking."""
    found = b""
    with suppress(OSError):
        while part := line.recv(65536):
            found += part
    return found


def statuses(answer: bytes) -> list[int]:
    """The statuses of all answers in some bytes."""
    return [int(part.split(b" ")[0]) for part in answer.split(b"HTTP/1.1 ")[1:]]


@pytest.fixture(scope="module")
def wired(template: Template, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Wired]:
    """A server as `linlog serve` configures it, in a thread of this process."""
    with running(template, tmp_path_factory.mktemp("wired") / "data") as found:
        listening = socket.create_server(("127.0.0.1", 0))
        machine = open_machine(found.machine.settings)
        server = uvicorn.Server(serve.configured(Watched(app.build(machine), machine), Settings()))
        thread = threading.Thread(target=server.run, kwargs={"sockets": [listening]})
        thread.start()
        while not server.started:
            time.sleep(0.01)
        yield Wired(organisations.create(found), listening.getsockname()[1], server)
        server.should_exit = True
        thread.join()
        listening.close()


@pytest.fixture(autouse=True)
def still_answers(wired: Wired) -> Iterator[None]:
    """After whatever a test did, the server answers others."""
    yield
    assert statuses(wired.talk(wired.get())) == [200]


# ------------------------------------------------------------------------------- lengths


@pytest.mark.parametrize(
    "lines",
    [
        [b"Content-Length: -1"],
        [b"Content-Length: +13"],
        [b"Content-Length: 0xd"],
        [b"Content-Length: 13, 13"],
        [b"Content-Length: 13", b"Content-Length: 5"],
        [b"Content-Length: 13", b"Content-Length: 13"],
        [b"Content-Length: 99999999999999999999999"],
        [b"Content-Length: 4", b"Transfer-Encoding: chunked"],
        [b"Transfer-Encoding: chunked", b"Content-Length: 4"],
        [b"Transfer-Encoding: xchunked"],
        [b"Transfer-Encoding: chunked, identity"],
        [b"Transfer-Encoding : chunked"],
    ],
    ids=lambda lines: b" ".join(lines).decode(),
)
def test_lengths_that_could_be_read_in_two_ways_smuggle_nothing(
    wired: Wired, lines: list[bytes]
) -> None:
    before = wired.titles()
    for body in (BODY, b"d\r\n" + BODY + b"\r\n0\r\n\r\n"):
        answer = wired.talk(wired.post(body + wired.get(b"/api/v2/organisation"), *lines))
        assert statuses(answer) == [400]
        assert b"the request is no valid HTTP" in answer
    assert wired.titles() == before


def test_a_length_that_is_too_small_ends_the_connection(wired: Wired) -> None:
    before = wired.titles()
    answer = wired.talk(wired.post(BODY, b"Content-Length: 5"))
    assert statuses(answer)[0] in {400, 422}
    assert wired.titles() == before


@pytest.mark.parametrize("size", [b"zz", b"-1", b"0x1", b"ffffffffffffffffff", b" d", b"d d"])
def test_chunks_that_are_none(wired: Wired, size: bytes) -> None:
    before = wired.titles()
    sent = wired.post(size + b"\r\n" + BODY + b"\r\n0\r\n\r\n", b"Transfer-Encoding: chunked")
    assert statuses(wired.talk(sent)) == [400]
    assert wired.titles() == before


@pytest.mark.parametrize("chunk", [1, 5, 13])
def test_a_body_in_chunks_is_read(wired: Wired, chunk: int) -> None:
    parts = [BODY[at : at + chunk] for at in range(0, len(BODY), chunk)]
    body = b"".join(b"%x\r\n%s\r\n" % (len(part), part) for part in parts) + b"0\r\n\r\n"
    assert statuses(wired.talk(wired.post(body, b"Transfer-Encoding: chunked"))) == [201]


@pytest.mark.parametrize(
    "trailer",
    [
        b"Authorization: Token other\r\n",
        b"Host: evil.test\r\n",
        b"Cookie: ll_session=x\r\n",
        b"X-Request-Id: planted\r\n",
        b"Idempotency-Key: planted\r\n",
    ],
)
def test_what_follows_a_body_is_no_header(wired: Wired, trailer: bytes) -> None:
    body = b"d\r\n" + BODY + b"\r\n0\r\n" + trailer + b"\r\n"
    head, tail = wired.post(b"", b"Transfer-Encoding: chunked"), body
    for parts in ([head + tail], [head, tail]):
        answer = wired.talk(*parts)
        assert statuses(answer) == [201]
        assert b"planted" not in answer


# --------------------------------------------------------------------------------- sizes


def endless(head: bytes, part: bytes) -> Iterator[bytes]:
    """A head and 64 MiB of parts."""
    yield head
    yield from repeat(part * (65536 // len(part)), 1024)


@pytest.mark.parametrize(
    "make",
    [
        lambda wired: [wired.get(b"/healthz", b"X: " + b"a" * 65536)],
        lambda wired: [wired.get(b"/healthz", *[b"X-%d: y" % at for at in range(9000)])],
        lambda wired: [wired.get(b"/healthz?" + b"a" * 65536)],
        lambda wired: [wired.get(b"/healthz", b"Cookie: " + b"; ".join([b"a=b"] * 14_000))],
        lambda wired: endless(b"GET /healthz HTTP/1.1\r\nX: ", b"a"),
        lambda wired: endless(b"GET /healthz HTTP/1.1\r\n", b"X: y\r\n"),
        lambda wired: endless(b"GET /healthz?", b"a"),
        lambda wired: endless(wired.post(b"d;", b"Transfer-Encoding: chunked"), b"a"),
        lambda wired: endless(
            wired.post(b"d\r\n" + BODY + b"\r\n0\r\nX: ", b"Transfer-Encoding: chunked"), b"a"
        ),
    ],
    ids=[
        *("header", "headers", "address", "cookies", "endless header", "endless headers"),
        *("endless address", "chunk extension", "trailer"),
    ],
)
def test_heads_are_small(wired: Wired, make: Callable[[Wired], Iterator[bytes]]) -> None:
    answer = wired.talk(*make(wired))
    # The rest of what was sent may cut the answer off.
    assert statuses(answer) in ([431], [])


def test_a_head_of_usual_size_is_taken(wired: Wired) -> None:
    lines = [b"X-%d: y" % at for at in range(limits.HEADERS - 3)]
    assert statuses(wired.talk(wired.get(b"/healthz", *lines))) == [200]
    assert statuses(wired.talk(wired.get(b"/healthz", *lines, b"X: y"))) == [431]
    assert statuses(wired.talk(wired.get(b"/healthz", b"X: " + b"a" * 60_000))) == [200]


def test_a_body_that_says_it_is_too_large_is_refused_before_it_comes(wired: Wired) -> None:
    length = b"Content-Length: %d" % (request.LARGEST_BODY + 1)
    answer = wired.talk(wired.post(b"", length, path=b"/api/v2/files"))
    assert statuses(answer) == [413]


# ------------------------------------------------------------------------------ lines, hosts


@pytest.mark.parametrize(
    "line",
    [b"X: a\0b", b"X: a\r\n b", b"X: a\rSet-Cookie: b", b"X\0: a", b"X Y: a", b": a", b"X"],
)
def test_lines_that_are_no_headers(wired: Wired, line: bytes) -> None:
    answer = wired.talk(wired.get(b"/healthz", line))
    assert statuses(answer) == [400]
    assert b"set-cookie" not in answer.lower()


@pytest.mark.parametrize("told", [b"<script>", b"a b", b"x" * 65, b"\xff", b""])
def test_only_plain_request_ids_come_back(wired: Wired, told: bytes) -> None:
    answer = wired.talk(wired.get(b"/healthz", b"X-Request-Id: " + told))
    (line,) = [one for one in answer.split(b"\r\n") if one.lower().startswith(b"x-request-id:")]
    assert line.split(b": ")[1] != told
    assert b"x-request-id: abc_-9\r\n" in wired.talk(
        wired.get(b"/healthz", b"X-Request-Id: abc_-9")
    )


@pytest.mark.parametrize(
    "head", [b"", b"Host: 127.0.0.1\r\nHost: evil.test\r\n", b"Host: a\r\nHost: a\r\n"]
)
def test_a_request_has_one_host(wired: Wired, head: bytes) -> None:
    answer = wired.talk(wired.get(head=head))
    assert statuses(answer) == [400]
    assert b"one Host header" in answer


@pytest.mark.parametrize(
    ("sent", "status"),
    [
        (b"TRACE /healthz HTTP/1.0\r\n\r\n", 405),
        (b"CONNECT 127.0.0.1:80 HTTP/1.1\r\nHost: a\r\n\r\n", 400),
        (b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n", 400),
        (b"\x16\x03\x01\x02\x00\x01\x00", 400),
        (b"G\xffT /healthz HTTP/1.1\r\nHost: a\r\n\r\n", 400),
        (b"GET /healthz HTTP/1.1\nHost: a\n\n", 400),
        (b"GET /healthz HTTP/9.9\r\nHost: a\r\n\r\n", 400),
    ],
)
def test_what_is_no_plain_request(wired: Wired, sent: bytes, status: int) -> None:
    assert statuses(wired.talk(sent)) == [status]


def test_nothing_is_upgraded(wired: Wired) -> None:
    lines = [b"Upgrade: websocket", b"Connection: Upgrade", b"Sec-WebSocket-Version: 13"]
    assert statuses(wired.talk(wired.get(b"/healthz", *lines))) == [200]


def test_a_refusal_is_json_and_says_nothing_of_what_runs_here(wired: Wired) -> None:
    answer = wired.talk(b"nonsense\r\n\r\n")
    head, _, body = answer.partition(b"\r\n\r\n")
    assert json.loads(body)["code"] == "invalid"
    assert b"content-type: application/json; charset=utf-8" in head
    assert not any(word in answer.lower() for word in (b"uvicorn", b"python", b"server:"))


# --------------------------------------------------------------------------------- slowness


HASTE_S = 1.5
"""Longer than a busy machine stands still between two lines of a test."""


@pytest.fixture
def hasty() -> Iterator[None]:
    """The server's patience, much shorter until the test ends, and long again for what follows."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(connections, "HEAD_S", HASTE_S)
        patch.setattr(request, "BODY_WAIT_S", HASTE_S)
        patch.setattr(connections, "READER_WAIT_S", HASTE_S)
        yield


@pytest.mark.usefixtures("hasty")
@pytest.mark.parametrize(
    ("begun", "status"),
    [(b"", []), (b"G", [408]), (b"GET / HTTP/1.1\r\nX: ", [408]), (b"\r\n", [])],
)
def test_a_head_that_never_ends_is_not_waited_for(
    wired: Wired, begun: bytes, status: list[int]
) -> None:
    assert statuses(wired.talk(begun))[:1] == status


@pytest.mark.usefixtures("hasty")
def test_a_second_head_that_never_ends_is_not_waited_for(wired: Wired) -> None:
    answer = wired.talk(wired.get(head=b"Host: a\r\n"), b"GET /heal")
    assert statuses(answer) == [200, 408]


@pytest.mark.usefixtures("hasty")
def test_an_idle_connection_is_kept(wired: Wired) -> None:
    with socket.create_connection(("127.0.0.1", wired.port), timeout=PATIENCE_S) as line:
        for _ in range(2):
            line.sendall(wired.get(head=b"Host: a\r\n"))
            answer = b""
            # Its head and its body may come one after the other.
            while not answer.endswith(b'{"status":"ok"}'):
                part = line.recv(65536)
                assert part, answer
                answer += part
            assert statuses(answer) == [200]
            time.sleep(1.5 * HASTE_S)


@pytest.mark.usefixtures("hasty")
@pytest.mark.parametrize("framed", [b"Content-Length: 100000", b"Transfer-Encoding: chunked"])
def test_a_body_that_stops_is_not_waited_for(wired: Wired, framed: bytes) -> None:
    answer = wired.talk(wired.post(b"", framed))
    assert statuses(answer) == [408]
    assert b"slower than 1,024 bytes a second" in answer


@pytest.mark.attack("G04")
@pytest.mark.usefixtures("hasty")
def test_a_body_that_trickles_is_cut(wired: Wired) -> None:
    with socket.create_connection(("127.0.0.1", wired.port), timeout=PATIENCE_S) as line:
        line.sendall(wired.post(b"", b"Content-Length: 100000"))
        with suppress(OSError):
            for _ in range(200):
                line.sendall(b" ")
                time.sleep(0.02)
        assert statuses(read(line)) in ([408], [])
    assert "trickled" not in wired.titles()


def test_connections_that_break_in_the_middle_leave_nothing(
    wired: Wired, capfd: pytest.CaptureFixture[str]
) -> None:
    def broken(at: int) -> None:
        with socket.create_connection(("127.0.0.1", wired.port)) as line:
            if at % 2:
                line.sendall(wired.post(BODY[: at % 13], b"Content-Length: 13"))
            else:
                line.sendall(wired.get(b"/api/v2/projects"))

    before = wired.titles()
    with ThreadPoolExecutor(8) as pool:
        list(pool.map(broken, range(200)))
    # Every connection to the database and every turn to write is free again.
    assert statuses(wired.talk(wired.post(BODY, b"Content-Length: 13"))) == [201]
    assert wired.titles() == [*before, "x"]
    # What others do to their connections is no failure of ours.
    assert capfd.readouterr().err == ""


@pytest.mark.attack("G05")
def test_readers_who_stop_are_not_sent_everything(wired: Wired) -> None:
    large = files.create(wired.home.client(), b"x" * 30_000_000, "a.bin")
    path = f"/api/v2/files/{large.id}/content".encode()
    with socket.create_connection(("127.0.0.1", wired.port), timeout=PATIENCE_S) as line:
        line.sendall(wired.get(path))
        assert statuses(line.recv(1000)) == [200]
        # Others are served meanwhile, and the whole comes when it is asked for.
        assert statuses(wired.talk(wired.get())) == [200]
        rest = 0
        while rest < 29_000_000:
            part = line.recv(1_000_000)
            assert part, rest
            rest += len(part)


@pytest.mark.attack("G05")
@pytest.mark.usefixtures("hasty")
@pytest.mark.parametrize("stops", [False, True])
def test_whoever_stops_reading_is_left_and_whoever_is_slow_is_not(
    wired: Wired, *, stops: bool
) -> None:
    size = 12_000_000
    large = files.create(wired.home.client(), b"y" * size, "a.bin")
    with socket.create_connection(("127.0.0.1", wired.port), timeout=PATIENCE_S) as line:
        line.sendall(wired.get(f"/api/v2/files/{large.id}/content".encode()))
        taken = len(line.recv(1000))
        if stops:
            held = wired.server.server_state.connections
            processes.until(lambda: not held, "the end of the connection")
        with suppress(OSError):
            while part := line.recv(100_000):
                taken += len(part)
                time.sleep(0.02)
    assert (taken > size) is not stops
