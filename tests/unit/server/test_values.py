"""Times and free data, as they are kept."""

from __future__ import annotations

import time
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta, timezone
from random import Random

import pytest

from linlog.server.store import values


@pytest.fixture
def elsewhere(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """A machine whose clock is far from UTC."""
    monkeypatch.setenv("TZ", "Asia/Kathmandu")
    time.tzset()
    yield
    monkeypatch.undo()
    time.tzset()


def test_times_come_back_to_the_microsecond() -> None:
    random = Random(5)
    for _ in range(500):
        micros = random.randrange(-62_135_596_800_000_000, 253_402_300_799_999_999)
        assert values.micros(values.moment(micros)) == micros
    assert values.moment(0) == datetime(1970, 1, 1, tzinfo=UTC)


@pytest.mark.usefixtures("elsewhere")
def test_a_time_without_a_zone_is_utc_wherever_the_server_stands() -> None:
    naive = datetime(2022, 7, 11, 2, 1, 34, 5)  # noqa: DTZ001 - that is the point
    assert values.micros(naive) == values.micros(naive.replace(tzinfo=UTC))
    assert values.moment(0).isoformat() == "1970-01-01T00:00:00+00:00"


def test_offsets_count_even_at_the_ends_of_time() -> None:
    early = datetime(1, 1, 1, tzinfo=timezone(timedelta(hours=23, minutes=59)))
    late = datetime(9999, 12, 31, 23, 59, tzinfo=timezone(-timedelta(hours=23, minutes=59)))
    assert values.micros(early) < values.micros(datetime(1, 1, 1, tzinfo=UTC))
    assert values.micros(late) > values.micros(datetime(9999, 12, 31, 23, 59, tzinfo=UTC))


def test_none_is_no_time() -> None:
    assert values.moment_or_none(None) is None
    assert values.moment_or_none(0) == values.moment(0)


@pytest.mark.parametrize(
    "data",
    [
        None,
        True,
        0,
        -(2**63),
        2**64,
        1.5,
        1e308,
        "",
        "\0",
        "ä🌍",
        [],
        {"": [{"a": None}]},
        "\u2028",
    ],
)
def test_free_data_comes_back(data: object) -> None:
    assert values.from_json(values.to_json(data)) == data
