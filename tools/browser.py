"""Finds a Chromium for the browser tests, and says how it must be started.

Standard library only, but for asking Playwright, when it is installed, where it keeps its own.
"""

import os
import shutil
import subprocess
import sys
from pathlib import Path

VARIABLE = "LINLOG_TEST_CHROMIUM"
NAMES = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
HOW_TO_INSTALL = (
    "no Chromium was found and none could be downloaded; install one (Debian: `apt-get install "
    f"chromium`) or name it in {VARIABLE}"
)
QUIET = (
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
)


def find() -> Path | None:
    """Return the browser named in the environment, on PATH, or kept by Playwright."""
    named = os.environ.get(VARIABLE)
    if named:
        return Path(named)
    on_path = next(filter(None, map(shutil.which, NAMES)), None)
    return Path(on_path) if on_path else of_playwright()


def of_playwright() -> Path | None:
    """Return the Chromium that Playwright downloaded, when it did."""
    program = (
        "from playwright.sync_api import sync_playwright as start\n"
        "with start() as playwright: print(playwright.chromium.executable_path)"
    )
    asked = subprocess.run(
        [sys.executable, "-c", program], capture_output=True, text=True, check=False
    )
    path = Path(asked.stdout.strip())
    return path if asked.returncode == 0 and path.is_file() else None


def install() -> Path | None:
    """Let Playwright download its Chromium; return it, or None where that is impossible."""
    command = [sys.executable, "-m", "playwright", "install", "chromium"]
    done = subprocess.run(command, check=False)
    return of_playwright() if done.returncode == 0 else None


def launch_arguments() -> list[str]:
    """Return the switches for a browser that stays off the network; root needs one more."""
    is_root = hasattr(os, "geteuid") and os.geteuid() == 0
    return [*QUIET, *(["--no-sandbox"] if is_root else [])]
