"""Writes the page of licences: one a package of both locks, which must be allowed.

What is shipped comes first, then what only develops and tests. Licences are those that the packages
state of themselves: in their metadata where they are installed, and in web/package-lock.json. A
package whose licence is unknown or not allowed stops the writing.
"""

from __future__ import annotations

import json
import re
import sys
from collections.abc import Iterator
from importlib import metadata
from pathlib import Path
from typing import NamedTuple

from tools import sbom

ROOT = Path(__file__).resolve().parent.parent
PAGE = ROOT / "docs" / "licences.md"
ALLOWED = {
    *("MIT", "MIT-0", "MIT-CMU", "BSD-2-Clause", "BSD-3-Clause", "0BSD", "ISC", "Apache-2.0"),
    *("PSF-2.0", "Python-2.0", "Unlicense", "Zlib", "CC0-1.0", "CC-BY-4.0", "BlueOak-1.0.0"),
    *("MPL-2.0", "LGPL-3.0-only", "HPND", "OFL-1.1"),
}
"""Those that let linlog be Apache-2.0; of MPL and LGPL packages nothing is changed or copied in."""
OF_TOOLS = {"Artistic-1.0"}
"""Allowed for what runs only while linlog is tested, and is in nothing that is shipped."""
STATED = {
    "apache 2.0": "Apache-2.0",
    "apache license 2.0": "Apache-2.0",
    "apache software license": "Apache-2.0",
    "artistic license": "Artistic-1.0",
    "bsd": "BSD-3-Clause",
    "freebsd": "BSD-2-Clause",
    "bsd license": "BSD-3-Clause",
    "bsd 3-clause license": "BSD-3-Clause",
    "bsd-3-clause license": "BSD-3-Clause",
    "mit license": "MIT",
    "the unlicense (unlicense)": "Unlicense",
    "isc license (iscl)": "ISC",
    "python software foundation license": "PSF-2.0",
    "mozilla public license 2.0 (mpl 2.0)": "MPL-2.0",
    "gnu lesser general public license v3 (lgplv3)": "LGPL-3.0-only",
}
"""How packages say it that use no SPDX expression."""


class Licensed(NamedTuple):
    """A package of a lock."""

    name: str
    version: str
    licence: str


def of_python(name: str, allowed: set[str]) -> str:
    """The licence that an installed package states. Raises ValueError where none is allowed."""
    told = metadata.metadata(name)
    said: list[str] = [
        *(told.get_all("License-Expression") or ()),
        *(told.get_all("License") or ()),
    ]
    said += [
        each.rpartition(" :: ")[2]
        for each in told.get_all("Classifier") or ()
        if each.startswith("License ::")
    ]
    for each in said:
        licence = STATED.get(each.strip().lower(), each.strip())
        if licence and not refused(licence, allowed):
            return licence
    message = f"{name} states a licence that is not allowed: {said}"
    raise ValueError(message)


def refused(licence: str, allowed: set[str]) -> bool:
    """Whether none of the licences that may be chosen is allowed."""
    choices = re.split(r" OR ", licence.strip("()"))
    return not any(
        all(part.strip("() ") in allowed for part in choice.split(" AND ")) for choice in choices
    )


def python_packages() -> tuple[list[Licensed], list[Licensed]]:
    """Those that linlog needs, and the others of the lock that are installed."""
    needed = sbom.needed()
    shipped: list[Licensed] = []
    others: list[Licensed] = []
    for name, (version, _) in sorted(sbom.locked().items()):
        try:
            allowed = ALLOWED if name in needed else ALLOWED | OF_TOOLS
            found = Licensed(name, version, of_python(name, allowed))
        except metadata.PackageNotFoundError:
            continue
        (shipped if name in needed else others).append(found)
    return shipped, others


def web_packages() -> tuple[list[Licensed], list[Licensed]]:
    """Those that the pages are built from, and the others. Raises ValueError."""
    lock = json.loads((ROOT / "web" / "package-lock.json").read_text(encoding="utf-8"))
    shipped: set[Licensed] = set()
    others: set[Licensed] = set()
    for place, told in lock["packages"].items():
        if not place:
            continue
        name, licence = place.rpartition("node_modules/")[2], str(told.get("license", ""))
        if refused(licence, ALLOWED):
            message = f"{name} states a licence that is not allowed: {licence!r}"
            raise ValueError(message)
        (others if told.get("dev") else shipped).add(Licensed(name, told["version"], licence))
    return sorted(shipped), sorted(others)


def table(title: str, packages: list[Licensed]) -> Iterator[str]:
    """A section."""
    yield from (f"## {title}", "", "| package | version | licence |", "| --- | --- | --- |")
    yield from (f"| {each.name} | {each.version} | {each.licence} |" for each in packages)
    yield ""


def page() -> str:
    """The whole page."""
    python, web = python_packages(), web_packages()
    lines = [
        "<!-- Written by `python3 dev docs`; not edited by hand. -->",
        "# Licences",
        "",
        "What each package of the locks states of itself. Allowed, alone or as one of several:",
        ", ".join(sorted(ALLOWED)) + "; for tools of the tests also " + ", ".join(OF_TOOLS) + ".",
        "",
        *table("Python, needed by linlog", python[0]),
        *table("Pages", web[0]),
        *table("Python, to develop", python[1]),
        *table("Pages, to develop", web[1]),
    ]
    return "\n".join(lines)


def main() -> int:
    """Write the page."""
    PAGE.write_text(page(), encoding="utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main())
