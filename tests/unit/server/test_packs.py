"""Packs: boxes read by column are those read one by one."""

from linlog.evaluation import frozen
from linlog.server import packs
from linlog.shapes import Box, Span
from linlog.wire.predictions import PredictionCreate

BOXES = [
    PredictionCreate(
        id=f"pr_maker-{at}",
        task_id="t_1",
        label=f"label {at}",
        shape=Box(at, 2, 3.5, 4, 30 * at),
        confidence=None if at == 1 else 0.5,
        attributes={"seen": at} if at else {},
    )
    for at in range(3)
]


def test_boxes_by_column_are_those_one_by_one() -> None:
    some = [
        ("pr_maker", packs.write(enumerate(BOXES))),
        ("pr_alone", packs.write([(-1, BOXES[0])])),
        ("pr_none", packs.write([])),
    ]
    found = packs.read_boxes(some)
    assert found is not None
    assert found.ids == ["pr_maker-0", "pr_maker-1", "pr_maker-2", "pr_alone"]
    rows = [
        (label, shape, confidence, attributes, packs.identity(maker, number))
        for maker, pack in some
        for number, label, confidence, shape, attributes in packs.read(pack)
    ]
    one, other = (frozen.predicted(each, ("box",)) for each in (found, rows))
    assert (one[0], [*one[1]]) == (other[0], [*other[1]])


def test_where_one_is_no_box_there_are_no_columns() -> None:
    span = PredictionCreate(id="pr_maker-3", task_id="t_1", label="name", shape=Span(0, 4))
    assert packs.read_boxes([("pr_maker", packs.write(enumerate([*BOXES, span])))]) is None


def test_boxes_of_rows_are_packed_as_the_predictions_they_stand_for() -> None:
    rows = [
        (f"t_{at % 3}", at, f"label {at % 4}", None if at % 5 else 0.5, float(at), -2.0, 3.5, 4.0)
        for at in range(20)
    ]
    stands_for = [
        (
            number,
            PredictionCreate(
                id=f"pr_maker-{number}",
                task_id=task_id,
                label=label,
                shape=Box(*sides),
                confidence=confidence,
            ),
        )
        for task_id, number, label, confidence, *sides in rows
    ]
    expected = [*packs.of_predictions("pr_maker", stands_for)]
    assert [*packs.of_boxes("pr_maker", rows)] == expected
    assert [pack.task_id for pack in expected] == ["t_0", "t_1", "t_2"]
