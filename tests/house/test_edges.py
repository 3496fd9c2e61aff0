"""What touches the world outside is found only in the files that own it."""

import ast
from collections.abc import Callable, Iterator

import pytest

from tests.house.source import Module, dotted, modules


def calls(module: Module) -> Iterator[tuple[ast.Call, str]]:
    """Every call with the text of what is called."""
    for node in module.nodes():
        if isinstance(node, ast.Call):
            yield node, dotted(node.func)


def commits(module: Module) -> Iterator[ast.AST]:
    """A transaction is committed by hand."""
    yield from (node for node, name in calls(module) if name.endswith(".commit"))


def blanket_excepts(module: Module) -> Iterator[ast.AST]:
    """Every error is caught, whatever it is."""
    for node in module.nodes():
        if isinstance(node, ast.ExceptHandler):
            caught = node.type.elts if isinstance(node.type, ast.Tuple) else [node.type]
            if any(entry is None or dotted(entry) in BLANKET for entry in caught):
                yield node


BLANKET = {"Exception", "BaseException"}


def clock_reads(module: Module) -> Iterator[ast.AST]:
    """The time of day is read."""
    for node, name in calls(module):
        if name.split(".")[-1] in {"now", "utcnow", "today"} and "date" in name:
            yield node
        if name in {"time.time", "time.time_ns"}:
            yield node
    for node in imports_of(module, {"time"}):
        if isinstance(node, ast.ImportFrom):
            yield from (node for entry in node.names if entry.name in {"time", "time_ns"})


def randomness(module: Module) -> Iterator[ast.AST]:
    """Something other than secrets is drawn by chance."""
    yield from imports_of(module, {"random"})
    yield from (node for node, name in calls(module) if name.startswith("np.random."))


def environment_reads(module: Module) -> Iterator[ast.AST]:
    """The environment of the process is read."""
    for node in module.nodes():
        if dotted(node) in {"os.environ", "os.getenv"}:
            yield node
        if isinstance(node, ast.ImportFrom) and node.module == "os":
            yield from (node for entry in node.names if entry.name in {"environ", "getenv"})


def prints(module: Module) -> Iterator[ast.AST]:
    """Something is printed."""
    yield from (node for node, name in calls(module) if name == "print")


def async_functions(module: Module) -> Iterator[ast.AST]:
    """A function is asynchronous."""
    yield from (node for node in module.nodes() if isinstance(node, ast.AsyncFunctionDef))


def imports_of(module: Module, names: set[str]) -> Iterator[ast.AST]:
    """A module of the standard library is imported."""
    for node in module.nodes():
        if isinstance(node, ast.Import) and names & {entry.name for entry in node.names}:
            yield node
        if isinstance(node, ast.ImportFrom) and node.module in names:
            yield node


# Each edge with the files that own it, and why.
OWNERS: dict[Callable[[Module], Iterator[ast.AST]], dict[str, str]] = {
    commits: {
        "server/request.py": "one request, one transaction, one commit",
        "server/databases/sqlite.py": "opens what request.py and the worker use",
        "server/databases/postgresql.py": "opens what request.py and the worker use",
        "server/sharing.py": "commits once for those who write at once",
    },
    blanket_excepts: {
        "server/request.py": "turns any error into the one error body, and counts it",
        "client/sender.py": "never raises into a training loop, and counts",
        "server/jobs/worker.py": "a job that failed is written down as failed",
        "server/sharing.py": "takes back or gives on what others share, and raises it again",
    },
    clock_reads: {
        "server/clock.py": "what is below a request or a job gets the time as `now`",
        "client/sender.py": "stamps what is logged",
        "client/journal/folder.py": "tells by its age what nobody is beginning any more",
        "server/log.py": "stamps the lines of the server's log",
    },
    randomness: {
        "client/http.py": "spreads retries",
        "demo/": "draws made-up pictures, from a seed",
        "evaluation/importances.py": "grows a forest, from a seed",
        "evaluation/resampling.py": "resamples, from a seed",
    },
    environment_reads: {
        "server/settings.py": "every LINLOG_ variable of the server",
        "client/settings.py": "the address and the token of the SDK",
    },
    prints: {
        "cli/output.py": "data on stdout, talk on stderr",
        "server/serve.py": "says where it serves, to whoever started it",
    },
    async_functions: {
        "server/request.py": "the ASGI protocol asks for it",
        "server/app.py": "the ASGI protocol asks for it",
        "server/failures.py": "the ASGI protocol asks for it",
        "server/middleware.py": "the ASGI protocol asks for it",
        "server/turns.py": "requests that wait hold no thread",
        "client/transports/app.py": "speaks the ASGI protocol",
    },
}


@pytest.mark.parametrize("edge", OWNERS, ids=lambda edge: edge.__name__)
def test_only_owners_touch_it(edge: Callable[[Module], Iterator[ast.AST]]) -> None:
    found = [
        f"{module.place}:{node.lineno}"
        for module in modules()
        if not module.place.startswith(tuple(OWNERS[edge]))
        for node in edge(module)
        if isinstance(node, ast.stmt | ast.expr | ast.excepthandler)
    ]
    assert not found, f"{edge.__doc__} Only {sorted(OWNERS[edge])} may."


PLANTED = """
import os, random, time
from datetime import datetime
from os import environ
try:
    connection.commit()
    print(datetime.now(), time.time(), random.random(), os.environ["HOME"])
except (ValueError, Exception):
    pass
async def later(): pass
"""


@pytest.mark.parametrize("edge", OWNERS, ids=lambda edge: edge.__name__)
def test_a_planted_one_is_seen(edge: Callable[[Module], Iterator[ast.AST]]) -> None:
    planted = Module(modules()[0].path, ast.parse(PLANTED))
    assert list(edge(planted))
