"""COCO: instances with their images and categories as one JSON object, results as one array.

| key | read as |
| --- | --- |
| `images[].id`, `file_name`, `width`, `height` | what is looked at |
| `categories[].id`, `name` | labels; a name that comes twice gets its id beside it |
| `annotations[]`, or the entries of an array | marks, by `image_id` and `category_id` |
| `bbox` | a box: left, top, width, height |
| `segmentation` | a polygon of one or more outlines, or a mask, its runs plain or compressed |
| `score` | confidence, from 0 to 1 |
| `iscrowd` | 1: the attribute `crowd` |
| `ignore` | 1: the attribute `ignored`; pycocotools passes this key over |
| `area` | the attribute `area`, of truths; of results it is that of the box, where there is one |

Refused: entries without what is asked for, NaN and infinite numbers, negative sizes, outlines of
fewer than three points, runs that do not fill their image, scores outside 0 to 1.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping
from functools import cached_property
from math import isfinite
from typing import Any, ClassVar, Final

import msgspec

from linlog.errors import FormatError
from linlog.formats import _json
from linlog.formats._protocol import Account, Entry, Mark, Side
from linlog.shapes import Box, Mask, Polygon, Segment, Shape

Id = int | str


class _Image(msgspec.Struct):
    id: Id
    file_name: str = ""
    width: int | None = None
    height: int | None = None


class _Category(msgspec.Struct):
    id: Id
    name: str


class _Runs(msgspec.Struct):
    size: tuple[int, int]
    counts: list[int] | str


class _Boxed(msgspec.Struct):
    """An annotation or a result, with its box."""

    image_id: Id
    category_id: Id
    bbox: tuple[float, float, float, float] | None = None
    score: float | None = None
    area: float | None = None
    iscrowd: int | bool | None = None
    ignore: int | bool | None = None


class _Outlined(_Boxed):
    """The same with its outline or mask."""

    segmentation: list[list[float]] | _Runs | None = None


class Coco:
    """The format `coco`."""

    __slots__ = ()
    name: ClassVar[str] = "coco"
    suffixes: ClassVar[tuple[str, ...]] = (".json",)
    shapes: ClassVar[tuple[str, ...]] = ("box", "polygon")

    def open(self, account: Account, *, side: Side, shape: str) -> OpenedCoco:
        """Begin to read instances or results for boxes, or for polygons and masks."""
        if shape not in self.shapes:
            raise ValueError(f"coco is read for {' or '.join(self.shapes)}, not {shape}")
        if side == "both":
            raise FormatError(
                f"{account.path.name}: COCO has truth and predictions in two files; give both"
            )
        return OpenedCoco(account, side, _OUTLINES if shape == "polygon" else _BOXES)


COCO: Final = Coco()


class _Wanted(msgspec.Struct, frozen=True):
    """Which entries are read, and how one becomes a shape."""

    entry: type[_Boxed]
    shape: Any


class OpenedCoco:
    """A file of instances or of results that is being read."""

    def __init__(self, account: Account, side: Side, wanted: _Wanted) -> None:
        self._account = account
        self._side = side
        self._wanted = wanted

    @cached_property
    def labels(self) -> Mapping[str, str]:
        """The name of each category by its id."""
        named: dict[str, str] = {}
        for place, found in self._array("categories", _Category):
            if isinstance(found, Exception):
                raise FormatError(f"{self._account.path.name}: categories[{place}]: {found}")
            named[str(found.id)] = found.name
        often = Counter(named.values())
        return {key: name if often[name] == 1 else f"{name} ({key})" for key, name in named.items()}

    def entries(self) -> Iterator[Entry]:
        """The images."""
        for place, found in self._array("images", _Image):
            if isinstance(found, Exception):
                raise FormatError(f"{self._account.path.name}: images[{place}]: {found}")
            yield Entry(str(found.id), found.file_name, found.width, found.height)

    def marks(self) -> Iterator[Mark]:
        """The annotations or results, each refused where it is not what it should be."""
        account = self._account
        for stretch in self._stretches("annotations", self._wanted.entry):
            for number, found in enumerate(stretch.entries, stretch.first):
                place = f"{stretch.key}[{number}]"
                if isinstance(found, Exception):
                    account.refuse("entry is not what it should be", place, str(found))
                    continue
                try:
                    mark = self._mark(found, place)
                except _Wrong as wrong:
                    account.refuse(wrong.reason, place, wrong.detail)
                    continue
                account.read += 1
                yield mark

    def _mark(self, found: _Boxed, place: str) -> Mark:
        score = found.score
        if self._side == "predictions" and score is not None and not 0 <= score <= 1:
            raise _Wrong("score is not from 0 to 1", str(score))
        shape = self._wanted.shape(found)
        return Mark(
            str(found.image_id),
            str(found.category_id),
            shape,
            place,
            self._side == "predictions",
            score,
            self._attributes(found),
        )

    def _attributes(self, found: _Boxed) -> dict[str, Any] | None:
        if self._side == "predictions":
            return _area_of_box(found) if self._wanted is _OUTLINES else None
        if found.area is None and not found.iscrowd and not found.ignore:
            return None
        if found.area is not None and not (isfinite(found.area) and found.area >= 0):
            raise _Wrong("area is not a size", str(found.area))
        named = {"area": found.area, "crowd": found.iscrowd, "ignored": found.ignore}
        return {
            key: value if key == "area" else bool(value)
            for key, value in named.items()
            if value is not None
        }

    def _array(self, key: str, kind: type[Any]) -> Iterator[tuple[int, Any]]:
        for stretch in self._stretches(key, kind):
            if stretch.key == key:
                yield from enumerate(stretch.entries, stretch.first)

    def _stretches(self, key: str, kind: type[Any]) -> Iterator[_json.Stretch]:
        """Those of one array; an array that is the whole document holds marks."""
        kinds: dict[str, type[Any]] = dict.fromkeys(_KEYS, _json.Nothing)
        kinds[key] = kind
        kinds[""] = kind if key == "annotations" else _json.Nothing
        wanted = {key, ""} if key == "annotations" else {key}
        for stretch in _json.arrays(self._account.path, kinds):
            if stretch.key == "" and self._side == "truth":
                raise FormatError(
                    f"{self._account.path.name}: an array of results; the truth must be an object "
                    "with images, annotations and categories"
                )
            if stretch.key in wanted:
                yield stretch


_KEYS: Final = ("images", "annotations", "categories", "licenses")


class _Wrong(Exception):
    def __init__(self, reason: str, detail: str = "") -> None:
        super().__init__(reason)
        self.reason = reason
        self.detail = detail


def _box(found: _Boxed) -> Shape:
    box = found.bbox
    if box is None:
        raise _Wrong("entry has no bbox")
    left, top, width, height = box
    if not isfinite(left + top + width + height):
        raise _Wrong("bbox has a number that is not finite", str(list(box)))
    if width < 0 or height < 0:
        raise _Wrong("bbox has a negative size", str(list(box)))
    return Box(left, top, width, height)


def _outline(found: _Boxed) -> Shape:
    assert isinstance(found, _Outlined), "outlines are asked for"
    if found.segmentation is None:
        raise _Wrong("entry has no segmentation")
    if isinstance(found.segmentation, _Runs):
        return _mask(found.segmentation)
    paths = found.segmentation
    if not paths or any(len(path) < 6 or len(path) % 2 for path in paths):
        raise _Wrong("segmentation has an outline of fewer than three points")
    if not all(isfinite(number) for path in paths for number in path):
        raise _Wrong("segmentation has a number that is not finite")
    return Polygon(tuple(Segment(tuple(zip(path[::2], path[1::2], strict=True))) for path in paths))


def _mask(found: _Runs) -> Shape:
    counts = found.counts
    if isinstance(counts, str):
        counts = expanded(counts)
    try:
        return Mask.from_json({"type": "mask", "size": found.size, "counts": counts})
    except ValueError as error:
        raise _Wrong("segmentation is no mask", str(error)) from None


def _area_of_box(found: _Boxed) -> dict[str, Any] | None:
    if found.bbox is None:
        return None
    _box(found)
    return {"area": found.bbox[2] * found.bbox[3]}


_BOXES: Final = _Wanted(_Boxed, _box)
_OUTLINES: Final = _Wanted(_Outlined, _outline)


def expanded(text: str) -> list[int]:
    """The runs of a compressed mask.

    Each run is written in signs of five bits, lowest first, with 48 added and 32 set where more
    follow; from the third on it is the difference to the run two before (COCO's maskApi).

    >>> expanded("06")
    [0, 6]
    """
    runs: list[int] = []
    value = shift = 0
    for sign in text.encode():
        bits = sign - 48
        if not 0 <= bits < 64 or shift > 60:
            raise _Wrong("segmentation has compressed runs that are broken")
        value |= (bits & 0x1F) << shift
        shift += 5
        if bits & 0x20:
            continue
        if bits & 0x10:
            value -= 1 << shift
        runs.append(value + runs[-2] if len(runs) > 2 else value)
        value = shift = 0
    return runs
