"""Queries of slices: wrong ones are refused in words, and what is not there equals nothing."""

from typing import Any

import numpy as np
import pytest

from linlog.evaluation import frozen, slicing
from linlog.evaluation.slicing import Facts
from linlog.shapes import Box, Span


def of(field: str, op: str, value: Any) -> dict[str, Any]:
    return {"field": field, "op": op, "value": value}


def item(**changes: Any) -> dict[str, Any]:
    plain = dict.fromkeys(("batch", "kind", "unique_id", "filename", "text", "width", "height"))
    return {**plain, "tags": [], "metadata": {}, "details": {}, **changes}


def facts(*items: dict[str, Any], marks: tuple[list[Any], ...] = ()) -> Facts:
    held = [frozen.truth(rows, None) for rows in marks or [[] for _ in items]]
    return Facts(
        size=len(items),
        splits=[None] * len(items),
        items=lambda: items,
        annotations=lambda: slicing.marks_of(held),
    )


def taken(query: dict[str, Any], known: Facts) -> list[int]:
    slicing.check(query)
    return np.flatnonzero(slicing.select(query, known)).tolist()


@pytest.mark.parametrize(
    ("query", "said"),
    [
        ([], "query must be an object"),
        ({}, "one key of all, any, not, annotation, prediction, but has none"),
        ({"all": [], "any": []}, "but has all, any"),
        ({"all": {}}, "query.all must be a list"),
        ({"all": [{"any": [1]}]}, "query.all.0.any.0 must be an object"),
        ({"field": "batch"}, "must have field, op and value"),
        ({**of("batch", "is", 1), "case": True}, "must have field, op and value, and nothing"),
        (of("metadata.", "is", 1), "unknown field 'metadata.'"),
        (of(3, "is", 1), "unknown field 3"),
        (of("batch", "in", "north"), "the op in takes a list"),
        (of("batch", "exists", "yes"), "the op exists takes true or false"),
        (of("text.length", "lt", True), "takes a number or a text"),
        (of("text.length", "gt", "x"), "text.length takes a number, such as 3, not 'x'"),
        (of("annotations", "in", [1, True]), "annotations takes a number, such as 3, not True"),
        (of("score", "is", None), "score takes a number, such as 3, not None"),
        (of("image.width", "contains", 3), "image.width is a number and contains nothing"),
        (of("outcome", "is", "lost"), "of hit, missed, false positive"),
        (of("outcome", "lt", "hit"), "outcome takes is or in"),
        ({"annotation": of("batch", "is", 1)}, "expected one of annotation.label"),
        ({"annotation": {"annotation": {}}}, "annotation cannot stand inside annotation"),
        ({"prediction": of("annotation.label", "is", "a")}, "expected one of prediction.label"),
    ],
)
def test_a_wrong_query_is_refused_with_the_place(query: Any, said: str) -> None:
    with pytest.raises(ValueError, match=said):
        slicing.check(query)


def test_queries_are_bounded() -> None:
    deep: dict[str, Any] = of("batch", "is", 1)
    for _ in range(slicing.MOST_DEEP):
        deep = {"not": deep}
    with pytest.raises(ValueError, match="at most 20 one in another"):
        slicing.check(deep)
    with pytest.raises(ValueError, match="at most 200 parts"):
        slicing.check({"any": [of("batch", "is", 1)] * 200})


@pytest.mark.parametrize(
    ("query", "expected"),
    [
        (of("metadata.n", "is", 1), [0]),
        (of("metadata.n", "is", True), [1]),
        (of("metadata.n", "in", [1, None]), [0]),
        (of("metadata.n", "lt", 5), [0]),
        (of("metadata.n", "ge", "a"), [2]),
        (of("metadata.n", "exists", True), [0, 1, 2]),
        (of("metadata.n", "exists", False), [3]),
        ({"not": of("metadata.n", "is", 1)}, [1, 2, 3]),
        (of("metadata.a.b", "is", "deep"), [0]),
        (of("metadata.a.b", "is", "flat"), [1]),
        (of("metadata.list", "contains", 2), [2]),
        (of("metadata.n", "contains", "b"), [2]),
        (of("image.area", "gt", 47), [0]),
        (of("image.width", "exists", False), [1, 2, 3]),
        (of("tag", "exists", False), [0, 1, 2]),
        (of("tag", "contains", "ig"), [3]),
    ],
)
def test_values_are_compared_with_their_like(query: dict[str, Any], expected: list[int]) -> None:
    known = facts(
        item(metadata={"n": 1, "a": {"b": "deep"}}, width=8, height=6),
        item(metadata={"n": True, "a.b": "flat"}),
        item(metadata={"n": "abc", "list": [1, 2]}),
        item(tags=["night"]),
    )
    assert taken(query, known) == expected


def test_annotations_without_a_place_have_no_width() -> None:
    marks = (
        [("cat", Box(0, 0, 4, 2), {}, None, "a")],
        [("cat", Span(0, 4), {}, "import", "b", "u_ann")],
    )
    known = facts(item(), item(), marks=marks)
    assert taken(of("annotation.width", "ge", 0), known) == [0]
    assert taken(of("annotation.width", "exists", False), known) == [1]
    assert taken(of("annotation.annotator", "exists", True), known) == [1]
    assert taken(of("annotation.annotator", "is", "u_ann"), known) == [1]
    assert taken(of("annotation.annotator", "exists", False), known) == [0]
    assert taken(of("annotation.source", "is", "import"), known) == [1]
    assert taken({"annotation": {"all": []}}, known) == [0, 1]


@pytest.mark.parametrize("seed", range(20))
def test_groups_are_those_of_logic(seed: int) -> None:
    random = np.random.default_rng(seed)
    known = facts(*(item(metadata={"n": int(random.integers(5))}) for _ in range(30)))

    def drawn(deep: int) -> tuple[dict[str, Any], Any]:
        kind = random.integers(4) if deep else 0
        if kind == 0:
            bound = int(random.integers(5))
            return of("metadata.n", "lt", bound), lambda n: n < bound
        if kind == 1:
            query, test = drawn(deep - 1)
            return {"not": query}, lambda n: not test(n)
        parts = [drawn(deep - 1) for _ in range(random.integers(3))]
        word, fold = ("all", all) if kind == 2 else ("any", any)
        return {word: [query for query, _ in parts]}, lambda n: fold(test(n) for _, test in parts)

    query, test = drawn(3)
    numbers = [each["metadata"]["n"] for each in known.items()]
    assert taken(query, known) == [place for place, n in enumerate(numbers) if test(n)]


def test_what_a_model_did_needs_an_evaluation() -> None:
    known = facts(item())
    for query in (of("score", "lt", 1), {"not": {"prediction": {"all": []}}}):
        slicing.check(query)
        assert slicing.needs_evaluation(query)
        with pytest.raises(ValueError, match="takes tasks only of an evaluation"):
            slicing.select(query, known)
    assert not slicing.needs_evaluation(of("annotation.label", "is", "cat"))
    assert not slicing.needs_evaluation({"annotation": {"all": []}})
