"""Numbers as the pages write them: exact halves go away from nought, where Python's go to even."""

from __future__ import annotations

from decimal import ROUND_HALF_UP, Decimal

MINUS = "\u2212"


def fixed(value: float | None, places: int = 3) -> str:
    """A number with so many places, as JavaScript's `toFixed` writes it: 0.0625 is 0.063."""
    assert value is not None
    return str(Decimal(value).quantize(Decimal(1).scaleb(-places), ROUND_HALF_UP))


def signed(value: float | None, places: int = 3) -> str:
    """A difference."""
    assert value is not None
    text = fixed(abs(value), places)
    return f"±{text}" if float(text) == 0 else f"{MINUS if value < 0 else '+'}{text}"


def p_value(value: float | None) -> str:
    """How often chance alone does it."""
    assert value is not None
    return "< 0.001" if value < 0.001 else fixed(value)
