"""Walks for a fuzzer: what an answer of the native API names, and every address that takes it.

The document itself has no links, and what a tool guesses from names alone leads nowhere. Here an
answer with a row, or with a list of rows, links to each address whose path, or whose body, wants
ids of its kind and no others.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

Operation = dict[str, Any]
ALSO = {"model_version_id": ("version_id",), "open_session_id": ("session_id",)}
"""Other names of an id in paths."""
INNER = {"TasksCreated": ("Task", "/tasks/0"), "TokenSecret": ("Token", "/token")}
"""Answers that hold a row deeper down."""


def linked(document: dict[str, Any]) -> int:
    """Write the links into a document, and count them."""
    places = [*_operations(document)]
    found = 0
    for method, path, source in places:
        if method not in {"get", "post"} or (method == "get" and path.endswith("}")):
            continue
        for status, answer in source["responses"].items():
            told = _told(answer) if status.startswith("2") else {}
            links = dict(_links(document, told, places)) if told else {}
            if links:
                answer["links"] = links
                found += len(links)
    return found


def _operations(document: dict[str, Any]) -> Iterator[tuple[str, str, Operation]]:
    for path, operations in document["paths"].items():
        for method, operation in operations.items():
            yield method, path, operation


def _told(answer: dict[str, Any]) -> dict[str, str]:
    """The ids that an answer holds: the name of each, and where it is."""
    schema = answer.get("content", {}).get("application/json", {}).get("schema", {})
    name = schema.get("$ref", "").rpartition("/")[2]
    name, place = INNER.get(name, (name, ""))
    if listed := re.fullmatch("Page_(.*)_", name):
        name, place = listed[1], "/results/0"
    if not name:
        return {}
    own = re.sub("(?<=[a-z])(?=[A-Z])", "_", name).lower() + "_id"
    return dict.fromkeys((own, *ALSO.get(own, ())), f"$response.body#{place}/id")


def _links(
    document: dict[str, Any], told: dict[str, str], places: list[tuple[str, str, Operation]]
) -> Iterator[tuple[str, Any]]:
    for method, path, target in places:
        wanted = set(re.findall(r"\{(\w+)\}", path))
        in_body = _required(document, target) & told.keys()
        link: dict[str, Any] = {"operationId": target["operationId"]}
        if wanted and wanted <= told.keys():
            link["parameters"] = {f"path.{one}": told[one] for one in wanted}
        elif not wanted and in_body:
            link["requestBody"] = {one: told[one] for one in in_body}
        else:
            continue
        yield f"{method} {path}", link


def _required(document: dict[str, Any], operation: Operation) -> set[str]:
    """The names of fields of a body that hold the id of a row."""
    content = operation.get("requestBody", {}).get("content", {})
    reference = content.get("application/json", {}).get("schema", {}).get("$ref", "")
    if not reference:
        return set()
    schema = document["components"]["schemas"][reference.rpartition("/")[2]]
    return {name for name in schema.get("properties", {}) if name.endswith("_id")}
