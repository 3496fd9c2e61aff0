"""The log: one line of JSON an event, whatever is said in it."""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import datetime
from pathlib import Path

import pytest

from linlog.server import log


@pytest.fixture(autouse=True)
def as_servers_begin() -> Iterator[None]:
    """Before and after, what is said is what a server says at first."""
    log.set_level("info")
    yield
    log.set_level("info")


@pytest.mark.attack("H02")
def test_text_cannot_pretend_to_be_a_line(capsys: pytest.CaptureFixture[str]) -> None:
    evil = 'a\n{"level": "error"}\r\n\x1b[31m\u2028"'
    log.log("info", evil, name=evil, place=Path("/there"))
    line, rest = capsys.readouterr().err.split("\n")
    written = json.loads(line)
    assert rest == ""
    assert (written["message"], written["name"], written["place"]) == (evil, evil, "/there")
    assert datetime.fromisoformat(written["time"]).tzinfo is not None


@pytest.mark.parametrize(
    ("level", "said"),
    [
        ("debug", ["debug", "info", "warning", "error"]),
        ("info", ["info", "warning", "error"]),
        ("warning", ["warning", "error"]),
        ("error", ["error"]),
    ],
)
def test_what_is_below_the_level_is_not_said(
    capsys: pytest.CaptureFixture[str], level: str, said: list[str]
) -> None:
    log.set_level(level)
    for each in log.LEVELS:
        log.log(each, "something")
    lines = capsys.readouterr().err.splitlines()
    assert [json.loads(line)["level"] for line in lines] == said
