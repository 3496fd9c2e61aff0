"""Reads classes, fields, functions and their docstrings from source, without importing it."""

import ast
from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True)
class FieldText:
    """One field of a dataclass: its name, its type, its default, and the sentence under it."""

    name: str
    type: str
    default: str | None
    sentence: str


@dataclass(frozen=True)
class ClassText:
    """One class: its name, its docstring, its fields."""

    name: str
    docstring: str
    fields: tuple[FieldText, ...]


@dataclass(frozen=True)
class FunctionText:
    """One function or method: its name, its parameters as written, its docstring."""

    name: str
    parameters: str
    returns: str
    docstring: str


def first_sentence(docstring: str) -> str:
    """Return a docstring's first paragraph on one line."""
    return " ".join(docstring.partition("\n\n")[0].split())


def of_module(path: Path) -> str:
    """Return the first sentence of a file."""
    return first_sentence(ast.get_docstring(ast.parse(path.read_text(encoding="utf-8"))) or "")


def classes(path: Path) -> list[ClassText]:
    """Return the public classes of a file, in order."""
    return [
        ClassText(node.name, ast.get_docstring(node) or "", tuple(fields(node)))
        for node in ast.parse(path.read_text(encoding="utf-8")).body
        if isinstance(node, ast.ClassDef) and not node.name.startswith("_")
    ]


def fields(node: ast.ClassDef) -> list[FieldText]:
    """Return the annotated fields of a class with the string that stands under each."""
    found = []
    for place, entry in enumerate(node.body):
        if not isinstance(entry, ast.AnnAssign) or not isinstance(entry.target, ast.Name):
            continue
        if entry.target.id.startswith("_") or "ClassVar" in ast.unparse(entry.annotation):
            continue
        default = default_text(entry.value)
        type_text = plain_type(entry.annotation)
        sentence = string_at(node.body, place + 1)
        found.append(FieldText(entry.target.id, type_text, default, sentence))
    return found


def default_text(value: ast.expr | None) -> str | None:
    """Return a field's default as text; what `field(...)` makes is shown, not how."""
    if value is None:
        return None
    if not isinstance(value, ast.Call) or ast.unparse(value.func) != "field":
        return ast.unparse(value)
    options = {word.arg: word.value for word in value.keywords}
    if "default" in options:
        return ast.unparse(options["default"])
    factory = options.get("default_factory")
    if factory is None:
        return None
    return ast.unparse(
        factory.body if isinstance(factory, ast.Lambda) else ast.Call(factory, [], [])
    )


def plain_type(annotation: ast.expr) -> str:
    """Return a type as text, without the constraints that `Annotated` adds."""
    if isinstance(annotation, ast.Subscript) and ast.unparse(annotation.value) == "Annotated":
        inner = annotation.slice
        return ast.unparse(inner.elts[0] if isinstance(inner, ast.Tuple) else inner)
    return ast.unparse(annotation)


def string_at(body: list[ast.stmt], place: int) -> str:
    """Return the string that stands alone at a place of a body on one line, or nothing."""
    entry = body[place] if place < len(body) else None
    if isinstance(entry, ast.Expr) and isinstance(entry.value, ast.Constant):
        text = entry.value.value
        return " ".join(text.split()) if isinstance(text, str) else ""
    return ""


def methods(path: Path) -> list[FunctionText]:
    """Return the public methods of the resource in a file, in order, without their overloads."""
    return [
        FunctionText(entry.name, parameters(entry), returned(entry), ast.get_docstring(entry) or "")
        for node in ast.parse(path.read_text(encoding="utf-8")).body
        if isinstance(node, ast.ClassDef) and "Resource" in map(ast.unparse, node.bases)
        for entry in node.body
        if isinstance(entry, ast.FunctionDef) and not entry.name.startswith("_")
        if "overload" not in map(ast.unparse, entry.decorator_list)
    ]


def parameters(function: ast.FunctionDef) -> str:
    """Return the parameters of a method as written, without `self`."""
    return ast.unparse(function.args).removeprefix("self").removeprefix(", ")


def returned(function: ast.FunctionDef) -> str:
    """Return what a function says that it returns."""
    return ast.unparse(function.returns) if function.returns else ""
