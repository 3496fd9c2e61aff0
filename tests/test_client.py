"""The founding README's own test: `python -m unittest tests/test_client.py`.

It starts a server of its own on a free port and fills a project there. With LINEAR_LOGIC_TEST_KEY
(a token, or the password of LINEAR_LOGIC_TEST_EMAIL) and TEST_PROJECT_ID set, it uses the server
at LINLOG_URL and that project instead.
"""

# ruff: noqa: PT009, PT027 - it runs where only the standard library's unittest is

import os
import random
import re
import subprocess
import sys
import tempfile
import time
import unittest
from pathlib import Path
from typing import ClassVar

ROOT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT))

from linlog import LinLogClient, ModelTrainer, errors  # noqa: E402 - after the path to it
from tests.patience import PATIENCE_S  # noqa: E402
from tests.ports import free_port  # noqa: E402

KEY = os.environ.get("LINEAR_LOGIC_TEST_KEY")
PROJECT_ID = os.environ.get("TEST_PROJECT_ID")
PASSWORD = "a password of the tests alone"
EMAIL = "owner@example.org"


class OwnServer:
    """A server in a process of its own, on a data folder that is thrown away."""

    def __init__(self) -> None:
        self._folder = tempfile.TemporaryDirectory(prefix="linlog-test-")
        data = str(Path(self._folder.name) / "data")
        os.environ["LINLOG_JOURNAL"] = str(Path(self._folder.name) / "journals")
        command("users", "create", EMAIL, "--role", "owner", "--password-stdin", "--data", data,
                said=PASSWORD)  # fmt: skip
        self.token = command("tokens", "create", "tests", "--data", data).strip()
        self.port = free_port()
        self.url = f"http://127.0.0.1:{self.port}"
        arguments = [*LINLOG, "serve", "--port", str(self.port), "--data", data]
        self._process = subprocess.Popen(arguments, stdout=subprocess.DEVNULL, env=environment())

    def wait_until_it_answers(self) -> None:
        """Raises if it does not in time."""
        ends = time.monotonic() + PATIENCE_S
        while time.monotonic() < ends:
            if self._process.poll() is not None:
                raise RuntimeError(f"the server ended with code {self._process.returncode}")
            try:
                LinLogClient.init_from_token(self.token, self.url).get_organisation()
            except errors.TransportError:
                time.sleep(0.1)
            else:
                return
        raise RuntimeError(f"the server did not answer within {PATIENCE_S:g} seconds")

    def stop(self) -> None:
        """End the process and remove the folder."""
        self._process.terminate()
        self._process.wait(timeout=PATIENCE_S)
        self._folder.cleanup()


LINLOG = (sys.executable, "-m", "linlog.cli.main")


def environment() -> dict[str, str]:
    """The environment without any LINLOG_ variable, so that none leads elsewhere."""
    kept = {key: value for key, value in os.environ.items() if not key.startswith("LINLOG_")}
    return {**kept, "PYTHONPATH": str(ROOT)}


def command(*arguments: str, said: str = "") -> str:
    """Run `linlog`; what it printed."""
    done = subprocess.run(
        [*LINLOG, *arguments],
        input=said,
        capture_output=True,
        text=True,
        env=environment(),
        check=False,
    )
    if done.returncode != 0:
        raise RuntimeError(f"linlog {arguments[0]} failed: {done.stderr}")
    return done.stdout


def given_client() -> LinLogClient:
    """A client of the server that the environment names."""
    assert KEY is not None, "only called with a key"
    email = os.environ.get("LINEAR_LOGIC_TEST_EMAIL")
    return (
        LinLogClient.init_from_credentials(email, KEY)
        if email
        else LinLogClient.init_from_token(KEY)
    )


