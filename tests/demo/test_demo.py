"""The demo from end to end: its server, its work through the SDK, its records and its verdict."""

import json
import socket
import stat
from pathlib import Path

import pytest

from linlog import LinLogClient
from linlog.demo import folder, main, serving
from linlog.demo.size import Size
from tests.ports import free_port

HOST = "127.0.0.1"
SMALL = Size(
    train_scenes=20,
    test_scenes=10,
    train_digits=80,
    test_digits=30,
    pixel_epochs=3,
    edge_epochs=4,
)

pytestmark = pytest.mark.demo


@pytest.fixture(scope="module")
def data(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder of a small demo that was run once."""
    made = tmp_path_factory.mktemp("demo") / "data"
    assert main.run(made, HOST, free_port(), serve=False, size=SMALL) == 0
    return made


def test_the_records_exist_and_are_whole(data: Path) -> None:
    demo = folder.find(data)
    assert demo is not None
    with (
        serving.server(data, HOST, free_port()) as server,
        LinLogClient(server.address, email=demo.email, password=demo.password) as client,
    ):
        projects = {project.title: project for project in client.get_projects()}
        assert projects["Digits in scenes"].completed_count == 30
        assert projects["Single digits"].completed_count == 110
        assert {len(project.labels) for project in projects.values()} == {10}

        versions = client.get_model_versions()
        assert sorted((one.model_name, one.name) for one in versions) == [
            ("digit classifier", "edges"),
            ("digit classifier", "pixels"),
            ("digit detector", "edges"),
            ("digit detector", "pixels"),
        ]
        assert {one.state for one in versions} == {"finished"}
        for version in versions:
            log = client.get_log(version.id)
            assert [entry.step for entry in log] == list(range(version.config["learner"]["epochs"]))
            assert {"loss", "validation_accuracy", "learning_rate"} <= log[0].data.keys()

        runs = client.get_model_runs()
        assert len(runs) == 4
        assert all(run.coverage.predicted > 0 for run in runs)
        assert {one.state for one in client.get_evaluations()} == {"finished"}


def test_the_verdict_is_told_again_and_nothing_is_done_again(
    data: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    before = (data / folder.NAME).read_bytes()
    assert main.run(data, HOST, free_port(), serve=False, size=SMALL) == 0
    told = capsys.readouterr()
    for verdict in json.loads(before)["verdicts"]:
        assert verdict["words"] in told.out
        assert f"http://{HOST}:" in told.out
        assert verdict["comparison"] in told.out
        assert "95 % interval" in verdict["words"]
    assert "training" not in told.err
    assert (data / folder.NAME).read_bytes() == before


def test_what_the_folder_holds_is_private(data: Path) -> None:
    for path in data.iterdir():
        assert stat.S_IMODE(path.stat().st_mode) & 0o077 == 0, path


def test_a_folder_with_other_files_is_refused(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "notes.txt").write_text("mine")
    assert main.run(tmp_path, HOST, 0, serve=False, size=SMALL) == 1
    assert "--data" in capsys.readouterr().err
    assert [path.name for path in tmp_path.iterdir()] == ["notes.txt"]


def test_a_port_that_is_taken_is_named(data: Path, capsys: pytest.CaptureFixture[str]) -> None:
    with socket.create_server((HOST, 0)) as other:
        taken = other.getsockname()[1]
        assert main.run(data, HOST, taken, serve=False) == 0
    assert f"Port {taken} is taken" in capsys.readouterr().err


def test_a_demo_that_runs_already_is_named(data: Path, capsys: pytest.CaptureFixture[str]) -> None:
    with serving.server(data, HOST, free_port()):
        assert main.run(data, HOST, free_port(), serve=False) == 1
    said = capsys.readouterr().err
    assert "another server works on" in said
    assert "Traceback" not in said


def test_it_serves_this_machine_alone(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main.run(tmp_path / "new", "0.0.0.0", 0, serve=False) == 1
    assert "this machine alone" in capsys.readouterr().err
    assert not (tmp_path / "new").exists()


def test_another_database_in_the_environment_is_refused(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("LINLOG_DATABASE", "sqlite:////nowhere/else.sqlite3")
    assert main.run(tmp_path / "new", HOST, 0, serve=False) == 1
    assert "LINLOG_DATABASE" in capsys.readouterr().err
    assert not (tmp_path / "new").exists()
