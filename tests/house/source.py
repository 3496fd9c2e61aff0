"""The source of linlog as the house tests read it: files, syntax trees, names."""

import ast
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
PACKAGE = ROOT / "linlog"


@dataclass(frozen=True)
class Module:
    """One Python file of the package."""

    path: Path
    tree: ast.Module

    @property
    def name(self) -> str:
        """The dotted name, as an import spells it."""
        parts = self.path.relative_to(ROOT).with_suffix("").parts
        return ".".join(parts[:-1] if parts[-1] == "__init__" else parts)

    @property
    def place(self) -> str:
        """The path below the package, as the tests spell it."""
        return self.path.relative_to(PACKAGE).as_posix()

    def nodes(self) -> Iterator[ast.AST]:
        """Every node of the syntax tree."""
        return ast.walk(self.tree)


@cache
def modules() -> tuple[Module, ...]:
    """Every Python file of the package."""
    paths = sorted(path for path in PACKAGE.rglob("*.py") if "static" not in path.parts)
    return tuple(Module(path, ast.parse(path.read_text(encoding="utf-8"))) for path in paths)


def below(folder: str) -> list[Module]:
    """The modules in a folder of the package."""
    return [module for module in modules() if module.place.startswith(f"{folder}/")]


def public_names(folder: str) -> set[str]:
    """The names of the files of a folder that are not private, without their suffix."""
    return {
        path.stem
        for path in (PACKAGE / folder).glob("*.py")
        if not path.stem.startswith("_") and path.stem != "__init__"
    }


def dotted(node: ast.AST) -> str:
    """An expression such as `datetime.datetime.now` as its text, or nothing."""
    if isinstance(node, ast.Name):
        return node.id
    if isinstance(node, ast.Attribute):
        before = dotted(node.value)
        return f"{before}.{node.attr}" if before else f"?.{node.attr}"
    return ""
