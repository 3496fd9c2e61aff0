"""No attack of the list is left out in silence: each has a test, a decision record, or is open."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.attacks.register import CASES, DECIDED, OPEN
from tests.house.source import ROOT

GROUPS = {"A": 22, "B": 18, "C": 17, "D": 16, "E": 20, "F": 20, "G": 14, "H": 12, "I": 6}
"""How many cases of each group the list has."""


def marked() -> Iterator[tuple[str, str]]:
    """Every id that a test says it holds, with the name of the test."""
    for path in sorted((ROOT / "tests").rglob("test_*.py")):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.FunctionDef):
                for mark in node.decorator_list:
                    yield from ((one, f"{path.name}::{node.name}") for one in ids(mark))


def ids(mark: ast.expr) -> list[str]:
    """The ids of `pytest.mark.attack(…)`; none of any other decorator."""
    if not isinstance(mark, ast.Call) or ast.unparse(mark.func) != "pytest.mark.attack":
        return []
    return [ast.literal_eval(each) for each in mark.args]


def test_the_list_is_whole() -> None:
    expected = [
        f"{group}{number:02}" for group, most in GROUPS.items() for number in range(1, most + 1)
    ]
    assert [*CASES] == expected


def test_every_case_is_held_decided_or_open() -> None:
    held = {one for one, _ in marked()}
    assert held <= CASES.keys()
    assert CASES.keys() - held - DECIDED.keys() == OPEN
    assert held & OPEN == set()


@pytest.mark.parametrize("name", sorted({*DECIDED.values()}))
def test_a_decision_answers_the_cases_that_are_said_to_be_decided(name: str) -> None:
    text = (ROOT / "docs" / "decisions" / f"{name}.md").read_text(encoding="utf-8")
    said = set(re.findall(r"\b[A-I][0-9]{2}\b", text))
    assert {one for one, other in DECIDED.items() if other == name} <= said


def test_a_mark_is_found(tmp_path: Path) -> None:
    source = "@pytest.mark.attack('F07', 'B04')\n@other\ndef test_x(): ...\n"
    node = ast.parse(source).body[0]
    assert isinstance(node, ast.FunctionDef)
    assert [ids(mark) for mark in node.decorator_list] == [["F07", "B04"], []]
