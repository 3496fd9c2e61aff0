"""Memory: bounded, and no value is computed twice at once or taken for another."""

import time
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier, Lock

import numpy as np
import pytest

from linlog.server.memory import Memory


def test_a_kept_value_is_not_made_again() -> None:
    memory, made = Memory(10), []

    def make() -> str:
        made.append(1)
        return "value"

    assert [memory.get("a", make, len) for _ in range(3)] == ["value"] * 3
    assert (len(made), memory.size_bytes) == (1, 5)


def test_what_was_not_used_for_longest_goes_first() -> None:
    memory = Memory(10)
    for key in "ab":
        memory.get(key, lambda: "12345", len)
    memory.get("a", lambda: pytest.fail("it is kept"), len)
    memory.get("c", lambda: "12345", len)
    memory.get("a", lambda: pytest.fail("it is kept"), len)
    assert memory.get("b", lambda: "again", len) == "again"


def test_a_value_that_is_too_large_is_given_and_not_kept() -> None:
    memory = Memory(3)
    assert memory.get("a", lambda: "12345", len) == "12345"
    assert memory.size_bytes == 0


def test_a_failure_is_the_callers_and_leaves_nothing() -> None:
    memory = Memory(10)

    def fail() -> str:
        raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        memory.get("a", fail, len)
    assert memory.get("a", lambda: "value", len) == "value"


def test_threads_that_want_one_value_at_once_make_it_once() -> None:
    memory, made, lock, barrier = Memory(100), [], Lock(), Barrier(8)

    def make() -> str:
        time.sleep(0.02)
        with lock:
            made.append(1)
        return "value"

    def ask(_: int) -> str:
        barrier.wait()
        return memory.get("a", make, len)

    with ThreadPoolExecutor(8) as pool:
        assert {*pool.map(ask, range(8))} == {"value"}
    assert len(made) == 1


@pytest.mark.parametrize("seed", range(5))
def test_under_threads_every_answer_is_right_and_the_bound_holds(seed: int) -> None:
    memory = Memory(50)
    keys = np.random.default_rng(seed).integers(0, 20, 400).tolist()

    def ask(key: int) -> bool:
        found = memory.get(str(key), lambda: "x" * key, len)
        return found == "x" * key and memory.size_bytes <= 50

    with ThreadPoolExecutor(6) as pool:
        assert all(pool.map(ask, keys))
