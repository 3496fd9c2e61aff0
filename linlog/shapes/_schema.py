"""How pydantic reads a shape and how OpenAPI describes it; imported only when pydantic asks."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from linlog.shapes._protocol import Shape

_NUMBER = {"type": "number"}
_POINT = {"type": "array", "items": _NUMBER, "minItems": 2, "maxItems": 2}
_PATH = {"type": "array", "items": _POINT}

_FIELDS: dict[str, dict[str, Any]] = {
    "box": {
        "left": {**_NUMBER, "description": "Pixels from the left edge."},
        "top": {**_NUMBER, "description": "Pixels from the top edge."},
        "width": {**_NUMBER, "minimum": 0},
        "height": {**_NUMBER, "minimum": 0},
        "rotation": {
            **_NUMBER,
            "default": 0,
            "description": "Degrees, clockwise on screen, about the centre of the box.",
        },
    },
    "polygon": {
        "segments": {
            "type": "array",
            "description": "The parts of the polygon; each is an outline with holes.",
            "items": {
                "type": "object",
                "required": ["path"],
                "properties": {
                    "path": _PATH,
                    "holes": {"type": "array", "items": _PATH, "default": []},
                },
            },
        },
    },
    "polyline": {"points": _PATH},
    "point": {"x": _NUMBER, "y": _NUMBER},
    "keypoints": {
        "points": {
            "type": "array",
            "description": "The points whose place is known, each with a name of its own.",
            "items": {
                "type": "object",
                "required": ["name", "x", "y"],
                "properties": {
                    "name": {"type": "string", "minLength": 1},
                    "x": _NUMBER,
                    "y": _NUMBER,
                    "visible": {
                        "type": "boolean",
                        "default": True,
                        "description": "False where the point is hidden, but its place is known.",
                    },
                },
            },
        },
        "box": {
            "type": "object",
            "description": "The upright box around the thing; needed where there is no point.",
            "required": ["left", "top", "width", "height"],
            "properties": {
                "left": _NUMBER,
                "top": _NUMBER,
                "width": {**_NUMBER, "minimum": 0},
                "height": {**_NUMBER, "minimum": 0},
            },
        },
    },
    "mask": {
        "size": {
            "type": "array",
            "items": {"type": "integer", "minimum": 1},
            "minItems": 2,
            "maxItems": 2,
            "description": "Height and width of the image in pixels.",
        },
        "counts": {
            "type": "array",
            "items": {"type": "integer", "minimum": 0},
            "description": "Run lengths down the columns; the first counts pixels outside.",
        },
    },
    "span": {
        "start": {"type": "integer", "minimum": 0, "description": "First character."},
        "end": {"type": "integer", "minimum": 0, "description": "One after the last character."},
    },
    "whole": {},
    "other": {"data": {"type": "object", "description": "What was sent, kept untouched."}},
}
_OPTIONAL = {"rotation", "box"}


def core_schema(names: Sequence[str], read: Callable[[Any], Shape]) -> Any:
    """A pydantic core schema that reads with `read` and documents the shapes in `names`."""
    from pydantic_core import core_schema as core

    def validate(value: Any) -> Shape:
        shape = read(value)
        if shape.name not in names:
            message = f"a {shape.name} does not fit here; expected {', '.join(names)}"
            raise ValueError(message)
        return shape

    documented = [_json_schema(name) for name in names]
    schema = documented[0] if len(documented) == 1 else {"title": "Shape", "oneOf": documented}
    return core.no_info_plain_validator_function(
        validate,
        serialization=core.plain_serializer_function_ser_schema(lambda shape: shape.to_json()),
        metadata={"pydantic_js_functions": [lambda _schema, _handler: schema]},
    )


def _json_schema(name: str) -> dict[str, Any]:
    fields = _FIELDS[name]
    return {
        "type": "object",
        "title": name.capitalize(),
        "properties": {"type": {"const": name, "type": "string"}, **fields},
        "required": ["type", *(field for field in fields if field not in _OPTIONAL)],
        "additionalProperties": False,
    }
