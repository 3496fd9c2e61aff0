"""Every route that is open to who sees some projects only asks, on its way, which those are."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from dataclasses import dataclass

from tests.house.source import Module, below

ASKS = {
    *("project", "label", "batch", "task", "annotation", "comment", "review", "file", "user"),
    *("sees",),
}
"""What of services/access.py looks at the projects of who asks."""
ABOUT_THE_CALLER = {
    "routes.sessions": "sessions and credentials of the caller",
    "routes.tokens": "tokens of the caller; their projects are asked for where one is made",
    "routes.organisations.get": "the caller's organisation: a name and a date",
    "published.organisations": "the same, for old clients",
    "routes.tasks.read_query": "says what a text means, and looks at no row",
    "published.workflows.list_templates": "constants of the product",
}
"""Routes, or whole files of them, that hold nothing of any project."""


@dataclass(frozen=True)
class Function:
    """A function of the server, and the module that it stands in."""

    module: Module
    node: ast.FunctionDef
    known: dict[str, str]
    """What the names of the module stand for."""

    def named(self) -> Iterator[str]:
        """The dotted names of all that it calls or hands on."""
        known = self.known
        for node in ast.walk(self.node):
            if isinstance(node, ast.Attribute) and isinstance(node.value, ast.Name):
                yield f"{known.get(node.value.id, node.value.id)}.{node.attr}"
            elif isinstance(node, ast.Name):
                yield known.get(node.id, f"{self.module.name}.{node.id}")

    def asks(self) -> bool:
        """Whether it looks at the caller's projects itself."""
        doors = {f"linlog.server.services.access.{name}" for name in ASKS}
        own = {"ctx.actor.projects", "ctx.actor.sees"}
        return bool(doors & {*self.named()}) or any(
            ast.unparse(node) in own for node in ast.walk(self.node) if type(node) is ast.Attribute
        )


def imported(module: Module) -> dict[str, str]:
    """What the names of a module stand for."""
    return {
        (each.asname or each.name): f"{node.module}.{each.name}"
        for node in module.nodes()
        if isinstance(node, ast.ImportFrom) and node.module
        for each in node.names
    }


def functions(modules: list[Module]) -> dict[str, Function]:
    """Every function at the top of a module, by its dotted name."""
    return {
        f"{module.name}.{node.name}": Function(module, node, known)
        for module in modules
        for known in [imported(module)]
        for node in module.tree.body
        if isinstance(node, ast.FunctionDef)
    }


def by_project(known: dict[str, Function]) -> dict[str, Function]:
    """The routes that say so."""
    return {
        name: found
        for name, found in known.items()
        for mark in found.node.decorator_list
        if isinstance(mark, ast.Call) and any(each.arg == "by_project" for each in mark.keywords)
    }


def reaches_a_door(name: str, known: dict[str, Function]) -> bool:
    """Whether a function, or anything that it calls, asks for the caller's projects."""
    seen, waiting = {name}, [name]
    while waiting:
        found = known[waiting.pop()]
        if found.asks():
            return True
        more = {one for one in found.named() if one in known} - seen
        # What is noted of a caller says nothing of what they see.
        more = {one for one in more if ".audit_entries." not in one}
        seen |= more
        waiting += more
    return False


def shut_out(modules: list[Module]) -> list[str]:
    """Routes that are open to who sees some projects, and never ask which."""
    known = functions(modules)
    return [
        name.removeprefix("linlog.server.")
        for name in by_project(known)
        if not reaches_a_door(name, known)
    ]


def excused(name: str) -> bool:
    """Whether a reason is given for a route or its file."""
    return name in ABOUT_THE_CALLER or name.rpartition(".")[0] in ABOUT_THE_CALLER


def test_every_route_that_goes_by_projects_asks_for_them() -> None:
    modules = below("server")
    assert len(by_project(functions(modules))) > 70
    forgetful = [name for name in shut_out(modules) if not excused(name)]
    assert not forgetful, "find the row through services/access.py, or by ctx.actor.projects"


def test_reasons_are_still_needed() -> None:
    forgetful = shut_out(below("server"))
    needed = {*forgetful, *(name.rpartition(".")[0] for name in forgetful)}
    assert needed >= ABOUT_THE_CALLER.keys()


def test_a_route_that_forgets_is_found() -> None:
    """The same service, once behind the door and once beside it."""
    source = """
from linlog.server.services import access
from linlog.server.store import tasks

@router.get("/a", policy="viewer", by_project=True)
def remembers(ctx, task_id):
    return _through(ctx, task_id)

@router.get("/b", policy="viewer", by_project=True)
def forgets(ctx, task_id):
    return tasks.get(ctx.conn, ctx.scope, task_id)

def _through(ctx, task_id):
    return access.task(ctx, task_id)
"""
    real = below("server")[0]
    assert shut_out([Module(real.path.with_name("planted.py"), ast.parse(source))]) == [
        "planted.forgets"
    ]
