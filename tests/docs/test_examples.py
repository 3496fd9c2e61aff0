"""Every Python block of README.md, the tutorials and the how-tos runs, page by page, in order.

A text such as `"project_id"` stands for a real id. A block below `<!-- not run: WHY -->` is
skipped.
"""

import ast
import re
from dataclasses import dataclass
from pathlib import Path

import pytest

from tests.docs.conftest import World

ROOT = Path(__file__).resolve().parents[2]
FOLDERS = ("docs/tutorials", "docs/how-to")
BLOCK = re.compile(r"(<!-- not run: .+ -->\n+)?^```python\n(.*?)^```$", re.MULTILINE | re.DOTALL)
# What a text that is just "id" stands for, by the call it is given to.
ID_OF = {"get_project": "project_id", "get_dataset": "dataset_id", "get_task": "task_id"}
# What an argument that the README leaves empty stands for.
EMPTY_OF = {"model_id": "model_id", "version_name": "README"}


@dataclass(frozen=True)
class Block:
    """One block of a page, and the line that it begins on."""

    line: int
    code: str


def pages() -> list[Path]:
    """The pages that hold a block to run."""
    found = [ROOT / "README.md", *(page for name in FOLDERS for page in (ROOT / name).glob("*.md"))]
    return [page for page in sorted(found) if page.is_file() and blocks(page)]


def blocks(page: Path) -> list[Block]:
    """The blocks of a page that are to be run."""
    text = page.read_text(encoding="utf-8")
    return [
        Block(text.count("\n", 0, found.start(2)), found[2])
        for found in BLOCK.finditer(text)
        if not found[1]
    ]


class RealNames(ast.NodeTransformer):
    """Puts what is real in the place of what a text stands for."""

    def __init__(self, stands_for: dict[str, str]) -> None:
        self.stands_for = stands_for

    def visit_Constant(self, node: ast.Constant) -> ast.Constant:
        """Replace a text that stands for something."""
        real = self.stands_for.get(node.value) if isinstance(node.value, str) else None
        return ast.copy_location(ast.Constant(real), node) if real else node

    def visit_Call(self, node: ast.Call) -> ast.AST:
        """Replace an `"id"` by the call it is given to, and an empty text by its keyword."""
        called = node.func.attr if isinstance(node.func, ast.Attribute) else ""
        for argument in node.args:
            if isinstance(argument, ast.Constant) and argument.value == "id" and called in ID_OF:
                argument.value = ID_OF[called]
        for word in node.keywords:
            if isinstance(word.value, ast.Constant) and word.value.value == "":
                word.value.value = EMPTY_OF.get(word.arg or "", "")
        return self.generic_visit(node)


@pytest.mark.parametrize("place", pages(), ids=lambda place: place.relative_to(ROOT).as_posix())
def test_blocks_run(
    place: Path, world: World, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setenv("LINLOG_URL", world.url)
    monkeypatch.setenv("LINLOG_TOKEN", world.token)
    monkeypatch.chdir(tmp_path)
    names: dict[str, object] = {"__name__": "__main__"}
    for block in blocks(place):
        tree = RealNames(world.stands_for).visit(ast.parse("\n" * block.line + block.code))
        exec(compile(ast.fix_missing_locations(tree), str(place), "exec"), names)


def test_blocks_are_found_and_skipped(tmp_path: Path) -> None:
    page = tmp_path / "page.md"
    page.write_text("a\n```python\nx = 1\n```\n<!-- not run: needs a GPU -->\n```python\ny\n```\n")
    assert blocks(page) == [Block(2, "x = 1\n")]
