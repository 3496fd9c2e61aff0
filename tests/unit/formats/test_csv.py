"""CSV files: which columns mean what, and which rows are refused."""

from __future__ import annotations

import pytest

from linlog import formats
from linlog.errors import FormatError
from linlog.formats import Account


def read(path, text, side="both"):
    """The account, the keys, the truths and the predictions."""
    path.write_text(text)
    account = Account(path)
    found = formats.get("csv").open(account, side=side, shape="whole")
    marks = list(found.marks())
    truths = [(mark.key, mark.label) for mark in marks if not mark.predicted]
    predictions = [(mark.key, mark.label, mark.confidence) for mark in marks if mark.predicted]
    return account, [entry.key for entry in found.entries()], truths, predictions


@pytest.fixture
def path(tmp_path):
    return tmp_path / "a.csv"


def test_truth_prediction_and_confidence(path):
    text = "ID,Truth,Prediction,Confidence\na,cat,dog,0.5\nb,dog,,\nc,,cat,1\n"
    account, keys, truths, predictions = read(path, text)
    assert keys == ["a", "b", "c"]
    assert truths == [("a", "cat"), ("b", "dog")]
    assert predictions == [("a", "dog", 0.5), ("c", "cat", 1.0)]
    assert (account.read, account.refused, account.notes) == (3, {}, [])


def test_columns_named_after_labels(path):
    _, keys, truths, predictions = read(path, "y_true;cat;dog\ncat;0.75;0.25\ndog;;1\n")
    assert keys == ["00000001", "00000002"]
    assert truths == [("00000001", "cat"), ("00000002", "dog")]
    assert predictions == [
        ("00000001", "cat", 0.75),
        ("00000001", "dog", 0.25),
        ("00000002", "dog", 1.0),
    ]


def test_prefixed_columns_and_others(path):
    text = "id\tlabel\tscore_cat\tscore_Dog\tweight\n1\tcat\t0.5\t0.5\t700\n"
    account, _, truths, predictions = read(path, text)
    assert truths == [("1", "cat")]
    assert predictions == [("1", "cat", 0.5), ("1", "Dog", 0.5)]
    assert account.notes == ["columns not read: weight"]


def test_beside_a_prediction_only_labels_of_the_file_name_columns(path):
    text = "id,truth,prediction,cat,dog,width\n1,cat,dog,0.25,0.75,9\n"
    account, _, _, predictions = read(path, text)
    assert predictions == [("1", "cat", 0.25), ("1", "dog", 0.75)]
    assert account.notes == ["columns not read: width"]


def test_several_labels(path):
    text = "id,truth,prediction\n1,cat|dog,cat\n1,fox,owl | dog\n2,,\n"
    _, keys, truths, predictions = read(path, text)
    assert keys == ["1", "1", "2"]
    assert truths == [("1", "cat"), ("1", "dog"), ("1", "fox")]
    assert predictions == [("1", "cat", None), ("1", "owl", None), ("1", "dog", None)]


def test_label_is_what_the_side_says(path):
    text = "id,label,confidence\n1,cat,0.5\n"
    assert read(path, text, side="truth")[2:] == ([("1", "cat")], [])
    assert read(path, text, side="predictions")[2:] == ([], [("1", "cat", 0.5)])


def test_quoted_cells_may_hold_lines_and_signs(path):
    _, keys, truths, _ = read(path, 'id,truth\n"a,\nb","x ""y"""\n', side="truth")
    assert keys == ["a,\nb"]
    assert truths == [("a,\nb", 'x "y"')]


@pytest.mark.parametrize(
    ("row", "reason"),
    [
        ("1,cat,dog", "row has another number of cells than the first"),
        ("1,cat,dog,0.5,more", "row has another number of cells than the first"),
        ("1,cat,dog,high", "confidence is not a number"),
        ("1,cat,dog,1.01", "confidence is not from 0 to 1"),
        ("1,cat,dog,nan", "confidence is not from 0 to 1"),
        ("1,cat,,0.5", "row has a confidence without a prediction"),
    ],
)
def test_rows_are_refused_whole_and_with_their_line(path, row, reason):
    text = f"id,truth,prediction,confidence\n0,cat,cat,1\n{row}\n2,cat,cat,1\n"
    account, _, truths, predictions = read(path, text)
    assert [key for key, _ in truths] == [key for key, *_ in predictions] == ["0", "2"]
    assert account.read == 2
    assert list(account.refused) == [reason]
    assert account.refused[reason].places[0].startswith("a.csv:3")


@pytest.mark.parametrize(
    ("text", "side", "message"),
    [
        ("", "both", "expected the names of the columns"),
        ("id,prediction\n", "both", "no column of truth"),
        ("id,truth\n", "predictions", "no prediction"),
        ("id,truth\n", "both", "no prediction"),
        ("id,ID,truth\n", "truth", "the column id comes twice"),
        ("id,truth,label\n", "both", "truth and label are both there"),
        ('id,truth\n"open,cat\n', "truth", "a.csv:2: unexpected end of data"),
    ],
)
def test_files_without_what_is_asked_for(path, text, side, message):
    with pytest.raises(FormatError, match=message):
        read(path, text, side=side)
