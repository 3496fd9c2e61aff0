"""What a killed process left: delivered by the next one or by `linlog sync`, once, by anybody."""

import errno
import json
import logging
import resource
import signal
import subprocess
import sys
import threading
from collections.abc import Callable
from contextlib import closing
from pathlib import Path
from typing import Any

import msgspec
import pytest

from linlog import LinLogClient, ModelTrainer, errors
from linlog.cli import main
from linlog.client import left, sender
from linlog.client.journal import files, folder
from linlog.client.transports.recorded import RecordedTransport
from linlog.shapes import Box
from linlog.wire import codec
from linlog.wire.predictions import PredictionCreate
from tests.client.conftest import BOX, Scene
from tests.client.test_predictions import RUN
from tests.client.test_trainer import LOG, VERSION, accepted, taking
from tests.conftest import ORIGIN, Server
from tests.patience import PATIENCE_S

# Logs and predicts without a server, says so, and waits to be killed.
LEAVES = """
import json, sys, time
from linlog import LinLogClient, ModelTrainer, errors
from linlog.client.transports.recorded import RecordedTransport
given = json.loads(sys.argv[1])
transport = RecordedTransport({
    f"POST /api/v2/models/{given['model_id']}/versions": given["version"],
    "POST /api/v2/model-runs": given["run"],
})
transport.answers.update({
    f"POST /api/v2/model-versions/{given['version']['id']}/log-entries": errors.Timeout("dead"),
    f"POST /api/v2/model-runs/{given['run']['id']}/predictions/boxes": errors.Timeout("dead"),
})
client = LinLogClient(given["url"], "a-secret-token", transport=transport)
trainer = ModelTrainer(client)
trainer.init(given["model_id"], "v")
for at in range(given["entries"]):
    trainer.log({"at": at})
for task_id in given["tasks"]:
    client.create_model_run("d_1", given["version"]["id"], task_id, given["box"], 0.5)
print("done", flush=True)
time.sleep(60)
"""


def leave(given: dict[str, Any]) -> None:
    """Have a process leave records in the folder, killed right after its last call."""
    command = [sys.executable, "-c", LEAVES, json.dumps(given)]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        assert process.stdout.readline() == "done\n"
        process.kill()


@pytest.fixture
def left_behind(client: LinLogClient, scene: Scene) -> dict[str, Any]:
    """What a killed process logged to a version of the server, and predicted."""
    version = client.model_versions.create(scene.model.id, "v")
    run = client.model_runs.create(scene.dataset.id, version.id)
    given = {
        "url": ORIGIN,
        "model_id": scene.model.id,
        "version": VERSION | {"id": version.id},
        "run": RUN | {"id": run.id},
        "entries": 250,
        "tasks": [task.id for task in scene.tasks] * 3,
        "box": BOX,
    }
    leave(given)
    return given


