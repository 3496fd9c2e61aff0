"""Nothing is added undocumented: modules, settings, errors, commands, kinds, blocks, shapes."""

import ast
import dataclasses
import re
from collections.abc import Callable
from operator import attrgetter

import pytest

from tests.house.source import ROOT, Module, modules

REFERENCE = ROOT / "docs" / "reference"


@pytest.mark.parametrize("module", modules(), ids=lambda module: module.place)
def test_a_module_opens_with_a_sentence(module: Module) -> None:
    docstring = ast.get_docstring(module.tree) or ""
    first = docstring.partition("\n\n")[0].strip()
    assert first.endswith("."), "one sentence that says what it holds, with a stop"
    assert "\n" not in docstring.partition("\n")[0]


def headings(page: str) -> set[str]:
    """The headings of a reference page, without their marks."""
    text = (REFERENCE / f"{page}.md").read_text()
    return {found.strip("` ") for found in re.findall(r"^#{2,4} (.+)$", text, re.MULTILINE)}


def settings() -> set[str]:
    """Every LINLOG_ variable that the server reads."""
    from linlog.server.settings import Settings

    return {f"LINLOG_{entry.name.upper()}" for entry in dataclasses.fields(Settings)}


def error_codes() -> set[str]:
    """Every code that an error body may hold."""
    from linlog import errors

    return set(errors.API_ERRORS)


def commands() -> set[str]:
    """Every command of the CLI, as typed."""
    import typer

    from linlog.cli.main import program
    from tools.reference import commands_of

    return {line for line, _ in commands_of(typer.main.get_command(program()))}


def kinds() -> set[str]:
    """Every kind of evaluation."""
    from linlog.evaluation import kinds

    return set(kinds.TABLE)


def formats() -> set[str]:
    """Every format of files."""
    from linlog import formats

    return set(formats.TABLE)


def shapes() -> set[str]:
    """Every shape."""
    from linlog import shapes

    return set(shapes.TABLE)


def blocks() -> set[str]:
    """Every block of a report."""
    from linlog.wire import blocks

    return set(blocks.Block.family)


def benchmarks() -> set[str]:
    """Every benchmark that `python3 dev bench` knows."""
    return {path.stem.removeprefix("bench_") for path in (ROOT / "benchmarks").glob("bench_*.py")}


PAGES: dict[str, Callable[[], set[str]]] = {
    "settings": settings,
    "errors": error_codes,
    "cli": commands,
    "formats": formats,
    "kinds": kinds,
    "shapes": shapes,
    "blocks": blocks,
    "benchmarks": benchmarks,
}


@pytest.mark.parametrize("subject", PAGES)
def test_everything_has_its_heading(subject: str) -> None:
    assert PAGES[subject]() <= headings(subject), (
        f"docs/reference/{subject}.md; `python3 dev docs` writes all but that of benchmarks"
    )


def test_every_method_of_the_client_that_is_documented_is_there_once() -> None:
    from linlog import LinLogClient

    client = LinLogClient("http://127.0.0.1:1", "t")
    heading = re.compile(r"^### `client\.(.+)`$", re.MULTILINE)
    pages = (page.read_text() for page in REFERENCE.glob("*.md"))
    named = [name for page in pages for name in heading.findall(page)]
    found = {name for name in named if callable(attrgetter(name)(client))}
    assert (len(named), len(found) > 100) == (len(found), True)


@pytest.mark.parametrize("record", sorted((ROOT / "docs" / "decisions").glob("0*.md")), ids=str)
def test_a_decision_has_its_parts(record: object) -> None:
    text = record.read_text()
    parts = ["Context", "Decision", "Consequences", "Alternatives", "What enforces it"]
    assert re.findall(r"^## (.+)$", text, re.MULTILINE) == parts


def test_every_decision_is_listed() -> None:
    listed = (ROOT / "docs" / "decisions" / "README.md").read_text()
    records = [path.name for path in (ROOT / "docs" / "decisions").glob("0*.md")]
    assert [name for name in records if f"({name})" not in listed] == []
