"""No page keeps people out: axe-core finds nothing serious or critical on any, light or dark."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import pytest
from playwright.sync_api import Page, expect

from tests.e2e import audit
from tests.e2e.openings import account, activity, finder, keys, lost, person, token

if TYPE_CHECKING:
    from collections.abc import Callable

    from tests.e2e.world import World

pytestmark = pytest.mark.browser


def addresses(world: World) -> list[str]:
    """Every page there is, and every look that one has."""
    first, second = world.first.id, world.second.id
    pair = f"first={first}&second={second}"
    shapes, example = world.tasks[0], world.examples[0]
    run = world.first.model_run_id
    won = world.comparison.won[0].task_id
    corrected = world.corrected
    earlier, later = corrected.earlier, corrected.later
    versions = f"since={earlier.dataset_version_id}&version={later.dataset_version_id}"
    return [
        "/projects",
        *(f"/projects/{project_id}" for project_id in world.project_ids),
        f"/projects/{world.project_ids[0]}?view=table",
        f"/projects/{world.project_ids[0]}?query=status%3Aerror",
        f"/projects/{world.project_ids[0]}?query=label%3Acircle&look={shapes.id}",
        f"/projects/{world.project_ids[0]}/labels",
        f"/projects/{world.project_ids[0]}/batches",
        *(f"/projects/{task.project_id}/tasks/{task.id}" for task in world.tasks),
        *(f"/projects/{task.project_id}/tasks/{task.id}" for task in world.judged),
        "/datasets",
        f"/datasets/{world.dataset_id}?model_run_id={run}&evaluation_id={first}",
        f"/datasets/{world.dataset_id}/slices?slice_id={world.slice_ids[0]}",
        f"/datasets/{world.dataset_id}/versions",
        f"/datasets/{corrected.dataset_id}/versions?{versions}",
        f"/datasets/{world.dataset_id}/tasks/{example}?model_run_id={run}",
        "/models",
        f"/models/{world.model_id}",
        f"/model-versions?model_id={world.model_id}",
        f"/model-versions?model_id={world.model_id}&view=table",
        f"/model-versions?model_id={world.model_id}&view=configs",
        *(f"/model-versions/{version_id}" for version_id in world.version_ids),
        f"/model-versions/configs?first={world.version_ids[0]}&second={world.version_ids[1]}",
        "/evaluations",
        f"/evaluations/{first}",
        f"/evaluations/{first}?open=outcome%3Dmissed",
        f"/evaluations/{first}/tasks/{example}?open=outcome%3Dmissed&nth=1",
        f"/evaluations/{first}?confidence_threshold=0.7&slice_id={world.slice_ids[0]}&split=test",
        f"/evaluations/{first}?label_map=%7B%22circle%22%3A%22flat%22%2C%22square%22%3A%22flat%22%7D",
        f"/evaluations/{world.poses.id}",
        f"/evaluations/{first}/tasks/{example}",
        f"/evaluations/{first}/tasks/{shapes.id}",
        "/compare",
        f"/compare?{pair}",
        f"/compare?{pair}&among={second},{world.third.id}&slice_id={world.slice_ids[1]}&number=f1",
        f"/compare/tasks/{won}?{pair}&list=won",
        f"/evaluations/{earlier.id}",
        f"/evaluations/{earlier.id}/tasks/{corrected.task_ids[0]}",
        f"/explanation?earlier={earlier.id}&later={later.id}",
        "/settings",
        "/audit",
        "/account",
        "/nowhere",
        "/projects/p_nothing",
    ]


EXPECTED = re.compile("Failed to load resource: .* 404|frame is sandboxed")


def test_no_page_keeps_people_out(reader: Page, shown: World, complaints: list[str]) -> None:
    found: dict[str, list[str]] = {}
    for address in addresses(shown):
        reader.goto(f"{shown.url}{address}")
        expect(reader.locator("main h1")).not_to_be_empty()
        expect(reader.locator(".mantine-Skeleton-root")).to_have_count(0)
        for line in audit.grave(reader):
            found.setdefault(line, []).append(address)
    assert not found, "\n".join(f"{line} | {', '.join(on)}" for line, on in found.items())
    # What is not there is refused, and the page of a task may run no scripts.
    complaints[:] = [said for said in complaints if not EXPECTED.search(said)]


def test_rejecting_keeps_nobody_out(reader: Page, shown: World) -> None:
    waiting = shown.judged[1]
    reader.goto(f"{shown.url}/projects/{waiting.project_id}/tasks/{waiting.id}")
    expect(reader.locator("[data-painted=true]")).to_be_visible()
    reader.get_by_role("switch", name="Resolved too").click()
    expect(reader.get_by_role("list", name="Comments").locator("> li")).to_have_count(2)
    reader.get_by_role("button", name="Answer").first.click()
    assert audit.grave(reader) == []
    reader.get_by_role("button", name="Reject", exact=True).click()
    expect(reader.get_by_role("dialog", name="Reject the work")).to_be_visible()
    assert audit.grave(reader) == []


def test_the_form_of_a_slice_keeps_nobody_out(reader: Page, shown: World) -> None:
    reader.goto(f"{shown.url}/datasets/{shown.dataset_id}/slices")
    reader.get_by_role("button", name="Save a slice").click()
    form = reader.get_by_role("dialog", name="Save a slice")
    form.get_by_role("button", name="Add a condition").click()
    form.get_by_role("button", name="Save it").click()
    expect(form.get_by_text("Its key is needed.")).to_have_count(2)
    assert audit.grave(reader) == []
    form.get_by_text("JSON", exact=True).click()
    expect(form.get_by_role("textbox", name="Query")).to_be_visible()
    assert audit.grave(reader) == []


@pytest.mark.parametrize("opened", [keys, finder, lost, activity, account, token, person])
def test_nothing_that_opens_keeps_people_out(
    reader: Page, shown: World, opened: Callable[[Page], None]
) -> None:
    reader.goto(f"{shown.url}/settings")
    expect(reader.get_by_role("heading", name="Settings")).to_be_visible()
    opened(reader)
    assert audit.grave(reader) == []


def test_the_audit_finds_what_is_wrong(page: Page) -> None:
    page.set_content("<html lang='en'><title>t</title><main><h1>h</h1><button></button></main>")
    assert [violation["id"] for violation in audit.audited(page)] == ["button-name"]
