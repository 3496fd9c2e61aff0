"""What a watched server does to the world: written down by every Python process that it starts.

Python imports a module of this name when it starts. Connections, look-ups, programs and files that
are opened to be written become lines of the file that ATTACKS_RECORD names. Names are looked up in
the table of ATTACKS_NAMES alone, so that nothing leaves the machine.
"""

from __future__ import annotations

import json
import os
import socket
import sys
from ipaddress import ip_address
from typing import Any

RECORD = os.environ.get("ATTACKS_RECORD")
WRITING = os.O_WRONLY | os.O_RDWR | os.O_CREAT | os.O_TRUNC | os.O_APPEND
CHANGES = {
    *("os.rename", "os.remove", "os.link", "os.symlink", "os.mkdir", "os.rmdir", "os.truncate"),
    *("os.chmod", "os.chown", "os.mkfifo", "shutil.move", "sqlite3.connect"),
}
READING = "?mode=ro"
"""The end of the address of a database that is only read."""
PROGRAMS = {"subprocess.Popen", "os.exec", "os.system", "os.posix_spawn"}


def _watch(record: str) -> None:
    written = os.open(record, os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600)

    def hook(event: str, args: tuple[Any, ...]) -> None:
        fact = reached(event, args)
        if fact is None:
            return
        os.write(written, (json.dumps(fact) + "\n").encode())
        if fact[0] == "connect" and not fact[1].startswith("127."):
            message = "nothing leaves this machine"
            raise ConnectionRefusedError(message)

    sys.addaudithook(hook)


def reached(event: str, args: tuple[Any, ...]) -> list[str] | None:
    """What an event of Python does to the world outside of its process, in words; often nothing."""
    if event == "socket.connect" and args[0].family in {socket.AF_INET, socket.AF_INET6}:
        return ["connect", *map(str, args[1][:2])]
    if event == "socket.getaddrinfo":
        return ["resolve", str(args[0])]
    if event in PROGRAMS:
        return ["program", str(args[0])]
    if event == "open" and isinstance(args[2], int) and args[2] & WRITING:
        return ["write", _absolute(args[0])] if isinstance(args[0], (str, bytes)) else None
    if event in CHANGES and isinstance(args[0], (str, bytes, os.PathLike)):
        if event == "sqlite3.connect" and str(args[0]).endswith(READING):
            return None
        return ["write", _absolute(args[0])]
    return None


def _absolute(path: Any) -> str:
    # A path that is followed no further: what it leads to is another event.
    return os.path.normpath(os.path.join(os.getcwd(), os.fsdecode(path)))  # noqa: PTH118, PTH109


def _answer_from_a_table(table: dict[str, list[str]]) -> None:
    """Numbers are looked up as ever, and so is this machine; every other name is in the table."""
    real = socket.getaddrinfo

    def found(host: Any, port: Any, *args: Any, **options: Any) -> Any:
        name = host.decode() if isinstance(host, bytes) else host
        if name in table:
            return [each for one in table[name] for each in real(one, port, *args, **options)]
        try:
            ip_address(name or "")
        except ValueError:
            if name not in {None, "", "localhost"} and not _is_number(name):
                raise socket.gaierror(socket.EAI_NONAME, "no such name") from None
        return real(host, port, *args, **options)

    socket.getaddrinfo = found


def _is_number(name: str) -> bool:
    """Whether the system reads it as an address, as it does with 0x7f.1."""
    try:
        socket.inet_aton(name)
    except OSError:
        return False
    return True


if RECORD:
    _watch(RECORD)
    _answer_from_a_table(json.loads(os.environ.get("ATTACKS_NAMES", "{}")))
