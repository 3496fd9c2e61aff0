"""What is built: locks with hashes, a bill of materials, and the same bytes each time."""

from __future__ import annotations

import json
import os
import re
import shutil
import subprocess
import sys
import tarfile
import zipfile
from pathlib import Path

import pytest
from cyclonedx.schema import SchemaVersion
from cyclonedx.validation.json import JsonStrictValidator

import linlog
from tests.factories.processes import ROOT
from tools import sbom

BUILD = """
import sys
import hatchling.build
print(hatchling.build.build_wheel(sys.argv[1]))
print(hatchling.build.build_sdist(sys.argv[1]))
"""


def test_everything_in_the_locks_has_a_hash() -> None:
    lock = sbom.locked()
    assert len(lock) > 80
    text = sbom.LOCK.read_text(encoding="utf-8")
    entries = re.findall(r"^[A-Za-z0-9][^\s=]*==", text, re.MULTILINE)
    assert len(entries) == len(re.findall(r"^[^\s#]", text, re.MULTILINE)) >= len(lock)
    web = json.loads((ROOT / "web" / "package-lock.json").read_text(encoding="utf-8"))
    packages = {place: one for place, one in web["packages"].items() if place}
    assert len(packages) > 50
    assert [place for place, one in packages.items() if "integrity" not in one] == []
    assert [one for one in packages.values() if not one["integrity"].startswith("sha512-")] == []


def test_a_package_without_a_hash_is_found(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    lock = tmp_path / "dev.txt"
    lock.write_text("a==1 \\\n    --hash=sha256:" + "0" * 64 + "\nb==2\n    # via a\n")
    monkeypatch.setattr(sbom, "LOCK", lock)
    with pytest.raises(ValueError, match="b is in the lock without a hash"):
        sbom.locked()


def test_the_bill_of_materials_is_one() -> None:
    document = sbom.document()
    text = json.dumps(document)
    assert JsonStrictValidator(SchemaVersion.V1_6).validate_str(text) is None
    assert JsonStrictValidator(SchemaVersion.V1_6).validate_str('{"bomFormat": "x"}') is not None
    assert document == sbom.document()
    names = {one["purl"].partition("@")[0]: one for one in document["components"]}
    # What `pip install linlog` brings is required, what extras bring is optional.
    for name in ("msgspec", "urllib3", "rich", "typer"):
        assert names[f"pkg:pypi/{name}"]["scope"] == "required"
    for name in ("fastapi", "sqlalchemy", "argon2-cffi", "cffi", "starlette", "pillow"):
        assert names[f"pkg:pypi/{name}"]["scope"] == "optional"
    assert "pkg:npm/react" in names
    # What only develops linlog is in no wheel, and so not in the bill.
    for name in ("pkg:pypi/pytest", "pkg:pypi/hypothesis", "pkg:npm/vite", "pkg:npm/vitest"):
        assert name not in names
    refs = [one["bom-ref"] for one in document["components"]]
    assert len(refs) == len({*refs})


def in_git() -> list[str]:
    """The files of the checkout that git knows."""
    asked = ["git", "ls-files", "-z"]
    listed = subprocess.run(asked, cwd=ROOT, capture_output=True, check=True).stdout
    return [one for one in listed.decode().split("\0") if one and (ROOT / one).is_file()]


def built(folder: Path, *, at: str) -> dict[str, bytes]:
    """What the backend builds of a copy of the checkout that lies elsewhere, by name."""
    source, target = folder / at / "source", folder / at / "dist"
    target.mkdir(parents=True)
    for place in [*in_git(), "web/built.sha256"]:
        if (ROOT / place).is_file():
            (source / place).parent.mkdir(parents=True, exist_ok=True)
            shutil.copy(ROOT / place, source / place)
    pages = ROOT / "linlog" / "server" / "static"
    shutil.copytree(pages, source / "linlog" / "server" / "static", dirs_exist_ok=True)
    environment = {**os.environ, "SOURCE_DATE_EPOCH": "1700000000", "PYTHONPATH": str(source)}
    ran = subprocess.run(
        [sys.executable, "-c", BUILD, str(target)],
        cwd=source,
        env=environment,
        capture_output=True,
        text=True,
        check=False,
    )
    assert ran.returncode == 0, ran.stderr
    return {path.name: path.read_bytes() for path in target.iterdir()}


def test_the_same_sources_give_the_same_bytes(tmp_path: Path) -> None:
    if not (ROOT / ".git").exists():
        pytest.skip("this is no checkout: what belongs to it is not known")
    if not (ROOT / "linlog" / "server" / "static" / "index.html").is_file():
        pytest.skip("the pages are not built: python3 dev pages")
    first, second = built(tmp_path, at="one"), built(tmp_path, at="another/place")
    version = linlog.__version__
    assert [*first] == [*second] or {*first} == {*second}
    assert {*first} == {f"linlog-{version}-py3-none-any.whl", f"linlog-{version}.tar.gz"}
    assert first == second
    with zipfile.ZipFile(tmp_path / "one" / "dist" / f"linlog-{version}-py3-none-any.whl") as wheel:
        names = wheel.namelist()
        texts = b"".join(wheel.read(name) for name in names if name.endswith((".py", ".json")))
    assert str(ROOT).encode() not in texts
    assert not [name for name in names if name.endswith((".map", ".pyc"))]
    assert [name for name in names if name.startswith(("tests/", "tools/"))] == []
    with tarfile.open(tmp_path / "one" / "dist" / f"linlog-{version}.tar.gz") as sources:
        held = {name.partition("/")[2] for name in sources.getnames()}
    # Besides what git knows there are the pages that are built from it, and what pip reads.
    made = {name for name in held if name.startswith("linlog/server/static/")}
    assert held - made - {"PKG-INFO", "web/built.sha256"} == {*in_git()}
