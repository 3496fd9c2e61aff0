"""Checks that a commit may be released: one version everywhere, a changelog entry, a clean tree."""

import json
import re
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent


def version() -> str:
    """Return the version that the package states."""
    text = (ROOT / "linlog" / "__init__.py").read_text()
    found = re.search(r'^__version__ = "([^"]+)"$', text, flags=re.MULTILINE)
    assert found is not None, "linlog/__init__.py states no __version__"
    return found[1]


def changelog_has_version() -> bool:
    """The changelog has a dated section for this version."""
    heading = rf"^## \[{re.escape(version())}\] - \d{{4}}-\d\d-\d\d$"
    return bool(re.search(heading, (ROOT / "CHANGELOG.md").read_text(), flags=re.MULTILINE))


def nothing_unreleased() -> bool:
    """The changelog's Unreleased section is empty."""
    text = (ROOT / "CHANGELOG.md").read_text()
    unreleased = re.search(r"^## \[Unreleased\]\n(.*?)(?=^## |\Z)", text, re.MULTILINE | re.DOTALL)
    return unreleased is None or not unreleased[1].strip()


def openapi_has_version() -> bool:
    """openapi.json states this version."""
    stated = json.loads((ROOT / "openapi.json").read_text())["info"]["version"]
    return bool(stated == version())


def tree_is_clean() -> bool:
    """Everything is committed."""
    return git("status", "--porcelain") == ""


def tag_is_free() -> bool:
    """The tag of this version is not taken."""
    return git("tag", "--list", f"v{version()}") == ""


def git(*words: str) -> str:
    """Return what git prints."""
    asked = subprocess.run(["git", *words], cwd=ROOT, capture_output=True, text=True, check=True)
    return asked.stdout.strip()


CHECKS: tuple[Callable[[], bool], ...] = (
    changelog_has_version,
    nothing_unreleased,
    openapi_has_version,
    tree_is_clean,
    tag_is_free,
)


def main() -> int:
    """Print every check with its answer; return 1 when one says no."""
    answers = [(check, check()) for check in CHECKS]
    print(f"linlog {version()}")
    for check, answer in answers:
        print(f"  {'✓' if answer else '✗'}  {check.__doc__}")
    return 0 if all(answer for _, answer in answers) else 1


if __name__ == "__main__":
    sys.exit(main())
