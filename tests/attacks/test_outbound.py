"""Requests that the server is made to make (D), by a server that works on its jobs.

Names are looked up in a table, and every connection that is tried is written down.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import pytest

from tests.attacks import oracles, targets
from tests.attacks.targets import Target
from tests.conftest import Template
from tests.factories import files, processes, websites
from tests.factories.websites import Website

NAMES = {
    "public.test": ["93.184.216.34"],
    "inner.test": ["10.1.2.3"],
    "both.test": ["93.184.216.34", "127.0.0.1"],
    "mapped.test": ["::ffff:127.0.0.1"],
    "metadata.google.internal": ["169.254.169.254"],
    "site.test": ["127.0.0.1"],
}
HOSTS = [
    *("127.0.0.1", "localhost", "[::1]", "0.0.0.0", "2130706433", "0x7f.1", "0177.0.0.1", "127.1"),
    *("169.254.169.254", "metadata.google.internal", "100.100.100.200", "[fd00:ec2::254]"),
    *("[::ffff:169.254.169.254]", "10.0.0.1", "172.16.0.1", "192.168.1.1", "100.64.0.1"),
    *("[fc00::1]", "[fe80::1]", "inner.test", "both.test", "mapped.test", "127。0。0。1"),
]
ODD = [
    *("file:///etc/passwd", "ftp://public.test/", "gopher://public.test/", "dict://public.test/"),
    *("data:image/png;base64,AAAA", "jar:http://public.test/!/", "unix:/run/x", "s3://bucket/a"),
    *(
        "FILE:///etc/passwd",
        " http://public.test/",
        "http://public.test/\ta",
        "http:\n//public.test/",
    ),
    *("http://user:word@public.test/", "http://public.test@127.0.0.1:{port}/"),
    *("http://127.0.0.1:{port}\\@public.test/", "http:///a.png"),
    *("http://public.test:22/", "http://public.test:0/", "http://public.test:65536/"),
    *("http://public.test:6379/", "$HOME", "${{file:/etc/passwd}}", "{{{{config}}}}", "~/.ssh/id"),
]


@dataclass
class Outward:
    """A server that works, and a website on loopback."""

    target: Target
    site: Website

    def given(self, urls: list[str]) -> list[Any]:
        """Tasks on images at addresses; what the door refuses at once is left out."""
        where = f"/api/v2/projects/{self.target.ids['project_id']}/tasks"
        made = []
        for url in urls:
            task = {"item": {"type": "image", "url": url}}
            reply = self.target.call("POST", where, {"tasks": [task]})
            if reply.status == 201:
                made += reply.data["tasks"]
        return made

    def settled(self, tasks: list[Any]) -> list[Any]:
        """The same tasks when nobody works on them any more."""

        def found() -> list[Any]:
            return [self.target.call("GET", f"/api/v2/tasks/{one['id']}").data for one in tasks]

        processes.until(lambda: not any(one["processing"] for one in found()), "fetching")
        return found()


@pytest.fixture(scope="module")
def working(template: Template, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Outward]:
    """A server that may fetch from no inner network."""
    answers = {"/a.png": websites.page(files.picture())}
    with (
        websites.website(answers) as site,
        targets.attacked(
            template,
            tmp_path_factory.mktemp("outward"),
            LINLOG_WORKERS="1",
            ATTACKS_NAMES=json.dumps(NAMES),
            HTTP_PROXY=site.url(),
            http_proxy=site.url(),
        ) as target,
    ):
        yield Outward(target, site)


@pytest.mark.attack("D01", "D02", "D03", "D04", "D05", "D07", "D08", "D09", "D11", "D13", "D14")
def test_nothing_inner_is_reached(working: Outward) -> None:
    site = working.site
    urls = [f"http://{host}:{site.port}/a.png" for host in HOSTS]
    urls += [f"http://{host}/" for host in HOSTS]
    urls += [odd.format(port=site.port) for odd in ODD]
    since = working.target.record.stat().st_size
    tasks = working.settled(working.given(urls))
    assert len(tasks) >= len(HOSTS)
    said = {one["item"]["url"]: one["errors"] for one in tasks}
    assert all(said.values()), said
    # Whether a port was open, closed or no web server is told to nobody.
    refusals = {words[0] for url, words in said.items() if "resolved" not in words[0]}
    assert refusals == {"the address cannot be fetched by this server"}
    seen = working.target.events(since)
    assert [each for each in seen if each[0] in {"connect", "program"}] == []
    assert site.requests == []


@pytest.mark.attack("D08")
def test_a_fragment_is_no_host(working: Outward) -> None:
    since = working.target.record.stat().st_size
    url = f"http://public.test#@127.0.0.1:{working.site.port}/"
    (task,) = working.settled(working.given([url]))
    assert task["errors"] == ["public.test did not answer with the file in time"]
    tried = [each for each in working.target.events(since) if each[0] == "connect"]
    assert tried == [["connect", "93.184.216.34", "80"]]


@pytest.fixture(scope="module")
def allowed(template: Template, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Outward]:
    """A server that may fetch from 127.0.0.1, and from nothing else."""
    with (
        websites.website() as site,
        targets.attacked(
            template,
            tmp_path_factory.mktemp("allowed"),
            LINLOG_WORKERS="1",
            LINLOG_FETCH_ALLOW="127.0.0.1/32",
            ATTACKS_NAMES=json.dumps(NAMES),
        ) as target,
    ):
        yield Outward(target, site)


@pytest.mark.attack("D06")
@pytest.mark.parametrize("status", [301, 302, 303, 307, 308])
def test_redirects_are_not_followed(allowed: Outward, status: int) -> None:
    with websites.website({"/": websites.page(files.picture())}) as inner:
        for place in (inner.url(), "file:///etc/passwd", "/round"):
            allowed.site.answers["/round"] = websites.page(b"", status=status, Location=place)
            (task,) = allowed.settled(allowed.given([allowed.site.url("/round")]))
            assert task["errors"] == [f"127.0.0.1 answered {status}, not 200"]
        assert inner.requests == []


@pytest.mark.attack("D10")
def test_answers_have_an_end(allowed: Outward) -> None:
    head = b"HTTP/1.1 200 OK\r\nContent-Type: image/png\r\n"
    answers = {
        "/long": websites.page(b"x", Content_Length=10**9),
        "/endless": websites.endless(head + b"\r\n", b"x" * 1_000_000),
        "/chunks": websites.endless(
            head + b"Transfer-Encoding: chunked\r\n\r\n", b"10000\r\n" + b"x" * 65536 + b"\r\n"
        ),
        "/text": websites.page(b"not a picture"),
        "/none": websites.raw(b""),
        "/ssh": websites.raw(b"SSH-2.0-OpenSSH_9\r\n"),
    }
    allowed.site.answers.update(answers)
    with oracles.bounded(allowed.target.serving.process.pid, 300_000_000):
        tasks = allowed.settled(allowed.given([allowed.site.url(path) for path in answers]))
    assert all(one["errors"] for one in tasks)
    assert not [one for one in tasks if "SSH" in str(one["errors"])]


@pytest.mark.attack("D13")
def test_what_is_fetched_carries_nothing_of_ours(allowed: Outward) -> None:
    allowed.site.answers["/plain"] = websites.page(files.picture())
    (task,) = allowed.settled(allowed.given([allowed.site.url("/plain")]))
    assert not task["errors"]
    told = allowed.site.requests[-1].lower()
    assert "authorization" not in told
    assert "cookie" not in told
    assert not [one for one in allowed.target.canaries if one.lower() in told]
