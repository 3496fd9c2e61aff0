"""Every address of the published contract is in its reference, with its role, and no other is."""

from __future__ import annotations

import re
from pathlib import Path

from linlog.server import published

PAGE = Path(__file__).resolve().parents[2] / "docs" / "reference" / "published-api.md"
ROW = re.compile(r"^\| `([A-Z]+) ([^`]+)` \| (\w+) \|", re.MULTILINE)
# Says what is missing in an address that the trainer builds of nothing.
HELP = ("POST", "/models//init", "manager")


def test_the_page_has_every_address() -> None:
    written = [(method, f"/{path}", role) for method, path, role in ROW.findall(PAGE.read_text())]
    answered = [
        (method, route.path.removeprefix(published.PREFIX), route.endpoint.linlog_policy.role)
        for router in published.routers()
        for route in router.api().routes
        for method in route.methods
    ]
    assert sorted([*written, HELP]) == sorted(answered)
    assert len(written) == len({*written})
