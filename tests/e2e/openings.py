"""What opens on the pages: dialogs, menus and panels, each by the steps that open it."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from playwright.sync_api import expect

if TYPE_CHECKING:
    from collections.abc import Callable

    from playwright.sync_api import Page


def press(page: Page, name: str) -> None:
    """Press the first button of a name."""
    page.get_by_role("button", name=name, exact=True).first.click()


def keys(page: Page) -> None:
    """The sheet of keys."""
    page.keyboard.press("?")
    expect(page.get_by_role("dialog", name="Keys")).to_be_visible()


def finder(page: Page) -> None:
    """The finder, with a word in it."""
    page.keyboard.press("/")
    page.get_by_role("combobox", name="Find").fill("shape")
    expect(page.get_by_role("option").first).to_be_visible()


def lost(page: Page) -> None:
    """The finder, where nothing is found."""
    page.keyboard.press("/")
    page.get_by_role("combobox", name="Find").fill("zzz")
    expect(page.get_by_text("Nothing has this name.")).to_be_visible()


def activity(page: Page) -> None:
    """The jobs of late."""
    page.get_by_role("button", name="Activity").click()
    expect(page.get_by_role("dialog")).to_be_visible()


def account(page: Page) -> None:
    """The menu of the account."""
    page.get_by_role("button", name="account").click()
    expect(page.get_by_role("menuitem", name="Sign out")).to_be_visible()


def token(page: Page) -> None:
    """The form of a token."""
    page.get_by_role("button", name="Make a token").click()
    expect(page.get_by_role("dialog", name="Make a token")).to_be_visible()


def person(page: Page) -> None:
    """The form of a person, with what it says of an empty address."""
    page.get_by_role("button", name="Add a person").click()
    expect(page.get_by_role("dialog", name="Add a person")).to_be_visible()
    page.get_by_role("button", name="Add", exact=True).click()
    expect(page.get_by_text("An email address is needed.")).to_be_visible()


def invitation(page: Page) -> None:
    """The link of an invitation; who was invited before is invited anew."""
    press(page, "Invite by link")
    page.get_by_label("Email").fill("a-long-name.of-somebody@mail.department.example.org")
    press(page, "Invite")
    expect(page.get_by_text(re.compile("/set-password#"))).to_be_visible()


def sessions(page: Page) -> None:
    """Where another person is signed in."""
    page.get_by_role("button", name=re.compile("^Sessions of")).first.click()
    expect(page.get_by_role("dialog")).to_be_visible()


def second_factor(page: Page) -> None:
    """The secret of a second factor."""
    press(page, "Take a second factor")
    expect(page.get_by_alt_text("The QR code that your app reads")).to_be_visible()


def conditions(page: Page) -> None:
    """The conditions of a query."""
    press(page, "Conditions")
    expect(page.get_by_label("Conditions", exact=True)).to_be_visible()


def columns(page: Page) -> None:
    """The columns of a table of tasks."""
    press(page, "Columns")


def saved_queries(page: Page) -> None:
    """The saved queries of a project or dataset."""
    press(page, "Slices")
    expect(page.get_by_role("menu")).to_be_visible()


def saving(page: Page) -> None:
    """The form that saves a query."""
    saved_queries(page)
    page.get_by_role("menuitem", name="Save this query").click()
    expect(page.get_by_role("dialog", name="Save this query")).to_be_visible()


def chosen(page: Page) -> None:
    """What can be done with chosen tasks."""
    page.get_by_role("checkbox", name=re.compile("^Choose ")).first.check(force=True)
    press(page, "Do with them")
    expect(page.get_by_role("menu")).to_be_visible()


def tags(page: Page) -> None:
    """The form that gives tags to chosen tasks."""
    chosen(page)
    page.get_by_role("menuitem", name="Add tags").click()
    expect(page.get_by_role("dialog")).to_be_visible()


def deletion(page: Page) -> None:
    """What is asked before chosen tasks are deleted."""
    chosen(page)
    page.get_by_role("menuitem", name="Delete").click()
    expect(page.get_by_role("dialog")).to_be_visible()


def slice_form(page: Page) -> None:
    """The form of a slice, with what it says of empty conditions."""
    press(page, "Save a slice")
    form = page.get_by_role("dialog", name="Save a slice")
    form.get_by_role("button", name="Add a condition").click()
    form.get_by_role("button", name="Save it").click()
    expect(form.get_by_text("Its key is needed.")).to_have_count(2)


def slice_json(page: Page) -> None:
    """The form of a slice, as JSON."""
    slice_form(page)
    page.get_by_text("JSON", exact=True).click()
    expect(page.get_by_role("textbox", name="Query")).to_be_visible()


def freeze(page: Page) -> None:
    """The form that freezes a version of a dataset."""
    press(page, "Freeze what it holds now")
    expect(page.get_by_role("dialog")).to_be_visible()


def rejection(page: Page) -> None:
    """The reasons for rejecting a task."""
    press(page, "Reject")
    expect(page.get_by_role("dialog", name="Reject the work")).to_be_visible()


def state_of_task(page: Page) -> None:
    """What may be decided of a task."""
    press(page, "Change state")
    expect(page.get_by_role("menu")).to_be_visible()


def light_of_image(page: Page) -> None:
    """Brightness and contrast of an image."""
    press(page, "Brightness and contrast")


def part_of_task(name: str) -> Callable[[Page], None]:
    """A part of the panel beside an image or a text."""

    def opened(page: Page) -> None:
        page.get_by_role("tab", name=re.compile(f"^{name}")).or_(
            page.get_by_role("button", name=re.compile(f"^{name}"))
        ).first.click()

    return opened


def label_map(page: Page) -> None:
    """Which labels are read as which."""
    page.get_by_text("All as they are", exact=True).first.click()
    expect(page.get_by_role("dialog")).to_be_visible()


def downloads_of_report(page: Page) -> None:
    """The files that a report can be downloaded as."""
    press(page, "Download")
    expect(page.get_by_role("menu")).to_be_visible()


def more_versions(page: Page) -> None:
    """The versions that a comparison may take in."""
    page.get_by_role("combobox", name="Add a version").click()
    expect(page.get_by_role("option").first).to_be_visible()


def refused(page: Page) -> None:
    """The door, after a wrong password."""
    page.get_by_label("Email").fill("ada@example.org")
    page.get_by_label("Password", exact=True).fill("not the password at all")
    press(page, "Sign in")
    expect(page.get_by_role("alert")).to_be_visible()


def forgotten(page: Page) -> None:
    """The door, after a link to a new password was asked for."""
    page.get_by_label("Email").fill("a-long-name.of-somebody@mail.department.example.org")
    press(page, "Send me a link")
    expect(page.get_by_label("Email")).to_have_count(0)


def choosing(page: Page) -> None:
    """The choice of a password, where two differ."""
    page.get_by_label("Password", exact=True).fill("short")
    page.get_by_label("The same again", exact=True).fill("other")
    press(page, "Choose it")


def incomplete(page: Page) -> None:
    """The first start, with nothing filled in."""
    press(page, "Create and sign in")
    expect(page.get_by_text("An email address is needed.")).to_be_visible()


def offline(page: Page) -> None:
    """A page that is asked for while the server is not there."""
    page.route("**/api/**", lambda route: route.abort("internetdisconnected"))
    page.get_by_role("link", name="Datasets").first.click()
    expect(page.get_by_role("alert")).to_be_visible()


OPENINGS: dict[str, Callable[[Page], None]] = {
    "": lambda _: None,
    "keys": keys,
    "finder": finder,
    "lost": lost,
    "activity": activity,
    "account": account,
    "token": token,
    "person": person,
    "invitation": invitation,
    "sessions": sessions,
    "second-factor": second_factor,
    "conditions": conditions,
    "columns": columns,
    "saved-queries": saved_queries,
    "saving": saving,
    "chosen": chosen,
    "tags": tags,
    "deletion": deletion,
    "slice-form": slice_form,
    "slice-json": slice_json,
    "freeze": freeze,
    "rejection": rejection,
    "state-of-task": state_of_task,
    "light-of-image": light_of_image,
    "labels": part_of_task("Labels"),
    "predictions": part_of_task("Predictions"),
    "review": part_of_task("Review"),
    "task": part_of_task("Task"),
    "label-map": label_map,
    "downloads-of-report": downloads_of_report,
    "more-versions": more_versions,
    "refused": refused,
    "forgotten": forgotten,
    "choosing": choosing,
    "incomplete": incomplete,
    "offline": offline,
}
"""Each by the name that its picture bears."""
