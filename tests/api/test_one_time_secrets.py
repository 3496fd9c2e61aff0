"""Invitations and resets: a link that is good once, for a while, and tells nobody of accounts."""

from __future__ import annotations

import asyncio
import re
from base64 import b64encode
from collections.abc import Iterator
from pathlib import Path
from threading import Thread
from typing import Any

import pytest
from aiosmtpd.smtp import SMTP
from typer.testing import CliRunner

from linlog import errors
from linlog.cli.main import program
from linlog.server import clock, secrets
from tests.api.test_tokens import everything_written
from tests.conftest import OWNER, PASSWORD, Server, Template, running
from tests.factories import organisations, sessions, users
from tests.factories.organisations import Home
from tests.factories.replies import Reply

NEW = "another horse, another battery"
ADDRESS = "http://127.0.0.1:8420"
MINUTE = 60 * 1_000_000


class Box:
    """Where a real SMTP server on loopback puts what it takes."""

    def __init__(self) -> None:
        self.mails: list[Any] = []

    async def handle_DATA(  # noqa: N802 - as aiosmtpd calls it
        self, _server: Any, _session: Any, envelope: Any
    ) -> str:
        """Take a mail."""
        self.mails.append(envelope)
        return "250 taken"

    def link(self) -> str:
        """The link of the last mail."""
        text = self.mails[-1].content.decode().replace("=\r\n", "").replace("=3D", "=")
        return re.search(r"http\S+#\S+", text)[0]


@pytest.fixture
def home(server: Server) -> Home:
    """An organisation of a server whose counts are this test's alone."""
    return organisations.create(server)


@pytest.fixture
def box() -> Iterator[tuple[Box, int]]:
    """A real SMTP server on a thread of its own, and its port."""
    found, loop = Box(), asyncio.new_event_loop()
    thread = Thread(target=loop.run_forever, daemon=True)
    thread.start()

    async def begin() -> asyncio.Server:
        return await loop.create_server(lambda: SMTP(found), "127.0.0.1", 0)

    server = asyncio.run_coroutine_threadsafe(begin(), loop).result()
    yield found, server.sockets[0].getsockname()[1]
    loop.call_soon_threadsafe(server.close)
    loop.call_soon_threadsafe(loop.stop)
    thread.join()
    loop.close()


@pytest.fixture
def posting(template: Template, tmp_path: Path, box: tuple[Box, int]) -> Iterator[Home]:
    """An organisation of a server that sends mail."""
    mail = {"smtp": f"smtp://127.0.0.1:{box[1]}", "mail_from": "linlog@example.org"}
    with running(template, tmp_path / "data", **mail) as server:
        yield organisations.create(server)


def choose(home: Home, link: str, password: str = NEW) -> Reply:
    """What choosing a password by a link answers."""
    body = {"secret": link.partition("#")[2], "password": password}
    return home.call("POST", "/api/v2/users/passwords", body, role=None)


def ask(home: Home, email: str, **headers: str) -> Reply:
    """What asking for a reset answers."""
    where = "/api/v2/users/password-resets"
    return home.call("POST", where, {"email": email}, role=None, headers=headers)


@pytest.mark.attack("A16", "A17", "A19", "A20")
def test_who_is_invited_chooses_a_password_once(home: Home) -> None:
    owner = users.client(home, users.create(home))
    made = owner.users.invite("Grace@example.org", role="reviewer")
    assert (made.user.email, made.user.invited, made.mailed) == ("grace@example.org", True, False)
    assert made.link.startswith(f"{ADDRESS}/set-password#")
    secret = made.link.partition("#")[2]
    assert len(secret) >= 43
    assert secret.encode() not in everything_written(home.server)
    # Until then nothing opens the account, by whichever way.
    assert sessions.create(home, "grace@example.org", "").status == 422
    for guess in (PASSWORD, secret):
        said = b64encode(f"grace@example.org:{guess}".encode()).decode()
        basic = {"Authorization": f"Basic {said}"}
        assert sessions.create(home, "grace@example.org", guess).status == 401
        for path in ("/api/v2/projects", "/api/v1/projects"):
            assert home.call("GET", path, role=None, headers=basic).status == 401
    assert choose(home, made.link, "short").data["field"] == "password"
    assert choose(home, made.link).status == 200
    assert sessions.create(home, "grace@example.org", NEW).data["role"] == "reviewer"
    assert choose(home, made.link, PASSWORD).status == 400
    assert sessions.create(home, "grace@example.org", PASSWORD).status == 401
    assert not owner.users.get(made.user.id).invited


