"""Where the server may fetch from, and what an answer may cost."""

from __future__ import annotations

import gzip
import socket
import sys
from collections.abc import Iterator
from pathlib import Path
from threading import Event
from typing import Any

import pytest

from linlog import limits
from linlog.errors import ConfigError, Invalid
from linlog.server import outbound
from tests.factories import websites
from tests.factories.websites import Website
from tests.patience import PATIENCE_S

LOOPBACK = "127.0.0.1/32"
_connects: list[Any] = []
_watching = Event()


@pytest.fixture(autouse=True)
def unhurried(monkeypatch: pytest.MonkeyPatch) -> None:
    """A busy machine is no server that does not answer."""
    monkeypatch.setattr(outbound, "WAIT_S", PATIENCE_S)
    monkeypatch.setattr(outbound, "TOTAL_S", PATIENCE_S)


def _watch(event: str, arguments: tuple[Any, ...]) -> None:
    if event == "socket.connect" and _watching.is_set():
        _connects.append(arguments[1])
        if not str(arguments[1][0]).startswith("127."):
            raise ConnectionRefusedError("nothing leaves this machine")


sys.addaudithook(_watch)


@pytest.fixture
def connects() -> Iterator[list[Any]]:
    """Every address that this process connects to during a test."""
    _connects.clear()
    _watching.set()
    yield _connects
    _watching.clear()


@pytest.fixture
def site() -> Iterator[Website]:
    """A website on loopback."""
    with websites.website({"/": websites.page(b"bytes")}) as found:
        yield found


def names(monkeypatch: pytest.MonkeyPatch, *answers: dict[str, list[str]]) -> list[str]:
    """Let names resolve as the tables say, one a look-up; the names that were looked up."""
    asked: list[str] = []

    def resolve(host: str, port: int, *_: Any, **__: Any) -> list[Any]:
        if host.startswith("127."):
            return [(socket.AF_INET, socket.SOCK_STREAM, 0, "", (host, port))]
        table = answers[min(len(asked), len(answers) - 1)]
        asked.append(host)
        if host not in table:
            raise socket.gaierror
        return [(0, 0, 0, "", (address, port)) for address in table[host]]

    monkeypatch.setattr(outbound.socket, "getaddrinfo", resolve)
    return asked


# ------------------------------------------------------------------- addresses that are refused


@pytest.mark.attack("D01", "D02", "D03", "D04", "D08")
@pytest.mark.parametrize(
    "host",
    [
        *("127.0.0.1", "127.8.9.1", "localhost", "[::1]", "0.0.0.0", "[::]", "127.0.0.1.", "127.1"),
        *("2130706433", "0x7f.1", "0177.0.0.1", "0x7f000001", "127。0。0。1", "①②⑦.0.0.1"),
        *("169.254.169.254", "100.100.100.200", "[fd00:ec2::254]", "[::ffff:169.254.169.254]"),
        *("[::ffff:127.0.0.1]", "[::127.0.0.1]", "[64:ff9b::7f00:1]", "[2002:7f00:1::]"),
        *("10.0.0.1", "172.16.0.1", "172.31.255.255", "192.168.1.1", "100.64.0.1", "192.0.0.8"),
        *("[fc00::1]", "[fd12::1]", "[fe80::1]", "[fec0::1]", "[64:ff9b:1::1]", "[5f00::1]"),
        *("192.0.0.170", "192.88.99.1", "[2001:db8::1]", "[3fff::1]", "[2001::1]", "[100::1]"),
        *("224.0.0.1", "[ff02::1]", "255.255.255.255", "240.0.0.1", "198.18.0.1", "192.0.2.1"),
    ],
)
def test_inner_addresses_are_refused_in_every_spelling(host: str, connects: list[Any]) -> None:
    with pytest.raises(Invalid, match=r"cannot be (fetched|resolved)"):
        outbound.fetch(f"http://{host}/")
    assert connects == []


@pytest.mark.parametrize("host", ["1.1.1.1", "[2606:4700::1111]", "[::ffff:1.1.1.1]"])
def test_public_addresses_are_tried(host: str, connects: list[Any]) -> None:
    with pytest.raises(Invalid, match="did not answer with the file"):
        outbound.fetch(f"http://{host}/")
    assert [port for _, port, *_ in connects] == [80]


