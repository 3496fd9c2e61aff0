"""What was stored before a migration is there after it."""

from __future__ import annotations

import json
import random
import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa
from alembic.script import ScriptDirectory

from linlog import shapes
from linlog.server import databases, migrations
from linlog.server.databases._protocol import Database
from linlog.server.store import annotations, predictions, tasks
from linlog.server.store.paging import Window
from linlog.server.store.values import moment
from tests.contract.test_shapes import SAMPLES
from tests.postgresql import Postgresql


@pytest.fixture(params=databases.TABLE)
def empty(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Database]:
    """A database without a schema."""
    url = f"sqlite:///{tmp_path / 'linlog.sqlite3'}"
    if request.param == "postgresql":
        server: Postgresql = request.getfixturevalue("postgresql")
        url = server.url(server.create())
    opened = databases.open_database(url, threads=2)
    yield opened
    opened.close()


def add(conn: sa.Connection, name: str, *rows: dict[str, Any]) -> None:
    """Rows of a table as it is now; what is not given is empty."""
    table = sa.Table(name, sa.MetaData(), autoload_with=conn, resolve_fks=False)
    needed = {
        column.name: "" if isinstance(column.type, sa.Text) else 0
        for column in table.columns
        if not column.nullable and column.server_default is None
    }
    conn.execute(table.insert(), [{**needed, **row} for row in rows])


def identity(at: int) -> str:
    """Ids of all kinds: of a counting client, of one that drew lots, and one that looks counted."""
    if 300 <= at < 600:
        return f"pr_lot{at}" if at % 2 else f"pr_lot-0{at}"
    return f"pr_counted-{at}"


def test_the_highest_number_is_the_last_migration() -> None:
    assert ScriptDirectory.from_config(migrations.config()).get_heads() == [migrations.newest()]


def test_an_upgrade_says_how_far_it_is(empty: Database, capsys: pytest.CaptureFixture[str]) -> None:
    """Nothing is said of a database that is new, nor of one that is up to date."""
    migrations.migrate(empty, to="0025")
    assert capsys.readouterr().err == ""
    migrations.migrate(empty)
    said = [json.loads(line) for line in capsys.readouterr().err.splitlines()]
    steps = int(migrations.newest()) - 25
    assert [(line["step"], line["of"]) for line in said] == [
        (at, steps) for at in range(1, steps + 1)
    ]
    assert "the next start goes on with it" in said[0]["message"]
    migrations.migrate(empty)
    assert capsys.readouterr().err == ""


def test_predictions_are_packed_as_they_were(empty: Database) -> None:
    migrations.migrate(empty, to="0022")
    marks = [
        (name, {"type": name, **sample}) for name, samples in SAMPLES.items() for sample in samples
    ]
    with empty.write("o_1") as conn:
        add(conn, "organisations", {"id": "o_1"})
        add(conn, "projects", {"id": "p_1", "organisation_id": "o_1"})
        ours = {"organisation_id": "o_1"}
        add(conn, "batches", {"id": "b_1", "project_id": "p_1", **ours})
        task = {"project_id": "p_1", "batch_id": "b_1", **ours}
        add(conn, "tasks", *({"id": f"t_{at}", **task} for at in range(3)))
        add(conn, "datasets", {"id": "d_1", **ours})
        add(conn, "models", {"id": "m_1", **ours})
        add(conn, "model_versions", {"id": "mv_1", "model_id": "m_1", **ours})
        run = {"dataset_id": "d_1", "model_version_id": "mv_1", **ours}
        add(conn, "model_runs", {"id": "mr_1", **run})
        add(
            conn,
            "predictions",
            *(
                {
                    "id": identity(at),
                    "model_run_id": "mr_1",
                    "task_id": f"t_{at % 3}",
                    "label": f"label {at % 7}",
                    "shape_name": marks[at % len(marks)][0],
                    "shape": json.dumps(marks[at % len(marks)][1]),
                    "confidence": None if at % 5 == 0 else at / 2500,
                    "attributes": json.dumps({"at": at} if at % 2 else {}),
                    "created": 1000 + at // 2,
                    **ours,
                }
                for at in range(2500)
            ),
        )
    migrations.migrate(empty)
    with empty.read() as conn:
        found = predictions.list_page(conn, "o_1", "mr_1", Window(limit=3000)).results
        on_first = predictions.of_tasks(conn, "o_1", ["t_0"], run_id="mr_1")["t_0"]
        held = predictions.owners(conn, ["pr_counted", *map(identity, range(300, 500))])
    assert [each.id for each in found] == [identity(at) for at in range(2500)]
    for at, each in enumerate(found):
        assert each.shape == shapes.from_json(marks[at % len(marks)][1])
        assert each.confidence == (None if at % 5 == 0 else at / 2500)
        assert each.attributes == ({"at": at} if at % 2 else {})
        assert (each.label, each.task_id) == (f"label {at % 7}", f"t_{at % 3}")
    assert [each.id for each in on_first] == [each.id for each in found if each.task_id == "t_0"]
    counted = held.pop("pr_counted")
    assert (counted.run_id, counted.firsts, counted.lasts) == ("mr_1", [0, 600], [299, 2499])
    assert len(held) == 200
    assert all(-1 in one and one.run_id == "mr_1" for one in held.values())