@pytest.mark.attack("B06", "A15")
def test_nobody_invites_somebody_more_powerful_or_by_a_token(home: Home) -> None:
    admin = users.client(home, users.create(home, "admin"))
    with pytest.raises(errors.NotAllowed):
        admin.users.invite("o@example.org", role="owner")
    with pytest.raises(errors.NotAllowed):
        home.client("owner").users.invite("o@example.org")
    invited = users.client(home, users.create(home)).users.invite("new@example.org", role="owner")
    with pytest.raises(errors.Conflict):
        admin.users.invite("new@example.org", role="viewer")
    assert choose(home, invited.link).status == 200


def test_a_second_invitation_replaces_the_first(home: Home) -> None:
    owner = users.client(home, users.create(home))
    first, second = (owner.users.invite("twice@example.org") for _ in range(2))
    assert first.user.id == second.user.id
    assert [choose(home, one.link).status for one in (first, second)] == [400, 200]
    with pytest.raises(errors.Conflict):
        owner.users.invite("twice@example.org")


@pytest.mark.attack("A16", "H04")
@pytest.mark.parametrize("minutes", [29, 31])
def test_a_link_by_mail_is_good_once_and_not_for_long(
    posting: Home, box: tuple[Box, int], monkeypatch: pytest.MonkeyPatch, minutes: int
) -> None:
    start = clock.now()
    monkeypatch.setattr(clock, "now", lambda: start)
    person = users.create(posting, "viewer")
    page = sessions.own_page(sessions.create(posting, person.email))
    assert ask(posting, person.email.upper(), Host="127.0.0.1:8420").status == 202
    [mail] = box[0].mails
    assert (mail.rcpt_tos, mail.mail_from) == ([person.email], "linlog@example.org")
    link = box[0].link()
    assert link.startswith(f"{ADDRESS}/set-password#")
    assert len(link.partition("#")[2]) >= 43
    assert link.partition("#")[2].encode() not in everything_written(posting.server)
    monkeypatch.setattr(clock, "now", lambda: start + minutes * MINUTE)
    found = [choose(posting, link).status for _ in range(2)]
    assert found == ([200, 400] if minutes < 30 else [400, 400])
    after = posting.call("GET", "/api/v2/session", role=None, headers=page).status
    assert after == (401 if minutes < 30 else 200)


@pytest.mark.attack("A16")
def test_the_link_leads_to_our_host_whatever_the_request_names(
    template: Template, tmp_path: Path, box: tuple[Box, int]
) -> None:
    mail = {"smtp": f"smtp://127.0.0.1:{box[1]}", "mail_from": "linlog@example.org"}
    ours = {"origin": "https://labels.example.org", "hosts": "evil.test"}
    with running(template, tmp_path / "data", **mail, **ours) as server:
        home = organisations.create(server)
        person = users.create(home)
        forged = {"Host": "evil.test", "X-Forwarded-Host": "evil.test"}
        assert ask(home, person.email, **forged).status == 202
    assert box[0].link().startswith("https://labels.example.org/set-password#")