@pytest.mark.attack("D09")
@pytest.mark.parametrize("port", [22, 25, 5432, 6379, 0, 8080])
def test_other_ports_of_public_addresses_are_refused(port: int, connects: list[Any]) -> None:
    with pytest.raises(Invalid, match="cannot be fetched"):
        outbound.fetch(f"http://1.1.1.1:{port}/")
    assert connects == []


@pytest.mark.parametrize(
    "url",
    [
        *("file:///etc/passwd", "ftp://1.1.1.1/", "gopher://1.1.1.1/", "dict://1.1.1.1/"),
        *("data:image/png;base64,AAAA", "jar:http://1.1.1.1/!/", "unix:/run/x", "s3://bucket/a"),
        *("FILE:///etc/passwd", "//1.1.1.1/", "1.1.1.1", "http:///a", "http://", ""),
        *("http://user@1.1.1.1/", "http://user:word@1.1.1.1/", "http://1.1.1.1:65536/"),
        *("http://1.1.1.1:x/", "http://[::1", "http://" + "a" * 300 + ".example/"),
    ],
)
def test_what_is_no_plain_web_address_is_refused(url: str, connects: list[Any]) -> None:
    with pytest.raises(Invalid, match=r"cannot be (fetched|resolved)"):
        outbound.fetch(url)
    assert connects == []


@pytest.mark.parametrize(
    "form",
    ["http://1.1.1.1@127.0.0.1:{}/", "http://127.0.0.1:{}\\@1.1.1.1/", "http://1.1.1.1\\@127.0.0.1:{}/"],
)  # fmt: skip
def test_two_readings_of_one_address_reach_nothing(
    form: str, site: Website, connects: list[Any]
) -> None:
    with pytest.raises(Invalid):
        outbound.fetch(form.format(site.port))
    assert (connects, site.requests) == ([], [])


def test_a_fragment_is_no_host(monkeypatch: pytest.MonkeyPatch, connects: list[Any]) -> None:
    asked = names(monkeypatch, {})
    with pytest.raises(Invalid, match=r"the name allowed\.example cannot be resolved"):
        outbound.fetch("http://allowed.example#@127.0.0.1:80/")
    assert (asked, connects) == (["allowed.example"], [])


@pytest.mark.attack("D05")
def test_one_inner_answer_of_several_refuses_the_name(
    monkeypatch: pytest.MonkeyPatch, connects: list[Any]
) -> None:
    for addresses in (["1.1.1.1", "10.0.0.1"], ["10.0.0.1", "1.1.1.1"], ["1.1.1.1", "::1"]):
        names(monkeypatch, {"two.example": addresses})
        with pytest.raises(Invalid, match="cannot be fetched"):
            outbound.fetch("http://two.example/")
    assert connects == []


@pytest.mark.attack("D05")
def test_a_name_is_looked_up_once_and_that_answer_is_used(
    monkeypatch: pytest.MonkeyPatch, site: Website, connects: list[Any]
) -> None:
    asked = names(monkeypatch, {"a.example": ["127.0.0.1"]}, {"a.example": ["10.0.0.1"]})
    found = outbound.fetch(site.url(host="a.example"), allow=LOOPBACK)
    assert (found, asked) == (b"bytes", ["a.example"])
    assert connects == [("127.0.0.1", site.port)]
    assert f"Host: a.example:{site.port}\r\n" in site.requests[0]


# ------------------------------------------------------------ what is allowed by the operator


@pytest.mark.attack("D04")
@pytest.mark.parametrize("allow", ["127.0.0.1/32", "10.0.0.0/8, 127.0.0.0/8", "::1/128,127.0.0.1"])
def test_an_allowed_network_is_open_at_every_port(site: Website, allow: str) -> None:
    assert outbound.fetch(site.url(), allow=allow) == b"bytes"


@pytest.mark.attack("D04")
@pytest.mark.parametrize("allow", ["", " , ", "127.0.0.2/32", "10.0.0.0/8", "::/0"])
def test_other_networks_stay_closed(site: Website, allow: str) -> None:
    with pytest.raises(Invalid, match="cannot be fetched"):
        outbound.fetch(site.url(), allow=allow)
    assert site.requests == []


