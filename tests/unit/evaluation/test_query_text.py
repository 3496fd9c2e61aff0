"""Queries as text: what is written reads as what it was, and a mistake is told with its place."""

import json
from pathlib import Path
from random import Random
from typing import Any

import pytest

from linlog.evaluation import query_text, slicing

CASES = json.loads((Path(__file__).parents[2] / "cases" / "queries.json").read_text())


@pytest.mark.parametrize("case", CASES, ids=lambda case: case["text"] or "nothing")
def test_a_text_means_its_query_and_a_query_is_written_so(case: dict[str, Any]) -> None:
    assert query_text.read(case["text"]) == case["query"]
    assert query_text.write(case["query"]) == case["text"]


@pytest.mark.parametrize(
    ("text", "same"),
    [
        ("label=platelet", "label:platelet"),
        ("annotation.label:platelet", "label:platelet"),
        ("label != platelet", None),
        ("label!=platelet", "-label:platelet"),
        ("not label:platelet", "-label:platelet"),
        ("label:a AND label:b", "label:a label:b"),
        ("label:a Or label:b", "label:a or label:b"),
        ("label:(a b)", "label:(a, b)"),
        ("outcome:false_positive", 'outcome:"false positive"'),
        ("metadata.camera:3", "metadata.camera=3"),
        ("  label:a\n\tlabel:b ", "label:a label:b"),
        ("((label:a))", "label:a"),
        ("annotation(annotation.area<9)", "annotation(area<9)"),
        ("batch:3", "batch:3"),
        ("metadata.n=007", "metadata.n=007"),
    ],
)
def test_other_ways_to_write_it(text: str, same: str | None) -> None:
    if same is None:
        with pytest.raises(query_text.Mistake):
            query_text.read(text)
        return
    assert query_text.write(query_text.read(text)) == same


@pytest.mark.parametrize(
    ("text", "place", "said"),
    [
        ("lable:cell", 0, "did you mean label"),
        ("label:a lable:b", 8, "did you mean label"),
        ("label", 5, "label needs one of"),
        ("label:", 6, "a value is needed"),
        ('label:"a', 6, "quotation mark is not closed"),
        ("(label:a", 0, "parenthesis is not closed"),
        ("label:a)", 7, "nothing opens"),
        ("label:a or", 10, "needed after or"),
        ("or label:a", 0, "before this or"),
        ("label:(a, b", 6, "parenthesis is not closed"),
        ("-", 0, "something is needed after"),
        ("platelet", 0, "there is no field 'platelet'"),
        ("outcome:lost", 0, "of hit, missed"),
        ("outcome<hit", 0, "outcome takes is or in"),
        ("label:a annotations>x", 8, "annotations takes a number, such as 3, not 'x'"),
        ("confidence=high", 0, "prediction.confidence takes a number"),
        ("annotation(area:(3, big))", 11, "annotation.area takes a number, such as 3, not 'big'"),
        ("score~3", 0, "score is a number and contains nothing"),
        ("has:nothing", 4, "there is no field"),
        ("annotation(prediction(label:a))", 11, "cannot stand inside"),
        ("metadata.x=json(", 16, "JSON is needed"),
        ("annotation(batch:a)", 11, "there is no field 'batch'"),
        ("5", 0, "the name of a field"),
        ("(" * 100, 60, "too deeply"),
        ("-" * 100 + "label:a", 59, "too deeply"),
        ("x" * 20_001, 20_000, "at most 20,000"),
    ],
)
def test_a_mistake_is_told_with_its_place(text: str, place: int, said: str) -> None:
    with pytest.raises(query_text.Mistake, match=said) as told:
        query_text.read(text)
    assert told.value.place == place
    assert f"character {place + 1})" in str(told.value)


def test_whatever_is_written_reads_as_the_same_query() -> None:
    chance = Random(45)
    for _ in range(3000):
        query = drawn(chance, "task", 4)
        slicing.check(query)
        text = query_text.write(query)
        assert query_text.read(text) == query, text


def test_no_text_breaks_the_reader() -> None:
    chance = Random(46)
    pieces = [*' ()":=<>!~,-\\[]{}', "or", "and", "not", "label", "has:", "json(", "1", "metadata."]
    for _ in range(3000):
        text = "".join(chance.choice(pieces) for _ in range(chance.randrange(12)))
        query, place = read_or_place(text)
        assert 0 <= place <= len(text)
        assert query is None or query_text.read(query_text.write(query)) == query


def read_or_place(text: str) -> tuple[slicing.Query | None, int]:
    try:
        return query_text.read(text), 0
    except query_text.Mistake as mistake:
        return None, mistake.place


# ------------------------------------------------------------------------- drawn queries


def drawn(chance: Random, subject: str, deep: int) -> dict[str, Any]:
    group = chance.choice(["", "", "all", "any", "not", "annotation", "prediction"])
    if not group or not deep or (group not in {"all", "any", "not"} and subject != "task"):
        return condition(chance, subject)
    if group == "not":
        return {"not": drawn(chance, subject, deep - 1)}
    if group in {"all", "any"}:
        return {group: [drawn(chance, subject, deep - 1) for _ in range(chance.randrange(4))]}
    return {group: drawn(chance, group, deep - 1)}


def condition(chance: Random, subject: str) -> dict[str, Any]:
    fields = {"annotation": slicing.ANNOTATION, "prediction": slicing.PREDICTION}.get(
        subject, (*slicing.TASK, *slicing.ANNOTATION, *slicing.PREDICTION)
    )
    name = chance.choice(fields)
    name = name.replace(
        "KEY", chance.choice(["camera", "a.b", "a b", 'q"', "é", ".", "or", "-", "x."])
    )
    if name == "outcome":
        word = chance.choice(slicing.OUTCOMES)
        op = chance.choice(["is", "in"])
        return {"field": name, "op": op, "value": [word] if op == "in" else word}
    op = chance.choice(slicing.OPS)
    if name in slicing.NUMBERS and op != "exists":
        return numeric(chance, name)
    if op == "in":
        value: Any = [plain(chance) for _ in range(chance.randrange(4))]
    elif op == "exists":
        value = chance.random() < 0.5
    elif op in {"lt", "le", "gt", "ge"}:
        value = chance.choice([3, -0.25, 1e300, "2026-03", "a b"])
    else:
        value = plain(chance)
    return {"field": name, "op": op, "value": value}


def numeric(chance: Random, name: str) -> dict[str, Any]:
    op = chance.choice(["is", "in", "lt", "le", "gt", "ge"])
    numbers = [chance.choice([3, -0.25, 1e300, 0]) for _ in range(chance.randrange(4))]
    return {"field": name, "op": op, "value": numbers if op == "in" else len(numbers)}


def plain(chance: Random) -> Any:
    return chance.choice(
        [
            *("cell", "red cell", "3", "-1.5", "true", "null", "", 'a"b', "(x)", "a,b", "or", "-a"),
            *("\\", "\n", "é", "json(1)", "*", "a:b", "{}", "007"),
            *(3, -1.5, 1e-7, 0, True, False, None, [], {"a": [1, "b"]}),
        ]
    )
