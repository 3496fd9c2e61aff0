"""What is stored after any order of calls, with kills of the server among them: R37."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

import pytest
from hypothesis import Phase, settings
from hypothesis.stateful import RuleBasedStateMachine, rule, run_state_machine_as_test

from linlog.client.transports import Request, Response
from linlog.client.transports.network import NetworkTransport
from linlog.server.machine import open_machine
from linlog.server.settings import Settings
from tests.api.test_state_machines import Datasets, Machine, Runs, Tasks, Tokens
from tests.conftest import ORIGIN, Server
from tests.factories import organisations
from tests.faults.counts import SHARE
from tests.faults.servers import House

EXAMPLES = max(2, round(2000 * SHARE**2))
STEPS = round(50 * SHARE**0.5)


class Line:
    """The transport to whichever server a house has, for clients of the one in this process."""

    def __init__(self, house: House) -> None:
        self._house = house
        self._real = NetworkTransport()

    def send(self, request: Request) -> Response:
        """Send to the house instead."""
        address = f"http://127.0.0.1:{self._house.port}"
        return self._real.send(replace(request, url=request.url.replace(ORIGIN, address, 1)))

    def close(self) -> None:
        """Give back its connections."""
        self._real.close()

    def kill(self) -> None:
        """Kill the server, and start one on what is left."""
        self._house.answering().kill()
        self._real.close()
        self._real = NetworkTransport()
        self._house.answering()


class Killed(RuleBasedStateMachine):
    """What may happen besides, to each of the machines."""

    line: Line

    @rule()
    def the_server_is_killed(self) -> None:
        type(self).line.kill()


@pytest.fixture(scope="module")
def killable(own_house: House) -> Iterator[Server]:
    """A server in a process of its own, as the machines see one."""
    own_house.answering()
    machine = open_machine(Settings(data=own_house.data, workers=0))
    line = Line(own_house)
    yield Server(machine, own_house.token, line)  # type: ignore[arg-type]
    line.close()
    machine.close()


@pytest.mark.parametrize("kind", [Tasks, Datasets, Runs, Tokens], ids=lambda kind: kind.__name__)
def test_r37_any_order_of_calls_and_kills(killable: Server, kind: type[Machine]) -> None:
    made = {
        "new_home": staticmethod(lambda: organisations.create(killable)),
        "line": killable.transport,
    }
    many = settings(
        max_examples=EXAMPLES, stateful_step_count=STEPS, phases=(Phase.explicit, Phase.generate)
    )
    run_state_machine_as_test(type(kind.__name__, (kind, Killed), made), settings=many)