def test_an_upgrade_that_is_killed_goes_on_where_it_was(
    empty: Database, tmp_path: Path, postgresql: Postgresql
) -> None:
    """A real process, killed again and again: at most the step or piece that it was in is lost."""
    at_once = databases.open_database(f"sqlite:///{tmp_path / 'at_once.sqlite3'}", threads=2)
    if empty.url.startswith("postgresql"):
        at_once.close()
        at_once = databases.open_database(postgresql.url(postgresql.create()), threads=2)
    with closing(at_once):
        for database in (empty, at_once):
            fill_with_tasks(database)
        migrations.migrate(at_once)
        reached, chance = [progress(empty)], random.Random(4)
        while killed(empty.url, at=chance.randint(40, 60)):
            reached.append(progress(empty))
        assert len(reached) > 3
        # Places have no order of their own, but none is come to twice.
        assert len({*reached}) == len(reached)
        assert [revision for revision, _ in reached] == sorted(revision for revision, _ in reached)
        assert any(place for _, place in reached)
        assert progress(empty) == (migrations.newest(), "")
        assert stored(empty) == stored(at_once)


COUNTED = (
    *("task_counts", "task_marks", "mark_counts", "pair_counts"),
    *("predictions", "prediction_makers"),
)
UPGRADE = """
import itertools, os, signal, sys
from sqlalchemy import event
from sqlalchemy.engine import Engine
from linlog.server import databases, migrations

statements, last = itertools.count(1), int(sys.argv[2])

@event.listens_for(Engine, "before_cursor_execute")
def die(*_):
    if next(statements) == last:
        os.kill(os.getpid(), signal.SIGKILL)

migrations.migrate(databases.open_database(sys.argv[1], threads=2))
"""


def killed(url: str, *, at: int) -> bool:
    """Upgrade in a process that is killed before a statement; False where it came through."""
    command = [sys.executable, "-c", UPGRADE, url, str(at)]
    return {-signal.SIGKILL: True, 0: False}[subprocess.run(command, check=False).returncode]


def progress(database: Database) -> tuple[str, str]:
    """The revision that is done or begun, and where its pieces have come to."""
    with database.read() as conn:
        revision = conn.execute(sa.text("SELECT version_num FROM alembic_version")).scalar_one()
        if not revision.endswith("-begun"):
            return revision, ""
        place = conn.execute(sa.text("SELECT place FROM migration_places")).scalar_one()
    return revision.removesuffix("-begun"), place or "~"


def stored(database: Database) -> dict[str, list[Any]]:
    """What the migrations counted and noted, and which tables there are."""
    found: dict[str, list[Any]] = {}
    with database.read() as conn:
        for name in COUNTED:
            rows = conn.execute(sa.text(f"SELECT * FROM {name}"))
            found[name] = sorted(tuple(row) for row in rows)
        found["tables"] = sorted(sa.inspect(conn).get_table_names())
    return found


