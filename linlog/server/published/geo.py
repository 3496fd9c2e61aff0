"""The place that a published geospatial task shows: its zoom and the corners of its map."""

from __future__ import annotations

from math import isfinite
from typing import TYPE_CHECKING, Any, Final

from linlog.errors import Invalid
from linlog.server.published import reading

if TYPE_CHECKING:
    from collections.abc import Mapping

CORNERS: Final = ("nw", "ne", "se", "sw")
"""Exactly these: clients count them."""


def geo_details(sent: Mapping[str, Any]) -> dict[str, Any]:
    """What is kept of `zoom` and `bounds`, where they are sent."""
    found: dict[str, Any] = {}
    if sent.get("zoom") is not None:
        zoom = reading.mapping(sent, "zoom")
        found["zoom"] = {key: _number(zoom, key, f"zoom.{key}") for key in ("min", "max")}
    if sent.get("bounds") is not None:
        bounds = reading.mapping(sent, "bounds")
        found["bounds"] = {corner: _corner(bounds, corner) for corner in CORNERS}
    return found


def _corner(bounds: Mapping[str, Any], corner: str) -> dict[str, Any]:
    place = bounds.get(corner)
    if not isinstance(place, dict):
        message = f"bounds needs the corners {', '.join(CORNERS)}, each with lat and lng"
        raise Invalid(message, field=f"bounds.{corner}")
    found = {key: _number(place, key, f"bounds.{corner}.{key}") for key in ("lat", "lng")}
    epsg = place.get("epsg")
    return {**found, "epsg": epsg if isinstance(epsg, (int, str)) else None}


def _number(place: Mapping[str, Any], key: str, field: str) -> float:
    value = place.get(key)
    if isinstance(value, bool) or not isinstance(value, (int, float)) or not isfinite(value):
        message = f"{field} must be a number, not {value!r:.40}"
        raise Invalid(message, field=field)
    return value
