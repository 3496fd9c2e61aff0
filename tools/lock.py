"""Compiles requirements/dev.txt, the lock that `dev` makes .venv from.

The lock holds versions and hashes for every platform and Python that linlog supports, and names no
index: it works behind any mirror.
"""

import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
LOCK = ROOT / "requirements" / "dev.txt"
COMMAND = (
    *("uv", "pip", "compile", "--quiet", "--universal", "--python-version", "3.11"),
    *("--generate-hashes", "--all-extras", "--no-emit-package", "linlog"),
    *("--no-emit-index-url", "--no-emit-find-links"),
    *("--custom-compile-command", "python3 dev lock"),
    *("-o", "requirements/dev.txt", "pyproject.toml", "requirements/dev.in"),
)


def main() -> int:
    """Compile the lock; return an exit code."""
    code = subprocess.run([sys.executable, "-m", *COMMAND], cwd=ROOT, check=False).returncode
    return code or complain_about_places(LOCK.read_text())


def complain_about_places(text: str) -> int:
    """Return 1, and say where, when a lock names an index, an address or a folder."""
    places = [
        number
        for number, line in enumerate(text.splitlines(), start=1)
        if "://" in line or line.startswith(("-", "/", "."))
    ]
    if places:
        print(f"{LOCK.name} names a place to fetch from on lines {places}", file=sys.stderr)
    return 1 if places else 0


if __name__ == "__main__":
    sys.exit(main())
