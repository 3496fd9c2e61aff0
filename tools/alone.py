"""Runs a program in a network of its own, where nothing is but this machine's loopback.

`python3 -m tools.alone PROGRAM ARG…`. Where the kernel does not allow it, that is said, and the
program runs in the network that there is; LINLOG_ALONE tells it which of both it got.
"""

from __future__ import annotations

import ctypes
import os
import socket
import struct
import sys
from pathlib import Path

VARIABLE = "LINLOG_ALONE"
_NEW_NETWORK = 0x40000000
_NEW_USER = 0x10000000
_SET_FLAGS = 0x8914
_UP = 0x1


def enter() -> str:
    """Enter a new network with its loopback up; why not, where that is not allowed."""
    if sys.platform != "linux":
        return "only Linux has networks of their own"
    user, group = os.getuid(), os.getgid()
    kind = _NEW_NETWORK if user == 0 else _NEW_NETWORK | _NEW_USER
    libc = ctypes.CDLL(None, use_errno=True)
    if libc.unshare(kind) != 0:
        return os.strerror(ctypes.get_errno())
    try:
        if user != 0:
            _map(user, group)
        _raise_loopback()
    except OSError as error:
        return f"its loopback stays down: {error.strerror}"
    return ""


def _map(user: int, group: int) -> None:
    """Stay who we are in the new space of users, which a new network needs without root."""
    Path("/proc/self/setgroups").write_text("deny")
    Path("/proc/self/uid_map").write_text(f"{user} {user} 1")
    Path("/proc/self/gid_map").write_text(f"{group} {group} 1")


def _raise_loopback() -> None:
    import fcntl

    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as any_socket:
        request = struct.pack("16sh14x", b"lo", _UP)
        fcntl.ioctl(any_socket, _SET_FLAGS, request)


def main(program: list[str]) -> None:
    """Become the program."""
    reason = enter()
    if reason:
        print(f"alone: no network of its own ({reason}); the audit hook watches", file=sys.stderr)
    os.environ[VARIABLE] = "0" if reason else "1"
    os.execvp(program[0], program)  # noqa: S606 - whoever calls says what runs


if __name__ == "__main__":
    main(sys.argv[1:])