MADE = [1_000_000 * (at // 3000) + (at % 7 if at < 9000 else 0) for at in range(20_000)]
"""When tasks were made: more than a period holds, many of them at one moment."""


def fill_with_tasks(database: Database) -> None:
    """A database as it was before predictions were packed, and another project behind."""
    migrations.migrate(database, to="0022")
    ours = {"organisation_id": "o_1"}
    with database.write("o_1") as conn:
        add(conn, "organisations", {"id": "o_1"})
        add(conn, "projects", *({"id": name, **ours} for name in ("p_1", "p_2", "p_3")))
        for at in (1, 3):
            add(conn, "batches", {"id": f"b_{at}", "project_id": f"p_{at}", **ours})
        task = {"project_id": "p_1", "batch_id": "b_1", **ours}
        rows: list[dict[str, Any]] = [
            {
                "id": f"t_{at}",
                "created": created,
                "complete": at % 2 == 0,
                "tags": '["day"]' if at % 2 else "[]",
                **task,
            }
            for at, created in enumerate(MADE)
        ]
        other = {**task, "project_id": "p_3", "batch_id": "b_3", "created": 5, "complete": False}
        rows += [{"id": f"t_x{at}", **other, "tags": '["night"]'} for at in range(50)]
        add(conn, "tasks", *rows)
        cat = {"label": "cat", **ours}
        add(
            conn,
            "annotations",
            *({"id": f"a_{at}", "task_id": f"t_{at}", **cat} for at in range(0, 20_000, 3)),
        )
        add(conn, "datasets", {"id": "d_1", **ours})
        add(conn, "models", {"id": "m_1", **ours})
        for at in (1, 2):
            add(conn, "model_versions", {"id": f"mv_{at}", "model_id": "m_1", **ours})
            run = {"dataset_id": "d_1", "model_version_id": f"mv_{at}", **ours}
            add(conn, "model_runs", {"id": f"mr_{at}", **run})
        whole = {"label": "cat", "shape_name": "whole", "shape": '{"type": "whole"}', **ours}
        # Pieces end within a run, within a moment and within the numbers of a maker of ids.
        add(
            conn,
            "predictions",
            *(
                {
                    "id": f"pr_{at % 2}-{at // 2}" if at % 9 else f"pr_lot{at}",
                    "model_run_id": "mr_1" if at < 12_000 else "mr_2",
                    "task_id": f"t_{at % 5}",
                    "attributes": "{}",
                    "created": at // 1000,
                    **whole,
                }
                for at in range(18_000)
            ),
        )


def test_tasks_are_counted_by_date_as_they_were_made(empty: Database) -> None:
    """Of a project with more tasks than a period holds, many of them made at one moment."""
    fill_with_tasks(empty)
    made = MADE
    migrations.migrate(empty)
    with empty.read() as conn:
        for at in sorted({*made}):
            filters = tasks.Filters(created_date__gte=moment(at), complete=True)
            page = tasks.list_of_project(conn, "o_1", "p_1", filters, Window(limit=1))
            assert page.count == sum(made[each] >= at for each in range(0, 20_000, 2))
        page = tasks.list_of_project(conn, "o_1", "p_1", tasks.Filters(), Window(3, offset=15_000))
    order = sorted(range(20_000), key=lambda at: (made[at], f"t_{at}"))
    assert [each.id for each in page.results] == [f"t_{at}" for at in order[15_000:15_003]]
    assert (page.count, len({*made})) == (20_000, 25)


def test_labels_and_tags_are_found_as_they_were(empty: Database) -> None:
    """Long ones too, and of tasks of several periods; a task that carries one twice is one."""
    migrations.migrate(empty, to="0028")
    ours = {"organisation_id": "o_1"}
    long = "é" * 3000
    with empty.write("o_1") as conn:
        add(conn, "organisations", {"id": "o_1"})
        add(conn, "projects", {"id": "p_1", **ours})
        add(conn, "batches", {"id": "b_1", "project_id": "p_1", **ours})
        task = {"project_id": "p_1", "batch_id": "b_1", **ours}
        tags = {0: '["x"]', 1: json.dumps([long, "x", "x"]), 2: "[]"}
        made = [{"id": f"t_{at}", "created": at, "tags": tags[at % 3]} for at in range(90)]
        add(conn, "tasks", *({**each, **task} for each in made))
        state = {"status": "pending", "number": 30, **task}
        add(conn, "task_counts", *({**state, "since": since} for since in (0, 30, 60)))
        marks = [("cat", 0), ("cat", 0), ("dog", 1), ("cat", 31), (long, 32), ("cat", 89)]
        # With two tags these are more pairs than are counted.
        marks += [(f"label {at}", 4) for at in range(101)]
        add(
            conn,
            "annotations",
            *(
                {"id": f"a_{at}", "task_id": f"t_{on}", "label": label, **ours}
                for at, (label, on) in enumerate(marks)
            ),
        )
    migrations.migrate(empty)

    def found(**wanted: Any) -> tuple[int, list[str], list[str]]:
        with empty.read() as conn:
            filters = tasks.Filters(**wanted)
            page = tasks.list_of_project(conn, "o_1", "p_1", filters, Window())
            last = Window(limit=1, offset=max(0, page.count - 1))
            rest = tasks.list_of_project(conn, "o_1", "p_1", filters, last)
        return page.count, [each.id for each in page.results], [each.id for each in rest.results]

    assert found(label="cat") == (3, ["t_0", "t_31", "t_89"], ["t_89"])
    assert found(label="dog") == (1, ["t_1"], ["t_1"])
    assert found(label=long) == (1, ["t_32"], ["t_32"])
    every_third = [f"t_{at}" for at in range(1, 90, 3)]
    assert found(tag=long) == (30, every_third, ["t_88"])
    assert (found(tag="x")[0], found(tag="x")[2]) == (60, ["t_88"])
    since = {"created_date__gte": moment(40), "created_date__lt": moment(70)}
    assert found(tag=long, **since) == (10, [f"t_{at}" for at in range(40, 70, 3)], ["t_67"])
    assert found(label="cat", tag="x") == (2, ["t_0", "t_31"], ["t_31"])
    assert found(label="cat", tag=long, complete=False) == (1, ["t_31"], ["t_31"])
    assert found(label="label 100", tag="x") == (1, ["t_4"], ["t_4"])
    with empty.write("o_1") as conn:
        for task_id in ("t_0", "t_4"):
            tasks.update(conn, "o_1", task_id, {"tags": []})
    assert found(label="cat", tag="x") == (1, ["t_31"], ["t_31"])
    assert found(label="label 100", tag="x")[0] == 0


def test_runs_on_datasets_stay_and_others_come_beside_them(empty: Database) -> None:
    """What hangs on a run stays where its table changes, and goes with it afterwards."""
    migrations.migrate(empty, to="0036")
    ours = {"organisation_id": "o_1"}
    with empty.write("o_1") as conn:
        add(conn, "organisations", {"id": "o_1"})
        add(conn, "projects", {"id": "p_1", **ours})
        add(conn, "batches", {"id": "b_1", "project_id": "p_1", **ours})
        add(conn, "tasks", {"id": "t_1", "project_id": "p_1", "batch_id": "b_1", **ours})
        add(conn, "datasets", {"id": "d_1", **ours})
        add(conn, "models", {"id": "m_1", **ours})
        add(conn, "model_versions", {"id": "mv_1", "model_id": "m_1", **ours})
        add(
            conn,
            "model_runs",
            {"id": "mr_1", "dataset_id": "d_1", "model_version_id": "mv_1", **ours},
        )
        hanging = {"model_run_id": "mr_1", "task_id": "t_1", **ours}
        add(conn, "predicted_tasks", {"prediction_count": 3, **hanging})
    migrations.migrate(empty)
    with empty.write("o_1") as conn:
        on_project = {"project_id": "p_1", "model_version_id": "mv_1", **ours}
        add(conn, "model_runs", {"id": "mr_2", **on_project})
        hanging["model_run_id"] = "mr_2"
        add(conn, "predicted_tasks", {"prediction_count": 5, **hanging})
    for wrong in ({"project_id": "p_1"}, {"dataset_id": "d_1"}, {"project_id": "p_nothing"}):
        with pytest.raises(sa.exc.IntegrityError), empty.write("o_1") as conn:
            add(conn, "model_runs", {"id": "mr_3", "model_version_id": "mv_1", **wrong, **ours})
    with empty.write("o_1") as conn:
        counts = "SELECT model_run_id, prediction_count FROM predicted_tasks ORDER BY 1"
        assert [*map(tuple, conn.execute(sa.text(counts)))] == [("mr_1", 3), ("mr_2", 5)]
        conn.execute(sa.text("DELETE FROM projects WHERE id = 'p_1'"))
        left = conn.execute(sa.text("SELECT id FROM model_runs")).scalars().all()
    assert left == ["mr_1"]


def test_nobody_is_the_annotator_of_what_was_there_before(empty: Database) -> None:
    migrations.migrate(empty, to="0038")
    with empty.write("o_1") as conn:
        add(conn, "organisations", {"id": "o_1"})
        ours = {"organisation_id": "o_1"}
        add(conn, "projects", {"id": "p_1", **ours})
        add(conn, "batches", {"id": "b_1", "project_id": "p_1", **ours})
        add(conn, "tasks", {"id": "t_1", "project_id": "p_1", "batch_id": "b_1", **ours})
        shape = json.dumps({"type": "point", "x": 1.0, "y": 2.0})
        mark = {"id": "a_1", "task_id": "t_1", "label": "cell", "shape": shape, "source": "cvat"}
        add(conn, "annotations", {**mark, "attributes": "{}", **ours})
    migrations.migrate(empty)
    with empty.read() as conn:
        held = annotations.get(conn, "o_1", "a_1")
    assert held is not None
    assert (held.annotator_id, held.changed_by_id, held.source) == (None, None, "cvat")
