"""What the package offers under its own name is said once, is there, and is documented."""

import ast
import importlib
import inspect

import pytest

import linlog
from linlog import errors
from tests.house.source import Module, modules


def stated(module: Module) -> list[str] | None:
    """The names in a module's `__all__`, in order, if it has one."""
    for node in module.tree.body:
        targets = node.targets if isinstance(node, ast.Assign) else []
        if any(isinstance(entry, ast.Name) and entry.id == "__all__" for entry in targets):
            return list(ast.literal_eval(node.value))
    return None


WITH_ALL = [module for module in modules() if stated(module) is not None]


@pytest.mark.parametrize("module", WITH_ALL, ids=lambda module: module.name)
def test_all_names_what_is_there(module: Module) -> None:
    names = stated(module) or []
    assert len(names) == len(set(names))
    found = importlib.import_module(module.name)
    assert [name for name in names if not hasattr(found, name)] == []


def test_the_package_states_what_it_offers() -> None:
    assert {"LinLogClient", "ModelTrainer", "__version__", "errors"} <= set(linlog.__all__)


def test_every_error_has_one_root() -> None:
    strays = [
        name
        for name, entry in vars(errors).items()
        if inspect.isclass(entry)
        and issubclass(entry, BaseException)
        and entry.__module__ == errors.__name__
        and not issubclass(entry, errors.LinLogError)
    ]
    assert not strays


def test_what_is_offered_is_documented() -> None:
    bare = [
        name
        for name in linlog.__all__
        if inspect.isclass(getattr(linlog, name)) and not inspect.getdoc(getattr(linlog, name))
    ]
    assert not bare


def test_the_version_is_said_once() -> None:
    assert linlog.__version__ == "0.1"
