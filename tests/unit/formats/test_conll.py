"""Tags of CoNLL columns, read strictly."""

from __future__ import annotations

import pytest
from seqeval.metrics.sequence_labeling import get_entities

from linlog import formats
from linlog.errors import FormatError
from linlog.formats import Account


def read(path, *texts, side="truth"):
    """The account, the entries, and the marks as (text, start, end, label)."""
    path.write_text("\n\n".join("\n".join(f"w\t{tag}" for tag in text.split()) for text in texts))
    return reading(path, side)


def reading(path, side="truth"):
    account = Account(path)
    found = formats.get("conll").open(account, side=side, shape="span")
    marks = [(int(m.key), m.shape.start, m.shape.end, m.label) for m in found.marks()]
    return account, list(found.entries()), marks


@pytest.mark.parametrize(
    ("tags", "spans"),
    [
        ("O O", []),
        ("B-a", [(0, 1, "a")]),
        ("B-a I-a O B-b", [(0, 2, "a"), (3, 4, "b")]),
        ("B-a B-a I-a", [(0, 1, "a"), (1, 3, "a")]),
        ("O B-creative-work I-creative-work", [(1, 3, "creative-work")]),
        ("S-a B-b I-b E-b O S-b", [(0, 1, "a"), (1, 4, "b"), (5, 6, "b")]),
        ("U-a B-b L-b", [(0, 1, "a"), (1, 3, "b")]),
    ],
)
def test_spans(tmp_path, tags, spans):
    account, _, found = read(tmp_path / "a.conll", tags)
    assert found == [(1, *span) for span in spans]
    assert (account.read, account.refused) == (len(spans), {})


@pytest.mark.parametrize(
    ("tags", "spans", "reason", "line"),
    [
        ("O I-a I-a B-b", [(3, 4, "b")], "I- without a beginning", 2),
        ("B-a I-b I-b", [(0, 1, "a")], "I- without a beginning", 2),
        ("S-a E-b", [(0, 1, "a")], "E- without a beginning", 2),
        ("S-a B-b I-b O", [(0, 1, "a")], "span without an end", 2),
        ("S-a I-a", [(0, 1, "a")], "I- without a beginning", 2),
        (
            "B-a foo O",
            [(0, 1, "a")],
            "tag is neither O nor a letter of BIO or IOBES with a label",
            2,
        ),
        ("B-", [], "tag is neither O nor a letter of BIO or IOBES with a label", 1),
        ("B", [], "tag is neither O nor a letter of BIO or IOBES with a label", 1),
    ],
)
def test_broken_rules_are_refused_with_their_line(tmp_path, tags, spans, reason, line):
    account, _, found = read(tmp_path / "a.conll", tags)
    assert found == [(1, *span) for span in spans]
    assert list(account.refused) == [reason]
    assert account.refused[reason].places[0].startswith(f"a.conll:{line} (")


@pytest.mark.parametrize("seed", range(50))
def test_well_formed_tags_are_those_of_seqeval(tmp_path, seed):
    import random

    chance = random.Random(seed)
    tags, label = [], None
    while len(tags) < 60:
        letter = chance.choice("OOBI")
        if letter == "I" and label is None:
            continue
        label = {"O": None, "B": chance.choice("abc"), "I": label}[letter]
        tags.append("O" if label is None else f"{letter}-{label}")
    _, _, found = read(tmp_path / "a.conll", " ".join(tags))
    expected = [(1, start, end + 1, kind) for kind, start, end in get_entities(tags)]
    assert found == sorted(expected)


def test_columns_comments_and_line_ends(tmp_path):
    path = tmp_path / "a.conll"
    path.write_bytes(
        b"\xef\xbb\xbf-DOCSTART- -X- O O\r\n\r\n# id = 7\r\nEU NNP I-NP B-ORG\r\n# NN I-NP O\r\n"
        b"\r\n\r\n \r\nnew\tline\tO\nBerlin\tx\tB-LOC"
    )
    account, entries, found = reading(path, "predictions")
    assert [entry.tokens for entry in entries] == [("EU", "#"), ("new", "Berlin")]
    assert [entry.name for entry in entries] == ["line 4", "line 9"]
    assert found == [(1, 0, 1, "ORG"), (2, 1, 2, "LOC")]
    assert account.refused == {}


def test_a_line_without_a_tag_is_no_such_file(tmp_path):
    path = tmp_path / "a.conll"
    path.write_text("one\tO\ntwo\n")
    with pytest.raises(FormatError, match="a.conll:2: expected a token and, in the last column"):
        reading(path)


def test_a_file_that_is_no_text_says_where(tmp_path):
    path = tmp_path / "a.conll"
    path.write_bytes(b"one\tO\n\xff\xfe\tO\n")
    with pytest.raises(FormatError, match="a.conll:2: not UTF-8"):
        reading(path)