@pytest.fixture
def linlog(
    busy_server: Server, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> Callable[..., tuple[int, str, str]]:
    """Runs a command in this process, against the server in this process."""
    monkeypatch.setattr("linlog.client.client.LinLogClient", busy_server.client)

    def run(*arguments: str) -> tuple[int, str, str]:
        monkeypatch.setattr(sys, "argv", ["linlog", *arguments])
        code = 0
        try:
            main.main()
        except SystemExit as ending:
            code = int(ending.code or 0)
        said = capsys.readouterr()
        return code, said.out, said.err

    return run


def arrived(client: LinLogClient, given: dict[str, Any]) -> tuple[list[int], int]:
    """What the server has of it."""
    found = client.log_entries.everything(given["version"]["id"])
    run = client.model_runs.get(given["run"]["id"])
    return [entry.data["at"] for entry in found], run.prediction_count


def test_sync_delivers_what_a_killed_process_left(
    client: LinLogClient, left_behind: dict[str, Any], linlog: Any, journals: Path
) -> None:
    code, out, _ = linlog("sync", "--status", "--json")
    waiting = {entry["target"]: entry["records"] for entry in json.loads(out)}
    assert waiting == {left_behind["version"]["id"]: 250, left_behind["run"]["id"]: 15}
    assert arrived(client, left_behind) == ([], 0)
    code, out, _ = linlog("sync", "--json")
    assert code == 0
    assert sorted(entry["delivered"] for entry in json.loads(out)) == [15, 250]
    assert arrived(client, left_behind) == (list(range(250)), 15)
    assert list(journals.iterdir()) == []
    assert linlog("sync")[2] == "nothing waits\n"


def test_a_journal_from_before_there_were_rows_is_delivered(
    client: LinLogClient, scene: Scene, linlog: Any, journals: Path
) -> None:
    version = client.model_versions.create(scene.model.id, "v")
    run = client.model_runs.create(scene.dataset.id, version.id)
    head = files.Head(
        stream="predictions", address=ORIGIN, target=run.id, client_id="before", created=""
    )
    with closing(folder.begin(head)) as journal:
        for at, task in enumerate(scene.tasks):
            made = PredictionCreate(
                id=f"pr_before-{at}", task_id=task.id, label="cat", shape=Box(1, 2, 3, 4)
            )
            journal.append(at, codec.encode(made))
    assert linlog("sync")[0] == 0
    assert client.model_runs.get(run.id).prediction_count == len(scene.tasks)
    assert list(journals.iterdir()) == []


def test_a_finished_version_takes_what_was_logged_before(
    client: LinLogClient, left_behind: dict[str, Any], linlog: Any
) -> None:
    client.model_versions.finish(left_behind["version"]["id"])
    assert linlog("sync")[0] == 0
    assert arrived(client, left_behind) == (list(range(250)), 15)


def test_the_next_process_delivers_what_the_last_one_left(
    busy_server: Server, client: LinLogClient, left_behind: dict[str, Any], journals: Path
) -> None:
    with busy_server.client() as later, ModelTrainer(later) as trainer:
        trainer.init(left_behind["model_id"], "another")
        trainer.log({"mine": 1})
        later._sender.settle(PATIENCE_S)
    assert arrived(client, left_behind) == (list(range(250)), 15)
    assert list(journals.iterdir()) == []


def test_other_credentials_leave_it_where_it_is(
    busy_server: Server, client: LinLogClient, left_behind: dict[str, Any], linlog: Any
) -> None:
    stranger = RecordedTransport({"POST /api/v2/models/m_1/versions": VERSION, LOG: accepted})
    with LinLogClient(ORIGIN, "other", transport=stranger) as other:
        trainer = ModelTrainer(other)
        trainer.init("m_1", "v")
        trainer.log({"mine": 1})
        other._sender.settle(PATIENCE_S)
    assert any(request.url.endswith("/predictions/boxes") for request in stranger.requests)
    assert linlog("sync")[0] == 0
    assert arrived(client, left_behind) == (list(range(250)), 15)


def test_what_no_version_can_read_is_told_once_with_what_to_do(
    busy_server: Server, linlog: Any, journals: Path, caplog: pytest.LogCaptureFixture
) -> None:
    journals.mkdir()
    strange = [journals / f"old-{at}.journal" for at in range(3)]
    for path in strange:
        path.write_bytes(b"of another kind" * 1000)
    with caplog.at_level(logging.WARNING, "linlog"):
        for _ in range(2):
            with busy_server.client() as client:
                trainer = ModelTrainer(client)
                trainer.init(client.create_model("m").id, "v")
                trainer.log({"loss": 1})
    assert [record.getMessage().partition(" files")[0] for record in caplog.records] == ["3"]
    assert "linlog sync --status" in caplog.text
    said = linlog("sync", "--status")[2]
    assert [f"{path} is no journal" in said for path in strange] == [True] * 3
    assert "or remove it" in said
    assert sorted(journals.iterdir()) == strange


def test_it_goes_to_no_other_server(left_behind: dict[str, Any], linlog: Any) -> None:
    elsewhere = RecordedTransport({"POST /api/v2/models/m_1/versions": VERSION, LOG: accepted})
    with LinLogClient("http://127.0.0.1:1", "t", transport=elsewhere) as other:
        trainer = ModelTrainer(other)
        trainer.init("m_1", "v")
        trainer.log({"mine": 1})
    assert not any(left_behind["run"]["id"] in request.url for request in elsewhere.requests)
    code, out, _ = linlog("sync", "--written-for", "http://127.0.0.1:1")
    assert (code, out.count(f"it is for {ORIGIN}")) == (1, 2)


def test_a_server_that_moved_is_given_it_by_its_old_address(
    client: LinLogClient, left_behind: dict[str, Any], linlog: Any, monkeypatch: Any
) -> None:
    for path in folder.journals():
        journal = files.open_left(path)
        assert journal is not None
        with path.open("r+b") as file:
            file.write(
                files.encode_head(
                    files.Head(
                        stream=journal.head.stream,
                        address="http://old",
                        target=journal.head.target,
                        client_id=journal.head.client_id,
                        created=journal.head.created,
                    )
                )
            )
        journal.abandon()
    assert linlog("sync")[0] == 1
    assert arrived(client, left_behind) == ([], 0)
    assert linlog("sync", "--written-for", "http://old")[0] == 0
    assert arrived(client, left_behind) == (list(range(250)), 15)


def test_no_two_deliver_at_once(
    busy_server: Server, client: LinLogClient, left_behind: dict[str, Any]
) -> None:
    def run() -> None:
        found.extend(left.deliver(busy_server.client()._http))

    found: list[left.Delivery] = []
    threads = [threading.Thread(target=run) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sum(entry.delivered for entry in found) == 265
    assert {entry.problem for entry in found} <= {None, "a running process has it"}
    assert arrived(client, left_behind) == (list(range(250)), 15)


def test_what_is_sent_again_changes_nothing(
    busy_server: Server, client: LinLogClient, left_behind: dict[str, Any]
) -> None:
    kept = {path: path.read_bytes() for path in folder.journals()}
    for _ in range(3):
        assert sum(entry.delivered for entry in left.deliver(busy_server.client()._http)) == 265
        for path, content in kept.items():
            path.write_bytes(content)
    assert arrived(client, left_behind) == (list(range(250)), 15)


def test_damage_costs_what_it_hit_and_is_counted(
    client: LinLogClient, left_behind: dict[str, Any], linlog: Any
) -> None:
    (path,) = (path for path in folder.journals() if "mv_" in path.name)
    data = bytearray(path.read_bytes())
    data[data.index(msgspec.msgpack.encode({"at": 100})) + 2] ^= 1
    path.write_bytes(data)
    code, out, _ = linlog("sync", "--json")
    assert code == 1
    assert sorted((entry["delivered"], entry["damaged"]) for entry in json.loads(out)) == [
        (15, 0),
        (249, 1),
    ]
    assert arrived(client, left_behind)[0] == [at for at in range(250) if at != 100]


def test_what_the_server_refuses_is_set_aside(
    client: LinLogClient, scene: Scene, linlog: Any, left_behind: dict[str, Any], journals: Path
) -> None:
    linlog("sync")
    leave(left_behind | {"tasks": ["t_missing", scene.tasks[0].id, "t_missing"]})
    code, out, _ = linlog("sync", "--json")
    assert code == 1
    # The log is numbered anew by the second process; its entries are another segment of the log.
    assert sorted((entry["delivered"], entry["refused"]) for entry in json.loads(out)) == [
        (1, 2),
        (250, 0),
    ]
    (aside,) = journals.iterdir()
    kept = [json.loads(line) for line in aside.read_text().splitlines()]
    assert [(line["code"], line["record"][0]) for line in kept] == [
        ("not_found", "t_missing"),
        ("not_found", "t_missing"),
    ]
    assert "2 records that the server refused" in linlog("sync", "--status")[2]
    assert linlog("sync")[0] == 0


def test_a_dead_server_leaves_all_where_it_is(
    left_behind: dict[str, Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(left, "pause_s", lambda attempt, after=None: 0.0)
    dead = LinLogClient(ORIGIN, "t", transport=RecordedTransport())
    for kind in ("model-versions", "model-runs"):
        noun = "log-entries" if kind == "model-versions" else "predictions/boxes"
        target = left_behind["version" if kind == "model-versions" else "run"]["id"]
        where = f"POST /api/v2/{kind}/{target}/{noun}"
        dead._http._transport.answers[where] = errors.ConnectionLost("refused")
    found = list(left.deliver(dead._http))
    assert [(entry.delivered, entry.problem) for entry in found] == [(0, "refused")] * 2
    assert sum(entry.records for entry in folder.waiting()) == 265


def test_the_journal_holds_no_credentials(left_behind: dict[str, Any], journals: Path) -> None:
    assert journals.stat().st_mode & 0o777 == 0o700
    for path in journals.iterdir():
        assert path.stat().st_mode & 0o777 == 0o600
        assert b"a-secret-token" not in path.read_bytes()


# ----------------------------------------------------------------- no disk to write to


@pytest.fixture
def transport() -> RecordedTransport:
    """A server that takes everything."""
    return RecordedTransport({"POST /api/v2/models/m_1/versions": VERSION, LOG: accepted})


def logged(transport: RecordedTransport) -> list[int]:
    """What arrived, in order."""
    return [
        entry["data"]["at"]
        for request in transport.requests
        if request.url.endswith("/log-entries")
        for entry in json.loads(request.body)["entries"]
    ]


@pytest.mark.parametrize("place", ["/dev/null/journals", "journals", "/proc/journals"])
def test_without_a_folder_all_waits_in_memory_and_one_warning_says_so(
    transport: RecordedTransport,
    place: str,
    monkeypatch: pytest.MonkeyPatch,
    caplog: pytest.LogCaptureFixture,
) -> None:
    monkeypatch.setenv("LINLOG_JOURNAL", place)
    with LinLogClient("http://127.0.0.1:1", "t", transport=transport) as client:
        trainer = ModelTrainer(client)
        trainer.init("m_1", "v")
        for at in range(100):
            trainer.log({"at": at})
    assert logged(transport) == list(range(100))
    assert len(caplog.records) == 1
    assert "wait in memory" in caplog.text
    assert not Path("journals").exists()


def test_a_disk_that_fills_up_and_is_freed_loses_nothing(
    transport: RecordedTransport, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    whole = resource.getrlimit(resource.RLIMIT_FSIZE)
    monkeypatch.setattr(sender, "pause_s", lambda attempt, after=None: 0.01)
    with LinLogClient("http://127.0.0.1:1", "t", transport=transport) as client:
        trainer = ModelTrainer(client)
        trainer.init("m_1", "v")
        transport.answers[LOG] = errors.ConnectionLost("refused")
        for at in range(300):
            if at == 100:
                # The next record does not fit as a whole.
                assert trainer._lane is not None
                size_bytes = trainer._lane.waiting_bytes + files.START + 30
                resource.setrlimit(resource.RLIMIT_FSIZE, (size_bytes, whole[1]))
            if at == 200:
                resource.setrlimit(resource.RLIMIT_FSIZE, whole)
            trainer.log({"at": at})
        assert trainer._lane is not None
        assert trainer._lane.in_memory == 200
        taken: list[Any] = []
        transport.answers[LOG] = taking(taken)
        client.flush()
        trainer.log({"at": 300})
        assert trainer._lane.in_memory == 0
    assert taken == [{"at": at} for at in range(301)]
    assert sum("journal cannot be written (No space left" in text for text in caplog.messages) == 1


def test_a_folder_that_is_removed_is_said_and_the_rest_is_still_sent(
    transport: RecordedTransport, journals: Path, caplog: pytest.LogCaptureFixture
) -> None:
    with LinLogClient("http://127.0.0.1:1", "t", transport=transport) as client:
        trainer = ModelTrainer(client)
        trainer.init("m_1", "v")
        for at in range(200):
            if at == 100:
                for path in journals.iterdir():
                    path.unlink()
                journals.rmdir()
            trainer.log({"at": at})
    assert logged(transport) == list(range(200))
    assert "was removed" in caplog.text


@pytest.mark.parametrize("fails", [False, True], ids=["on disk", "in memory"])
def test_a_handler_of_signals_may_log_while_the_journal_begins(
    transport: RecordedTransport, journals: Path, monkeypatch: pytest.MonkeyPatch, *, fails: bool
) -> None:
    create, began = files.create, []

    def interrupted(folder: Path, head: files.Head) -> files.Journal:
        began.append(head)
        journal = create(folder, head)
        if len(began) < 4:
            trainer.log({"at": -len(began)})
        if fails:
            journal.close()
            raise OSError(errno.ENOSPC, "No space left on device")
        return journal

    monkeypatch.setattr(files, "create", interrupted)
    with LinLogClient("http://127.0.0.1:1", "t", transport=transport) as client:
        trainer = ModelTrainer(client)
        trainer.init("m_1", "v")
        for at in range(3):
            trainer.log({"at": at})
    assert len(began) >= 4
    assert sorted(logged(transport)) == [-3, -2, -1, 0, 1, 2]
    assert not [*journals.iterdir()]


def test_a_handler_of_signals_may_log_while_its_thread_does(
    transport: RecordedTransport, caplog: pytest.LogCaptureFixture
) -> None:
    came: list[int] = []

    def interrupted(*_: object) -> None:
        trainer.log({"at": -1})
        came.append(1)

    before = signal.signal(signal.SIGALRM, interrupted)
    try:
        with LinLogClient("http://127.0.0.1:1", "t", transport=transport) as client:
            trainer = ModelTrainer(client)
            trainer.init("m_1", "v")
            signal.setitimer(signal.ITIMER_REAL, 0.001, 0.001)
            at = 0
            # A quick machine needs more of them to be interrupted often.
            while at < 5000 or len(came) < 20:
                trainer.log({"at": at})
                at += 1
            signal.setitimer(signal.ITIMER_REAL, 0)
    finally:
        signal.setitimer(signal.ITIMER_REAL, 0)
        signal.signal(signal.SIGALRM, before)
    found = logged(transport)
    assert [each for each in found if each >= 0] == list(range(at))
    assert found.count(-1) == len(came)
    numbers = [
        entry["number"]
        for request in transport.requests
        if request.url.endswith("/log-entries")
        for entry in json.loads(request.body)["entries"]
    ]
    assert sorted(numbers) == list(range(len(found)))
    assert not [record for record in caplog.records if record.levelno >= logging.WARNING]
