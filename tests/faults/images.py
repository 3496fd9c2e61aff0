"""What a power cut may leave of a folder: made of the writes and syncs that a trace wrote down.

What was forced to disk is there. What was not is gone, or there in part, or its last write is torn.
"""

from __future__ import annotations

import random
import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

SECTOR = 512
WAYS = ("nothing", "some", "torn")
_FILE = r"(?:\d+<(?P<file>[^>]*)>)"
_DATA = r'"(?P<data>(?:\\x[0-9a-f]{2})*)"'
_PATTERNS = {
    "pwrite64": re.compile(rf"pwrite64\({_FILE}, {_DATA}, \d+, (?P<at>\d+)\)"),
    "write": re.compile(rf"write\({_FILE}, {_DATA}, \d+\)"),
    "ftruncate": re.compile(rf"ftruncate\({_FILE}, (?P<at>\d+)\)"),
    "sync": re.compile(rf"(?:fdatasync|fsync)\({_FILE}\)"),
    "rename": re.compile(r'rename\("(?P<file>[^"]*)", "(?P<data>[^"]*)"\)'),
}
TRACE = (
    "-y",
    "-xx",
    "-s",
    "1000000",
    "-e",
    "trace=pwrite64,write,ftruncate,fdatasync,fsync,rename",
)
_ANSWER = b"HTTP/1.1 20"


@dataclass
class Event:
    """A call of the system that succeeded."""

    call: str
    file: str
    data: bytes = b""
    at: int = 0


def events(trace: str) -> Iterator[Event]:
    """The calls of a trace, each where it ended: what had not ended need not be there."""
    begun: dict[str, str] = {}
    for line in trace.splitlines():
        process, _, said = line.partition(" ")
        said = said.lstrip()
        if said.endswith("<unfinished ...>"):
            begun[process] = said.removesuffix(" <unfinished ...>")
            continue
        if said.startswith("<... "):
            said = begun.pop(process, "") + said.partition(" resumed>")[2]
        if " = -1 " in said:
            continue
        for call, pattern in _PATTERNS.items():
            found = pattern.match(said)
            if found is not None:
                parts = found.groupdict()
                data, at = _bytes(parts.get("data") or ""), int(parts.get("at") or 0)
                yield Event(call, _bytes(parts["file"]).decode(), data, at)


def is_answer(event: Event) -> bool:
    """Whether it tells a client of success."""
    return event.call == "write" and event.data.startswith(_ANSWER)


@dataclass
class Disk:
    """Files below a folder: what is on disk, and what is not yet, in its order."""

    root: Path
    files: dict[str, bytearray] = field(default_factory=dict)
    waiting: list[Event] = field(default_factory=list)
    _ends: dict[str, int] = field(default_factory=dict)

    @classmethod
    def of(cls, root: Path) -> Disk:
        """A folder all of which is on disk."""
        found = [path for path in root.rglob("*") if path.is_file()]
        return cls(root, {str(path): bytearray(path.read_bytes()) for path in found})

    def see(self, event: Event) -> None:
        """Note a call."""
        if not event.file.startswith(str(self.root)) or event.file.endswith("-shm"):
            return
        if event.call == "sync":
            mine = [each for each in self.waiting if _place(each) == event.file]
            self.waiting = [each for each in self.waiting if _place(each) != event.file]
            for each in mine:
                _apply(self.files, each)
        elif event.call == "write":
            event.at = self._ends.get(event.file, 0)
            self._ends[event.file] = event.at + len(event.data)
            self.waiting.append(event)
        else:
            self.waiting.append(event)

    def cut(self, way: str, chance: random.Random, target: Path) -> None:
        """Write to a new folder what a power cut leaves now."""
        files = {name: bytearray(data) for name, data in self.files.items()}
        kept = [] if way == "nothing" else [one for one in self.waiting if chance.random() < 0.5]
        for event in kept:
            if way == "torn" and event is kept[-1]:
                torn = chance.randrange(len(event.data) // SECTOR + 1) * SECTOR
                event = Event(event.call, event.file, event.data[:torn], event.at)  # noqa: PLW2901
                if event.call == "rename":
                    continue
            _apply(files, event)
        for name, data in files.items():
            if not name.endswith("-shm"):
                place = target / Path(name).relative_to(self.root)
                place.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
                place.touch(0o600)
                place.write_bytes(data)


def _place(event: Event) -> str:
    """What must be forced for the event to be on disk: the file, or the folder of its new name."""
    return str(Path(event.data.decode()).parent) if event.call == "rename" else event.file


def _apply(files: dict[str, bytearray], event: Event) -> None:
    if event.call == "rename":
        if event.file in files:
            files[event.data.decode()] = files.pop(event.file)
        return
    data = files.setdefault(event.file, bytearray())
    if event.call == "ftruncate":
        del data[event.at :]
        data.extend(bytes(event.at - len(data)))
        return
    data.extend(bytes(max(0, event.at - len(data))))
    data[event.at : event.at + len(event.data)] = event.data


def _bytes(data: str) -> bytes:
    """What a trace spells byte by byte, or as it is."""
    if data.startswith("\\x"):
        return bytes.fromhex(data.replace("\\x", ""))
    return data.encode()
