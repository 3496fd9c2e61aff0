"""The commands: tables and JSON on stdout, one line on stderr where something is wrong."""

import json
import stat
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from linlog import LinLogClient, errors
from linlog.cli import login, users
from tests.client.conftest import BOX, Ran, Scene
from tests.conftest import Server

PASSWORD = "correct horse battery staple"


@pytest.fixture
def linlog(
    busy_server: Server,
    monkeypatch: pytest.MonkeyPatch,
    command: Callable[..., Ran],
    tmp_path: Path,
) -> Callable[..., Ran]:
    """Runs a command in this process, against the server in this process."""
    monkeypatch.setenv("HOME", str(tmp_path))
    monkeypatch.setattr("linlog.client.client.LinLogClient", busy_server.client)
    return command


def test_lists_and_records(linlog: Any, client: LinLogClient, scene: Scene) -> None:
    version = client.model_versions.create(scene.model.id, "v1")
    listed = {
        ("projects", "list"): scene.project.id,
        ("tasks", "list", scene.project.id): scene.tasks[0].id,
        ("datasets", "list"): scene.dataset.id,
        ("models", "list"): scene.model.id,
        ("model-versions", "list"): version.id,
    }
    for arguments, shown_id in listed.items():
        ran = linlog(*arguments)
        assert (ran.code, ran.err) == (0, "")
        assert shown_id in ran.out
        found = json.loads(linlog(*arguments, "--json").out)
        assert shown_id in [entry["id"] for entry in found]
        shown = json.loads(linlog(arguments[0], "show", shown_id, "--json").out)
        assert shown["id"] == shown_id
        assert shown_id in linlog(arguments[0], "show", shown_id).out
    assert "2 of 5 shown" in linlog("tasks", "list", scene.project.id, "--limit", "2").err


def test_an_import_of_tasks_says_why_rows_were_rejected_and_nothing_of_predictions(
    linlog: Any, client: LinLogClient, tmp_path: Path
) -> None:
    file = tmp_path / "tasks.ndjson"
    file.write_text('{"attachment": "It purrs.", "attachment_type": "text"}\n{"attachment": 1}\n')
    project = client.create_project("Told", type="ner")
    ran = linlog("tasks", "import", project.id, str(file))
    assert ran.code == 3
    assert "accepted" in ran.out
    assert "1 row rejected: " in ran.err
    for unsaid in ("Rejected(", "unmatched", "prediction"):
        assert unsaid not in ran.out


