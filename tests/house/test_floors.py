"""Who may import whom: the contracts of pyproject.toml hold, and each catches what it must."""

import importlib
from copy import deepcopy
from typing import Any

import grimp
import pytest
from importlinter import Contract
from importlinter.application.use_cases import read_user_options
from importlinter.configuration import configure

from tests.house.source import ROOT

configure()
OPTIONS = read_user_options(str(ROOT / "pyproject.toml"))
CONTRACTS: dict[str, dict[str, Any]] = {entry["id"]: entry for entry in OPTIONS.contracts_options}

# One import that breaks each contract: importer, imported.
VIOLATIONS: dict[str, tuple[str, str]] = {
    "floors": ("linlog.wire.tasks", "linlog.client.client"),
    "request": ("linlog.server.store.tasks", "linlog.server.services.tasks"),
    "store": ("linlog.server.routes.tasks", "linlog.server.store.tasks"),
    "kinds": ("linlog.evaluation.kinds.detection", "linlog.evaluation.kinds.classification"),
    "formats": ("linlog.formats.coco", "linlog.formats.csv"),
    "routes": ("linlog.server.routes.tasks", "linlog.server.routes.projects"),
    "databases": ("linlog.server.databases.sqlite", "linlog.server.databases.postgresql"),
    "blobs": ("linlog.server.blobs.local", "linlog.server.blobs.s3"),
    "compute": ("linlog.compute.local", "linlog.compute.dask"),
    "light": ("linlog.wire.codec", "pydantic"),
    "sql": ("linlog.server.services.tasks", "sqlalchemy"),
    "cycles": ("linlog.ids", "linlog.wire.tasks"),
}


@pytest.fixture(scope="module")
def graph() -> grimp.ImportGraph:
    """Who imports whom, now."""
    return grimp.build_graph(
        "linlog",
        include_external_packages=True,
        exclude_type_checking_imports=True,
        cache_dir=None,
    )


def kept(contract: dict[str, Any], graph: grimp.ImportGraph) -> bool:
    """Check one contract on a copy, as a check may change what it reads."""
    module = importlib.import_module(f"importlinter.contracts.{contract['type']}")
    made: Contract = next(
        entry
        for entry in vars(module).values()
        if isinstance(entry, type) and getattr(entry, "type_name", "") == contract["type"]
    )(
        name=contract["name"],
        session_options=OPTIONS.session_options,
        contract_options={key: value for key, value in contract.items() if key != "id"},
    )
    return made.check(deepcopy(graph), verbose=False).kept


def test_every_contract_has_a_planted_violation() -> None:
    assert CONTRACTS.keys() == VIOLATIONS.keys()


@pytest.mark.parametrize("contract", CONTRACTS)
def test_contract_holds(contract: str, graph: grimp.ImportGraph) -> None:
    assert kept(CONTRACTS[contract], graph), (
        f"{CONTRACTS[contract]['name']}: run `lint-imports --contract {contract}` to see where not"
    )


@pytest.mark.parametrize("contract", CONTRACTS)
def test_contract_catches_a_violation(contract: str, graph: grimp.ImportGraph) -> None:
    importer, imported = VIOLATIONS[contract]
    planted = deepcopy(graph)
    for name in (importer, imported):
        if name.startswith("linlog"):
            assert name in planted.modules, f"{name} is no module: plant the violation elsewhere"
        elif name not in planted.modules:
            planted.add_module(name, is_squashed=not name.startswith("linlog"))
    planted.add_import(importer=importer, imported=imported)
    assert not kept(CONTRACTS[contract], planted), "the planted import was not seen"