@pytest.mark.parametrize("allow", ["nonsense", "10.0.0.1/8", "10.0.0.0/33", "localhost"])
def test_networks_that_are_none(allow: str) -> None:
    with pytest.raises(ConfigError, match="LINLOG_FETCH_ALLOW"):
        outbound.read_networks(allow)


# ------------------------------------------------------------------------------- what is sent


@pytest.mark.attack("D13")
def test_a_request_carries_nothing_of_ours(
    monkeypatch: pytest.MonkeyPatch, site: Website, connects: list[Any]
) -> None:
    for name in ("HTTP_PROXY", "http_proxy", "ALL_PROXY"):
        monkeypatch.setenv(name, "http://127.0.0.1:9")
    outbound.fetch(site.url(), allow=LOOPBACK)
    head = site.requests[0].lower()
    assert connects == [("127.0.0.1", site.port)]
    assert not any(word in head for word in ("authorization", "cookie", "urllib3", "python"))
    assert "accept-encoding: identity\r\n" in head


@pytest.mark.parametrize(
    ("path", "sent"),
    [
        ("/a b?c=d e", "/a%20b?c=d%20e"),
        ("/ä/€.png", "/%C3%A4/%E2%82%AC.png"),
        ("/a%2Fb?x=%20", "/a%2Fb?x=%20"),
        ("/a\r\nX-Evil: 1", "/aX-Evil:%201"),
        ("?x=1", "/?x=1"),
    ],
)
def test_a_path_cannot_split_the_request(site: Website, path: str, sent: str) -> None:
    site.answers[sent] = websites.page(b"found")
    assert outbound.fetch(site.url(path), allow=LOOPBACK) == b"found"
    assert "x-evil: 1\r\n" not in site.requests[0].lower()


# ----------------------------------------------------------------------- what comes back


@pytest.mark.attack("D06")
@pytest.mark.parametrize("status", [301, 302, 303, 307, 308])
def test_redirects_are_not_followed(site: Website, status: int) -> None:
    with websites.website({"/": websites.page(b"inner")}) as inner:
        for target in (inner.url(), "file:///etc/passwd", site.url("/moved")):
            site.answers["/moved"] = websites.page(b"", status=status, Location=target)
            with pytest.raises(Invalid, match=f"answered {status}, not 200"):
                outbound.fetch(site.url("/moved"), allow=LOOPBACK)
        assert inner.requests == []
    assert site.paths == ["/moved"] * 3


@pytest.mark.attack("D11")
def test_a_refusal_says_nothing_of_what_was_answered(site: Website) -> None:
    site.answers["/secret"] = websites.page(b"the inner secret", status=500)
    with pytest.raises(Invalid) as refused:
        outbound.fetch(site.url("/secret"), allow=LOOPBACK)
    assert "secret" not in str(refused.value)


@pytest.mark.attack("D11")
@pytest.mark.parametrize(
    "said",
    [
        *(b"", b"SSH-2.0-OpenSSH_9\r\n", b"\x00\xff" * 50, b"HTTP/1.1 200 OK\r\nContent-Le"),
        b"HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\ncut off",
        b"HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n",
        b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\n",
    ],
)
def test_what_is_no_web_server_is_told_like_a_closed_port(site: Website, said: bytes) -> None:
    site.answers["/"] = websites.raw(said)
    told = []
    with socket.socket() as closed:
        closed.bind(("127.0.0.1", 0))
        for port in (site.port, closed.getsockname()[1]):
            with pytest.raises(Invalid) as refused:
                outbound.fetch(f"http://127.0.0.1:{port}/", allow=LOOPBACK)
            told.append(str(refused.value))
    assert told == ["127.0.0.1 did not answer with the file in time"] * 2


@pytest.mark.attack("D10")
def test_a_compressed_body_is_not_unpacked(site: Website) -> None:
    packed = gzip.compress(b"\0" * 1_000_000)
    site.answers["/"] = websites.page(packed, Content_Encoding="gzip")
    assert outbound.fetch(site.url(), allow=LOOPBACK) == packed


