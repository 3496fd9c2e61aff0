"""Every spelling in which users and the published clients write labels and annotations.

Reading takes any of them; writing gives the published one, which carries both of its dialects.
Pure: no clock, no network. Strict where the SDK asks for it, lenient where old clients call.
"""

# ruff: noqa: TRY004 - one kind of error for every refusal

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

from linlog import limits
from linlog.shapes import (
    Box,
    Keypoints,
    Mask,
    Other,
    Point,
    Polygon,
    Polyline,
    Segment,
    Shape,
    Span,
    Whole,
)
from linlog.wire.annotations import Annotation, AnnotationCreate
from linlog.wire.constraints import Finite
from linlog.wire.labels import Label, LabelCreate
from linlog.wire.predictions import Prediction, PredictionCreate

SHAPE_NAMES: Final[dict[str, str]] = {
    "bounding-box": "box",
    "boundingbox": "box",
    "bbox": "box",
    "box": "box",
    "rectangle": "box",
    "polygon": "polygon",
    "line": "polyline",
    "polyline": "polyline",
    "point": "point",
    "keypoint": "point",
    "keypoints": "keypoints",
    "mask": "mask",
    "named-entities": "span",
    "named-entity": "span",
    "ner": "span",
    "span": "span",
    "categorisation": "whole",
    "categorization": "whole",
    "classification": "whole",
    "whole": "whole",
}
"""The words that mean a shape, in lower case and with hyphens."""

TASK_TYPES: Final[dict[str, str]] = {
    "box": "bounding-box",
    "polyline": "line",
    "span": "ner",
    "whole": "categorisation",
}
"""The published word of a shape, where it differs from the shape's name."""

_KIND_KEYS: Final = ("type", "annotation_type", "task_type")
_KIND_SET: Final = frozenset(_KIND_KEYS)
_GEOMETRY: Final[dict[str, tuple[str, ...]]] = {
    "polygon": ("segments", "vertices", "points"),
    "polyline": ("points", "vertices", "segments"),
    "box": ("left", "top", "width", "height", "rotation"),
    "point": ("x", "y"),
    "span": ("start", "end"),
    "mask": ("size", "counts"),
    "whole": (),
    "keypoints": ("points", "box"),
}
_GEOMETRY_SETS: Final = {name: frozenset(keys) for name, keys in _GEOMETRY.items()}
_ALL_GEOMETRY: Final = frozenset(key for keys in _GEOMETRY.values() for key in keys)
_ABOUT: Final = frozenset(
    {
        *("id", "label", "name", "display_name", "colour", "colour_code", "attributes", "source"),
        *("is_model_run", "iou", "confidence", "confidence_score", "model_version", "model_run_id"),
        *("task_id", "created_date", "annotator_id", "annotator", "changed_by_id", "changed_by"),
    }
)
"""What an annotation carries beside its geometry and its kind, and is no part of its shape."""
_TAKEN: Final = {
    name: _ABOUT.union(keys, _KIND_KEYS, ("shape",)) for name, keys in _GEOMETRY.items()
}
_LARGEST: Final = limits.COORDINATE


def shape_name(task_type: str) -> str:
    """The name of the shape that a word such as `bounding-box` means; unknown words are kept."""
    if not isinstance(task_type, str):
        raise ValueError(f"the kind must be a word such as 'bounding-box', not {task_type!r:.40}")
    return SHAPE_NAMES.get(task_type.strip().lower().replace("_", "-"), task_type)


def task_type(shape_name: str) -> str:
    """The published word for a shape's name; unknown names are kept."""
    return TASK_TYPES.get(shape_name, shape_name)


# ------------------------------------------------------------------------------- labels


def read_label(data: Any, *, shape: str = "box") -> LabelCreate:
    """Read a label: its name, a dictionary in any spelling, or a label. Raises ValueError."""
    if isinstance(data, LabelCreate):
        return data
    if isinstance(data, str):
        return LabelCreate(name=data, shape=shape)
    if not isinstance(data, (Mapping, Label)):
        raise ValueError(f"a label must be a name or an object, not {type(data).__name__}")
    kind = data.get("shape") or _kind_word(data)
    return LabelCreate(
        name=_label(data, ("name", "label")),
        display_name=_optional_text(data, "display_name"),
        shape=shape if kind is None else shape_name(kind),
        colour=_colour(data),
    )


def write_label(label: Label) -> dict[str, Any]:
    """A label as the published clients read it."""
    digits = label.colour.removeprefix("#")
    parts = {part: int(digits[at : at + 2], 16) for part, at in (("r", 0), ("g", 2), ("b", 4))}
    return {
        "id": label.id,
        "name": label.name,
        "label": label.name,
        "display_name": label.display_name,
        "task_type": task_type(label.shape),
        "colour_code": parts,
    }


