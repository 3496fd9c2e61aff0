"""Records that wait in memory, where the disk takes none: bounded, and gone with the process."""

from __future__ import annotations

from collections import deque
from itertools import islice

from linlog.client.journal.files import Piece
from linlog.client.journal.frames import Frame


class Memory:
    """A journal that is none: the same calls, nothing on disk. Its owner holds a lock."""

    def __init__(self) -> None:
        self.waiting_bytes = 0
        self._frames: deque[Frame] = deque()

    def __len__(self) -> int:
        return len(self._frames)

    def append(self, number: int, payload: bytes) -> None:
        """Keep a record."""
        self._frames.append(Frame(number, payload))
        self.waiting_bytes += len(payload)

    def read(self, *, most: int, size_bytes: int) -> Piece | None:
        """The first records; None where there are none."""
        found: list[Frame] = []
        for frame in islice(self._frames, most):
            size_bytes -= len(frame.payload)
            if found and size_bytes < 0:
                break
            found.append(frame)
        return Piece(found, 0, len(found), 0, None) if found else None

    def acknowledge(self, piece: Piece) -> None:
        """Forget what was delivered."""
        for _ in piece.frames:
            self.waiting_bytes -= len(self._frames.popleft().payload)
