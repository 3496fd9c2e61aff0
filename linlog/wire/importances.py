"""Importances: how much of what training runs reached follows from each key of their configs."""

from __future__ import annotations

from dataclasses import dataclass

from linlog.wire.record import Record


@dataclass(frozen=True, slots=True, kw_only=True)
class Reached(Record):
    """The number that one training run reached."""

    model_version_id: str
    """The version that was trained."""
    value: float
    """The number."""


@dataclass(frozen=True, slots=True, kw_only=True)
class KeyImportance(Record):
    """What one key of the configs is worth for the number."""

    key: str
    """The key, with dots between the levels of nested configs."""
    importance: float
    """Share of the number's variance over the runs that follows from the key, about 0 to 1; around
    0 where nothing does."""
    low: float
    """Lower end of the 90 % interval over bootstrap samples of the runs; above 0 is evidence."""
    high: float
    """Upper end of the interval."""
    correlation: float | None
    """Spearman's rank correlation with the number, -1 to 1; null where values are no numbers."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Importances(Record):
    """What the keys of the configs are worth for one number."""

    objective: str
    """The number's name: a logged key, or a headline number of evaluations."""
    model_versions: tuple[Reached, ...]
    """The runs that have the number, newest first."""
    explained: float | None
    """Share of the variance that a forest tells of runs it has not seen (out-of-bag R²); null where
    there are fewer than eight runs, or nothing varies."""
    config_keys: tuple[KeyImportance, ...]
    """Every key that varies, the most important first; none where `explained` is null."""