@pytest.mark.attack("A16", "A05")
def test_an_unknown_address_is_answered_alike(posting: Home, box: tuple[Box, int]) -> None:
    known, locked = users.create(posting), users.create(posting, "viewer")
    users.client(posting, known).users.update(locked.id, disabled=True)
    found = [ask(posting, one) for one in (known.email, "nobody@example.org", locked.email)]
    assert {one.status for one in found} == {202}
    assert len({one.body for one in found}) == 1
    assert [one.rcpt_tos for one in box[0].mails] == [[known.email]]


@pytest.mark.attack("A16")
@pytest.mark.parametrize("how", ["by oneself", "by an admin"])
def test_a_changed_password_ends_the_link(posting: Home, box: tuple[Box, int], how: str) -> None:
    person = users.create(posting, "viewer")
    ask(posting, person.email)
    if how == "by oneself":
        users.client(posting, person).sessions.change_password(PASSWORD, NEW)
    else:
        users.client(posting, users.create(posting)).users.update(person.id, password=NEW)
    assert choose(posting, box[0].link(), "a third phrase of many words").status == 400
    assert sessions.create(posting, person.email, NEW).status == 201


@pytest.mark.attack("A16", "A17")
def test_asking_is_limited_by_account_and_source(home: Home) -> None:
    found = [ask(home, "one@example.org").status for _ in range(7)]
    assert found == [202] * 5 + [429] * 2
    found = [ask(home, f"{at}@example.org").status for at in range(30)]
    assert found == [202] * 15 + [429] * 15


@pytest.mark.attack("A17")
def test_two_hundred_guesses_at_a_link_are_nine(home: Home) -> None:
    owner = users.client(home, users.create(home))
    link = owner.users.invite("guessed@example.org").link
    found = [choose(home, f"#{secrets.new_session()}") for _ in range(200)]
    assert [one.status for one in found] == [400] * 9 + [429] * 191
    assert int(found[-1].headers["retry-after"]) > 0
    assert choose(home, link).status == 429


def test_a_mail_that_nobody_takes_is_told_to_the_log_without_its_link(
    template: Template, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    mail = {"smtp": "smtp://127.0.0.1:9", "mail_from": "linlog@example.org"}
    with running(template, tmp_path / "data", **mail) as server:
        home = organisations.create(server)
        assert ask(home, users.create(home).email).status == 202
    said = capsys.readouterr().err
    assert "a mail could not be sent" in said
    assert "set-password" not in said


@pytest.mark.attack("A16")
def test_an_operator_prints_a_link_that_works_once(server: Server) -> None:
    data = server.machine.settings.data
    environment = {"LINLOG_DATABASE": server.machine.settings.database}
    words = ["users", "reset-password", OWNER, "--data", str(data)]
    told = CliRunner().invoke(program(), words, env=environment)
    assert told.exit_code == 0, told.output
    link = told.stdout.strip().splitlines()[-1]
    home = Home(server, "")
    assert [choose(home, link).status for _ in range(2)] == [200, 400]
    assert sessions.create(home, OWNER, NEW).status == 201
    words[2] = "nobody@example.org"
    assert CliRunner().invoke(program(), words, env=environment).exit_code == 1


def test_what_was_invited_and_chosen_is_in_the_log(home: Home) -> None:
    owner = users.create(home)
    made = users.client(home, owner).users.invite("logged@example.org", role="viewer")
    choose(home, made.link)
    entries = [*home.client("admin").audit_entries.list(object_id=made.user.id)]
    assert [(one.action, one.actor_id) for one in entries] == [
        ("users.choose_password", None),
        ("users.invite", owner.id),
    ]
    assert made.link.partition("#")[2] not in repr(entries)


def test_another_address_is_told_to_both_by_mail(posting: Home, box: tuple[Box, int]) -> None:
    person = users.create(posting, "viewer")
    new = "new.address@example.org"
    users.client(posting, person).sessions.change_email(new, PASSWORD)
    told = {mail.rcpt_tos[0]: mail.content.decode() for mail in box[0].mails}
    assert told.keys() == {person.email, new}
    assert new in told[person.email]
    assert person.email in told[new].replace("=\r\n", "")
