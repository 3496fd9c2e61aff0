"""Ids, one by one and many at once."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from linlog import ids

IDS = st.from_regex(r"t_[A-Za-z0-9_-]{1,64}", fullmatch=True)
TEXTS = st.one_of(IDS, st.text(max_size=6), st.sampled_from(["t_a\n", "t_a\nt_b", "", "\n", "d_a"]))


@given(st.lists(TEXTS, max_size=5))
def test_many_are_ids_where_each_is(values: list[str]) -> None:
    """Whatever stands in them, line breaks too."""
    assert ids.are_ids("task", values) == all(ids.is_id("task", value) for value in values)


@pytest.mark.parametrize("count", [1, 5000])
def test_one_wrong_among_many_is_found(count: int) -> None:
    """At any place."""
    right = [ids.numbered("prediction", "maker", at) for at in range(count)]
    assert ids.are_ids("prediction", right)
    for place in (0, count // 2, count - 1):
        assert not ids.are_ids("prediction", [*right[:place], "pr_é", *right[place + 1 :]])


def test_many_ids_of_one_maker_are_what_each_is() -> None:
    maker = ids.name()
    some = [ids.numbered("prediction", maker, at) for at in (0, 7, 10**15 - 1, 3)]
    assert ids.numbered_by(some) == (f"pr_{maker}", [0, 7, 10**15 - 1, 3])
    for other in (
        ids.new("prediction"),
        ids.numbered("prediction", ids.name(), 1),
        f"pr_{maker}-01",
        f"pr_{maker}-",
        f"pr_{maker}--1",
        f"pr_{maker}-1_0",
        f"pr_{maker}-\u0661",
        f"pr_{maker}-{10**15}",
        f"pr_{maker}-pr_{maker}-1",
    ):
        for mixed in ([*some, other], [other, *some], [other, f"x{some[0][1:]}"]):
            found = ids.numbered_by(mixed)
            assert found is None or [(found[0], each) for each in found[1]] == [
                ids.maker_and_number(each) for each in mixed
            ]


@pytest.mark.parametrize(("noun", "said"), [("evaluation", "an evaluation"), ("user", "a user")])
def test_nouns_have_their_article(noun: str, said: str) -> None:
    assert f"the id of {said}, which begins" in ids.explain(noun, "nope")
