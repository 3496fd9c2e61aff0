"""COCO: instances with their images and categories as one JSON object, results as one array.

| key | read as |
| --- | --- |
| `images[].id`, `file_name`, `width`, `height` | what is looked at |
| `categories[].id`, `name` | labels; a name that comes twice gets its id beside it |
| `annotations[]`, or the entries of an array | marks, by `image_id` and `category_id` |
| `bbox` | a box: left, top, width, height |
| `attributes.rotation` | of a box: the degrees that it is turned by about its centre, clockwise |
| `segmentation` | a polygon of one or more outlines, or a mask, its runs plain or compressed |
| `keypoints`, `bbox` | named points and their box; a point of a truth with v = 0 is not known |
| `categories[].keypoints` | names of points, also of results; COCO's where 17 have none |
| `score` | confidence, from 0 to 1 |
| `iscrowd` | 1: the attribute `crowd` |
| `ignore` | 1: the attribute `ignored`; pycocotools passes this key over |
| `images[].neg_category_ids` | of LVIS: labels that are certainly not there |
| `images[].not_exhaustive_category_ids` | of LVIS: labels of which not everything is marked |
| `categories[].frequency` | of LVIS: `r`, `c` or `f` |
| `area` | the attribute `area`, of truths; of results it is that of the box, where there is one |

Refused: entries without what is asked for, numbers that are not finite or beyond 1e9, negative
sizes, outlines of fewer than three points, runs that do not fill their image, scores outside 0 to
1.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping
from functools import cached_property
from math import isfinite
from typing import Any, ClassVar, Final

from linlog.errors import FormatError
from linlog.formats import _json
from linlog.formats._coco_shapes import (
    Boxed,
    Category,
    Id,
    Image,
    Outlined,
    Pointed,
    WrongShape,
)
from linlog.formats._json import Stretch
from linlog.formats._protocol import Account, Entry, Mark, Opened, Side

_ENTRIES: Final[dict[str, type[Boxed]]] = {
    "box": Boxed,
    "polygon": Outlined,
    "keypoints": Pointed,
}
_KEYS: Final = ("images", "annotations", "categories", "licenses")


class Coco:
    """The format `coco`."""

    __slots__ = ()
    name: ClassVar[str] = "coco"
    suffixes: ClassVar[tuple[str, ...]] = (".json",)
    shapes: ClassVar[tuple[str, ...]] = tuple(_ENTRIES)

    def open(
        self, account: Account, *, side: Side, shape: str, named_by: Opened | None = None
    ) -> OpenedCoco:
        """Begin to read instances or results for boxes, for keypoints, or for outlines and masks.

        Results are named by their instances.
        """
        if shape not in _ENTRIES:
            raise ValueError(f"coco is read for {', '.join(_ENTRIES)}, not {shape}")
        if side == "both":
            raise FormatError(
                f"{account.path.name}: COCO has truth and predictions in two files; give both"
            )
        names = named_by if isinstance(named_by, OpenedCoco) else None
        return OpenedCoco(account, side, _ENTRIES[shape], names)


COCO: Final = Coco()


class OpenedCoco:
    """A file of instances or of results that is being read."""

    def __init__(
        self, account: Account, side: Side, kind: type[Boxed], named_by: OpenedCoco | None
    ) -> None:
        self._account = account
        self._predicted = side == "predictions"
        self._kind = kind
        self._named_by = named_by

    @cached_property
    def labels(self) -> Mapping[str, str]:
        """The name of each category by its id."""
        often = Counter(each.name for each in self._categories.values())
        return {
            key: each.name if often[each.name] == 1 else f"{each.name} ({key})"
            for key, each in self._categories.items()
        }

    @cached_property
    def point_names(self) -> Mapping[str, list[str]]:
        """The names of the points of each category that has some, by its id."""
        if self._named_by is not None:
            return self._named_by.point_names
        return {
            key: each.keypoints
            for key, each in self._categories.items()
            if each.keypoints and len(set(each.keypoints)) == len(each.keypoints)
        }

    @cached_property
    def frequencies(self) -> Mapping[str, str]:
        """LVIS' letter for how frequent a category is, of those that have one, by its id."""
        return {
            key: each.frequency
            for key, each in self._categories.items()
            if each.frequency is not None
        }

    def entries(self) -> Iterator[Entry]:
        """The images."""
        for found in self._whole_array("images", Image):
            yield Entry(
                str(found.id),
                found.file_name,
                found.width,
                found.height,
                absent=_keys(found.neg_category_ids),
                partly_marked=_keys(found.not_exhaustive_category_ids),
                attributes=_said(found),
            )

    def marks(self) -> Iterator[Mark]:
        """The annotations or results, each refused where it is not what it should be."""
        for stretch in self.stretches():
            yield from self.marks_of(stretch)

    def stretches(self) -> Iterator[Stretch]:
        """The annotations or results as they stand, some at a time."""
        return self._stretches("annotations", self._kind)

    def marks_of(self, stretch: Stretch) -> Iterator[Mark]:
        """Those of some annotations or results, each refused where it is not what it should be."""
        account = self._account
        for at in range(len(stretch.entries)):
            try:
                mark = self.mark(stretch, at)
            except WrongShape as wrong:
                account.refuse(wrong.reason, stretch.place(at), wrong.detail)
            else:
                account.read += 1
                yield mark

    def mark(self, stretch: Stretch, at: int) -> Mark:
        """What one of some annotations or results marks. Raises WrongShape where it does not."""
        found = stretch.entries[at]
        if isinstance(found, Exception):
            raise WrongShape("entry is not what it should be", str(found))
        if self._predicted and found.score is not None and not 0 <= found.score <= 1:
            raise WrongShape("score is not from 0 to 1", str(found.score))
        return Mark(
            str(found.image_id),
            str(found.category_id),
            found.shape(self._names(found.category_id), predicted=self._predicted),
            stretch.place(at),
            self._predicted,
            found.score,
            _results_area(found) if self._predicted else _attributes(found),
        )

    def _names(self, category: Id) -> list[str]:
        if self._kind is not Pointed:
            return []
        return self.point_names.get(str(category), [])

    @cached_property
    def _categories(self) -> dict[str, Category]:
        return {str(each.id): each for each in self._whole_array("categories", Category)}

    def _whole_array(self, key: str, kind: type[Any]) -> Iterator[Any]:
        """The entries of an array of which none may be wrong."""
        for stretch in self._stretches(key, kind):
            for number, found in enumerate(stretch.entries, stretch.first):
                if isinstance(found, Exception):
                    raise FormatError(f"{self._account.path.name}: {key}[{number}]: {found}")
                yield found

    def _stretches(self, key: str, kind: type[Any]) -> Iterator[Stretch]:
        """Those of one array; an array that is the whole document holds annotations."""
        wanted = {key, ""} if key == "annotations" else {key}
        kinds: dict[str, type[Any]] = dict.fromkeys(("", *_KEYS), _json.Nothing)
        kinds.update(dict.fromkeys(wanted, kind))
        for stretch in _json.arrays(self._account.path, kinds):
            if stretch.key == "" and not self._predicted:
                raise FormatError(
                    f"{self._account.path.name}: an array of results; the truth must be an object "
                    "with images, annotations and categories"
                )
            if stretch.key in wanted:
                yield stretch


def _said(image: Image) -> dict[str, Any]:
    """What a file says of an image in objects of its own, as several programs write them."""
    found: dict[str, Any] = {}
    for some in (image.metadata, image.attributes):
        found |= some if isinstance(some, dict) else {}
    return found


def _keys(ids: list[Id] | None) -> tuple[str, ...]:
    return tuple(map(str, ids or ()))


def _attributes(found: Boxed) -> dict[str, Any] | None:
    """What a truth says beside its shape."""
    named: dict[str, Any] = {}
    if found.area is not None:
        if not (isfinite(found.area) and found.area >= 0):
            raise WrongShape("area is not a size", str(found.area))
        named["area"] = found.area
    if found.iscrowd is not None:
        named["crowd"] = bool(found.iscrowd)
    if found.ignore is not None:
        named["ignored"] = bool(found.ignore)
    return named or None


def _results_area(found: Boxed) -> dict[str, Any] | None:
    """The area of the box, which a result with an outline has in COCO."""
    if not isinstance(found, Outlined) or found.bbox is None:
        return None
    return {"area": found.box(found.bbox).area}
