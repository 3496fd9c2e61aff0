"""Each noun has its file on each floor under one plural name; what is missing has a reason."""

import ast
from pathlib import Path

import pytest

from tests.house.source import PACKAGE, ROOT, Module, below, public_names
from tools.reference import NO_NOUNS

# Files of a floor that belong to no noun.
SHARED_ELSEWHERE: dict[str, dict[str, str]] = {
    "cli": {
        "copy": "the whole platform in another place",
        "blocks": "draws the blocks of a report",
        "demo": "a server with example data",
        "evaluate": "from files, without a server",
        "gate": "for a build server, on evaluations or on files",
        "login": "keeps an address and a secret for later commands",
        "main": "the program",
        "output": "how it prints",
        "serve": "the server and its worker",
        "sync": "delivers what programs left in their journals",
    },
    "server/routes": {"setup": "makes the first owner, once"},
    "server/services": {
        "verifications": "evaluations made anew",
        "access": "the only door to a row",
        "contents": "frozen content by its hash, which versions and evaluations share",
        "tally_parts": "what evaluations are merged from",
        "tally_plans": "which of that is made anew, reckoned without a database",
        "authentication": "from a secret to an actor",
        "copies": "the whole platform in another place",
        "documents": "reports and comparisons as files that are read without linlog",
        "early_matches": "what is matched before an evaluation asks for it",
        "second_factors": "what a person gives beside the password",
        "one_time_secrets": "what invitations and resets of passwords have in common",
        "log_series": "what is drawn of logged numbers",
        "items": "what a task looks at is part of the task",
        "reports": "an evaluation's report, asked for under another state",
        "report_states": "what a state makes of an evaluation",
        "task_changes": "changes of many tasks at once",
        "task_index": "the tasks of projects and datasets as columns in memory",
        "task_queries": "what a query takes of the tasks of a project or a dataset",
        "truths": "what tasks were judged by, frozen with their evaluation",
    },
    "server/store": {
        "contents": "frozen content by its hash, which versions and evaluations share",
        "project_members": "who sees a project is part of the project",
        "revisions": "what has moved on, so that something is stale",
        "tally_parts": "what evaluations are merged from",
        "copies": "every row in another database",
        "idempotency_keys": "answers that were given before",
        "log_columns": "the numbers of log entries by key, reckoned without a database",
        "log_packs": "the numbers of log entries by key, kept beside them",
        "one_time_secrets": "what invitations and resets of passwords have in common",
        "paging": "a page of a query",
        "many": "many rows at once",
        "tables": "the schema",
        "task_counts": "how many tasks there are of each state",
        "task_columns": "what can be asked of many tasks at once",
        "task_marks": "which labels and tags tasks carry, and how many",
        "values": "how times and free data are kept",
    },
}
# Addresses that do not say the name of their file, with the reason.
OTHER_ADDRESSES = {
    "/media/{file_id}": "what a signed link opens, by anybody who has it",
    "/model-versions/{version_id}/series": "what the log entries of one version make up",
    "/models/{model_id}/versions": "versions are listed and made below their model",
    "/organisation": "the caller has one",
    "/session": "the caller has one",
}
# What a noun does not have, with the reason.
NEVER_STORED = "made of two evaluations when it is asked for, and by their files"
MADE_OF_RUNS = "worked out of training runs when asked for, and by their files"
GAPS: dict[str, dict[str, str]] = {
    "annotations": {"cli": "shown with their task"},
    "batches": {"cli": "named where tasks are made"},
    "comments": {"cli": "said and read where their task is seen, or by programs"},
    "comparisons": {
        "client/resources": NEVER_STORED,
        "cli": NEVER_STORED,
        "server/routes": NEVER_STORED,
        "server/store": NEVER_STORED,
        "web/src/resources": "drawn with the evaluations that it is made of",
    },
    "explanations": {
        "client/resources": NEVER_STORED,
        "cli": NEVER_STORED,
        "server/routes": NEVER_STORED,
        "server/store": NEVER_STORED,
    },
    "importances": {
        "client/resources": MADE_OF_RUNS,
        "cli": MADE_OF_RUNS,
        "server/routes": MADE_OF_RUNS,
        "server/store": MADE_OF_RUNS,
        "web/src/resources": "drawn with the training runs that they are about",
    },
    "files": {"cli": "uploaded with their task"},
    "jobs": {"cli": "seen as the progress of what they work on"},
    "labels": {"cli": "shown with their project"},
    "log_entries": {"cli": "written by a trainer, shown on the pages"},
    "model_runs": {"cli": "shown with their evaluation"},
    "organisations": {"cli": "the caller has one"},
    "reviews": {"cli": "decided where the work is seen, or by programs"},
    "sessions": {"cli": "people who are signed in to the pages"},
}

