"""An owner keeps a project to its members: who is none finds nothing, and who is added finds it."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from linlog import LinLogClient
from tests.e2e import audit
from tests.e2e.conftest import enter
from tests.e2e.servers import EMAIL, PASSWORD, owned, serving

pytestmark = pytest.mark.browser
REFUSED = re.compile(r"Failed to load resource: .* 40[0-9]")


def test_a_project_is_kept_to_its_members(
    page: Page, complaints: list[str], tmp_path: Path
) -> None:
    owned(tmp_path / "data")
    grace = "grace@example.org"
    with serving(tmp_path / "data") as server:
        with LinLogClient(server.url, email=EMAIL, password=PASSWORD) as owner:
            project = owner.create_project("Blood cells", labels=["red cell"])
            owner.users.create(grace, PASSWORD)
        enter(page, server.url)
        page.get_by_role("link", name="Blood cells").click()
        page.get_by_role("link", name="Members").click()
        expect(page.get_by_text("nobody needs to be while everybody sees")).to_be_visible()
        page.get_by_role("radio", name="Its members").check()
        expect(page.get_by_text("only owners, admins and managers see")).to_be_visible()
        assert audit.grave(page) == []

        assert page.context.browser is not None
        other = page.context.browser.new_context(base_url=server.url).new_page()
        enter(other, server.url, grace)
        expect(other.get_by_role("heading", name="No projects yet")).to_be_visible()
        expect(other.get_by_role("link", name="Blood cells")).to_have_count(0)
        places = other.get_by_role("navigation", name="Main")
        expect(places.get_by_role("link", name="Projects")).to_be_visible()
        expect(places.get_by_role("link", name="Datasets")).to_have_count(0)
        other.goto(f"{server.url}/datasets")
        expect(other.get_by_text("This is not open to you")).to_be_visible()
        assert audit.grave(other) == []
        other.goto(f"{server.url}/projects/{project.id}")
        expect(other.get_by_role("heading", name="This page cannot be shown")).to_be_visible()

        page.get_by_role("combobox", name="Person to add").click()
        page.get_by_role("option", name=grace).click()
        page.get_by_role("button", name="Add", exact=True).click()
        expect(page.get_by_role("cell", name=grace, exact=True)).to_be_visible()
        assert audit.grave(page) == []
        other.goto(f"{server.url}/projects/{project.id}")
        expect(other.get_by_role("heading", name="Blood cells")).to_be_visible()
        expect(other.get_by_role("link", name="Members")).to_have_count(0)
        expect(places.get_by_role("link", name="Datasets")).to_be_visible()

        page.get_by_role("button", name=f"Remove {grace}").click()
        page.get_by_role("button", name="Remove it now").click()
        expect(page.get_by_role("cell", name=grace, exact=True)).to_have_count(0)
        other.context.close()
    complaints[:] = [said for said in complaints if not REFUSED.match(said)]