@pytest.mark.attack("D10")
@pytest.mark.parametrize(
    "head",
    [
        b"HTTP/1.1 200 OK\r\nConnection: close\r\n\r\n",
        b"HTTP/1.0 200 OK\r\n\r\n",
        b"HTTP/1.1 200 OK\r\nContent-Length: 1000000000\r\n\r\n",
    ],
)
def test_an_endless_body_is_cut(
    site: Website, monkeypatch: pytest.MonkeyPatch, head: bytes
) -> None:
    monkeypatch.setattr(outbound, "LARGEST_BYTES", 1_000_000)
    site.answers["/"] = websites.endless(head, b"x" * 100_000)
    with pytest.raises(Invalid, match="more than 1,000,000 bytes"):
        outbound.fetch(site.url(), allow=LOOPBACK)


def test_a_body_may_be_as_large_as_that(site: Website, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(outbound, "LARGEST_BYTES", 1000)
    site.answers["/"] = websites.page(b"x" * 1000)
    assert outbound.fetch(site.url(), allow=LOOPBACK) == b"x" * 1000


@pytest.mark.attack("D10")
@pytest.mark.parametrize(
    "head",
    [
        b"",
        b"HTTP/1.1 200 OK\r\n",
        b"HTTP/1.1 200 OK\r\nConnection: close\r\n\r\n",
        b"HTTP/1.0 200 OK\r\n\r\n",
        b"HTTP/1.1 200 OK\r\nContent-Length: 1000\r\n\r\n",
        b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n",
    ],
)
def test_an_answer_that_trickles_is_cut(
    site: Website, monkeypatch: pytest.MonkeyPatch, head: bytes
) -> None:
    assert limits.FETCH_WAIT_S < limits.FETCH_S <= 30
    # Each wait is short enough; all of them together are not.
    monkeypatch.setattr(outbound, "TOTAL_S", 0.5)
    site.answers["/"] = websites.endless(head, b"1", pause_s=0.05)
    with pytest.raises(Invalid, match="did not answer"):
        outbound.fetch(site.url(), allow=LOOPBACK)


@pytest.mark.attack("D10")
def test_a_server_that_never_answers_is_left(
    site: Website, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(outbound, "WAIT_S", 0.2)
    site.answers["/"] = websites.held(site.ending, websites.page(b"late"))
    with pytest.raises(Invalid, match="did not answer"):
        outbound.fetch(site.url(), allow=LOOPBACK)


# --------------------------------------------------------------------------------- TLS

CERTIFICATE = Path(__file__).resolve().parents[2] / "cases" / "tls" / "self-signed.pem"
"""Of 127.0.0.1 and a.example, signed by itself."""


@pytest.fixture
def secure() -> Iterator[Website]:
    """A website with TLS."""
    answers = {"/": websites.page(b"bytes")}
    with websites.website(answers, certificate=CERTIFICATE) as found:
        yield found


def test_a_certificate_that_nobody_vouches_for_is_refused(secure: Website) -> None:
    with pytest.raises(Invalid, match="did not answer"):
        outbound.fetch(f"https://127.0.0.1:{secure.port}/", allow=LOOPBACK)
    assert secure.requests == []


@pytest.mark.parametrize(
    ("host", "trusted"), [("127.0.0.1", True), ("a.example", True), ("b.example", False)]
)
def test_a_certificate_must_be_of_the_host_that_was_named(
    secure: Website, monkeypatch: pytest.MonkeyPatch, host: str, *, trusted: bool
) -> None:
    monkeypatch.setenv("SSL_CERT_FILE", str(CERTIFICATE))
    names(monkeypatch, {"a.example": ["127.0.0.1"], "b.example": ["127.0.0.1"]})
    url = f"https://{host}:{secure.port}/"
    if trusted:
        assert outbound.fetch(url, allow=LOOPBACK) == b"bytes"
        return
    with pytest.raises(Invalid, match="did not answer"):
        outbound.fetch(url, allow=LOOPBACK)
    assert secure.requests == []


def test_a_handshake_that_trickles_is_cut(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(outbound, "TOTAL_S", 0.5)
    record = b"\x16\x03\x03\x40\x00"
    slow = websites.endless(record, b"\0", pause_s=0.05)
    with (
        websites.website(at_once=slow) as found,
        pytest.raises(Invalid, match="did not answer"),
    ):
        outbound.fetch(f"https://127.0.0.1:{found.port}/", allow=LOOPBACK)
