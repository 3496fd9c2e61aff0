"""What a file of LVIS knows of its labels, as the protocol of LVIS asks for it."""

from __future__ import annotations

from typing import Final

from linlog import errors
from linlog.cli._files import Joined
from linlog.evaluation.lvis import Federation, Frequency

KINDS: Final = ("detection", "segmentation")
"""The kinds that LVIS judges."""
_WORDS: Final[dict[str, Frequency]] = {"r": "rare", "c": "common", "f": "frequent"}


def check(kind: str) -> None:
    """Raise ConfigError for a kind that LVIS does not judge."""
    if kind not in KINDS:
        raise errors.ConfigError(f"--lvis judges {' and '.join(KINDS)}, not {kind!r}")


def of(joined: Joined) -> Federation:
    """What the truth says of its labels.

    Raises FormatError where it says nothing, or says what LVIS does not know.
    """
    others = sorted(set(joined.frequencies.values()) - _WORDS.keys())
    name = joined.accounts[0].path.name
    if others:
        raise errors.FormatError(
            f"{name}: the frequency of a category is r, c or f, not {', '.join(others)}"
        )
    entries = joined.entries.items()
    known = any(entry.absent or entry.partly_marked for _, entry in entries)
    if not known and not joined.frequencies:
        raise errors.FormatError(
            f"{name} does not look like LVIS: no image has neg_category_ids or "
            "not_exhaustive_category_ids, and no category has a frequency; leave out --lvis"
        )

    def named(keys: tuple[str, ...]) -> frozenset[str]:
        return frozenset(joined.labels.get(key, key) for key in keys)

    return Federation(
        absent={task: named(entry.absent) for task, entry in entries},
        partly_marked={task: named(entry.partly_marked) for task, entry in entries},
        frequency={
            joined.labels.get(key, key): _WORDS[letter]
            for key, letter in joined.frequencies.items()
        },
    )
