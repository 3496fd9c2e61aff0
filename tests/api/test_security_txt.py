"""Where weaknesses are reported: /.well-known/security.txt, where an operator says so."""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from linlog.errors import ConfigError
from linlog.server import clock
from linlog.server.settings import Settings
from tests.conftest import Server, Template, running
from tests.factories import organisations
from tests.factories.organisations import Home

WHERE = "/.well-known/security.txt"
CONTACT = "mailto:security@example.org"


def test_without_a_contact_there_is_no_such_address(server: Server) -> None:
    reply = Home(server, "").call("GET", WHERE, role=None)
    assert (reply.status, reply.data["code"]) == (404, "not_found")


def test_it_has_the_fields_of_the_rfc(template: Template, tmp_path: Path) -> None:
    with running(template, tmp_path / "data", security_contact=CONTACT) as server:
        reply = organisations.create(server).call("GET", WHERE, role=None)
    assert (reply.status, reply.headers["content-type"]) == (200, "text/plain; charset=utf-8")
    lines = dict(line.split(": ", 1) for line in reply.body.decode().splitlines())
    assert lines.keys() == {"Contact", "Expires"}
    assert lines["Contact"] == CONTACT
    assert re.fullmatch(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ", lines["Expires"])
    now = datetime.fromtimestamp(clock.now() / 1_000_000, UTC)
    left = datetime.fromisoformat(lines["Expires"]) - now
    assert timedelta(days=100) < left < timedelta(days=365)


def test_behind_an_origin_it_says_where_it_is(template: Template, tmp_path: Path) -> None:
    known = {"security_contact": "https://example.org/report", "origin": "https://x.example.org/"}
    with running(template, tmp_path / "data", **known) as server:
        home = organisations.create(server)
        reply = home.call("GET", WHERE, role=None, headers={"Host": "x.example.org"})
    assert reply.body.decode().splitlines()[-1] == f"Canonical: https://x.example.org{WHERE}"


@pytest.mark.parametrize(
    "contact", ["security@example.org", "http://example.org", f"{CONTACT}\nContact: x", "mailto:a"]
)
def test_a_contact_that_is_none_is_refused_at_the_start(contact: str) -> None:
    with pytest.raises(ConfigError, match="security_contact must look like"):
        Settings(security_contact=contact)
