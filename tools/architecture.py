"""The first sentence of every module as a tree: the architecture, printed or written as a page."""

import sys
from collections.abc import Iterator
from pathlib import Path

from tools import docstrings

ROOT = Path(__file__).resolve().parent.parent
PACKAGE = ROOT / "linlog"
PAGE = ROOT / "docs" / "explanation" / "architecture.md"
OPENING = """\
<!-- Written by `python3 dev docs` from the first sentence of every module; not edited by hand. -->
# The architecture

Floors are layers: a floor uses those below it, never beside or above. Columns are nouns: one plural
file name on every floor. A socket is a folder of alternatives with a `_protocol.py`. Why:
[0001](../decisions/0001-floors-columns-sockets.md). Below is what every module says of itself.

"""


def lines(folder: Path = PACKAGE, depth: int = 0) -> Iterator[tuple[int, str, str]]:
    """Yield depth, name and sentence of every module, folders after the files beside them."""
    opening = folder / "__init__.py"
    yield depth, f"{folder.name}/", docstrings.of_module(opening) if opening.is_file() else ""
    for path in sorted(folder.glob("*.py")):
        if path.name != "__init__.py":
            yield depth + 1, path.name, docstrings.of_module(path)
    for path in sorted(folder.iterdir()):
        if path.is_dir() and any(path.rglob("*.py")):
            yield from lines(path, depth + 1)


def page() -> str:
    """Return the page of the architecture."""
    bullets = [f"{'  ' * depth}* `{name}` {sentence}" for depth, name, sentence in lines()]
    return OPENING + "\n".join(line.rstrip() for line in bullets) + "\n"


def main(words: list[str]) -> int:
    """Print the tree with `--print`, else write the page."""
    if "--print" in words:
        for depth, name, sentence in lines():
            print(f"{'  ' * depth + name:<34} {sentence}".rstrip())
        return 0
    PAGE.parent.mkdir(parents=True, exist_ok=True)
    PAGE.write_text(page(), encoding="utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