def _colour(data: Any) -> str | None:
    """One text, one object of three parts, or three keys, as the clients had it in turn."""
    for key in ("colour", "color", "colour_code"):
        whole = data.get(key)
        if isinstance(whole, str) and whole:
            return whole.lower()
        if isinstance(whole, Mapping) and whole:
            return _hex([whole.get(part) for part in "rgb"])
    for stem in ("colour", "colour_code"):
        parts = [data.get(f"{stem}_{part}") for part in "rgb"]
        if any(part is not None for part in parts):
            return _hex(parts)
    return None


def _hex(parts: list[Any]) -> str | None:
    if any(part is None for part in parts):
        return None
    if any(isinstance(part, bool) or not isinstance(part, (int, float)) for part in parts):
        raise ValueError(f"a colour needs three numbers from 0 to 255, not {parts!r:.80}")
    if not all(0 <= part <= 255 for part in parts):
        raise ValueError(f"a colour's parts must be from 0 to 255, but are {parts!r:.80}")
    return "#" + "".join(f"{round(part):02x}" for part in parts)


# -------------------------------------------------------------------------- annotations


def read_annotation(
    data: Any, *, label: str | None = None, strict: bool = False
) -> AnnotationCreate:
    """Read an annotation in any spelling. Raises ValueError that says what was expected.

    `data` is a dictionary, an annotation or prediction, a shape (then `label` names it) or a
    label alone, which marks the whole item. An unknown kind becomes `Other` with its data kept.
    Lenient reading passes over keys that its kind does not have and keeps a known kind without
    any geometry as `Other`; `strict` refuses both.
    """
    if isinstance(data, AnnotationCreate):
        return data
    if isinstance(data, (Annotation, Prediction, PredictionCreate)):
        return _of_record(data)
    shape, name, about = read_parts(data, label, strict=strict)
    return AnnotationCreate(
        label=name,
        shape=shape,
        attributes=_attributes(about),
        source=_optional_text(about, "source"),
        # The published clients knew no annotators, and what they send says nothing of them.
        annotator_id=_optional_text(about, "annotator_id") if strict else None,
        id=_optional_text(about, "id"),
    )


def read_parts(
    data: Any, label: str | None = None, *, strict: bool = False
) -> tuple[Shape, str, Mapping[str, Any]]:
    """The shape and the label of an annotation in any spelling, and what else was said of it."""
    if type(data) is dict:
        name = label if label is not None else _label(data, ("label", "name"))
        return _shape(data, strict=strict), name, data
    if isinstance(data, Shape):
        return _own_shape(data, strict=strict), _label({"label": label}, ("label",)), {}
    if isinstance(data, str):
        return Whole(), data, {}
    if isinstance(data, (Annotation, AnnotationCreate, Prediction, PredictionCreate)):
        shape, name = _marked(data)
        return shape, label or name, dict(data.items())
    if not isinstance(data, Mapping):
        raise ValueError(f"an annotation must be an object, not {type(data).__name__}")
    name = label if label is not None else _label(data, ("label", "name"))
    return _shape(data, strict=strict), name, data


def _of_record(data: Annotation | Prediction | PredictionCreate) -> AnnotationCreate:
    shape, label = _marked(data)
    return AnnotationCreate(
        label=label,
        shape=shape,
        attributes=data.attributes,
        source=data.get("source"),
        annotator_id=data.get("annotator_id"),
        id=data.id if isinstance(data, Annotation) else None,
    )


def _marked(
    data: Annotation | AnnotationCreate | Prediction | PredictionCreate,
) -> tuple[Shape, str]:
    """The shape and the label of a record. Raises ValueError for one that found nothing."""
    if data.shape is None or data.label is None:
        raise ValueError("an annotation needs a label and a shape; this says that nothing is there")
    return data.shape, data.label


def _shape(data: Mapping[str, Any], *, strict: bool) -> Shape:
    own = data.get("shape")
    if own is not None and not isinstance(own, str):
        return _own_shape(own, strict=strict)
    word = own or _kind_word(data)
    if word is None:
        return _inferred(data, strict=strict)
    name = shape_name(word)
    if name not in _GEOMETRY:
        return _other(_content(data, word), strict=strict)
    if not _has_any(data, _GEOMETRY[name]) and name != "whole":
        if strict:
            raise ValueError(f"a {name} needs {_needs(name)}")
        return Other(_content(data, word))
    return _known(name, data, strict=strict)


def _own_shape(own: Any, *, strict: bool) -> Shape:
    if isinstance(own, Shape):
        return _other(own.data, strict=strict) if isinstance(own, Other) else own
    if not isinstance(own, Mapping):
        raise ValueError(f"shape must be an object with a type, not {type(own).__name__}")
    if own.get("type") == "other" and isinstance(own.get("data"), Mapping):
        return _other(dict(own["data"]), strict=strict)
    return _shape(own, strict=strict)


