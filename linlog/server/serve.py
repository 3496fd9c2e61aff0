"""Runs the server, or a worker beside it, until it is told to stop."""

from __future__ import annotations

import gc
import os
import signal
import sys
from contextlib import suppress
from secrets import token_urlsafe
from threading import Event, Thread
from typing import TYPE_CHECKING, Any, Final

import uvicorn

from linlog.errors import ConfigError
from linlog.server.connections import Connection
from linlog.server.jobs.apart import Apart
from linlog.server.jobs.worker import working
from linlog.server.log import log, set_level
from linlog.server.machine import open_machine
from linlog.server.services import organisations
from linlog.server.settings import load

if TYPE_CHECKING:
    from types import FrameType

    from linlog.server.machine import Machine
    from linlog.server.settings import Settings

GRACE_S: Final = 10
"""Seconds that requests have to end, once a server is told to stop."""
END_S: Final = 30.0
"""Seconds after which a process that was told to stop ends, whatever it still waits for."""


class _Server(uvicorn.Server):
    """A server that lets `told` know when it is told to stop."""

    def __init__(self, config: uvicorn.Config, told: Event) -> None:
        super().__init__(config)
        self._told = told

    def stop(self, sig: int, frame: FrameType | None) -> None:
        """Begin to stop, as a signal says."""
        self._told.set()
        super().handle_exit(sig, frame)

    # What uvicorn calls it.
    handle_exit = stop


def run(**options: Any) -> None:
    """Serve until SIGINT or SIGTERM. `options` are fields of Settings; None means unset."""
    settings = load(**options)
    machine = _opened(settings, serving=True)
    from linlog.server.app import build

    app = build(machine)
    _announce(machine)
    told = Event()
    server = _Server(configured(app, settings), told)
    # What there is now stays: no later collection has to look at it.
    gc.freeze()
    gc.enable()
    # Until uvicorn hears signals itself: who is told to stop while it starts must not serve for
    # ever. It raises the signal again when it has stopped; by then there is nothing left to do.
    signal.signal(signal.SIGTERM, server.stop)
    _end_in_time(told)
    with suppress(KeyboardInterrupt):
        server.run()
    if not server.started:
        sys.exit(3)


def configured(app: Any, settings: Settings) -> uvicorn.Config:
    """How uvicorn serves the app."""
    return uvicorn.Config(
        app,
        host=settings.host,
        port=settings.port,
        log_level="error",
        access_log=False,
        server_header=False,
        proxy_headers=False,
        timeout_keep_alive=30,
        timeout_graceful_shutdown=GRACE_S,
        http=Connection,
        ws="none",
        loop="uvloop" if _has_uvloop() else "asyncio",
    )


def run_worker(**options: Any) -> None:
    """Work on jobs until SIGINT or SIGTERM."""
    machine = _opened(load(**options))
    apart, stopping = Apart(machine), Event()
    workers = working(machine, apart, 1)
    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, lambda *_: stopping.set())
    _end_in_time(stopping)
    for worker in workers:
        worker.start()
    log("info", "worker started", worker=workers[0].name, database=machine.settings.database_name)
    stopping.wait()
    for worker in workers:
        worker.stop()
    apart.stop()
    machine.close()


def _end_in_time(told: Event) -> None:
    """See to it that the process ends in time, once it is told to stop.

    A thread that waits for a database, and hears nothing, cannot be stopped, and the interpreter
    waits for those that answer requests. What they have not committed was not answered for.
    """

    def end() -> None:
        told.wait()
        Event().wait(END_S)
        log("error", "what was under way did not end in time, and is given up", seconds=END_S)
        os._exit(1)

    Thread(target=end, name="end-in-time", daemon=True).start()


def _opened(settings: Settings, *, serving: bool = False) -> Machine:
    os.umask(0o077)
    set_level(settings.log_level)
    try:
        return open_machine(settings, serving=serving)
    except OSError as error:
        message = f"the data folder {settings.data} cannot be used: {error}"
        raise ConfigError(message) from error


def _announce(machine: Machine) -> None:
    settings = machine.settings
    address = settings.origin or f"http://{settings.host}:{settings.port}"
    if hasattr(os, "geteuid") and os.geteuid() == 0:
        log("warning", "the server runs as root, and needs nothing that only root may do")
    if machine.database.caution:
        log("warning", machine.database.caution)
    _say(f"linlog serves {address} from {settings.data.resolve()}")
    with machine.database.read() as conn:
        needed = organisations.setup_needed(conn)
    if needed:
        machine.setup_code = token_urlsafe(24)
        _say(f"Create the owner (once): {address}/setup?code={machine.setup_code}")


def _say(line: str) -> None:
    sys.stdout.write(f"{line}\n")
    sys.stdout.flush()


def _has_uvloop() -> bool:
    try:
        import uvloop  # noqa: F401 - only whether it is there
    except ImportError:
        return False
    return True
