"""A person makes a token that reads one project; a program sees that one alone, until it ends."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from linlog import LinLogClient, errors
from tests.e2e import audit
from tests.e2e.conftest import enter
from tests.e2e.servers import EMAIL, PASSWORD, owned, serving

pytestmark = pytest.mark.browser
REFUSED = re.compile(r"Failed to load resource: .* 401")
SECRET = re.compile(r'LINLOG_TOKEN="(ll_pat_\w+)"')


@pytest.mark.attack("A13", "A15")
def test_a_token_reads_one_project_until_it_is_ended(
    page: Page, complaints: list[str], tmp_path: Path
) -> None:
    owned(tmp_path / "data")
    with serving(tmp_path / "data") as server:
        with LinLogClient(server.url, email=EMAIL, password=PASSWORD) as owner:
            cells, hidden = (owner.create_project(title) for title in ("Blood cells", "Salaries"))
        enter(page, server.url)
        page.goto(f"{server.url}/account")
        page.get_by_role("button", name="Make a token").click()
        page.get_by_label("Name", exact=True).fill("a dashboard")
        page.get_by_role("combobox", name="Scope").click()
        page.get_by_role("option", name="Read only").click()
        page.get_by_role("combobox", name="Projects").click()
        page.get_by_role("option", name="Blood cells").click()
        page.keyboard.press("Escape")
        assert audit.grave(page) == []
        page.get_by_role("button", name="Make it").click()
        shown = page.locator("code", has_text=SECRET)
        expect(shown).to_be_visible()
        found = SECRET.search(shown.inner_text())
        assert found is not None
        page.get_by_role("button", name="I have copied it").click()

        with LinLogClient(server.url, found[1]) as program:
            assert [one.title for one in program.projects.list()] == ["Blood cells"]
            with pytest.raises(errors.NotFound):
                program.projects.get(hidden.id)
            with pytest.raises(errors.NotAllowed, match="scope write"):
                program.projects.update(cells.id, title="Other cells")
            assert program.projects.get(cells.id).title == "Blood cells"
            page.get_by_role("button", name="End the token a dashboard").click()
            page.get_by_role("button", name="End it now").click()
            expect(page.get_by_text("The token a dashboard has ended.")).to_be_visible()
            with pytest.raises(errors.NotAuthenticated):
                program.projects.list()
        assert audit.grave(page) == []
    complaints[:] = [said for said in complaints if not REFUSED.match(said)]
