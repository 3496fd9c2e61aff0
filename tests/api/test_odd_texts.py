"""Texts of query languages are texts: they find what holds them, or nothing, and do nothing."""

from __future__ import annotations

import json
from urllib.parse import quote

import pytest

from tests.api import addresses
from tests.attacks.witness import stored
from tests.conftest import Server
from tests.factories import organisations, tasks, worlds
from tests.factories.organisations import Home

TEXTS = (
    "' OR 1=1--",
    '"); DROP TABLE tasks; --',
    "%",
    "_",
    "\\",
    "a\\%b",
    "NEAR(a b)",
    "*",
    "(((",
    '"',
    "'",
    "[a-z",
    "$.a",
    "x' UNION SELECT password_hash FROM users--",
    "{{7*7}}",
    "${jndi:ldap://127.0.0.1/}",
)
WORDS = {"title", "name", "query", "text", "label", "tag", "unique_id", "sort", "keys", "x", "kind"}
"""Parameters that are matched with texts, or read as a language of ours."""


@pytest.mark.attack("B07", "B08")
def test_a_text_of_a_query_language_is_a_text(server: Server) -> None:
    home = organisations.create(server)
    ids = worlds.create(home)
    home.token("viewer")
    before = stored(server.machine)
    tried, wrong = 0, []
    for address in addresses.all_of_them():
        if address.method != "GET":
            continue
        for parameter in address.operation.get("parameters", ()):
            if parameter["in"] != "query" or parameter["name"] not in WORDS:
                continue
            for text in TEXTS:
                path = address.filled(ids)
                joined = f"{path}{'&' if '?' in path else '?'}{parameter['name']}={quote(text)}"
                reply = home.call("GET", joined, role="viewer")
                tried += 1
                found = reply.data.get("count", 0) if reply.status == 200 else 0
                looked_for = parameter["name"] not in {"query", "text", "keys", "x", "sort"}
                if reply.status not in {200, 404, 422} or (looked_for and found):
                    wrong.append((joined, reply.status, found))
    assert wrong == []
    assert tried > 200
    assert stored(server.machine) == before


@pytest.mark.attack("B08")
@pytest.mark.parametrize("text", TEXTS)
def test_what_holds_such_a_text_is_found_by_it_and_nothing_else_is(home: Home, text: str) -> None:
    client = home.client()
    holding = {"unique_id": text, "batch": text, "tags": (text,), "metadata": {text: text}}
    ours = tasks.create(client, **holding)
    other = dict.fromkeys(("unique_id", "batch"), f"not {text} alone")
    tasks.create(client, ours.project_id, **other, tags=("plain",), metadata={"plain": text})
    for title in (text, "plain"):
        client.projects.create(title)
    where = f"/api/v2/projects/{ours.project_id}/tasks?unique_id={quote(text)}"
    assert [each["id"] for each in home.call("GET", where).data["results"]] == [ours.id]
    said = json.dumps(text)
    for query in (f"tag:{said}", f"batch:{said}", f"unique_id:{said}", f"metadata.{said}={said}"):
        where = f"/api/v2/projects/{ours.project_id}/tasks?query={quote(query)}"
        found = [each["id"] for each in home.call("GET", where).data["results"]]
        assert (query, found) == (query, [ours.id])
    found = home.call("GET", f"/api/v2/projects?title={quote(text)}").data["results"]
    assert [each["title"] for each in found] == [text]
