"""Both APIs by their documents: whatever is sent, no failure and no broken promise.

Schemathesis makes requests of the native API's document, and of one that is made of the published
routes: examples, corners of each schema, random data and walks from answer to question. Everyday
runs take one seed and few requests; `--whole` takes three seeds and all phases.
"""

from __future__ import annotations

import json
import re
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

import pytest
from fastapi import FastAPI
from fastapi.openapi.utils import get_openapi

from linlog.server import app, published
from tests.attacks import links, targets
from tests.attacks.targets import Target
from tests.conftest import Template
from tests.patience import PATIENCE_S

CHECKS = (
    *("not_a_server_error", "status_code_conformance", "content_type_conformance"),
    *("response_headers_conformance", "response_schema_conformance", "unsupported_method"),
    *("negative_data_rejection", "use_after_free", "ensure_resource_availability"),
)
LENIENT = ("not_a_server_error", "content_type_conformance")
"""The published API takes what old clients send, and documents no more than its routes."""
OWN_KEY = ("DELETE", "/api/v2/tokens/{token_id}")
"""What would take away the token that asks."""
SEEDS = (1, 2, 3)
SETTINGS = """
generation.max-examples = {examples}
[phases.stateful]
max-steps = 30
inference.algorithms = []
generation.max-examples = {walks}
generation.allow-x00 = false
"""
"""Walks follow the links of the document, and no guesses."""


def of_published() -> dict[str, Any]:
    """A document of the published routes: their addresses, and bodies of any kind."""
    inner = FastAPI()
    for router in published.routers():
        inner.include_router(router.api())
    document = get_openapi(title="published", version="1", routes=inner.routes)
    any_json = {"content": {"application/json": {"schema": {"type": "object"}}}}
    for operations in document["paths"].values():
        for method, operation in operations.items():
            operation.setdefault("responses", {})
            if method in {"post", "put", "patch"}:
                operation["requestBody"] = any_json
    return document


def of_native() -> dict[str, Any]:
    """The native API's own document, less what ends the run."""
    document = json.loads(json.dumps(app.openapi()))
    document["paths"][OWN_KEY[1]].pop(OWN_KEY[0].lower())
    return dict(document)


@pytest.fixture(scope="module")
def fuzzed(template: Template, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Target]:
    """A server that is only for this: nothing of it is as it was afterwards."""
    with targets.attacked(template, tmp_path_factory.mktemp("fuzzed")) as found:
        yield found


@dataclass(frozen=True)
class Effort:
    """How much is sent."""

    phases: str
    examples: int
    walks: int


WHOLE = Effort("examples,coverage,fuzzing,stateful", examples=10, walks=150)
EVERY_DAY = Effort("fuzzing,stateful", examples=1, walks=3)


def told(
    target: Target, folder: Path, document: dict[str, Any], seed: int, effort: Effort, checks: str
) -> dict[str, Any]:
    """What Schemathesis reports of a run."""
    described, report = folder / "openapi.json", folder / "report.json"
    described.write_text(json.dumps(document))
    (folder / "schemathesis.toml").write_text(SETTINGS.format(**asdict(effort)))
    ran = subprocess.run(
        [
            *(sys.executable, "-m", "schemathesis.cli", "run", str(described), "--no-color"),
            *("--url", f"http://{target.host}", "--seed", str(seed), "--no-shrink"),
            *("--header", f"Authorization: Token {target.tokens['owner']}"),
            *("--continue-on-failure", "--suppress-health-check", "all", "--warnings", "off"),
            *("--report", "json", "--report-json-path", str(report)),
            *("--phases", effort.phases, "--checks", checks),
            *("--request-timeout", f"{PATIENCE_S:.0f}"),
        ],
        cwd=folder,
        capture_output=True,
        text=True,
        check=False,
    )
    assert report.is_file(), ran.stdout[-3000:] + ran.stderr[-3000:]
    found: dict[str, Any] = json.loads(report.read_text())
    found["said"] = ran.stdout
    return found


def links_of(said: str) -> tuple[int, int]:
    """How many links were followed, and how many there are."""
    found = re.search(r"API Links: +([0-9]+) covered / ([0-9]+) selected", said)
    return (int(found[1]), int(found[2])) if found else (0, 0)


@pytest.mark.parametrize("api", ["native", "published"])
def test_nothing_that_is_sent_breaks_a_promise(
    fuzzed: Target, tmp_path: Path, api: str, request: pytest.FixtureRequest
) -> None:
    document = of_native() if api == "native" else of_published()
    linked = links.linked(document) if api == "native" else 0
    checks = CHECKS if api == "native" else LENIENT
    operations = sum(len(each) for each in document["paths"].values())
    whole = request.config.getoption("whole")
    for seed in SEEDS if whole else SEEDS[:1]:
        effort = WHOLE if whole else EVERY_DAY
        found = told(fuzzed, tmp_path, document, seed, effort, ",".join(checks))
        followed = links_of(found["said"])
        sent = found["test_cases"]["generated"]
        line = f"{api}, seed {seed}: {sent} requests, {followed[0]} of {followed[1]} links"
        request.config.get_terminal_writer().line(f"\n{line}")
        assert found["errors"] == [], found["said"][-6000:]
        assert found["failures"] == [], found["said"][-6000:]
        assert found["operations"]["tested"] == operations
        assert sent >= operations
        assert followed[1] == linked
