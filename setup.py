"""Maps `python3 setup.py sdist bdist_wheel` to the build backend named in pyproject.toml.

Needs Python and pip only: no setuptools, which a fresh environment of Python 3.12 does not have.
pip makes the isolated environment that the backend runs in.
"""

import os
import subprocess
import sys
import tempfile
import tomllib
from pathlib import Path

from tools import pages

ROOT = Path(__file__).resolve().parent
DIST = ROOT / "dist"
WORDS = ("sdist", "bdist_wheel")

# Runs inside the environment that pip made: asks the backend for an sdist.
MAKE_SDIST = """
import os, sys
import hatchling.build
os.chdir(sys.argv[1])
print(hatchling.build.build_sdist(sys.argv[2]))
"""


def main(words: list[str]) -> int:
    """Make what the words ask for in dist/; return an exit code."""
    unknown = [word for word in words if word not in WORDS]
    if unknown or not words:
        print(f"usage: python3 setup.py {' '.join(WORDS)}; not known: {unknown}", file=sys.stderr)
        return 2
    DIST.mkdir(exist_ok=True)
    if "sdist" in words:
        make_sdist()
    if "bdist_wheel" in words:
        make_wheel()
    return 0


def make_wheel() -> None:
    """Let pip build the wheel; pip installs the backend in isolation itself."""
    pip("wheel", "--no-deps", "--no-cache-dir", "--wheel-dir", str(DIST), str(ROOT))


def make_sdist() -> None:
    """Call the backend for an sdist in an environment of its own: pip has no word for that."""
    with tempfile.TemporaryDirectory(prefix="linlog-sdist-") as folder:
        pip("install", "--target", folder, *requirements())
        environment = {**os.environ, "PYTHONPATH": folder}
        command = [sys.executable, "-c", MAKE_SDIST, str(ROOT), str(DIST)]
        subprocess.run(command, env=environment, check=True)


def requirements() -> list[str]:
    """Return what the backend needs: what pyproject.toml says, and Node if the pages need it."""
    stated = tomllib.loads((ROOT / "pyproject.toml").read_text())["build-system"]["requires"]
    node = [] if pages.fresh() or pages.node_on_path() else [pages.NODE_REQUIREMENT]
    return [*stated, *node]


def pip(*words: str) -> None:
    """Run pip, quietly and to the end."""
    subprocess.run([sys.executable, "-m", "pip", *words, "--quiet"], check=True)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
