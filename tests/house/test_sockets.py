"""Every family of alternatives looks the same: a table, a protocol, a page on adding, its tests."""

import ast
import importlib
import re

import pytest

from linlog import shapes
from linlog.wire.blocks import Block
from tests.house.source import PACKAGE, ROOT, Module, modules, public_names

# Public files of a family that are no member.
NOT_MEMBERS: dict[str, dict[str, str]] = {
    "server/jobs": {"queue": "the rows that wait", "worker": "takes them", "apart": "runs one"},
}


WEB = ROOT / "web" / "src"


def families() -> list[str]:
    """The folders whose opening holds a table."""
    return [
        module.path.parent.relative_to(PACKAGE).as_posix()
        for module in modules()
        if module.path.name == "__init__.py" and "TABLE" in assigned(module)
    ]


def assigned(module: Module) -> set[str]:
    """The names that a module assigns at its top."""
    targets: list[ast.expr] = []
    for node in module.tree.body:
        targets += node.targets if isinstance(node, ast.Assign) else []
        targets += [node.target] if isinstance(node, ast.AnnAssign) else []
    return {target.id for target in targets if isinstance(target, ast.Name)}


def table(family: str) -> dict[str, object]:
    """The table of a family: name to member."""
    found = importlib.import_module(f"linlog.{family.replace('/', '.')}")
    assert isinstance(found.TABLE, dict), "a family's __init__.py holds TABLE"
    return found.TABLE


def module_of(member: object) -> str:
    """The file that a line of a table points at, given as text or as the member itself."""
    dotted = (
        member.partition(":")[0] if isinstance(member, str) else getattr(member, "__module__", "")
    )
    return dotted.rpartition(".")[2]


@pytest.mark.parametrize("family", families())
def test_every_file_is_in_the_table(family: str) -> None:
    in_table = {module_of(member) for member in table(family).values()}
    in_folder = public_names(family) - NOT_MEMBERS.get(family, {}).keys()
    assert in_table == in_folder


@pytest.mark.parametrize("family", families())
def test_names_are_words(family: str) -> None:
    assert all(name.isidentifier() and name.islower() for name in table(family))


@pytest.mark.parametrize("family", families())
def test_every_line_of_the_table_can_be_opened(family: str) -> None:
    for name, member in table(family).items():
        if isinstance(member, str):
            module, _, attribute = member.partition(":")
            assert hasattr(importlib.import_module(module), attribute or "__name__"), (
                f"{name} points nowhere"
            )


@pytest.mark.parametrize("family", families())
def test_two_members_have_a_protocol_and_a_page_on_adding(family: str) -> None:
    wanted = ["_protocol.py", "ADDING.md"] if len(table(family)) > 1 else []
    assert [name for name in wanted if not (PACKAGE / family / name).is_file()] == []


@pytest.mark.parametrize("family", families())
def test_there_is_a_contract_suite(family: str) -> None:
    suite = ROOT / "tests" / "contract" / f"test_{family.rpartition('/')[2]}.py"
    assert suite.is_file()
    assert "TABLE" in suite.read_text() or "NAMES" in suite.read_text(), (
        "the suite runs over the whole table, so that a new member is tested unasked"
    )


# The families that the pages draw: the folder, the ending of a member's file, and the names.
DRAWN = {
    "blocks": (".tsx", Block.family),
    "canvas/shapes": (".ts", shapes.TABLE),
}


def members(folder: str, ending: str) -> set[str]:
    """The names of the files of a folder of the pages that are members of its family."""
    files = (WEB / folder).glob(f"*{ending}")
    stems = {path.name.removesuffix(ending) for path in files if ".test." not in path.name}
    return stems - {"index", "_protocol"}


def table_of_the_pages(folder: str) -> set[str]:
    """The names in the table of a folder of the pages."""
    (index,) = (WEB / folder).glob("index.ts*")
    found = re.search(r"\bTABLE: [^=]*= \{([^}]*)\}", index.read_text(encoding="utf-8"))
    assert found, f"{index} holds TABLE"
    return set(re.findall(r"^ +(\w+),$", found[1], re.MULTILINE))


@pytest.mark.parametrize("folder", DRAWN)
def test_the_pages_draw_every_member(folder: str) -> None:
    ending, names = DRAWN[folder]
    assert members(folder, ending) == set(names), f"one file of web/src/{folder} each"
    assert table_of_the_pages(folder) == set(names), f"one line each of the TABLE of {folder}"


def test_every_protocol_has_a_table() -> None:
    protocols = PACKAGE.rglob("_protocol.py")
    folders = {path.parent.relative_to(PACKAGE).as_posix() for path in protocols}
    assert folders <= set(families())
