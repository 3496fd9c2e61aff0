"""Ids in odd forms name nothing, and ids that are minted cannot be guessed."""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Callable
from itertools import pairwise
from urllib.parse import quote

import pytest

from linlog import ids
from tests.api import addresses
from tests.api.addresses import Address
from tests.conftest import Server
from tests.factories import organisations, worlds
from tests.factories.organisations import Home

ODD = {
    "of nobody": "u_0123456789abcdefABCDEF",
    "a number": "1",
    "below nothing": "-1",
    "with an end in it": "p_%00",
    "endless": "p_" + "x" * 10_000,
    "climbing": quote("../../organisation", safe=""),
    "climbing by dots alone": "%2e%2e",
    "a twin of another alphabet": quote("р_0123456789abcdefABCDEF"),
    "a pattern": "p_*",
    "another pattern": "p_%25",
    "a list": "p_1,p_2",
    "a query": quote("p_' OR '1'='1"),
    "a word": "null",
}


@pytest.fixture(scope="module")
def world(shared: Server) -> tuple[Home, dict[str, str]]:
    """An organisation with one of everything."""
    home = organisations.create(shared)
    return home, worlds.create(home)


def refused(
    world: tuple[Home, dict[str, str]], every: list[Address], odd: Callable[[str], str]
) -> None:
    """Addresses answer 404 or 422, whatever their method, where each id is an odd one."""
    home, ids_of = world
    wrong = []
    for address in every:
        names = {*address.ids, *address.required_query}
        path = address.filled({name: odd(name) for name in names})
        by_prefix = {one.partition("_")[0]: one for one in ids_of.values()}
        reply = home.call(address.method, path, address.body(by_prefix), role="owner")
        if reply.status not in {404, 422} or not reply.data["detail"]:
            wrong.append((str(address), reply.status))
    assert len(every) > 25
    assert wrong == []


@pytest.mark.attack("B09")
@pytest.mark.parametrize(("at", "name"), [*enumerate(ODD)])
def test_an_odd_id_names_nothing(world: tuple[Home, dict[str, str]], at: int, name: str) -> None:
    """Addresses that read take every form, those that change share them among each other."""
    every = addresses.with_ids()
    changing = [each for each in every if each.method != "GET"]
    reading = [each for each in every if each.method == "GET"]
    refused(world, [*reading, *changing[at :: len(ODD)]], lambda _: ODD[name])


@pytest.mark.attack("B09")
def test_an_id_of_a_row_of_another_kind_names_nothing(world: tuple[Home, dict[str, str]]) -> None:
    known = world[1]
    every = addresses.with_ids()
    refused(world, every, lambda name: known["task_id" if name != "task_id" else "project_id"])


@pytest.mark.attack("B10")
@pytest.mark.parametrize("noun", ids.PREFIXES)
def test_ten_thousand_ids_have_nothing_in_common(noun: str) -> None:
    made = [ids.new(noun).partition("_")[2] for _ in range(10_000)]
    assert len(set(made)) == 10_000
    for place in range(ids.LENGTH):
        counts = Counter(each[place] for each in made)
        share = [count / 10_000 for count in counts.values()]
        # 62 characters of about the same chance have 5.95 bits; 22 places of 5.8 have 127.
        assert -sum(each * math.log2(each) for each in share) > 5.8
        follows = sum(ours[place] == theirs[place] for ours, theirs in pairwise(made))
        assert follows < 400
