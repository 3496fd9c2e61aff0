"""Ids in odd forms name nothing, and ids that are minted cannot be guessed."""

from __future__ import annotations

import math
from collections import Counter
from itertools import pairwise
from urllib.parse import quote

import pytest

from linlog import ids
from tests.api import addresses
from tests.factories.organisations import Home

READ = [each for each in addresses.with_ids() if each.method == "GET"]
ODD = {
    "of another kind": "u_0123456789abcdefABCDEF",
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


@pytest.mark.attack("B09")
@pytest.mark.parametrize("name", ODD)
def test_an_odd_id_names_nothing(home: Home, name: str) -> None:
    wrong = []
    for address in READ:
        path = address.path
        for parameter in address.ids:
            path = path.replace(f"{{{parameter}}}", ODD[name])
        query = "&".join(f"{each}={ODD[name]}" for each in address.required_query)
        reply = home.call("GET", f"{path}?{query}", role="owner")
        if reply.status not in {404, 422} or not reply.data["detail"]:
            wrong.append((str(address), reply.status))
    assert len(READ) > 25
    assert wrong == []


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
