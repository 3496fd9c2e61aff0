"""The hosts that a server answers to, by its settings."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.conftest import Template, running
from tests.factories import organisations

SETTINGS = {
    "https://labels.example.org": "",
    "https://192.168.1.4:8420": "labels.internal, LOCALHOST:9000, 10.0.0.5:*",
    "": "",
}


@pytest.mark.attack("C07", "C11")
@pytest.mark.parametrize(
    ("origin", "host", "status"),
    [
        ("https://labels.example.org", "labels.example.org", 200),
        ("https://labels.example.org", "Labels.Example.ORG", 200),
        ("https://labels.example.org", "127.0.0.1:8420", 200),
        ("https://labels.example.org", "labels.example.org:8420", 421),
        ("https://labels.example.org", "evil.test", 421),
        ("https://192.168.1.4:8420", "192.168.1.4:8420", 200),
        ("https://192.168.1.4:8420", "192.168.1.4", 421),
        ("https://192.168.1.4:8420", "labels.internal", 200),
        ("https://192.168.1.4:8420", "localhost:9000", 200),
        ("https://192.168.1.4:8420", "10.0.0.5:81", 200),
        ("https://192.168.1.4:8420", "10.0.0.5:*", 200),
        ("https://192.168.1.4:8420", "10.0.0.50:81", 421),
        ("", "127.0.0.1:8420", 200),
        ("", "[::1]:8420", 200),
        ("", "127.0.0.1:9000", 421),
    ],
)
def test_a_server_answers_to_its_own_hosts(
    template: Template, tmp_path: Path, origin: str, host: str, status: int
) -> None:
    changed = {"origin": origin, "hosts": SETTINGS[origin]}
    with running(template, tmp_path / "data", **changed) as server:
        home = organisations.create(server)
        reply = home.call("GET", "/api/v2/projects", headers={"Host": host})
        assert reply.status == status
        if status == 421:
            assert "LINLOG_HOSTS" in reply.data["detail"]
        # What watches over a server may ask it by any address.
        assert home.call("GET", "/healthz", headers={"Host": host}).status == 200
        tls = reply.headers.get("strict-transport-security", "")
        assert tls == ("max-age=63072000; includeSubDomains" if "https" in origin else "")
