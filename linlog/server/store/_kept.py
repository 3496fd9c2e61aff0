"""Annotations as they were at a moment, deflated: with people's ids, and without their names."""

from __future__ import annotations

import zlib
from dataclasses import replace
from typing import TYPE_CHECKING

from linlog.wire import codec
from linlog.wire.annotations import Annotation

if TYPE_CHECKING:
    from collections.abc import Sequence


def packed(annotations: Sequence[Annotation]) -> bytes:
    """Annotations as they are kept."""
    plain = [replace(each, annotator=None, changed_by=None) for each in annotations]
    return zlib.compress(codec.encode(plain))


def unpacked(held: bytes) -> tuple[Annotation, ...]:
    """What `packed` made bytes of."""
    return codec.decode(zlib.decompress(held), tuple[Annotation, ...])
