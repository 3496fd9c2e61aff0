"""Images that are given by their addresses: fetched after the answer, or the task says why not."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from linlog import LinLogClient, errors
from linlog.server import outbound
from linlog.wire.tasks import Task
from tests.conftest import Server, Template, running
from tests.factories import files, projects, tasks, websites
from tests.factories.websites import Website


@pytest.fixture
def open_server(template: Template, tmp_path: Path) -> Iterator[Server]:
    """A server that may fetch from loopback."""
    with running(template, tmp_path / "data", fetch_allow="127.0.0.1/32") as found:
        yield found


@pytest.fixture
def client(open_server: Server) -> LinLogClient:
    """A client of that server."""
    return open_server.client()


@pytest.fixture
def site() -> Iterator[Website]:
    """A website on loopback with one image."""
    with websites.website({"/a.png": websites.page(files.picture(9, 5))}) as found:
        yield found


def given(client: LinLogClient, url: str) -> Task:
    """A task on an image at an address."""
    return client.tasks.create(projects.create(client).id, tasks.address(url))


def blobs(server: Server) -> list[Path]:
    """What is stored."""
    return [path for path in server.machine.settings.data.rglob("blobs/**/*") if path.is_file()]


def test_an_image_is_fetched_and_served_from_here(
    open_server: Server, client: LinLogClient, site: Website
) -> None:
    task = given(client, site.url("/a.png?size=large"))
    site.answers["/a.png?size=large"] = site.answers["/a.png"]
    assert (task.status, task.processing, site.requests) == ("processing", True, [])
    assert open_server.work() == 1
    found = client.tasks.get(task.id)
    assert (found.status, found.processing, found.errors) == ("pending", False, ())
    assert (found.item.width, found.item.height, found.item.filename) == (9, 5, "a.png")
    assert client.files.content(found.item.file_id or "") == files.picture(9, 5)
    assert (found.item.content_url or "").startswith("http://127.0.0.1:8420/media/")
    assert len(site.requests) == 1


@pytest.mark.parametrize(
    ("answer", "reason"),
    [
        (websites.page(b"<html>no image</html>"), "no image"),
        (websites.page(b"words", Content_Type="image/png"), "no image"),
        (websites.page(b""), "did not answer with the file"),
        (websites.page(files.picture()[:20]), "damaged"),
        (websites.page(b"gone", status=404), "answered 404, not 200"),
        (websites.page(b"", status=302, Location="http://127.0.0.1:1/"), "answered 302, not 200"),
        (websites.endless(b"HTTP/1.0 200 OK\r\n\r\n", b"x" * 99_999), "more than 1,000,000 bytes"),
    ],
    ids=["html", "called an image", "empty", "damaged", "gone", "moved", "endless"],
)
def test_what_cannot_be_fetched_is_said_on_the_task_and_leaves_nothing(
    open_server: Server,
    client: LinLogClient,
    site: Website,
    monkeypatch: pytest.MonkeyPatch,
    answer: websites.Answer,
    reason: str,
) -> None:
    monkeypatch.setattr(outbound, "LARGEST_BYTES", 1_000_000)
    site.answers["/a.png"] = answer
    task = given(client, site.url("/a.png"))
    assert open_server.work() == 1
    found = client.tasks.get(task.id)
    assert (found.status, found.processing, found.item.file_id) == ("error", False, None)
    assert len(found.errors) == 1
    assert reason in found.errors[0]
    assert blobs(open_server) == []
    (job,) = client.jobs.list()
    assert (job.state, job.attempts) == ("finished", 1)


def test_inner_addresses_are_never_reached_without_the_operator(
    server: Server, site: Website
) -> None:
    client = server.client()
    urls = [site.url("/a.png"), site.url("/a.png", host="localhost"), "http://10.0.0.1/a.png"]
    made = [given(client, url) for url in urls]
    server.work()
    for task in made:
        assert "cannot be fetched" in client.tasks.get(task.id).errors[0]
    assert site.requests == []


def test_running_twice_is_running_once(
    open_server: Server, client: LinLogClient, site: Website
) -> None:
    task = given(client, site.url("/a.png"))
    open_server.work()
    before = client.tasks.get(task.id)
    with open_server.machine.database.write("tests") as conn:
        conn.exec_driver_sql("UPDATE jobs SET state = 'queued'")
    assert open_server.work() == 1
    assert client.tasks.get(task.id).item.file_id == before.item.file_id
    assert len(site.requests) == 1


def test_a_bug_on_the_way_does_not_leave_the_task_waiting(
    open_server: Server, client: LinLogClient, site: Website, monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken(*_: object, **__: object) -> bytes:
        raise ZeroDivisionError

    monkeypatch.setattr(outbound, "fetch", broken)
    task = given(client, site.url("/a.png"))
    assert open_server.work() == 3
    found = client.tasks.get(task.id)
    assert (found.status, found.processing) == ("error", False)
    assert "ZeroDivisionError in job fetch_file" in found.errors[0]
    assert client.jobs.list()[0].state == "failed"


def test_a_task_that_was_deleted_meanwhile_is_not_fetched(
    open_server: Server, client: LinLogClient, site: Website
) -> None:
    client.tasks.delete(given(client, site.url("/a.png")).id)
    assert open_server.work() == 1
    assert site.requests == []


@pytest.mark.parametrize(
    "url",
    [
        *("file:///etc/passwd", "ftp://a.example/a.png", "gopher://a.example/", "data:image/png,x"),
        *("s3://bucket/a.png", "unix:/run/x", "dict://a.example/", "jar:http://a.example/!/"),
        *(
            "FILE:///etc/passwd",
            " http://a.example/",
            "http://a.example/a b",
            "http://a.example/\t",
        ),
        *("http://a.ex\nample/", "//a.example/", "http://", "http:///a", "http://[::1"),
    ],
)
def test_what_is_no_plain_web_address_is_refused_at_the_door(
    client: LinLogClient, url: str
) -> None:
    project = projects.create(client)
    with pytest.raises(errors.Invalid, match="must be an http"):
        client.tasks.create(project.id, tasks.address(url))
    assert client.jobs.list().count == 0
