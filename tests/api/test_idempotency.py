"""What is repeated with its key, a create or a deletion, is done once."""

import pytest

from linlog.server import clock
from tests.conftest import Server
from tests.factories import files, organisations, projects
from tests.factories.organisations import Home
from tests.factories.replies import Reply

DAY = 24 * 3600 * 1_000_000


def create(home: Home, key: str, title: str = "x", **more: object) -> Reply:
    """The answer to a project that is created with a key."""
    headers = {"Idempotency-Key": key}
    return home.call("POST", "/api/v2/projects", {"title": title}, headers=headers, **more)


def test_a_repeat_gets_the_first_answer(home: Home) -> None:
    first, again = create(home, "once"), create(home, "once")
    assert (first.status, again.status, again.body) == (201, 201, first.body)
    assert again.headers["idempotent-replay"] == "true"
    assert "idempotent-replay" not in first.headers
    assert home.client().projects.list().count == 1


def test_another_key_makes_another(home: Home) -> None:
    assert create(home, "one").data["id"] != create(home, "two").data["id"]
    assert home.call("POST", "/api/v2/projects", {"title": "x"}).status == 201
    assert home.client().projects.list().count == 3


def test_a_key_does_not_stand_for_another_request(home: Home) -> None:
    project = create(home, "once").data["id"]
    headers = {"Idempotency-Key": "once"}
    labels = f"/api/v2/projects/{project}/labels"
    for reply in (
        create(home, "once", "other"),
        home.call("POST", labels, {"name": "x"}, headers=headers),
        home.call("POST", "/api/v2/models", {"name": "x"}, headers=headers),
    ):
        assert (reply.status, reply.data["code"]) == (409, "conflict")
    assert home.client().labels.list(project).count == 0


def test_files_are_told_apart_by_their_bytes_and_names(home: Home) -> None:
    def upload(content: bytes, name: str) -> Reply:
        headers = {"Idempotency-Key": "file"}
        return home.call("POST", f"/api/v2/files?filename={name}", content, headers=headers)

    first = upload(files.picture(), "a.png")
    assert upload(files.picture(), "a.png").body == first.body
    assert upload(files.picture(), "b.png").status == 409
    assert upload(files.picture(9), "a.png").status == 409


def test_a_refused_request_keeps_nothing_for_its_key(home: Home) -> None:
    assert create(home, "again", " ").status == 422
    project = projects.create(home.client(), labels=["cat"])
    labels, headers = f"/api/v2/projects/{project.id}/labels", {"Idempotency-Key": "label"}
    assert home.call("POST", labels, {"name": "cat"}, headers=headers).status == 409
    home.client().labels.delete(project.labels[0].id)
    assert home.call("POST", labels, {"name": "cat"}, headers=headers).status == 201
    assert create(home, "again").status == 201


def test_a_deletion_that_is_repeated_says_what_it_did(home: Home) -> None:
    project = create(home, "once").data["id"]
    where, headers = f"/api/v2/projects/{project}", {"Idempotency-Key": "gone"}
    first, again = (home.call("DELETE", where, headers=headers) for _ in range(2))
    assert (first.status, again.status, again.body) == (200, 200, first.body)
    assert again.headers["idempotent-replay"] == "true"
    assert home.call("DELETE", where).status == 404


def test_keys_of_another_organisation_are_other_keys(shared: Server, home: Home) -> None:
    other = organisations.create(shared)
    first, theirs = create(home, "once"), create(other, "once")
    assert theirs.status == 201
    assert theirs.data["id"] != first.data["id"]
    assert "idempotent-replay" not in theirs.headers


def test_an_answer_is_kept_for_a_day(home: Home, monkeypatch: pytest.MonkeyPatch) -> None:
    now = clock.now()
    monkeypatch.setattr(clock, "now", lambda: now)
    first = create(home, "once")
    monkeypatch.setattr(clock, "now", lambda: now + DAY - 60_000_000)
    create(home, "tidies up")
    assert create(home, "once").body == first.body
    monkeypatch.setattr(clock, "now", lambda: now + DAY + 1)
    create(home, "tidies up again")
    assert create(home, "once").data["id"] != first.data["id"]


def test_whoever_may_not_create_gets_no_answer_given_again(home: Home) -> None:
    first = create(home, "once")
    reply = create(home, "once", role="viewer")
    assert (reply.status, first.data["id"] in reply.body.decode()) == (403, False)


@pytest.mark.parametrize("key", ["", "x" * 65, "a\tb", "ä"])
def test_keys_have_a_form(home: Home, key: str) -> None:
    assert create(home, key).status == 422
    assert home.client().projects.list().count == 0


def test_only_creates_take_a_key(home: Home) -> None:
    project, headers = projects.create(home.client()), {"Idempotency-Key": "change"}
    where = f"/api/v2/projects/{project.id}"
    for title in ("a", "b"):
        reply = home.call("PATCH", where, {"title": title}, headers=headers)
        assert (reply.status, reply.data["title"]) == (200, title)
