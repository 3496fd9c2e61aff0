"""Requests that the server is made to make (D), by a server that works on its jobs.

Names are looked up in a table, and every connection that is tried is written down.
"""

from __future__ import annotations

import gzip
import json
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any
from urllib.parse import quote

import pytest

from tests.attacks import oracles, targets
from tests.attacks.targets import Target
from tests.conftest import Template
from tests.factories import files, processes, websites
from tests.factories.replies import Reply
from tests.factories.websites import Website

NAMES = {
    "public.test": ["93.184.216.34"],
    "inner.test": ["10.1.2.3"],
    "both.test": ["93.184.216.34", "127.0.0.1"],
    "mapped.test": ["::ffff:127.0.0.1"],
    "metadata.google.internal": ["169.254.169.254"],
    "turned.test": ["127.0.0.1", "93.184.216.34"],
}
HOSTS = [
    *("127.0.0.1", "localhost", "[::1]", "0.0.0.0", "2130706433", "0x7f.1", "0177.0.0.1", "127.1"),
    *("169.254.169.254", "metadata.google.internal", "100.100.100.200", "[fd00:ec2::254]"),
    *("[::ffff:169.254.169.254]", "10.0.0.1", "172.16.0.1", "192.168.1.1", "100.64.0.1"),
    *("[fc00::1]", "[fdff::1]", "[fe80::1]", "[febf::1]", "172.31.255.255", "100.127.255.255"),
    *("inner.test", "both.test", "turned.test", "mapped.test", "127。0。0。1", "127.0.0.1."),
]
ODD = [
    *("http://user:word@public.test/", "http://public.test@127.0.0.1:{port}/"),
    *(
        "http://127.0.0.1:{port}\\@public.test/",
        "http://public.test:0/",
        "http://public.test:65536/",
    ),
    "http://$HOST/",
    *(f"http://public.test:{port}/" for port in (22, 25, 5432, 6379, 8080)),
]
NONE = [
    *("file:///etc/passwd", "ftp://public.test/", "gopher://public.test/", "dict://public.test/"),
    *("data:image/png;base64,AAAA", "jar:http://public.test/!/", "unix:/run/x", "s3://bucket/a"),
    *("FILE:///etc/passwd", "GoPher://public.test/", " http://public.test/", "http:///a.png"),
    *(
        "http://public.test/\ta",
        "http:\n//public.test/",
        "http://public.test/a\r\nb",
        "//public.test",
    ),
    *("$HOME", "${file:/etc/passwd}", "{{config}}", "~/.ssh/id", ""),
]
"""What is no address that could be fetched, and is refused at once."""


@dataclass
class Outward:
    """A server that works, and a website on loopback."""

    target: Target
    site: Website

    def asked(self, url: str) -> Reply:
        """What is answered to who makes a task on an image at an address."""
        where = f"/api/v2/projects/{self.target.ids['project_id']}/tasks"
        return self.target.call("POST", where, {"tasks": [{"item": {"type": "image", "url": url}}]})

    def given(self, urls: list[str]) -> list[Any]:
        """Tasks on images at addresses, which look like some."""
        replies = [self.asked(url) for url in urls]
        assert {each.status for each in replies} == {201}
        return [task for each in replies for task in each.data["tasks"]]

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
        # What the worlds left to do is no part of what an attack changes.
        processes.until(lambda: oracles.idle(target.data), "the end of all jobs")
        yield Outward(target, site)


@pytest.mark.attack("D07", "D14")
@pytest.mark.parametrize("url", NONE)
def test_what_is_no_address_of_the_web_is_refused_at_once(working: Outward, url: str) -> None:
    with oracles.unchanged(working.target.data):
        assert working.asked(url).status == 422
        old = {"project": working.target.ids["project_id"], "attachment": url}
        assert working.target.call("POST", "/api/v1/tasks/image", old).status == 400


@pytest.mark.attack("D14")
@pytest.mark.parametrize("name", ["$HOME", "${file:/etc/passwd}", "{{config}}", "~", "%(PATH)s"])
def test_variables_are_texts(working: Outward, name: str) -> None:
    made = working.target.call(
        "POST", "/api/v2/projects", {"title": name, "labels": [{"name": name}]}
    )
    assert (made.data["title"], made.data["labels"][0]["name"]) == (name, name)
    where = f"/api/v2/files?filename={quote(name, safe='')}"
    assert working.target.call("POST", where, b"x").data["filename"] == name.rpartition("/")[2]


@pytest.mark.attack("D01", "D02", "D03", "D04", "D05", "D08", "D09", "D11", "D13")
def test_nothing_inner_is_reached(working: Outward) -> None:
    site = working.site
    urls = [f"http://{host}:{site.port}/a.png" for host in HOSTS]
    urls += [f"http://{host}/" for host in HOSTS]
    # The server's own port is an inner one as well.
    urls += [f"http://{host}:{working.target.port}/healthz" for host in HOSTS[:4]]
    urls += [odd.format(port=site.port) for odd in ODD]
    since = working.target.record.stat().st_size
    tasks = working.settled(working.given(urls))
    assert len(tasks) == len(urls)
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
    assert allowed.site.paths[-3:] == ["/round"] * 3
    assert allowed.site.paths.count("/round") % 3 == 0


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
        "/packed": websites.page(gzip.compress(bytes(10**7)), Content_Encoding="gzip"),
        "/none": websites.raw(b""),
        "/ssh": websites.raw(b"SSH-2.0-OpenSSH_9\r\n"),
    }
    allowed.site.answers.update(answers)
    with oracles.bounded(allowed.target.serving.process.pid, 300_000_000):
        tasks = allowed.settled(allowed.given([allowed.site.url(path) for path in answers]))
    assert all(one["errors"] for one in tasks)
    assert not [one for one in tasks if "SSH" in str(one["errors"])]
    # Whoever fetched them is free for the next one.
    allowed.site.answers["/next"] = websites.page(files.picture())
    (task,) = allowed.settled(allowed.given([allowed.site.url("/next")]))
    assert not task["errors"]


@pytest.mark.attack("D13")
def test_what_is_fetched_carries_nothing_of_ours(allowed: Outward) -> None:
    allowed.site.answers["/plain"] = websites.page(files.picture())
    (task,) = allowed.settled(allowed.given([allowed.site.url("/plain")]))
    assert not task["errors"]
    told = allowed.site.requests[-1].lower()
    assert "authorization" not in told
    assert "cookie" not in told
    assert not [one for one in allowed.target.canaries if one.lower() in told]
