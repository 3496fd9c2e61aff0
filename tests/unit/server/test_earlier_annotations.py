"""Which of a task's earlier states is forgotten when there are too many."""

import random

from linlog.server.store.annotations import _shortest

SECOND = 1_000_000


def test_what_stood_long_outlives_a_session_of_small_changes() -> None:
    """Three states that people left for days, and an editor that saves every two seconds."""
    chance, stood, now = random.Random(3), [], 0
    days = [86_400 * SECOND * day for day in range(3)]
    for version in range(1000):
        now = days[version] if version < len(days) else now + chance.randint(1, 4) * SECOND
        stood.append((version, now))
        if len(stood) > 100:
            stood.pop(_shortest(stood))
    kept = [version for version, _ in stood]
    assert kept[:3] == [0, 1, 2]
    assert kept[-20:] == [*range(980, 1000)]
    assert len(kept) == 100


def test_of_few_the_one_after_the_first_goes() -> None:
    assert _shortest([(0, 0), (1, 5)]) == 1
    assert _shortest([(4, 0), (5, 9), (6, 10)]) == 1
