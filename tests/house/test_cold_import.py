"""What the client loads, in a fresh interpreter; and that every module imports alone."""

import json
import subprocess
import sys
from pathlib import Path

from tests.house.source import ROOT, modules

HEAVY = {"fastapi", "starlette", "pydantic", "sqlalchemy", "numpy", "typer", "rich"}
# msgspec reads typing_extensions where it is installed.
THIRD_PARTIES = {"urllib3", "msgspec", "typing_extensions"}
OUR_MODULES_AT_MOST = 100

NOUNS = {"serve", "projects", "tasks", "evaluations", "evaluate", "gate", "sync"}

WHAT_IS_LOADED = """
import sys, json
before = set(sys.modules)
from linlog import LinLogClient, ModelTrainer
print(json.dumps(sorted(set(sys.modules) - before)))
"""

SERVER = """
import sys, json
import linlog.cli.main, linlog.server.serve
from pathlib import Path
from linlog.server import app, machine
from linlog.server.settings import Settings
folder = Path(json.load(sys.stdin))
machine.open_machine(Settings(data=folder)).close()
for name in ("alembic", "numpy"):
    sys.modules.pop(name, None)
app.build(machine.open_machine(Settings(data=folder)))
print(json.dumps(sorted(sys.modules)))
"""

# Forgets what an import loaded before the next one, so that none leans on what another loaded. The
# client stays: it holds all that nearly every module needs, and was found to import alone.
EACH_ALONE = """
import importlib, json, sys, traceback
from linlog import LinLogClient, ModelTrainer
always = set(sys.modules)
failed = {}
for name in json.load(sys.stdin):
    for loaded in [entry for entry in sys.modules if entry.startswith("linlog.")]:
        if loaded not in always:
            del sys.modules[loaded]
    try:
        importlib.import_module(name)
    except BaseException:
        failed[name] = traceback.format_exc(limit=-3)
print(json.dumps(failed))
"""


def fresh_interpreter(program: str, sent: str = "") -> object:
    """Run a program in a new interpreter; return what it printed, read as JSON."""
    command = [sys.executable, "-X", "frozen_modules=on", "-c", program]
    done = subprocess.run(command, input=sent, capture_output=True, text=True, check=True, cwd=ROOT)
    return json.loads(done.stdout)


def loaded_by_linlog() -> list[str]:
    """The modules that `import linlog` loads."""
    found = fresh_interpreter(WHAT_IS_LOADED)
    assert isinstance(found, list)
    return found


def test_import_loads_nothing_heavy() -> None:
    tops = {name.split(".")[0] for name in loaded_by_linlog()}
    assert not tops & HEAVY


def test_import_loads_no_third_party_but_the_two() -> None:
    tops = {name.split(".")[0] for name in loaded_by_linlog()}
    unknown = {name for name in tops if not name.startswith("_")} - sys.stdlib_module_names
    assert unknown - {"linlog"} <= THIRD_PARTIES


def test_import_loads_few_modules_of_ours() -> None:
    ours = [name for name in loaded_by_linlog() if name.split(".")[0] == "linlog"]
    assert len(ours) <= OUR_MODULES_AT_MOST, ours


def test_a_server_starts_without_what_only_work_needs(tmp_path: Path) -> None:
    """Numbers are computed and schemas changed by later imports; they would delay every start."""
    found = fresh_interpreter(SERVER, json.dumps(str(tmp_path / "data")))
    assert isinstance(found, list)
    assert not {"alembic", "numpy"} & {*found}
    assert "fastapi" in found


def test_serving_loads_neither_client_nor_other_commands() -> None:
    program = (
        "import sys, json; from linlog.cli.main import program; program('serve');"
        "print(json.dumps(sorted(sys.modules)))"
    )
    found = fresh_interpreter(program)
    assert isinstance(found, list)
    assert [name for name in found if name.startswith("linlog.client")] == []
    assert {"linlog.cli.serve"} == {
        name
        for name in found
        if name.startswith("linlog.cli.") and name.rpartition(".")[2] in NOUNS
    }


def test_import_opens_neither_cli_nor_server() -> None:
    floors = {name.split(".")[1] for name in loaded_by_linlog() if name.startswith("linlog.")}
    assert not floors & {"cli", "server"}


def test_every_module_imports_alone() -> None:
    names = [module.name for module in modules() if "migrations" not in module.place]
    assert fresh_interpreter(EACH_ALONE, json.dumps(names)) == {}
