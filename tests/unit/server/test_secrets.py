"""Keys, passwords and tokens: random, hashed, and refused where they are weak or damaged."""

from __future__ import annotations

import math
import re
import stat
import zlib
from pathlib import Path

import pytest

from linlog.errors import ConfigError, Invalid
from linlog.server import secrets

GOOD = "correct horse battery staple"

# ---------------------------------------------------------------------------- the server's key


def test_the_key_is_made_once_and_is_its_owners_alone(tmp_path: Path) -> None:
    first = secrets.server_key(tmp_path)
    assert (len(first), secrets.server_key(tmp_path)) == (32, first)
    assert stat.S_IMODE((tmp_path / "secret").stat().st_mode) == 0o600
    (tmp_path / "other").mkdir()
    assert secrets.server_key(tmp_path / "other") != first


@pytest.mark.attack("A21")
@pytest.mark.parametrize("mode", [0o640, 0o604, 0o660, 0o644, 0o666])
def test_a_key_that_others_can_read_is_refused(tmp_path: Path, mode: int) -> None:
    secrets.server_key(tmp_path)
    (tmp_path / "secret").chmod(mode)
    with pytest.raises(ConfigError, match="chmod 600"):
        secrets.server_key(tmp_path)


@pytest.mark.attack("A21")
@pytest.mark.parametrize("content", [b"", b"changeme", b"x" * 31, b"x" * 33])
def test_a_damaged_key_is_refused(tmp_path: Path, content: bytes) -> None:
    secrets.server_key(tmp_path)
    (tmp_path / "secret").write_bytes(content)
    with pytest.raises(ConfigError, match=f"has {len(content)} bytes, not 32"):
        secrets.server_key(tmp_path)


# --------------------------------------------------------------------------------- passwords


@pytest.mark.attack("A08")
@pytest.mark.parametrize(
    "password",
    [
        *("", "short", "x" * 14, "aaaaaaaaaaaaaaaaaaaa", "abababababababababab"),
        *("passwordpassword", "linloglinloglinlog", "Password123456Qwerty", "qwertyqwertyqwerty"),
        "ada.lovelace.of.london",
        *("ada.lovelace.of.london2026!", "ada.lovelace.of.london@example.org"),
        *(
            "1qaz2wsx3edc1qaz2wsx3edc",
            "dragonmonkey123456",
            "FootballFootball!",
            "linlog-annotation",
            "2026 sunshine & football",
            "!!!sunshine!!!99999",
        ),
        *("x" + "7f3k9" * 205, "ü1a" * 400),
    ],
)
def test_passwords_that_are_easily_guessed(password: str) -> None:
    with pytest.raises(Invalid) as refused:
        secrets.check_password(password, email="ada.lovelace.of.london@example.org")
    assert refused.value.field == "password"
    assert not password or password not in str(refused.value)


@pytest.mark.parametrize(
    "password",
    [
        GOOD,
        "sunshine football fjord",
        "x7" * 4 + "qwertz9!",
        "pässwörd with ümläuts",
        "🌍🌎🌏abcdefghijkl",
    ],
)
def test_passwords_that_are_taken(password: str) -> None:
    secrets.check_password(password, email="ada@example.org")


@pytest.mark.attack("A08")
def test_no_common_password_becomes_a_good_one_by_being_said_twice() -> None:
    lines = (Path(secrets.__file__).parent / "common_passwords.txt").read_text().splitlines()
    common = [line for line in lines if not line.startswith("#")]
    assert len(set(common)) == 3000
    long_enough = [2 * each for each in common if 2 * len(each) >= secrets.SHORTEST_PASSWORD]
    assert len(long_enough) > 300
    for password in [*long_enough, *(each for each in common if len(each) >= 15)]:
        with pytest.raises(Invalid):
            secrets.check_password(password, email="ada@example.org")


@pytest.mark.attack("A05")
def test_nobodys_hash_takes_as_long_as_everybodys() -> None:
    assert not secrets.is_outdated(secrets._NOBODY)
    assert secrets.is_outdated("$argon2id$v=19$m=19456,t=1,p=1" + secrets._NOBODY[30:])


def test_a_hash_tells_its_parameters_and_nothing_else() -> None:
    first, second = secrets.hash_password(GOOD), secrets.hash_password(GOOD)
    assert first != second
    assert first.startswith("$argon2id$v=19$m=47104,t=1,p=1$")
    assert GOOD not in first


@pytest.mark.attack("A07")
def test_only_the_whole_password_fits() -> None:
    long = "p" * 71 + "1" + "the end"
    hashed = secrets.hash_password(long)
    assert secrets.password_matches(hashed, long)
    # Some hashes look at 72 bytes alone, or stop at a NUL.
    for other in (long[:72], long[:-1], long + " ", long.upper(), "", long[:10] + "\0" + long[11:]):
        assert not secrets.password_matches(hashed, other)


@pytest.mark.parametrize(
    "stored", [None, "", "nonsense", "$argon2id$v=19$m=1,t=1,p=1$x$y", "$2b$12$abc"]
)
def test_nobodys_password_fits(stored: str | None) -> None:
    assert not secrets.password_matches(stored, GOOD)
    assert not secrets.password_matches(stored, "")


# ------------------------------------------------------------------------------------ tokens


def test_tokens_have_a_form_that_scanners_know() -> None:
    some = {secrets.new_token() for _ in range(200)}
    assert len(some) == 200
    assert all(re.fullmatch(r"ll_svc_[0-9A-Za-z]{49}", token) for token in some)
    assert all(secrets.is_token(token) for token in some)
    assert 43 * math.log2(62) > 256 - 1
    # No place of the random part stands still.
    assert all(len({token[place] for token in some}) > 20 for place in range(7, 50))


def test_the_checksum_is_the_crc_of_the_rest_in_base_62() -> None:
    token = secrets.new_token()
    number = 0
    for character in token[-6:]:
        number = number * 62 + secrets.ALPHABET.index(character)
    assert number == zlib.crc32(token[:-6].encode())


@pytest.mark.attack("A13")
def test_a_damaged_token_is_none() -> None:
    token = secrets.new_token()
    for place in range(len(token)):
        other = "A" if token[place] != "A" else "B"
        assert not secrets.is_token(token[:place] + other + token[place + 1 :])
    for damaged in (
        "",
        "ll_svc_",
        token[:-1],
        token + "A",
        token.lower(),
        " " + token,
        "x" * 10**6,
    ):
        assert not secrets.is_token(damaged)


def test_a_hint_shows_too_little_to_guess_the_rest() -> None:
    token = secrets.new_token()
    hint = secrets.token_hint(token)
    assert hint == f"{token[:11]}…{token[-4:]}"


def test_sessions_and_digests() -> None:
    first, second = secrets.new_session(), secrets.new_session()
    assert first != second
    assert len(first) >= 43
    assert re.fullmatch("[0-9a-f]{64}", secrets.digest(first))
    assert secrets.digest(first) != secrets.digest(second)