def _other(content: dict[str, Any], *, strict: bool) -> Other:
    if strict:
        Finite().check(content)
    return Other(content)


def _inferred(data: Mapping[str, Any], *, strict: bool) -> Shape:
    """The shape whose keys the annotation has; the whole item where it has no others."""
    for name, keys in _GEOMETRY.items():
        # Keypoints are always called so: their keys alone may be those of something older.
        if (
            name != "keypoints"
            and not _GEOMETRY_SETS[name].isdisjoint(data)
            and _has_any(data, keys)
        ):
            open_path = name == "polygon" and _is_open_path(data)
            return _known("polyline" if open_path else name, data, strict=strict)
    rest = _content(data, None)
    if strict or not rest:
        return _known("whole", data, strict=strict)
    return Other(rest)


def _is_open_path(data: Mapping[str, Any]) -> bool:
    """Whether a path without a kind is a line: our own `points`, or two vertices alone."""
    if data.get("segments"):
        return False
    vertices = data.get("vertices")
    return vertices is None or (isinstance(vertices, (list, tuple)) and len(vertices) == 2)


def _known(name: str, data: Mapping[str, Any], *, strict: bool) -> Shape:
    if strict:
        _refuse_unknown(name, data)
    if name == "box":
        return _box(data)
    if name == "whole":
        return Whole()
    if name == "polygon":
        return _polygon(data)
    if name == "polyline":
        return Polyline.from_json({"points": _line(data)})
    if name == "keypoints":
        return _keypoints(data)
    if name == "mask":
        return Mask.from_json({key: _plain(data.get(key)) for key in _GEOMETRY["mask"]})
    kind: type[Point | Span] = Point if name == "point" else Span
    return kind.from_json({key: _plain(data.get(key)) for key in _GEOMETRY[name]})


def _box(data: Mapping[str, Any]) -> Box:
    sides = {key: _plain(data.get(key)) for key in ("left", "top", "width", "height")}
    return Box.from_json({**sides, "rotation": _plain(data.get("rotation")) or 0})


def _keypoints(data: Mapping[str, Any]) -> Keypoints:
    points = _plain(data.get("points"))
    if isinstance(points, (list, tuple)):
        points = [_plain_values(point) for point in points]
    return Keypoints.from_json(
        {"points": [] if points is None else points, "box": _plain_values(data.get("box"))}
    )


def _polygon(data: Mapping[str, Any]) -> Polygon:
    """`segments` win over `vertices`; of a segment, `holes` win over `subtraction`."""
    parts = _plain(data.get("segments"))
    if parts:
        if not isinstance(parts, (list, tuple)) or not all(isinstance(p, Mapping) for p in parts):
            raise ValueError("segments must be a list of objects, each with a path")
        return Polygon.from_json({"segments": [_segment(part) for part in parts]})
    path = _plain(data["vertices"] if data.get("vertices") is not None else data.get("points"))
    return Polygon.from_json({"segments": [{"path": path}]})


def _segment(part: Mapping[str, Any]) -> dict[str, Any]:
    holes = part.get("holes")
    if holes is None:
        cut = part.get("subtraction")
        holes = [] if not cut else cut if _is_ring_list(cut) else [cut]
    return {"path": part.get("path"), "holes": holes}


def _is_ring_list(cut: Any) -> bool:
    """Whether it holds rings, each a list of points, rather than points."""
    first = cut[0] if isinstance(cut, (list, tuple)) else None
    return isinstance(first, (list, tuple)) and bool(first) and not _is_number(first[0])


def _line(data: Mapping[str, Any]) -> Any:
    for key in ("points", "vertices"):
        if data.get(key) is not None:
            return _plain(data[key])
    parts = _plain(data.get("segments"))
    first = parts[0] if isinstance(parts, (list, tuple)) and parts else None
    return first.get("path") if isinstance(first, Mapping) else None


# ------------------------------------------------------------------------ reading, small


def _kind_word(data: Any) -> str | None:
    if type(data) is dict and _KIND_SET.isdisjoint(data):
        return None
    for key in _KIND_KEYS:
        word = data.get(key)
        if word is not None and word != "":
            if not isinstance(word, str):
                raise ValueError(f"{key} must be a word such as 'bounding-box', not {word!r:.40}")
            return word
    return None


def _label(data: Any, keys: tuple[str, ...]) -> str:
    for key in keys:
        name = data.get(key)
        if isinstance(name, str) and name.strip():
            return name
        if name is not None and not isinstance(name, str):
            raise ValueError(f"{key} must be a text, not {name!r:.40}")
    raise ValueError(f"a label is missing: give it as {' or '.join(repr(key) for key in keys)}")


