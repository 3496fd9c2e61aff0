"""Caps stand in one module: what sounds like one elsewhere takes its value from there."""

from __future__ import annotations

import ast
import re

import pytest

from tests.house.source import Module, modules

SOUNDS_LIKE_A_CAP = re.compile(
    r"_?(MOST|LONGEST|LARGEST|DEEPEST|FAREST|PER)(_[A-Z_]+)?|[A-Z_]*_LENGTH"
)
# Floors whose constants bound what is computed or shown, and refuse nothing that is sent.
NOTHING_SENT = ("limits.py", "evaluation/", "rendering/", "cli/", "demo/", "migrations/")
# What bounds our own work or memory, or is the form of something of ours.
NO_CAPS = {
    "ids.py": {"_MOST_DIGITS"},
    "client/http.py": {"LONGEST_PAUSE_S"},
    "client/plain.py": {"_DEEPEST"},
    "client/settings.py": {"_LARGEST_FILE"},
    "client/journal/files.py": {"_MOST"},
    "client/journal/keeper.py": {"LONGEST_S", "_MOST_IDLE"},
    "client/journal/lanes.py": {"LARGEST_BATCH_BYTES"},
    "client/resources/evaluations.py": {"LONGEST_PAUSE_S"},
    "formats/_coco_shapes.py": {"MOST_POINTS"},
    "formats/_protocol.py": {"MOST_PLACES", "MOST_REASONS"},
    "server/attempts.py": {"_MOST_KEYS"},
    "server/failures.py": {"_MOST_SAID"},
    "server/rates.py": {"_MOST_KNOWN"},
    "server/services/audit_entries.py": {"_LONGEST"},
    "server/services/authentication.py": {"_MOST_PROVEN"},
    "server/services/dataset_versions.py": {"MOST_CHANGES"},
    "server/services/documents.py": {"_LONGEST_NAME"},
    "server/services/predictions.py": {"_MOST_REMEMBERED"},
    "server/services/sessions.py": {"_LONGEST_PROGRAM", "_ID_LENGTH"},
    "server/services/task_changes.py": {"_MOST_REASONS"},
    "server/store/projects.py": {"MOST_CHANGES"},
    "server/store/values.py": {"_LONGEST_KEY"},
    "server/secrets.py": {"_KEY_LENGTH", "_MARK_LENGTH", "_RANDOM_LENGTH", "_CHECKSUM_LENGTH"},
    "server/totp.py": {"_RECOVERY_LENGTH"},
    "server/turns.py": {"_MOST_KNOWN"},
}


@pytest.mark.parametrize(
    "module",
    [one for one in modules() if not any(place in one.place for place in NOTHING_SENT)],
    ids=lambda module: module.place,
)
def test_what_sounds_like_a_cap_is_a_limit(module: Module) -> None:
    own = {constant for constant in _numbers(module.tree) if SOUNDS_LIKE_A_CAP.fullmatch(constant)}
    strangers = own - NO_CAPS.get(module.place, set())
    assert not strangers, "put its value into limits.py, or say in NO_CAPS that it is none"
    gone = NO_CAPS.get(module.place, set()) - own
    assert not gone, "take these out of NO_CAPS"


def _numbers(tree: ast.Module) -> set[str]:
    """The constants of a module that are given as numbers."""
    found = set()
    for node in tree.body:
        if isinstance(node, ast.AnnAssign) and isinstance(node.target, ast.Name) and node.value:
            parts = {type(part) for part in ast.walk(node.value)}
            if ast.Constant in parts and parts.isdisjoint({ast.Call, ast.Name, ast.Attribute}):
                found.add(node.target.id)
    return found
