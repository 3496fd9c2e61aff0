"""A reader of a stale report finds out what changed, and how much of the number is of that."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import pytest
from playwright.sync_api import Page, expect

from tests.e2e.numbers import fixed, signed

if TYPE_CHECKING:
    from linlog import LinLogClient
    from tests.e2e.world import World

pytestmark = pytest.mark.browser


def test_a_stale_report_leads_to_why_its_number_changed(
    reader: Page, shown: World, client: LinLogClient
) -> None:
    page, corrected = reader, shown.corrected
    found = client.explain_change(corrected.earlier.id, corrected.later.id)
    page.goto(f"{shown.url}/evaluations/{corrected.earlier.id}")
    stale = page.get_by_role("status").filter(has_text="Stale:")
    expect(stale).to_contain_text("tasks came or went, annotations changed")
    stale.get_by_role("link", name="Why the number changed").click()

    explained = page.get_by_role("region", name="Explanation")
    headline = found.numbers[0]
    assert headline.difference is not None
    assert headline.from_labels is not None
    assert headline.from_tasks is not None
    expect(explained).to_contain_text(f"{fixed(headline.earlier)}{fixed(headline.later)}")
    for title, part in (
        ("Of the labels", headline.from_labels),
        ("Of the model", 0.0),
        ("Of tasks that came or went", headline.from_tasks),
        ("Together", headline.difference),
    ):
        expect(explained).to_contain_text(f"{title}{signed(part)}")
    changed = page.locator("section", has_text="Tasks whose labels changed")
    for task_id in corrected.task_ids:
        expect(changed.locator(f'a[href*="{task_id}"]')).to_be_visible()
    expect(page.get_by_text("The predictions are the same.")).to_be_visible()

    page.get_by_role(
        "link", name=re.compile("^from version 1 \\(as it came\\) of the dataset")
    ).click()
    expect(page.get_by_label("Tasks that differ", exact=True).first).to_contain_text("1 added")
    annotations = page.get_by_role("table", name="Annotations that differ")
    expect(annotations.get_by_text(re.compile(" → edge$"))).to_be_visible()
    expect(annotations.get_by_text("removed", exact=True)).to_have_count(1)


def test_two_versions_are_picked_and_told_apart(
    reader: Page, shown: World, client: LinLogClient
) -> None:
    page, corrected = reader, shown.corrected
    earlier, later = corrected.earlier.dataset_version_id, corrected.later.dataset_version_id
    assert earlier is not None
    assert later is not None
    found = client.dataset_versions.difference(later, earlier)
    page.goto(f"{shown.url}/datasets/{corrected.dataset_id}")
    page.get_by_role("link", name=re.compile("^Versions")).click()
    expect(page.get_by_text("Tick two versions")).to_be_visible()
    # Whichever is picked first, the earlier one is what the other is compared with.
    page.get_by_role("checkbox", name="Compare version 2").check()
    page.get_by_role("checkbox", name="Compare version 1 (as it came)").check()
    expect(page).to_have_url(re.compile(f"since={earlier}&version={later}"))
    counts = page.locator("dl", has_text="Annotations")
    for word in ("added", "removed", "changed"):
        expect(counts).to_contain_text(f"{getattr(found.annotations, word)} {word}")
    page.go_back()
    expect(page.get_by_text("Tick two versions")).to_be_visible()
