"""Writes the generated pages of docs/reference: a page a noun, and the tables of everything else.

A page says what is and nothing else. Its text is the docstrings of the wire, of the SDK, of the
settings, of the CLI and of the sockets, so that a sentence is written once.
"""

import ast
import json
import re
import sys
from collections.abc import Callable, Iterator
from functools import partial
from pathlib import Path
from typing import Any

from tools import docstrings

ROOT = Path(__file__).resolve().parent.parent
PACKAGE = ROOT / "linlog"
REFERENCE = ROOT / "docs" / "reference"
MARK = "<!-- Written by `python3 dev docs`; not edited by hand. -->\n"
# Files of the wire that hold no noun, with what they hold.
NO_NOUNS = {
    "__init__": "the opening",
    "blocks": "what a report is made of",
    "codec": "JSON to dataclass and back",
    "constraints": "the rules for one value",
    "errors": "the one error body",
    "facets": "how many tasks of a list have each value",
    "paging": "the one page envelope",
    "record": "the base of every wire class",
    "spellings": "other spellings of labels and annotations",
    "tagged": "unions told apart by a key",
    "task_changes": "changes of many tasks at once",
    "unset": "absent is not null",
}


# ---------------------------------------------------------------- a page a noun


def nouns() -> list[str]:
    """Return the columns of the house: every noun of the wire."""
    return sorted(
        path.stem for path in (PACKAGE / "wire").glob("*.py") if path.stem not in NO_NOUNS
    )


def noun_page(noun: str) -> str:
    """Return what can be sent for a noun, what the SDK offers and which addresses serve it."""
    path = PACKAGE / "wire" / f"{noun}.py"
    parts = [f"{MARK}# {title(noun)}\n\n{docstrings.of_module(path)}\n"]
    parts += filter(None, (sdk_section(noun), api_section(noun)))
    parts.append("## Fields\n")
    parts += [class_section(entry) for entry in docstrings.classes(path) if entry.fields]
    return "\n".join(parts)


def title(noun: str) -> str:
    """Return a noun as a heading."""
    return noun.replace("_", " ").capitalize()


def class_section(entry: docstrings.ClassText, level: str = "###") -> str:
    """Return a class with a table of its fields."""
    rows = [
        f"| `{field.name}` | {spelled(field.type)} | {default(field)} | {cell(field.sentence)} |"
        for field in entry.fields
    ]
    table = ["| field | type | default | meaning |", "| --- | --- | --- | --- |", *rows]
    return f"{level} {entry.name}\n\n{entry.docstring}\n\n" + "\n".join(table) + "\n"


def default(field: docstrings.FieldText) -> str:
    """Return a field's default as a cell of a table."""
    return "required" if field.default is None else code(field.default)


def code(text: str) -> str:
    """Return text as code inside a table."""
    return f"`{cell(text)}`"


def spelled(text: str) -> str:
    """Return a type as code, with the values of limits: a reader wants numbers, not names."""
    from linlog import limits

    return code(re.sub(r"\blimits\.([A-Z_]+)", lambda name: str(getattr(limits, name[1])), text))


def cell(text: str) -> str:
    """Return text so that it cannot end its cell of a table."""
    return text.replace("|", "\\|")


def sdk_section(noun: str) -> str:
    """Return the methods of a noun's resource in the SDK."""
    path = PACKAGE / "client" / "resources" / f"{noun}.py"
    methods = docstrings.methods(path) if path.is_file() else []
    items = [
        f"### `client.{noun}.{method.name}`\n\n"
        f"```text\n{method.name}({method.parameters}) -> {method.returns}\n```\n\n"
        f"{method.docstring}\n"
        for method in methods
    ]
    return "## In Python\n\n" + "\n".join(items) if items else ""


def api_section(noun: str) -> str:
    """Return the addresses of a noun in the native API."""
    rows = [
        f"| `{verb.upper()} {address}` | {cell(call.get('summary', ''))} |"
        for address, calls in sorted(addresses().items())
        for verb, call in calls.items()
        if noun in call.get("tags", ())
    ]
    return (
        "\n".join(["## Over HTTP\n", "| request | |", "| --- | --- |", *rows, ""]) if rows else ""
    )


def addresses() -> dict[str, Any]:
    """Return the addresses of openapi.json."""
    place = ROOT / "openapi.json"
    found: dict[str, Any] = json.loads(place.read_text())["paths"] if place.is_file() else {}
    return found


# ---------------------------------------------------------------- the other pages


def settings_page() -> str:
    """Return every setting of the server."""
    entry = next(
        found
        for found in docstrings.classes(PACKAGE / "server" / "settings.py")
        if found.name == "Settings"
    )
    items = [
        f"## `LINLOG_{field.name.upper()}`\n\n{field.sentence}\n\n"
        f"Default: {default(field)} · type: {spelled(field.type)}\n"
        for field in entry.fields
    ]
    return f"{MARK}# Settings\n\n{entry.docstring}\n\n" + "\n".join(items)