def test_who_sees_a_project(
    linlog: Any,
    client: LinLogClient,
    scene: Scene,
    busy_server: Server,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    owner = busy_server.as_user("owner@example.org")
    monkeypatch.setattr("linlog.client.client.LinLogClient", lambda *_, **__: owner)
    project = scene.project.id
    person = owner.users.create("ann@example.org", PASSWORD).id
    said = linlog("projects", "set-visibility", project, "members").err
    assert said == f"{project} is seen by its members, and by owners, admins and managers\n"
    assert client.get_project(project).visibility == "members"
    linlog("projects", "add-member", project, person)
    assert "ann@example.org" in linlog("projects", "members", project).out
    linlog("projects", "delete-member", project, person)
    assert json.loads(linlog("projects", "members", project, "--json").out) == []
    wrong = linlog("projects", "set-visibility", project, "nobody")
    assert (wrong.code, "expected one of organisation, members" in wrong.err) == (1, True)


def test_a_report_in_the_terminal_and_in_files(
    linlog: Any, client: LinLogClient, scene: Scene, tmp_path: Path
) -> None:
    made = []
    for shift in (1.0, 8.0):
        version = client.model_versions.create(scene.model.id, f"v{shift:g}")
        for task in scene.tasks:
            client.create_model_run(
                scene.dataset.id, version.id, task.id, {**BOX, "left": shift}, 0.5
            )
        made.append(client.evaluate(dataset_id=scene.dataset.id, model_version_id=version.id).id)
    assert "map" in linlog("evaluations", "list").out
    shown = linlog("evaluations", "show", made[0])
    assert shown.code == 0
    for word in (
        "finder v1 on blood: detection, finished",
        "NUMBER",
        "LABEL",
        "cell",
        "Worst examples",
        "None.",
    ):
        assert word in shown.out
    assert json.loads(linlog("evaluations", "show", made[0], "--json").out)["headline"] == "map"
    verified = linlog("evaluations", "verify", made[0])
    assert (verified.code, verified.out) == (
        0,
        "Every name and number of the stored report is made again.\n",
    )
    for option, beginning in (("--markdown", "# "), ("--html", "<!doctype html>")):
        file = tmp_path / option
        ran = linlog("evaluations", "show", made[0], option, str(file))
        assert (ran.code, ran.out, ran.err) == (0, "", f"written: {file}\n")
        text = file.read_text()
        assert text.startswith(beginning)
        assert made[0] in text
        assert linlog("evaluations", "show", made[0], option, "-").out == text
    assert "stale" not in linlog("evaluations", "list").out
    client.annotate_task(scene.tasks[0].id, {**BOX, "left": 3.0}, replace=True)
    assert "finished, stale" in linlog("evaluations", "list").out
    changed = "annotations changed since; the numbers stand as they were judged then"
    assert f"Stale: {changed}." in linlog("evaluations", "show", made[0]).out
    assert changed in linlog("evaluations", "show", made[0], "--markdown", "-").out
    by_protocol = linlog("evaluations", "protocols", made[0])
    for word in ("COCO, 101 points", "Ultralytics 8.4", "Interpolation", "Together"):
        assert word in by_protocol.out
    mapped = linlog("evaluations", "protocols", made[0], "--label", "cell=blood cell")
    assert "Labels are read so: cell as blood cell." in mapped.out
    assert linlog("evaluations", "protocols", made[0], "--label", "cell").code == 1
    compared = linlog("evaluations", "compare", *made)
    assert "VERDICT" in compared.out
    assert "SLICE" not in compared.out
    for option, beginning in (("--html", "<!doctype html>"), ("--markdown", "# ")):
        written = linlog("evaluations", "compare", *made, option, "-").out
        assert written.startswith(beginning)
        assert written == client.compare(*made).to_html() or option == "--markdown"
    query = {"field": "annotation.label", "op": "is", "value": "cell"}
    cells = client.slices.create(scene.dataset.id, "with cells", query).id
    for word in (cells, "with cells"):
        beside = linlog("evaluations", "compare", *made, "--beside", word).out
        assert ("SLICE" in beside, "with cells" in beside) == (True, True)
        assert "with cells" in linlog("evaluations", "show", made[0], "--beside", word).out
    wrong = linlog("evaluations", "show", made[0], "--beside", "with bells")
    assert (wrong.code, wrong.out) == (1, "")
    assert "no slice of the dataset is called 'with bells'; there are with cells" in wrong.err
    assert "label:cell" in linlog("slices", "list", scene.dataset.id).out
    sliced = linlog("evaluations", "protocols", made[0], "--slice-id", cells)
    assert "Only tasks of the slice with cells." in sliced.out
    for word in (cells, "with cells", "label:cell"):
        shown = linlog("evaluations", "show", made[0], "--slice", word)
        assert "These are" in shown.out, word
    assert "Only tasks that the query takes: label:cell." in shown.out
    named, asked = (
        json.loads(linlog("evaluations", "compare", *made, "--slice", word, "--json").out)
        for word in ("with cells", "label:cell")
    )
    same = {"slice_id": None, "slice_name": None}
    assert {**named, **same} == {**asked, **same}
    assert (named["slice_id"], asked["slice_name"]) == (cells, "label:cell")
    for command in (("show", made[0]), ("compare", *made), ("protocols", made[0])):
        wrong = linlog("evaluations", *command, "--slice", "label:cell nohting:3")
        assert (wrong.code, wrong.out) == (1, "")
        assert wrong.err.splitlines()[-2:] == ["  label:cell nohting:3", "             ^"]
    saved = linlog("slices", "create", scene.dataset.id, "typed", "not label:cell", "--json")
    assert json.loads(saved.out)["query"] == {"not": query}
    again = linlog("slices", "create", scene.dataset.id, "as JSON", json.dumps(query), "--json")
    assert json.loads(again.out)["query"] == query
    wrong = linlog("slices", "create", scene.dataset.id, "wrong", "label:")
    assert wrong.err.splitlines()[-1] == "        ^"
    assert "begins as JSON" in linlog("slices", "create", scene.dataset.id, "w", "{").err
    (told,) = json.loads(linlog("evaluations", "compare", *made, "--beside", cells, "--json").out)[
        "slices"
    ]
    assert (told["slice_id"], told["tasks"]) == (cells, len(scene.tasks))


def test_errors_are_one_line(linlog: Any, scene: Scene) -> None:
    for arguments, said in {
        ("projects", "show", "p_missing"): "no project has the id",
        ("projects", "show", scene.dataset.id): "is the id of a dataset; expected",
        ("evaluations", "show", "nonsense"): "is not an id",
    }.items():
        ran = linlog(*arguments)
        assert (ran.code, ran.out) == (1, "")
        assert said in ran.err
        assert ran.err.startswith("linlog: ")
        assert ran.err.count("\n") == 1
    assert linlog("projects", "eat").code == 2


def test_hostile_names_do_not_reach_the_terminal(linlog: Any, client: LinLogClient) -> None:
    client.create_project("\x1b[2Jgone\x07 [bold red]")
    out = linlog("projects", "list").out
    assert "\x1b" not in out
    assert "\x07" not in out
    assert "[2Jgone [bold red]" in out


def test_users_and_tokens_on_the_data_folder(
    linlog: Any, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    data = str(tmp_path / "own")
    monkeypatch.setattr(users, "_password", lambda **_: PASSWORD)
    early = linlog("tokens", "create", "t", "--data", data)
    assert early.code == 1
    assert "linlog users create" in early.err
    made = linlog("users", "create", "a@b.example", "--role", "owner", "--data", data)
    assert made.out.startswith("u_")
    token = linlog("tokens", "create", "t", "--data", data)
    assert (token.code, token.err) == (0, "")
    assert len(token.out.strip()) > 40
    assert "unknown role" in linlog("users", "create", "x@y.z", "--role", "king").err


@pytest.mark.attack("A15")
def test_a_token_of_the_command_line_is_for_the_projects_that_are_named(
    linlog: Any, busy_server: Server
) -> None:
    data = str(busy_server.machine.settings.data)
    made = busy_server.client(busy_server.token).create_project("of a customer")
    refused = linlog("tokens", "create", "t", "--project-id", "p_none", "--data", data)
    assert (refused.code, "no project has the id" in refused.err) == (1, True)
    secret = linlog("tokens", "create", "t", "--project-id", made.id, "--data", data).out.strip()
    narrow = busy_server.client(secret)
    assert [one.id for one in narrow.projects.list()] == [made.id]
    with pytest.raises(errors.NotAllowed):
        narrow.datasets.list()


def test_a_password_is_read_from_stdin(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "stdin", type("In", (), {"readline": lambda _: "pass word \r\n"})())
    assert users._password(from_stdin=True) == "pass word "


def test_login_checks_before_it_stores(
    linlog: Any, busy_server: Server, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.delenv("XDG_CONFIG_HOME", raising=False)
    monkeypatch.setenv("LINLOG_URL", "http://named.example")
    asked = []

    def signed_in(url: str, token: str, **_: Any) -> LinLogClient:
        asked.append(url)
        return busy_server.client(token)

    monkeypatch.setattr(login, "LinLogClient", signed_in)
    kept = tmp_path / ".config" / "linlog" / "credentials.json"
    monkeypatch.setattr(login, "_secret", lambda *_, **__: "wrong")
    ran = linlog("login")
    assert ran.code == 1
    assert asked == ["http://named.example"]
    assert not kept.exists()
    monkeypatch.setattr(login, "_secret", lambda *_, **__: busy_server.token)
    ran = linlog("login")
    assert (ran.code, ran.out) == (0, "")
    assert "knows you as manager" in ran.err
    assert busy_server.token not in ran.err
    assert stat.S_IMODE(kept.stat().st_mode) == 0o600


def test_without_the_server_it_says_what_to_type() -> None:
    program = (
        "import sys; sys.modules.update(dict.fromkeys(['fastapi', 'sqlalchemy', 'uvicorn']));"
        "sys.argv = ['linlog', 'serve']; from linlog.cli.main import main; main()"
    )
    done = subprocess.run(
        [sys.executable, "-c", program], capture_output=True, text=True, check=False
    )
    assert done.returncode == 1
    assert done.stderr.strip() == (
        'linlog: this needs packages that are not installed: pip install "linlog[server]"'
    )


def test_version_and_help(linlog: Any) -> None:
    assert linlog("--version").out == "linlog 0.1\n"
    assert "model-versions" in linlog("--help").out
