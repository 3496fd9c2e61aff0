"""Ports for servers of tests, which nobody else on this machine is given meanwhile."""

from __future__ import annotations

import socket
import sys
from collections import deque

KEPT = 64
"""As many as were given last are kept from everybody else; a server binds its own long before."""

_kept: deque[socket.socket] = deque()


def free_port() -> int:
    """A port that nobody listens on, for a server that binds it a while later.

    Until then a socket that does not listen is bound to it: connections are refused, and Linux
    gives the port to nobody who asks for any. Who asks for this one by its number gets it, as
    servers say SO_REUSEADDR. Other systems would refuse them, and keep nothing.
    """
    found = socket.socket()
    found.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    found.bind(("127.0.0.1", 0))
    port = int(found.getsockname()[1])
    _kept.append(found)
    while len(_kept) > (KEPT if sys.platform == "linux" else 0):
        _kept.popleft().close()
    return port
