"""A reader whose session is old makes a token: the pages ask for the password, and go on."""

from __future__ import annotations

import re
import sqlite3
import time
from base64 import b32decode
from contextlib import closing
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from linlog.server import totp
from tests.e2e import audit
from tests.e2e.conftest import enter
from tests.e2e.servers import EMAIL, PASSWORD, owned, serving
from tests.patience import PATIENCE_S

pytestmark = pytest.mark.browser
REFUSED = re.compile(r"Failed to load resource: .* 40[0-9]")


def test_an_old_session_proves_itself_and_goes_on(
    page: Page, complaints: list[str], tmp_path: Path
) -> None:
    owned(tmp_path / "data")
    with serving(tmp_path / "data") as server:
        enter(page, server.url)
        database = tmp_path / "data" / "linlog.sqlite3"
        with closing(sqlite3.connect(database, timeout=PATIENCE_S)) as conn, conn:
            conn.execute("UPDATE sessions SET proven = 1")
        page.goto(f"{server.url}/account")
        expect(page.get_by_text("this one")).to_be_visible()
        page.get_by_role("button", name="Make a token").first.click()
        page.get_by_label("Name").fill("laptop")
        page.get_by_role("button", name="Make it").click()
        asked = page.get_by_role("dialog", name="Is it you?")
        expect(asked).to_be_visible()
        assert audit.grave(page) == []
        asked.get_by_label("Your password", exact=True).fill("not the password at all")
        asked.get_by_role("button", name="Go on").click()
        expect(asked.get_by_role("alert")).to_be_visible()
        asked.get_by_label("Your password", exact=True).fill(PASSWORD)
        asked.get_by_role("button", name="Go on").click()
        expect(page.get_by_text("Copy it now")).to_be_visible()
        expect(page.get_by_text(re.compile("ll_pat_[0-9A-Za-z]{49}"))).to_be_visible()
        page.get_by_role("button", name="I have copied it").click()
        expect(page.get_by_role("cell", name="laptop", exact=True)).to_be_visible()
        page.goto(f"{server.url}/audit")
        expect(page.get_by_role("cell", name="Made a token").first).to_be_visible()
        expect(page.get_by_text("refused", exact=True).first).to_be_visible()
        assert audit.grave(page) == []
    complaints[:] = [said for said in complaints if not REFUSED.match(said)]


def test_who_is_invited_chooses_a_password_and_comes_in(
    page: Page, complaints: list[str], tmp_path: Path
) -> None:
    owned(tmp_path / "data")
    with serving(tmp_path / "data") as server:
        enter(page, server.url)
        page.goto(f"{server.url}/settings")
        page.get_by_role("button", name="Invite by link").click()
        page.get_by_label("Email").fill("grace@example.org")
        page.get_by_role("button", name="Invite", exact=True).click()
        link = page.get_by_text(re.compile(r"/set-password#")).first.inner_text().strip()
        assert audit.grave(page) == []
        page.context.clear_cookies()
        page.goto("about:blank")
        page.goto(link)
        page.get_by_label("Password", exact=True).fill("another horse, another battery")
        page.get_by_label("The same again", exact=True).fill("another horse, another battery")
        assert audit.grave(page) == []
        page.get_by_role("button", name="Choose it").click()
        page.get_by_role("link", name="Sign in").click()
        page.get_by_role("link", name="Forgot your password?").click()
        expect(page.get_by_role("heading", name="Forgot your password?")).to_be_visible()
        assert audit.grave(page) == []
        page.get_by_label("Email").fill("grace@example.org")
        page.get_by_role("button", name="Send me a link").click()
        page.get_by_role("link", name="Back").click()
        page.get_by_label("Email").fill("grace@example.org")
        page.get_by_label("Password", exact=True).fill("another horse, another battery")
        page.get_by_role("button", name="Sign in").click()
        expect(page.get_by_role("heading", name="No projects yet")).to_be_visible()
    complaints[:] = [said for said in complaints if not REFUSED.match(said)]


def test_a_second_factor_is_taken_and_asked_for(
    page: Page, complaints: list[str], tmp_path: Path
) -> None:
    owned(tmp_path / "data")
    with serving(tmp_path / "data") as server:
        enter(page, server.url)
        page.goto(f"{server.url}/account")
        page.get_by_role("button", name="Take a second factor").click()
        expect(page.get_by_alt_text("The QR code that your app reads")).to_be_visible()
        secret = b32decode(page.locator("code", has_text=re.compile("^[A-Z2-7]{32}$")).inner_text())
        assert audit.grave(page) == []
        # Of the next step, as a clock may be ahead: of this one it may be too old when it arrives.
        step = int(time.time()) // totp.STEP_S + totp.LEEWAY
        page.get_by_label("First code").fill(totp.code(secret, step))
        page.get_by_role("button", name="Confirm").click()
        codes = page.get_by_text(re.compile(r"(?:[2-9a-z]{4}-){3}")).first.inner_text().split()
        assert len(codes) == 10
        assert audit.grave(page) == []
        page.context.clear_cookies()
        page.goto(f"{server.url}/sign-in")
        page.get_by_label("Email").fill(EMAIL)
        page.get_by_label("Password", exact=True).fill(PASSWORD)
        page.get_by_role("button", name="Sign in").click()
        page.get_by_label("Code").fill(codes[0])
        assert audit.grave(page) == []
        page.get_by_role("button", name="Sign in").click()
        expect(page.get_by_role("heading", name="No projects yet")).to_be_visible()
    complaints[:] = [said for said in complaints if not REFUSED.match(said)]


def test_an_admin_ends_sessions_of_another_and_a_person_changes_their_address(
    page: Page, complaints: list[str], tmp_path: Path
) -> None:
    owned(tmp_path / "data")
    grace = "grace@example.org"
    with serving(tmp_path / "data") as server:
        enter(page, server.url)
        page.goto(f"{server.url}/settings")
        page.get_by_role("button", name="Add a person").click()
        page.get_by_label("Email").fill(grace)
        page.get_by_label("First password").fill(PASSWORD)
        page.get_by_role("button", name="Add", exact=True).click()
        body = {"email": grace, "password": PASSWORD}
        expect(page.get_by_role("button", name=f"Sessions of {grace}")).to_be_visible()
        assert page.context.browser is not None
        elsewhere = page.context.browser.new_context()
        assert elsewhere.request.post(f"{server.url}/api/v2/sessions", data=body).status == 201
        elsewhere.close()
        page.get_by_role("button", name=f"Sessions of {grace}").click()
        asked = page.get_by_role("dialog", name=grace)
        expect(asked.get_by_role("cell", name="127.0.0.1", exact=True)).to_be_visible()
        assert audit.grave(page) == []
        asked.get_by_role("button", name=f"End all sessions of {grace}").click()
        asked.get_by_role("button", name="End all it now").click()
        expect(asked.get_by_text("They are signed in nowhere.")).to_be_visible()
        asked.get_by_role("button", name="Done").click()
        page.goto(f"{server.url}/audit")
        expect(
            page.get_by_role("cell", name="Ended every session of a person").first
        ).to_be_visible()
        page.goto(f"{server.url}/account")
        page.get_by_label("New email").fill("ada.l@example.org")
        page.get_by_label("Your password", exact=True).fill(PASSWORD)
        assert audit.grave(page) == []
        page.get_by_role("button", name="Change the email").click()
        expect(page.get_by_text("ada.l@example.org").first).to_be_visible()
        # The browser holds a new session, and goes on.
        page.reload()
        expect(page.get_by_text("this one")).to_be_visible()
    complaints[:] = [said for said in complaints if not REFUSED.match(said)]
