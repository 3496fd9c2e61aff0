"""Every address of the native API out of its own document, with bodies that it would take."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from typing import Any

from linlog.ids import PREFIXES
from linlog.server import app
from tests.factories import slices

PUBLIC = {("GET", "/api/v2/setup"), ("POST", "/api/v2/setup"), ("POST", "/api/v2/sessions")}
PUBLIC |= {("POST", "/api/v2/users/password-resets"), ("POST", "/api/v2/users/passwords")}
"""What anyone may call; every other address asks for credentials."""
READING_POSTS = {
    ("POST", f"/api/v2/evaluations/{{evaluation_id}}/{each}")
    for each in ("document", "outcomes", "protocols", "report")
}
"""What takes a body to say what is asked, and changes nothing."""
OWN = {
    ("GET", "/api/v2/session"),
    ("DELETE", "/api/v2/session"),
    ("DELETE", "/api/v2/sessions/{session_id}"),
    ("POST", "/api/v2/sessions/presence"),
    ("POST", "/api/v2/sessions/second-factor"),
    ("POST", "/api/v2/sessions/second-factor/confirmation"),
    ("DELETE", "/api/v2/sessions/second-factor"),
    ("POST", "/api/v2/sessions/password"),
    ("POST", "/api/v2/sessions/email"),
    ("POST", "/api/v2/tokens/personal"),
    ("DELETE", "/api/v2/tokens/personal/{token_id}"),
}
"""About the caller, whoever that is."""
OF_ADMINS = {
    ("DELETE", "/api/v2/users/{user_id}/sessions"),
    ("DELETE", "/api/v2/users/{user_id}/sessions/{session_id}"),
    ("DELETE", "/api/v2/users/{user_id}/second-factor"),
}
"""What only admins who are people do; tokens are refused."""
WRITES = {"POST", "PUT", "PATCH", "DELETE"}
QUERY = "Which tasks it takes"
DEFINITIONS = "Definitions of the attributes"
"""What the document says of a query of a slice, which has no smallest value of its type."""
_NOUNS = {prefix: noun for noun, prefix in PREFIXES.items()}


@dataclass(frozen=True)
class Address:
    """One method at one path, as the document describes it."""

    method: str
    path: str
    operation: dict[str, Any]

    def __str__(self) -> str:
        return f"{self.method} {self.path}"

    @property
    def ids(self) -> list[str]:
        """The names of the ids in the path."""
        return [part[1:-1] for part in self.path.split("/") if part.startswith("{")]

    @property
    def required_query(self) -> list[str]:
        """The names of parameters that it cannot do without."""
        return [
            each["name"]
            for each in self.operation.get("parameters", ())
            if each["in"] == "query" and each["required"]
        ]

    def filled(self, values: dict[str, str]) -> str:
        """The path with ids, and with what the query needs."""
        path = self.path
        for name in self.ids:
            path = path.replace(f"{{{name}}}", values[name])
        query = "&".join(f"{name}={values.get(name, 'x')}" for name in self.required_query)
        return f"{path}?{query}" if query else path

    def body(self, ids: dict[str, str]) -> Any:
        """A body that fits, with `ids` by their prefixes; bytes where no JSON is meant."""
        content = self.operation.get("requestBody", {}).get("content", {})
        if "application/json" in content:
            return example(content["application/json"]["schema"], ids)
        return b"bytes" if content else None


@cache
def document() -> dict[str, Any]:
    """The document that describes the native API."""
    return app.openapi()


def all_of_them() -> list[Address]:
    """Every address."""
    return [
        Address(method.upper(), path, operation)
        for path, operations in document()["paths"].items()
        for method, operation in operations.items()
    ]


def with_ids() -> list[Address]:
    """Those with the id of a row in their path."""
    return [address for address in all_of_them() if address.ids]


def named_ids(address: Address) -> Iterator[str]:
    """The prefixes of ids that a body of the address may name."""
    content = address.operation.get("requestBody", {}).get("content", {})
    if "application/json" in content:
        yield from _prefixes(content["application/json"]["schema"])


def example(schema: dict[str, Any], ids: dict[str, str], *, everything: bool = False) -> Any:
    """The smallest value that a schema takes; with `everything`, optional fields as well."""
    schema = _resolved(schema)
    if schema.get("description", "").startswith(QUERY):
        return slices.of("annotation.label", "is", "cat")
    if schema.get("description", "").startswith(DEFINITIONS):
        return [{"key": "size"}]
    for key in ("anyOf", "oneOf", "allOf"):
        if key in schema:
            return example(schema[key][0], ids, everything=everything)
    if "const" in schema or "enum" in schema:
        return schema.get("const", *schema.get("enum", ())[:1])
    kind = schema.get("type")
    if kind == "object":
        wanted = schema.get("properties", {}) if everything else schema.get("required", ())
        return {
            name: example(schema["properties"][name], ids, everything=everything) for name in wanted
        }
    if kind == "array" and "prefixItems" in schema:
        return [example(each, ids, everything=everything) for each in schema["prefixItems"]]
    if kind == "array":
        length = schema.get("minItems", 1)
        return [example(schema.get("items", {}), ids, everything=everything)] * length
    if kind in {"integer", "number"}:
        return max(1, schema.get("minimum", 1))
    return False if kind == "boolean" else _text(schema, ids)


def _text(schema: dict[str, Any], ids: dict[str, str]) -> str:
    pattern = schema.get("pattern", "")
    prefix = pattern.removeprefix("^").partition("_")[0]
    if prefix in _NOUNS:
        return ids.get(prefix, f"{prefix}_nothing")
    if schema.get("format") == "date-time":
        return "2024-01-01T00:00:00Z"
    return "#123456" if pattern.startswith("^#") else "words-that-are-long-enough"


def _resolved(schema: dict[str, Any]) -> dict[str, Any]:
    if "$ref" not in schema:
        return schema
    found: dict[str, Any] = document()["components"]["schemas"][schema["$ref"].split("/")[-1]]
    return found


def _prefixes(schema: dict[str, Any]) -> Iterator[str]:
    schema = _resolved(schema)
    prefix = schema.get("pattern", "").removeprefix("^").partition("_")[0]
    if prefix in _NOUNS:
        yield prefix
    parts = (*schema.get("anyOf", ()), *schema.get("prefixItems", ()))
    for inner in [*parts, *schema.get("properties", {}).values()]:
        yield from _prefixes(inner)
    if isinstance(schema.get("items"), dict):
        yield from _prefixes(schema["items"])
