"""What a test draws is drawn by its name."""

from __future__ import annotations

import os
from multiprocessing import get_context

from linlog import ids
from linlog.server import secrets
from tests import draws


def _drawn(name: str) -> list[str]:
    with draws.by_name(name):
        return [ids.name(), secrets.new_token(), secrets.new_session()]


def test_a_name_draws_the_same_again_and_another_name_something_else() -> None:
    assert _drawn("one") == _drawn("one")
    assert not {*_drawn("one")} & {*_drawn("another")}


def test_tests_draw_by_name_until_they_end() -> None:
    own = os.urandom
    assert own(9) != own(9)
    with draws.by_name("one"):
        assert os.urandom is not own
    assert os.urandom is own
    assert own.__module__ == draws.__name__


def test_a_copy_of_a_process_draws_what_it_does_not() -> None:
    with draws.by_name("one"), get_context("fork").Pool(1) as copies:
        theirs = copies.apply(ids.name)
        assert theirs not in {ids.name() for _ in range(9)}
