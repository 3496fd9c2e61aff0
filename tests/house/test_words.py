"""A word means one thing: the glossary's refused words are in no identifier."""

import ast
import re
from collections.abc import Iterator

import pytest

from tests.house.source import ROOT, Module, modules

GLOSSARY = ROOT / "docs" / "reference" / "glossary.md"
# Files that speak somebody else's language on purpose.
FOREIGN = {
    "client/flat.py": "the founding README's names",
    "wire/spellings.py": "the other spellings that are read",
    "server/published/": "the published clients' names",
    "formats/": "the names that each file format gave",
}
REFUSED_VERBS = ("do_", "handle_", "process_")


def refused() -> set[str]:
    """The words in code marks of the glossary's last column and of its grammar."""
    text = GLOSSARY.read_text()
    rows = [line.rsplit("|", 2)[-2] for line in text.splitlines() if line.startswith("| ")]
    grammar = next(line for line in text.splitlines() if line.startswith("* There is no"))
    cells = [cell for cell in rows if "`batch_size`" not in cell]
    cells = [re.sub(r"only in `[^`]*`", "", cell) for cell in cells]
    grammar = grammar.partition(", and no function")[0]
    return set(re.findall(r"`([a-z_]+)`", " ".join([*cells, grammar])))


def defined_names(module: Module) -> Iterator[tuple[str, int]]:
    """Every name that a module makes: functions, classes, parameters, variables, fields."""
    yield module.path.stem, 1
    for node in module.nodes():
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef):
            yield node.name, node.lineno
        elif isinstance(node, ast.arg):
            yield node.arg, node.lineno
        elif isinstance(node, ast.Name) and isinstance(node.ctx, ast.Store):
            yield node.id, node.lineno


def snake(name: str) -> str:
    """A name as lower-case words joined by underscores, without a filter's `__gt`."""
    name = re.sub(r"__(gt|gte|lt|lte)$", "", name)
    return re.sub(r"(?<=[a-z0-9])(?=[A-Z])", "_", name).lower().strip("_")


def holds(name: str, word: str) -> bool:
    """Whether a name has a word, or its plural, as one of its parts."""
    return re.search(rf"(?:^|_){word}s?(?:_|$)", snake(name)) is not None


def is_foreign(module: Module) -> bool:
    """Whether a file speaks somebody else's language."""
    return any(module.place.startswith(place) for place in FOREIGN)


OURS = [module for module in modules() if not is_foreign(module)]


def test_the_glossary_refuses_words() -> None:
    words = refused()
    assert {"collection", "ontology", "gt", "utils", "confidence_score"} <= words
    assert not words & {"label", "batch_size", "flat", "prediction", "class"}


@pytest.mark.parametrize("module", OURS, ids=lambda module: module.place)
def test_no_refused_word_is_an_identifier(module: Module) -> None:
    words = refused()
    found = {
        f"{name} (line {line}): {word}"
        for name, line in defined_names(module)
        for word in words
        if holds(name, word)
    }
    assert not found, "docs/reference/glossary.md has the word to use"


@pytest.mark.parametrize("module", OURS, ids=lambda module: module.place)
def test_no_function_starts_with_an_empty_verb(module: Module) -> None:
    functions = [node for node in module.nodes() if isinstance(node, ast.FunctionDef)]
    assert [node.name for node in functions if node.name.startswith(REFUSED_VERBS)] == []


@pytest.mark.parametrize(
    ("name", "word", "expected"),
    [
        ("ImageCollection", "collection", True),
        ("collections", "collection", True),
        ("recollection", "collection", False),
        ("gt_boxes", "gt", True),
        ("length", "gt", False),
    ],
)
def test_words_are_found_as_parts(name: str, word: str, *, expected: bool) -> None:
    assert holds(name, word) is expected
