"""The filters of task lists, as they are read from a query."""

from __future__ import annotations

from dataclasses import fields

import pytest

from linlog.errors import Invalid
from linlog.server import task_filters
from linlog.server.store.tasks import Filters


def test_no_filter_is_no_condition() -> None:
    assert task_filters.filters() == Filters()
    assert all(getattr(Filters(), entry.name) is None for entry in fields(Filters))


def test_ids_are_read_with_blanks_and_without_what_is_empty() -> None:
    assert task_filters.filters(ids=" t_1,t_2 ,,t_1,").ids == ("t_1", "t_2", "t_1")
    # An empty list of ids finds nothing; it does not find everything.
    assert task_filters.filters(ids="").ids == ()


def test_ids_may_be_as_many_as_fit_an_address() -> None:
    most = task_filters.MOST_IDS
    assert len(task_filters.filters(ids=",".join(["t_1"] * most)).ids or ()) == most
    with pytest.raises(Invalid, match=f"at most {most} ids at a time, but has {most + 1}") as error:
        task_filters.filters(ids=",".join(["t_1"] * (most + 1)))
    assert error.value.field == "ids"