def limits_page() -> str:
    """Return every cap with its value and what it bounds."""
    from linlog import limits

    tree = ast.parse((PACKAGE / "limits.py").read_text(encoding="utf-8"))
    rows = []
    for one, after in zip(tree.body, tree.body[1:], strict=False):
        if isinstance(one, ast.AnnAssign) and isinstance(one.target, ast.Name):
            value = getattr(limits, one.target.id)
            assert isinstance(after, ast.Expr), f"{one.target.id} says nothing of itself"
            sentence = ast.literal_eval(after.value)
            rows.append(f"| `{one.target.id}` | {value:,.0f} | {cell(sentence)} |")
    table = "\n".join(["| limit | at most | of what |", "| --- | ---: | --- |", *rows])
    opening = (
        "Caps on what is sent, kept and waited for. What is over one is refused, and told which."
    )
    return f"{MARK}# Limits\n\n{opening}\n\n{table}\n"


def errors_page() -> str:
    """Return every error code with its status and its class."""
    from linlog import errors

    items = [
        f"## `{name}`\n\n{kind.__doc__}\n\nStatus {kind.status}, raised by the SDK as "
        f"`linlog.errors.{kind.__name__}`.\n"
        for name, kind in errors.API_ERRORS.items()
    ]
    body = '`{"detail", "code", "field", "request_id"}`'
    tree = docstrings.first_sentence(errors.__doc__ or "")
    return f"{MARK}# Errors\n\n{tree}\n\nThe body of an error is {body}.\n\n" + "\n".join(items)


def kinds_page() -> str:
    """Return every kind of evaluation."""
    from linlog.evaluation import kinds

    page = socket_page("Kinds of evaluation", kinds.TABLE)
    said = (
        "How each number is computed, to the letter: "
        "[how matching works](../explanation/matching.md).\n\n"
    )
    head, mark, rest = page.partition("## ")
    return head + said + mark + rest


def formats_page() -> str:
    """Return every format of files."""
    from linlog import formats

    return socket_page("Formats of files", formats.TABLE)


def shapes_page() -> str:
    """Return every shape with its fields."""
    from linlog import shapes

    opening = f"{MARK}# Shapes\n\n{shapes.__doc__}\n"
    sections = [
        f"## `{name}`\n\n" + class_section(class_text(member), "###")
        for name, member in shapes.TABLE.items()
    ]
    return "\n".join([opening, *sections])


def blocks_page() -> str:
    """Return every block of a report with its fields."""
    from linlog.wire import blocks

    opening = f"{MARK}# Blocks of a report\n\n{blocks.__doc__}\n"
    sections = [
        f"## `{name}`\n\n" + class_section(class_text(member), "###")
        for name, member in blocks.Block.family.items()
    ]
    return "\n".join([opening, *sections])


def class_text(member: type) -> docstrings.ClassText:
    """Return a class as its source says it."""
    path = ROOT / Path(*member.__module__.split(".")).with_suffix(".py")
    return next(entry for entry in docstrings.classes(path) if entry.name == member.__name__)


def socket_page(heading: str, table: dict[str, str]) -> str:
    """Return every member of a socket with what its module says."""
    items = []
    for name, member in table.items():
        path = ROOT / Path(*member.partition(":")[0].split(".")).with_suffix(".py")
        items.append(f"## `{name}`\n\n{module_text(path)}\n")
    return f"{MARK}# {heading}\n\n" + "\n".join(items)


def module_text(path: Path) -> str:
    """Return the whole docstring of a file."""
    return ast.get_docstring(ast.parse(path.read_text(encoding="utf-8"))) or ""


def cli_page() -> str:
    """Return every command of the CLI with its options."""
    import typer

    from linlog.cli.main import program

    sections = [
        f"## `{line}`\n\n{command_text(command)}\n"
        for line, command in commands_of(typer.main.get_command(program()))
    ]
    return f"{MARK}# The command line\n\n" + "\n".join(sections)


def commands_of(command: Any, line: str = "linlog") -> Iterator[tuple[str, Any]]:
    """Yield every command that can be run, with what is typed for it."""
    inner = getattr(command, "commands", {})
    for name, entry in sorted(inner.items()):
        if not entry.hidden:
            yield from commands_of(entry, f"{line} {name}")
    if not inner:
        yield line, command


def command_text(command: Any) -> str:
    """Return a command's help and a line for each argument and option."""
    rows = [
        f"* `{' '.join(entry.opts)}` {getattr(entry, 'help', None) or ''}".rstrip()
        for entry in command.params
        if "--help" not in entry.opts
    ]
    return "\n\n".join(filter(None, [(command.help or "").strip(), "\n".join(rows)]))


OTHER_PAGES: dict[str, Callable[[], str]] = {
    "blocks": blocks_page,
    "cli": cli_page,
    "errors": errors_page,
    "formats": formats_page,
    "kinds": kinds_page,
    "settings": settings_page,
    "limits": limits_page,
    "shapes": shapes_page,
}


def pages() -> dict[str, Callable[[], str]]:
    """Return every generated page by its name, with the function that writes its text."""
    return {**{noun: partial(noun_page, noun) for noun in nouns()}, **OTHER_PAGES}


def main() -> int:
    """Write every page; remove generated pages of nouns that are gone."""
    REFERENCE.mkdir(parents=True, exist_ok=True)
    for path in REFERENCE.glob("*.md"):
        if path.stem not in pages() and path.read_text(encoding="utf-8").startswith(MARK):
            path.unlink()
    for name, text in pages().items():
        (REFERENCE / f"{name}.md").write_text(text(), encoding="utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main())