def _attributes(data: Mapping[str, Any]) -> dict[str, Any]:
    found = data.get("attributes")
    if found is None:
        return {}
    if not isinstance(found, Mapping):
        raise ValueError(f"attributes must be an object, not {type(found).__name__}")
    return dict(found)


def _optional_text(data: Any, key: str) -> str | None:
    value = data.get(key)
    if value is None or value == "":
        return None
    if isinstance(value, bool) or not isinstance(value, (str, int)):
        raise ValueError(f"{key} must be a text, not {value!r:.40}")
    return str(value)


def _has_any(data: Mapping[str, Any], keys: tuple[str, ...]) -> bool:
    return any(not _is_nothing(data.get(key)) for key in keys)


def _is_nothing(value: Any) -> bool:
    """Whether it is missing, null or an empty list."""
    return value is None or (isinstance(value, (list, tuple)) and not value)


def _content(data: Mapping[str, Any], word: str | None) -> dict[str, Any]:
    """All that is no label, id, source or attribute, with the kind under `type` if unknown."""
    rest = {
        key: value for key, value in data.items() if key not in _ABOUT and key not in _KIND_KEYS
    }
    rest.pop("shape", None)
    return rest if word is None or word == "other" else {"type": word, **rest}


def _refuse_unknown(name: str, data: Mapping[str, Any]) -> None:
    if data.keys() <= _TAKEN[name]:
        return
    for key in data:
        known = key in _ABOUT or key in _KIND_KEYS or key in _GEOMETRY[name] or key == "shape"
        if not known and (data[key] is not None or key not in _ALL_GEOMETRY):
            if name == "polygon" and key in _GEOMETRY["polyline"]:
                continue
            raise ValueError(
                f"unknown key {str(key)[:40]!r}; a {name} takes {_needs(name)}, "
                "and beside it label, attributes, source and id"
            )


def _needs(name: str) -> str:
    if name == "polygon":
        return "segments or vertices"
    return ", ".join(_GEOMETRY[name]) or "nothing but a label"


def _is_number(value: Any) -> bool:
    return isinstance(value, (int, float)) and not isinstance(value, bool)


def _plain(value: Any) -> Any:
    """Scalars and arrays of numpy and its kin as Python's own; the rest as it is."""
    if value is None or type(value) in {int, float, str, list, tuple, dict}:
        return value
    convert = getattr(value, "tolist", None) or getattr(value, "item", None)
    return value if convert is None or isinstance(value, str) else convert()


def _plain_values(value: Any) -> Any:
    """The same, and of an object each of its values."""
    return {key: _plain(each) for key, each in value.items()} if isinstance(value, dict) else value


# ------------------------------------------------------------------------------ writing


def write_annotation(
    entry: Annotation | AnnotationCreate | Prediction, **more: Any
) -> dict[str, Any]:
    """An annotation or prediction as the published clients read it, in both their spellings.

    `more` is put on top: `iou=…`, `model_version=…`.
    """
    word, geometry = _written(entry.shape)
    predicted = isinstance(entry, Prediction)
    written: dict[str, Any] = {
        **geometry,
        "id": entry.id,
        "label": entry.label,
        "type": word,
        "annotation_type": word,
        "source": entry.get("source"),
        "is_model_run": predicted,
        "iou": None,
        "attributes": entry.attributes,
    }
    if isinstance(entry, (Prediction, PredictionCreate)):
        written["confidence_score"] = entry.confidence
    return {**written, **more}


def _written(shape: Shape) -> tuple[str, dict[str, Any]]:
    """The published word for a shape, and its geometry."""
    if isinstance(shape, Other):
        word = shape.data.get("type")
        return (word if isinstance(word, str) and word else "other"), dict(shape.data)
    word = task_type(shape.name)
    if isinstance(shape, Polygon):
        parts = [_written_segment(part) for part in shape.segments]
        return word, {"vertices": parts[0]["path"] if parts else [], "segments": parts}
    if isinstance(shape, Polyline):
        path = _vertices(shape.points)
        return word, {"vertices": path, "segments": [{"path": path, "subtraction": []}]}
    geometry = shape.to_json()
    geometry.pop("type", None)
    return word, geometry


def _written_segment(part: Segment) -> dict[str, Any]:
    holes = [_vertices(hole) for hole in part.holes]
    written: dict[str, Any] = {
        "path": _vertices(part.path),
        "subtraction": holes[0] if holes else [],
    }
    # The published form has room for one hole; a polygon with more says them all beside it.
    return written if len(holes) < 2 else {**written, "holes": holes}


def _vertices(path: Any) -> list[dict[str, float]]:
    return [{"x": x, "y": y} for x, y in path]
