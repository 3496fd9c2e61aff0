"""One watched server for all attacks; what must hold after each of them is looked at here."""

from __future__ import annotations

from collections.abc import Callable, Iterator

import pytest

from tests.attacks import oracles, targets
from tests.attacks.targets import Target
from tests.conftest import Template


@pytest.fixture(scope="session")
def target(template: Template, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Target]:
    """A server that works on no jobs, so that what is stored changes by requests alone."""
    with targets.attacked(template, tmp_path_factory.mktemp("attacked")) as found:
        yield found


@pytest.fixture(scope="session")
def counted(request: pytest.FixtureRequest) -> Callable[[int], int]:
    """A long count: whole where that is asked for, and a tenth of it in everyday runs."""
    whole = request.config.getoption("whole")
    return lambda number: number if whole else max(1, number // 10)


@pytest.fixture
def probed(target: Target) -> Iterator[None]:
    """Somebody who asks for /healthz all the time, and is answered as ever."""
    with oracles.answers_others(target.port):
        yield


@pytest.fixture(autouse=True)
def _nothing_escapes(target: Target) -> Iterator[None]:
    """O3, O4, O5's memory, O6 and O8 after every attack; and the server still answers."""
    with target.withstanding():
        yield
