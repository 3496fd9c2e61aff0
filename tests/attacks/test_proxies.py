"""The samples of proxies in the documents (I), run as they stand there by nginx and Caddy."""

from __future__ import annotations

import json
import re
import shutil
import socket
import ssl
import subprocess
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path

import pytest

from tests.attacks import targets
from tests.attacks.targets import Target
from tests.conftest import Template
from tests.factories import processes
from tests.factories.processes import ROOT
from tests.ports import free_port

NAME = "labels.example.org"
GUIDE = ROOT / "docs" / "how-to" / "self-host.md"
STRANGER = "127.0.0.2"
"""Where requests come from: no address of a trusted proxy."""
AROUND = {
    "nginx": (
        "daemon off;\npid {folder}/pid;\nerror_log {folder}/errors;\nevents {{}}\n"
        "http {{\naccess_log off;\n{sample}\n}}\n"
    ),
    "caddy": "{{\nadmin off\nauto_https disable_redirects\n}}\n{sample}\n",
}
START = {
    "nginx": ("nginx", "-p", "{folder}", "-c", "{folder}/config"),
    "caddy": ("caddy", "run", "--adapter", "caddyfile", "--config", "{folder}/config"),
}


def sample(name: str, folder: Path, port: int, inner: int) -> str:
    """The sample of the guide, with this machine's ports and a certificate of the test."""
    (found,) = re.findall(rf"```{name}\n(.*?)```", GUIDE.read_text(), re.DOTALL)
    text = str(found).replace("127.0.0.1:8420", f"127.0.0.1:{inner}")
    if name == "nginx":
        text = text.replace("listen 443", f"listen 127.0.0.1:{port}")
        text = text.replace("/etc/ssl/labels", f"{folder}/labels")
    else:
        files = f"{folder}/labels.pem {folder}/labels.key"
        own = f"https://{NAME}:{port} {{\nbind 127.0.0.1\ntls {files}"
        text = text.replace(f"{NAME} {{", own)
    return AROUND[name].format(folder=folder, sample=text)


class Proxied:
    """A proxy in front of a server, and a stranger who talks to it."""

    def __init__(self, name: str, port: int, folder: Path) -> None:
        self.port = port
        self.host = NAME if name == "nginx" else f"{NAME}:{port}"
        self.trust = ssl.create_default_context(cafile=str(folder / "labels.pem"))

    def talk(self, line: str, *lines: str, body: bytes = b"") -> bytes:
        """All that comes back."""
        head = [f"{line} HTTP/1.1", f"Host: {self.host}", "Connection: close", *lines]
        if body:
            head += ["Content-Type: application/json", f"Content-Length: {len(body)}"]
        found = b""
        place = ("127.0.0.1", self.port)
        with (
            socket.create_connection(place, timeout=60, source_address=(STRANGER, 0)) as plain,
            self.trust.wrap_socket(plain, server_hostname=NAME) as secret,
        ):
            secret.sendall("\r\n".join([*head, "", ""]).encode() + body)
            with suppress(OSError):
                while part := secret.recv(65536):
                    found += part
        return found

    def answers(self) -> bool:
        """Whether it and what is behind it are there."""
        try:
            return b" 200 " in self.talk("GET /healthz")[:20]
        except OSError:
            return False


@pytest.fixture(params=["nginx", "caddy"])
def proxied(
    request: pytest.FixtureRequest, template: Template, tmp_path: Path
) -> Iterator[tuple[Proxied, Target]]:
    """The guide's proxy in front of a server that was started as the guide says."""
    name = str(request.param)
    if shutil.which(name) is None or shutil.which("openssl") is None:
        pytest.skip(f"{name} is not installed: apt-get install {name}")
    folder = tmp_path / name
    folder.mkdir()
    made = ("openssl", "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", "2")
    files = ("-keyout", str(folder / "labels.key"), "-out", str(folder / "labels.pem"))
    subject = ("-subj", f"/CN={NAME}", "-addext", f"subjectAltName=DNS:{NAME}")
    subprocess.run([*made, *files, *subject], check=True, capture_output=True)
    port = free_port()
    origin = f"https://{NAME}" if name == "nginx" else f"https://{NAME}:{port}"
    with targets.attacked(
        template, tmp_path, LINLOG_ORIGIN=origin, LINLOG_TRUSTED_PROXIES="127.0.0.1/32"
    ) as target:
        (folder / "config").write_text(sample(name, folder, port, target.port))
        with subprocess.Popen(
            [each.format(folder=folder) for each in START[name]],
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
        ) as program:
            try:
                found = Proxied(name, port, folder)
                processes.until(found.answers, f"{name} in front of the server")
                yield found, target
            finally:
                program.terminate()


PATHS = (
    *("/assets../secret", "/static../", "/media../x", "//etc/passwd", "/assets//..//..//x.html"),
    *("/assets/../../secret", "/assets/%2e%2e/index.html", "/media/..%2f..%2fsecret", "/assets"),
    *("/media", "/..;/secret", "/assets../../linlog.sqlite3"),
)


@pytest.mark.attack("I04", "I05", "A04", "G02")
def test_the_guides_proxy_lets_nothing_through_that_the_server_would_not(
    proxied: tuple[Proxied, Target],
) -> None:
    proxy, target = proxied
    page = proxy.talk("GET /").lower()
    assert b"strict-transport-security" in page
    assert b"content-security-policy" in page
    key = (target.data / "secret").read_bytes()
    for path in PATHS:
        said = proxy.talk(f"GET {path}")
        status = int(said.split(b" ", 2)[1])
        shown = path == "//etc/passwd" and b"<title>linlog</title>" in said
        assert status in {400, 401, 404} or shown, path
        assert not [one for one in (key, b"root:", b"SQLite format") if one in said], path
    statuses = []
    for at in range(60):
        body = json.dumps({"email": f"n{at}@example.org", "password": "x" * 20}).encode()
        told = [f"{name}: 10.9.8.{at}" for name in ("X-Forwarded-For", "X-Real-IP")]
        told += [f"Forwarded: for=10.9.8.{at}"]
        said = proxy.talk("POST /api/v2/sessions", *told, body=body)
        statuses.append(int(said.split(b" ", 2)[1]))
    # However many addresses a stranger says, they are one source.
    assert (statuses.count(401), statuses.count(429)) == (50, 10)
    twice = ("Content-Length: 4", "Transfer-Encoding: chunked")
    smuggled = b"0\r\n\r\nGET /healthz HTTP/1.1\r\nHost: x\r\n\r\n"
    both = "\r\n".join(["POST /api/v2/sessions HTTP/1.1", *twice, "X: "])
    answer = proxy.talk(both, body=smuggled)
    assert answer.count(b"HTTP/1.1 ") == 1