FLOORS = {
    "client/resources": lambda: public_names("client/resources"),
    "cli": lambda: public_names("cli"),
    "server/routes": lambda: public_names("server/routes"),
    "server/services": lambda: public_names("server/services"),
    "server/store": lambda: public_names("server/store"),
    "web/src/resources": lambda: folders(ROOT / "web" / "src" / "resources"),
    "docs/reference": lambda: {path.stem for path in (ROOT / "docs" / "reference").glob("*.md")},
}
# Pages of `docs/reference` that are about something else than a noun.
OTHER_PAGES = {
    *("blocks", "cli", "errors", "formats", "glossary", "kinds", "settings", "shapes"),
    *(
        "trainer",
        "index",
        "README",
        "published-api",
        "guarantees",
        "benchmarks",
        "queries",
        "limits",
    ),
}


def nouns() -> set[str]:
    """The columns: every noun of the wire."""
    return public_names("wire") - NO_NOUNS.keys()


def folders(place: Path) -> set[str]:
    """The names of the folders in a folder."""
    return {path.name for path in place.iterdir() if path.is_dir()} if place.is_dir() else set()


def shared(floor: str) -> set[str]:
    """The names of a floor that belong to no noun."""
    return OTHER_PAGES if floor == "docs/reference" else {*SHARED_ELSEWHERE.get(floor, {})}


@pytest.mark.parametrize("floor", FLOORS)
def test_every_noun_is_on_the_floor(floor: str) -> None:
    missing = nouns() - FLOORS[floor]()
    unexplained = {noun for noun in missing if floor not in GAPS.get(noun, {})}
    assert not unexplained, f"no {floor}/NOUN for these, and no reason in GAPS"


@pytest.mark.parametrize("floor", FLOORS)
def test_the_floor_holds_nothing_else(floor: str) -> None:
    strangers = FLOORS[floor]() - nouns() - shared(floor)
    assert not strangers, "these are no noun of linlog/wire"


def test_gaps_are_still_gaps() -> None:
    closed = {
        f"{noun} on {floor}"
        for noun, reasons in GAPS.items()
        for floor in reasons
        if noun not in nouns() or noun in FLOORS[floor]()
    }
    assert not closed, "take these out of GAPS"


def test_shared_files_are_there() -> None:
    gone = {f"wire/{name}" for name in NO_NOUNS if not (PACKAGE / f"wire/{name}.py").is_file()}
    for floor, names in SHARED_ELSEWHERE.items():
        gone |= {f"{floor}/{name}" for name in names if name not in FLOORS[floor]()}
    assert not gone


@pytest.mark.parametrize("route", below("server/routes"), ids=lambda route: route.path.stem)
def test_an_address_ends_its_fixed_part_in_the_name_of_its_file(route: Module) -> None:
    if route.path.stem.startswith("_"):
        pytest.skip("holds no address")
    wrong = {address for address in addresses(route) if route.path.stem not in segments(address)}
    assert not wrong - OTHER_ADDRESSES.keys(), (
        f"{route.place} answers at addresses that do not say {route.path.stem}"
    )


def addresses(route: Module) -> list[str]:
    """The addresses that a route file answers at: its router's prefix and each decorator's text."""
    prefix = ""
    found = []
    for node in route.nodes():
        if isinstance(node, ast.Call) and ast.unparse(node.func).endswith("APIRouter"):
            prefix = next((text(word.value) for word in node.keywords if word.arg == "prefix"), "")
        if isinstance(node, ast.FunctionDef):
            decorators = [entry for entry in node.decorator_list if isinstance(entry, ast.Call)]
            found += [text(entry.args[0]) for entry in decorators if entry.args]
    return [prefix + address for address in found]


def text(node: ast.AST) -> str:
    """The text of a constant, or nothing."""
    is_text = isinstance(node, ast.Constant) and isinstance(node.value, str)
    return str(node.value) if is_text else ""


def segments(address: str) -> set[str]:
    """The parts of an address, spelled as Python names."""
    return {part.replace("-", "_") for part in address.split("/")}
