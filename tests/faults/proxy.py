"""A line to a server that breaks, stalls or dawdles as it is told: TCP, one thread a direction."""

from __future__ import annotations

import ctypes
import socket
import struct
import threading
import time
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass

_RESET = struct.pack("ii", 1, 0)
_ATTACH_FILTER, _DETACH_FILTER = 26, 27
"""Options of sockets that Python has no names for."""
_TAKES_NOTHING = ctypes.create_string_buffer(struct.pack("HBBI", 6, 0, 0, 0), 8)
"""A program of the Berkeley packet filter: return 0, which is how much of a packet is taken."""
_FILTER = struct.pack("HL", 1, ctypes.addressof(_TAKES_NOTHING))


@dataclass(frozen=True)
class Fault:
    """What happens to one connection."""

    cut_request_at: int | None = None
    """The connection is reset after so many bytes to the server."""
    cut_reply_at: int | None = None
    """The connection is reset after so many bytes to the client; 0 loses the reply."""
    delay_s: float = 0.0
    """Each piece waits so long."""
    piece_bytes: int = 64 * 1024
    """The size of a piece."""
    silent: bool = False
    """Nothing passes; the connection stays open."""
    refused: bool = False
    """The connection is reset at once."""
    late_close_s: float = 0.0
    """The end comes so late."""
    word: bytes = b""
    """The connection is reset where this is sent to the server."""
    words_passed: int = 0
    """That many are let through before."""
    word_arrives: bool = False
    """Whether the server gets the word, and only its reply is lost."""


WHOLE = Fault()


class Proxy:
    """Listens on a port of its own; `fault` says what happens to the next connection."""

    def __init__(self, port: int) -> None:
        self._port = port
        self._listening = socket.create_server(("127.0.0.1", 0), backlog=64)
        self._open: set[socket.socket] = set()
        self._opening = threading.Lock()
        """Held from when the fault of a connection is known until it is among those open."""
        self._gone = False
        self.fault: Callable[[], Fault] = lambda: WHOLE
        self.connections = self.words_cut = 0
        self.url = f"http://127.0.0.1:{self._listening.getsockname()[1]}"
        threading.Thread(target=self._accept, daemon=True).start()

    def close(self) -> None:
        """Stop listening, and reset what is open."""
        self._listening.close()
        for one in list(self._open):
            _reset(one)

    def drop_connections(self) -> None:
        """Reset what is open, so that the next request makes a connection."""
        with self._opening:
            for one in list(self._open):
                _reset(one)

    def vanish(self) -> None:
        """Be as a machine without power or line: not even the system answers what arrives.

        The filter drops packets before TCP sees them, so nothing is acknowledged, reset or ended.
        """
        with self._opening:
            self._gone = True
            for one in [self._listening, *self._open]:
                one.setsockopt(socket.SOL_SOCKET, _ATTACH_FILTER, _FILTER)

    def appear(self) -> None:
        """Take new connections again; those that were open stay as dead as they were."""
        with self._opening:
            self._gone = False
            self._listening.setsockopt(socket.SOL_SOCKET, _DETACH_FILTER, 0)

    def _accept(self) -> None:
        with suppress(OSError):
            while True:
                client, _ = self._listening.accept()
                self.connections += 1
                with self._opening:
                    self._begin(client)

    def _begin(self, client: socket.socket) -> None:
        fault = self.fault()
        if fault.refused:
            _reset(client)
            return
        try:
            server = socket.create_connection(("127.0.0.1", self._port))
        except OSError:
            # It was killed, and the next one is not there yet.
            _reset(client)
            return
        if self._gone:
            # It had been waiting to be accepted when this machine vanished.
            client.setsockopt(socket.SOL_SOCKET, _ATTACH_FILTER, _FILTER)
        self._open |= {client, server}
        unanswered = threading.Event()
        for pair, cut in (
            ((client, server), fault.cut_request_at),
            ((server, client), fault.cut_reply_at),
        ):
            arguments = (*pair, cut, fault, unanswered)
            threading.Thread(target=self._pass, args=arguments, daemon=True).start()

    def _pass(
        self,
        source: socket.socket,
        target: socket.socket,
        cut: int | None,
        fault: Fault,
        unanswered: threading.Event,
    ) -> None:
        passed = words = 0
        with suppress(OSError):
            to_server = target.getpeername()[1] == self._port
            while data := source.recv(fault.piece_bytes):
                if unanswered.is_set():
                    break
                if fault.silent:
                    continue
                if fault.delay_s:
                    time.sleep(fault.delay_s)
                words += to_server and bool(fault.word) and fault.word in data
                if words > fault.words_passed:
                    self.words_cut += 1
                    if not fault.word_arrives:
                        break
                    # The reset comes with the reply: by then what was asked for is done.
                    unanswered.set()
                if cut is not None and passed + len(data) > cut:
                    target.sendall(data[: cut - passed])
                    # What was sent must get there before the reset does.
                    time.sleep(0.001)
                    break
                target.sendall(data)
                passed += len(data)
        if fault.late_close_s:
            time.sleep(fault.late_close_s)
        for one in (source, target):
            self._open.discard(one)
            _reset(one)


def _reset(one: socket.socket) -> None:
    with suppress(OSError):
        one.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, _RESET)
        # Another thread may wait in recv, which a close alone does not wake.
        one.shutdown(socket.SHUT_RDWR)
    with suppress(OSError):
        one.close()
