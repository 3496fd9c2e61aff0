"""Starts the Chromium that `dev` found, so that nothing is downloaded."""

from typing import Any

import pytest

from tools import browser


@pytest.fixture(scope="session")
def browser_type_launch_args(browser_type_launch_args: dict[str, Any]) -> dict[str, Any]:
    """Start the browser that is there, off the network, and as root too."""
    found = browser.find()
    assert found is not None, browser.HOW_TO_INSTALL
    return {
        **browser_type_launch_args,
        "executable_path": str(found),
        "args": browser.launch_arguments(),
    }
