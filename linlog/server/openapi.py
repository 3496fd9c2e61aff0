"""Tidies the generated OpenAPI document so that it says what the server does."""

from __future__ import annotations

from contextlib import contextmanager
from typing import TYPE_CHECKING, Any, Final

from linlog.wire.record import Record
from linlog.wire.unset import UNSET

if TYPE_CHECKING:
    from collections.abc import Iterator

_ERROR: Final = {"$ref": "#/components/schemas/ErrorBody"}


@contextmanager
def described() -> Iterator[None]:
    """Read the docstrings under fields while the document is made.

    Pydantic reads the source of every class for that, which a starting server need not wait for.
    """
    Record.__pydantic_config__["use_attribute_docstrings"] = True
    try:
        yield
    finally:
        del Record.__pydantic_config__["use_attribute_docstrings"]


def tidy(document: dict[str, Any]) -> dict[str, Any]:
    """The document without the marks of absent fields, and with the one error body."""
    schemas = document.setdefault("components", {}).setdefault("schemas", {})
    for name in ("HTTPValidationError", "ValidationError"):
        schemas.pop(name, None)
    schemas["ErrorBody"] = _error_schema()
    for operations in document["paths"].values():
        for operation in operations.values():
            _replace_errors(operation["responses"])
            if operation["operationId"] == "files_create":
                operation["requestBody"] = _binary_body()
    named: dict[str, Any] = {}
    document = _with_named_shapes(_without_unset(document), named)
    document["components"]["schemas"].update(named)
    return document


def _with_named_shapes(value: Any, schemas: dict[str, Any]) -> Any:
    """Name the union of shapes and each of them, instead of repeating it at every place."""
    if isinstance(value, dict):
        if value.get("title") == "Shape" and "oneOf" in value:
            members = {f"{each['title']}Shape": each for each in value["oneOf"]}
            references = [{"$ref": f"#/components/schemas/{name}"} for name in members]
            schemas.update(members, Shape={"title": "Shape", "oneOf": references})
            return {"$ref": "#/components/schemas/Shape"}
        return {key: _with_named_shapes(entry, schemas) for key, entry in [*value.items()]}
    if isinstance(value, list):
        return [_with_named_shapes(entry, schemas) for entry in value]
    return value


def _replace_errors(responses: dict[str, Any]) -> None:
    responses.pop("422", None)
    responses["default"] = {
        "description": "Refused; the body says why and what to do.",
        "content": {"application/json": {"schema": _ERROR}},
    }


def _error_schema() -> dict[str, Any]:
    from pydantic import TypeAdapter

    from linlog.wire.errors import ErrorBody

    return TypeAdapter(ErrorBody).json_schema()


def _binary_body() -> dict[str, Any]:
    schema = {"type": "string", "format": "binary"}
    return {"required": True, "content": {"application/octet-stream": {"schema": schema}}}


def _without_unset(value: Any) -> Any:
    if isinstance(value, dict):
        return {
            key: _without_unset(entry)
            for key, entry in value.items()
            if not (key == "default" and entry in (UNSET, UNSET.value))
        }
    if isinstance(value, list):
        return [_without_unset(entry) for entry in value]
    return value
