"""The demo's folder: what is reused, what is refused, and that nobody else can read it."""

import stat
from pathlib import Path

import pytest

from linlog.demo import folder
from linlog.demo.verdicts import Verdict
from linlog.errors import ConfigError

VERDICT = Verdict("Digits", "“b” is better than “a”.", "/compare", {"a": "/1", "b": "/2"})


def test_a_new_or_empty_folder_is_free(tmp_path: Path) -> None:
    assert folder.find(tmp_path) is None
    assert folder.find(tmp_path / "new") is None


def test_a_finished_demo_is_found_again(tmp_path: Path) -> None:
    data = tmp_path / "new"
    demo = folder.finish(data, folder.begin(data), (VERDICT,))
    assert folder.find(data) == demo
    assert demo.verdicts == (VERDICT,)


def test_only_its_owner_can_read_it(tmp_path: Path) -> None:
    data = tmp_path / "new"
    folder.begin(data)
    assert stat.S_IMODE(data.stat().st_mode) == 0o700
    assert stat.S_IMODE((data / folder.NAME).stat().st_mode) == 0o600


def test_an_unfinished_demo_is_refused(tmp_path: Path) -> None:
    folder.begin(tmp_path)
    assert folder.unfinished(tmp_path)
    with pytest.raises(ConfigError, match=r"not finished.*--data"):
        folder.find(tmp_path)


@pytest.mark.parametrize("name", ["linlog.sqlite3", folder.NAME])
def test_anything_else_is_refused(tmp_path: Path, name: str) -> None:
    (tmp_path / name).write_text("something")
    with pytest.raises(ConfigError, match=r"other files.*--data"):
        folder.find(tmp_path)


def test_passwords_are_long_and_never_the_same() -> None:
    made = {folder.new_password() for _ in range(100)}
    assert len(made) == 100
    assert {len(password) for password in made} == {27}
