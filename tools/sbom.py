"""Writes the bill of materials: what linlog is made of, in CycloneDX's JSON (1.6).

`python3 dev sbom` writes dist/linlog-VERSION.cdx.json. Python packages are those of the lock that
linlog itself needs, by the extras that bring them, with the hashes of the lock; what the pages are
built from is in web/package-lock.json, with its integrity. Nothing is asked of a network, and the
same commit gives the same bytes: there is no date and no serial number in it.
"""

from __future__ import annotations

import base64
import json
import re
import sys
import tomllib
from collections.abc import Iterator
from importlib import metadata
from pathlib import Path
from typing import Any

from packaging.markers import default_environment
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

import linlog

ROOT = Path(__file__).resolve().parent.parent
LOCK = ROOT / "requirements" / "dev.txt"
WEB = ROOT / "web"
_PINNED = re.compile(r"^([A-Za-z0-9][A-Za-z0-9._-]*)==([^ ;\\]+)")
_HASH = re.compile(r"--hash=sha256:([0-9a-f]{64})")


def document() -> dict[str, Any]:
    """The whole bill."""
    parts = [*python_parts(), *web_parts()]
    stated = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    itself = {
        "type": "application",
        "bom-ref": f"pkg:pypi/linlog@{linlog.__version__}",
        "name": "linlog",
        "version": linlog.__version__,
        "purl": f"pkg:pypi/linlog@{linlog.__version__}",
        "licenses": [{"license": {"id": stated["license"]}}],
    }
    return {
        "$schema": "http://cyclonedx.org/schema/bom-1.6.schema.json",
        "bomFormat": "CycloneDX",
        "specVersion": "1.6",
        "version": 1,
        "metadata": {"component": itself},
        "components": parts,
        "dependencies": [
            {"ref": itself["bom-ref"], "dependsOn": sorted(one["bom-ref"] for one in parts)}
        ],
    }


def locked() -> dict[str, tuple[str, list[str]]]:
    """Version and hashes of every package of the lock, by its plain name.

    Raises ValueError for one that has no hash.
    """
    found: dict[str, tuple[str, list[str]]] = {}
    for entry in LOCK.read_text(encoding="utf-8").replace("\\\n", " ").splitlines():
        pinned = _PINNED.match(entry)
        if pinned is None:
            continue
        hashes = _HASH.findall(entry)
        if not hashes:
            message = f"{pinned[1]} is in the lock without a hash"
            raise ValueError(message)
        found[canonicalize_name(pinned[1])] = (pinned[2], hashes)
    return found


def needed() -> dict[str, set[str]]:
    """The packages that linlog needs, each with what it is needed for: `linlog` or its extras."""
    stated = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    groups = {"linlog": stated["dependencies"], **stated["optional-dependencies"]}
    found: dict[str, set[str]] = {}
    for group, lines in groups.items():
        for line in lines:
            _follow(Requirement(line), group, found)
    found.pop("linlog", None)
    return found


def _follow(wanted: Requirement, group: str, found: dict[str, set[str]]) -> None:
    name = canonicalize_name(wanted.name)
    if group in found.setdefault(name, set()) and not wanted.extras:
        return
    found[name].add(group)
    if name == "linlog":
        return
    for line in metadata.requires(name) or ():
        inner = Requirement(line)
        for extra in ("", *wanted.extras):
            environment = {key: str(each) for key, each in default_environment().items()}
            environment["extra"] = extra
            if inner.marker is None or inner.marker.evaluate(environment):
                _follow(inner, group, found)
                break


def python_parts() -> Iterator[dict[str, Any]]:
    """The packages for Python. Raises ValueError where one is not in the lock."""
    lock = locked()
    for name, groups in sorted(needed().items()):
        if name not in lock:
            message = f"{name} is needed, and not in the lock; run: python3 dev lock"
            raise ValueError(message)
        version, hashes = lock[name]
        yield {
            **_part(f"pkg:pypi/{name}@{version}", name, version),
            "scope": "required" if "linlog" in groups else "optional",
            "properties": [
                *({"name": "linlog:needed-for", "value": group} for group in sorted(groups)),
                *({"name": "linlog:sha256", "value": one} for one in hashes),
            ],
        }


def web_parts() -> Iterator[dict[str, Any]]:
    """The packages that the pages are built from, with what they need."""
    lock = json.loads((WEB / "package-lock.json").read_text(encoding="utf-8"))
    for place, entry in sorted(lock["packages"].items()):
        if not place or entry.get("dev"):
            continue
        name, version = place.rpartition("node_modules/")[2], entry["version"]
        kind, _, digest = entry["integrity"].partition("-")
        hashes = [{"alg": f"SHA-{kind[3:]}", "content": base64.b64decode(digest).hex()}]
        purl = f"pkg:npm/{name.replace('@', '%40')}@{version}"
        yield {**_part(purl, name, version), "scope": "required", "hashes": hashes}


def _part(purl: str, name: str, version: str) -> dict[str, Any]:
    return {"type": "library", "bom-ref": purl, "name": name, "version": version, "purl": purl}


def main() -> int:
    """Write the bill."""
    target = ROOT / "dist" / f"linlog-{linlog.__version__}.cdx.json"
    target.parent.mkdir(exist_ok=True)
    target.write_text(json.dumps(document(), indent=2) + "\n", encoding="utf-8")
    print(f"written: {target.relative_to(ROOT)}")
    return 0


if __name__ == "__main__":
    sys.exit(main())