class TestClient(unittest.TestCase):
    """The README's calls."""

    server: ClassVar[OwnServer | None] = None
    client: ClassVar[LinLogClient]
    project_id: ClassVar[str]

    @classmethod
    def setUpClass(cls) -> None:
        """Find the server, or start one and make a project on it."""
        if KEY and PROJECT_ID:
            cls.client, cls.project_id = given_client(), PROJECT_ID
            return
        cls.server = OwnServer()
        cls.addClassCleanup(cls.server.stop)
        cls.server.wait_until_it_answers()
        cls.client = LinLogClient.init_from_credentials(EMAIL, PASSWORD, base_url=cls.server.url)
        cls.project_id = make_project(cls.client)

    @classmethod
    def tearDownClass(cls) -> None:
        """Deliver and close."""
        cls.client.close()

    def test_get_projects(self) -> None:
        projects = self.client.get_projects()
        self.assertIn(self.project_id, [project["id"] for project in projects])

    def test_get_project(self) -> None:
        project = self.client.get_project(self.project_id)
        self.assertEqual(project["id"], self.project_id)
        self.assertTrue(project.id.startswith("p_"))

    def test_get_project_batches(self) -> None:
        batches = self.client.get_project_batches(self.project_id)
        count = self.client.get_project(self.project_id).task_count
        self.assertEqual(sum(batch.task_count for batch in batches), count)

    def test_get_project_tasks(self) -> None:
        page = self.client.get_project_tasks(id=self.project_id, complete=True, limit=2)
        self.assertLessEqual(len(page.results), 2)
        self.assertEqual((page.limit, page.offset), (2, 0))
        self.assertEqual(len(list(page.walk())), page.count)
        self.assertTrue(all(task.complete for task in page))
        with self.assertRaisesRegex(ValueError, "work_started"):
            self.client.get_project_tasks(id=self.project_id, finished=True)

    def test_token(self) -> None:
        if self.server is None:
            self.skipTest("only with a server of its own")
        with LinLogClient.init_from_token(self.server.token, self.server.url) as client:
            self.assertTrue(client.get_projects())
        wrong = LinLogClient.init_from_token("wrong", self.server.url)
        with self.assertRaises(errors.NotAuthenticated):
            wrong.get_projects()

    def test_datasets_models_and_predictions(self) -> None:
        if self.server is None:
            self.skipTest("writes only to a server of its own")
        dataset = self.client.create_dataset("pets", project_id=self.project_id)
        self.assertIn(dataset["id"], [entry["id"] for entry in self.client.get_datasets()])
        self.assertTrue(self.client.get_dataset(dataset.id).id.startswith("d_"))
        trainer = ModelTrainer(self.client)
        model = self.client.create_model("pets by ear")
        trainer.init(model_id=model.id, version_name="one", labels=["cat", "dog"], config={"lr": 1})
        epochs = 10
        offset = random.random() / 5
        for epoch in range(2, epochs):
            acc = 1 - 2**-epoch - random.random() / epoch - offset
            loss = 2**-epoch + random.random() / epoch + offset
            trainer.log({"acc": acc, "loss": loss})
        for task in self.client.get_dataset_tasks(dataset.id).walk():
            self.client.create_model_run(
                dataset_id=dataset.id,
                model_version_id=trainer.version.id,
                task_id=task.id,
                annotation={"label": "cat", "type": "categorisation"},
                confidence_score=0.5,
            )
        (evaluation,) = trainer.finish(wait=True)
        accuracy = self.client.get_report(evaluation.id).scalar("accuracy")
        self.assertAlmostEqual(accuracy or 0.0, 2 / 3)
        self.assertEqual(len(self.client.get_log(trainer.version.id)), 8)


def make_project(client: LinLogClient) -> str:
    """A project with three complete tasks and one that waits."""
    project = client.create_project("Pets", type="categorisation", labels=["cat", "dog"])
    texts = {"It purrs.": "cat", "It barks.": "dog", "It purrs again.": "cat"}
    for text, label in texts.items():
        client.create_categorisation_task(
            project.id, text, annotations=[{"label": label}], complete=True
        )
    client.create_categorisation_task(project.id, "It sleeps.")
    assert re.fullmatch(r"p_\w+", project.id), "ids of projects begin with p_"
    return project.id


if __name__ == "__main__":
    unittest.main()
