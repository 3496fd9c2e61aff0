"""Bodies that cost many times their size to read, or to explain, are refused before they do."""

from __future__ import annotations

import pytest

from linlog import limits
from linlog.errors import Invalid, TooLarge
from linlog.server import bodies, strict
from linlog.server.published import reading
from linlog.wire.projects import ProjectCreate
from linlog.wire.tasks import TaskIds

HEAVY = {
    "objects": b'{"title":[' + b'{"a":1},' * limits.JSON_OBJECTS + b"1]}",
    "lists": b'{"title":[' + b"[1]," * limits.JSON_LISTS + b"1]}",
    "values": b'{"title":[' + b"1," * (limits.JSON_VALUES + 1) + b"1]}",
    "bytes": b'{"title":"' + b"x" * limits.JSON_BYTES + b'"}',
}


@pytest.mark.attack("F06", "E09")
@pytest.mark.parametrize("name", HEAVY)
def test_what_takes_many_times_its_size_is_too_large(name: str) -> None:
    with pytest.raises(TooLarge, match=f"{name}; send it in several requests"):
        strict.refuse_heavy(HEAVY[name])
    with pytest.raises(TooLarge, match=name):
        reading.data(HEAVY[name])


def test_what_the_sdk_sends_at_once_is_not() -> None:
    """Four million characters, of the heaviest kinds that its requests have."""
    points = b"[" + b"[1.5,2]," * 499_000 + b"[1,2]]"
    runs = b"[" + b"1," * 1_999_999 + b"1]"
    for body in (points, runs):
        assert len(body) > 3_900_000
        strict.refuse_heavy(body)


@pytest.mark.attack("F06", "F14")
def test_an_object_has_only_so_many_keys() -> None:
    many = b",".join(b'"%d":1' % at for at in range(limits.JSON_KEYS))
    assert len(strict.decode(b"{" + many + b"}")) == limits.JSON_KEYS
    with pytest.raises(Invalid, match="10,000 keys"):
        strict.decode(b'{"a":[{"one more":1,' + many + b"}]}")


@pytest.mark.attack("F06", "F11")
def test_of_a_long_list_only_the_first_wrong_entry_is_explained() -> None:
    few, many = (b'{"task_ids":[' + b"1," * count + b"1]}" for count in (9, 90_000))
    with pytest.raises(Invalid, match="and 7 more"):
        bodies.read(few, TaskIds)
    with pytest.raises(Invalid) as caught:
        bodies.read(many, TaskIds)
    assert (caught.value.field, "more" in caught.value.detail) == ("task_ids.0", False)


def test_large_bodies_are_read_as_small_ones_are() -> None:
    ids = tuple(f"t_{at:025}" for at in range(9000))
    body = b'{"task_ids":["' + '","'.join(ids).encode() + b'"]}'
    assert len(body) > limits.WHOLLY_EXPLAINED_BYTES
    assert bodies.read(body, TaskIds).task_ids == ids
    title = b'{"title":"' + b"x" * 100_000 + b'","colour":1}'
    with pytest.raises(Invalid, match="title must have at most 200.*colour is not a field"):
        bodies.read(title, ProjectCreate)
