"""A reader saves a slice of a dataset in the words of the API, changes it, and deletes it again."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import pytest
from playwright.sync_api import Page, expect

from linlog import LinLogClient
from tests.e2e.conftest import enter
from tests.e2e.servers import serving_client

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from linlog.wire.slices import Slice

pytestmark = pytest.mark.browser
ROOMS = ("kitchen", "kitchen", "hall", "cellar")


@pytest.fixture
def client(tmp_path: Path) -> Iterator[LinLogClient]:
    """A client of a server whose dataset a story may change."""
    with serving_client(tmp_path / "data") as made:
        yield made


def dataset(client: LinLogClient) -> str:
    """Four notes, each from a room."""
    project = client.create_project("Notes", "ner", ["thing"])
    client.create_tasks(
        project.id,
        [
            {"attachment": f"The {room} is warm.", "metadata": {"room": room}, "complete": True}
            for room in ROOMS
        ],
    )
    return client.create_dataset("Rooms", project_id=project.id).id


def test_a_slice_is_saved_changed_and_deleted(
    page: Page, client: LinLogClient, complaints: list[str]
) -> None:
    dataset_id = dataset(client)
    with page.expect_console_message(lambda said: " 401" in said.text):
        enter(page, client.base_url)
    # Who is signed in is asked before anybody is.
    complaints.clear()
    page.goto(f"{client.base_url}/datasets/{dataset_id}")
    page.get_by_role("link", name=re.compile("^Slices")).click()
    expect(page.get_by_role("heading", name="No slices yet")).to_be_visible()

    page.get_by_role("button", name="Save a slice").click()
    form = page.get_by_role("dialog", name="Save a slice")
    form.get_by_label("Name").fill("Warm rooms")
    first = page.get_by_role("group", name="Condition 1")
    first.get_by_label("Key").fill("room")
    first.get_by_label("Value").fill("kitchen")
    form.get_by_role("button", name="Save it").click()
    row = page.get_by_role("row", name=re.compile("^Warm rooms"))
    expect(row).to_contain_text("metadata.room=kitchen")
    expect(row).to_contain_text(re.compile("2 50.%"))
    assert saved(client, dataset_id).query == {
        "field": "metadata.room",
        "op": "is",
        "value": "kitchen",
    }

    row.get_by_role("button", name="Change the slice").click()
    form = page.get_by_role("dialog", name="Change the slice")
    form.get_by_label("Name").fill("Not the cellar")
    first.get_by_role("combobox", name="What is asked").click()
    page.get_by_role("option", name="is not", exact=True).click()
    first.get_by_label("Value").fill("cellar")
    form.get_by_role("button", name="Save the change").click()
    row = page.get_by_role("row", name=re.compile("^Not the cellar"))
    expect(row).to_contain_text(re.compile("3 75.%"))
    row.get_by_role("link", name="Not the cellar").click()
    expect(page.get_by_role("heading", name="Tasks of Not the cellar")).to_be_visible()
    expect(page.locator('main a[href*="/tasks/t_"]')).to_have_count(3)
    assert saved(client, dataset_id).name == "Not the cellar"

    row.get_by_role("button", name="Delete the slice").click()
    row.get_by_role("button", name="Delete it now").click()
    expect(page.get_by_role("heading", name="No slices yet")).to_be_visible()
    assert client.slices.list(dataset_id).count == 0


def saved(client: LinLogClient, dataset_id: str) -> Slice:
    """The only slice of a dataset."""
    [only] = client.slices.list(dataset_id)
    return only
