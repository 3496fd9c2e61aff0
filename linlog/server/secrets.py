"""Secrets: the server's own key, password hashes, and the forms of tokens and sessions.

A token is `ll_svc_` or, of a person, `ll_pat_`, 43 random characters of 0-9A-Za-z (256 bits) and 6
characters of checksum: scanners find one, and a damaged one is refused without being looked up.
"""

from __future__ import annotations

import hashlib
import hmac
import os
import secrets
import zlib
from contextlib import contextmanager
from functools import cache
from importlib import resources
from threading import Semaphore
from typing import TYPE_CHECKING, Final

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError

from linlog import limits
from linlog.errors import ConfigError, Invalid, RateLimited
from linlog.ids import ALPHABET

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

SHORTEST_PASSWORD: Final = 15
LONGEST_PASSWORD: Final = limits.PASSWORD_BYTES
"""Bytes in UTF-8. Every one of them counts: nothing is cut."""
_TOKEN_PREFIXES: Final = ("ll_svc_", "ll_pat_")
"""The public marks of tokens, of an organisation and of a person; equally long."""
_MARK_LENGTH: Final = 7
_KEY_LENGTH: Final = 32
_RANDOM_LENGTH: Final = 43
_CHECKSUM_LENGTH: Final = 6
_COMMON_PARTS: Final = ("password", "linlog", "123456", "qwerty", "letmein", "changeme")
_PRODUCT_WORDS: Final = ("linlog", "label", "labels", "labelling", "annotation", "changeme")
_DIGITS: Final = "0123456789"
_SIGNS: Final = " !@#$%^&*()-_=+.,?"
"""What people put between words."""
_AROUND: Final = _DIGITS + _SIGNS
"""What people put around a word to make it long enough."""
_MOST_AT_ONCE: Final = max(1, min(2, os.cpu_count() or 1))

# OWASP's first choice for argon2id; each hash takes 46 MiB and a core for 50 ms. One more waits;
# whoever comes then is sent away, so that signing in never takes all threads of a server.
_hasher: Final = PasswordHasher(time_cost=1, memory_cost=47_104, parallelism=1)
_hashing: Final = Semaphore(_MOST_AT_ONCE)
_places: Final = Semaphore(_MOST_AT_ONCE + 1)


def server_key(data: Path) -> bytes:
    """The key that signs links, made on the first start and kept in the data folder."""
    path = data / "secret"
    if not path.exists():
        handle = os.open(path, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o600)
        with os.fdopen(handle, "wb") as file:
            file.write(secrets.token_bytes(_KEY_LENGTH))
    if path.stat().st_mode & 0o077:
        message = f"{path} can be read by others; run: chmod 600 {path}"
        raise ConfigError(message)
    key = path.read_bytes()
    if len(key) != _KEY_LENGTH:
        message = (
            f"{path} is damaged: it has {len(key)} bytes, not {_KEY_LENGTH}; restore it, or "
            "remove it, which ends the links to files and the second factors that were given out"
        )
        raise ConfigError(message)
    return key


def copy_server_key(data: Path, target: Path) -> None:
    """Give another data folder this one's key, so that links stay good there."""
    key = server_key(data)
    target.mkdir(mode=0o700, parents=True, exist_ok=True)
    handle = os.open(target / "secret", os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o600)
    with os.fdopen(handle, "wb") as file:
        file.write(key)


def check_password(password: str, *, email: str) -> None:
    """Refuse passwords that are short or easily guessed. Raises Invalid."""
    lowered = password.lower()
    if len(password) < SHORTEST_PASSWORD:
        message = f"password must have at least {SHORTEST_PASSWORD} characters"
        raise Invalid(message, field="password")
    if len(password.encode()) > LONGEST_PASSWORD:
        message = f"password must have at most {LONGEST_PASSWORD:,} bytes"
        raise Invalid(message, field="password")
    if len(set(lowered)) < 5 or lowered.strip(_AROUND) in _own_words(email):
        message = "password is too easy to guess; use several unrelated words"
        raise Invalid(message, field="password")
    rest = lowered
    for part in _COMMON_PARTS:
        rest = rest.replace(part, "")
    if len(rest) < SHORTEST_PASSWORD // 3:
        message = "password is made of the most common words; use several unrelated ones"
        raise Invalid(message, field="password")
    if _is_common(lowered):
        message = "password is made of common passwords; use several unrelated words"
        raise Invalid(message, field="password")


def _own_words(email: str) -> set[str]:
    name, _, host = email.lower().partition("@")
    return {name, host, f"{name}@{host}", f"{name}{host}", f"{name}{name}"}


def _is_common(lowered: str) -> bool:
    """Whether a password is one or two listed ones, joined, repeated or padded to be long."""
    joined = "".join(each for each in lowered if each not in _SIGNS).strip(_DIGITS)
    return any(
        form in _listed()
        or any(form[:cut] in _listed() and form[cut:] in _listed() for cut in range(1, len(form)))
        for text in (lowered, lowered.strip(_AROUND), joined)
        for form in (text, _repeated(text))
    )


def _repeated(text: str) -> str:
    """What a text consists of, said once."""
    length = (text + text).find(text, 1)
    return text[:length]


@cache
def _listed() -> frozenset[str]:
    """The 3,000 most common passwords, and words that lie near on this platform."""
    text = resources.files("linlog.server").joinpath("common_passwords.txt").read_text("utf-8")
    lines = [line for line in text.splitlines() if not line.startswith("#")]
    return frozenset([*lines, *_PRODUCT_WORDS])


def hash_password(password: str) -> str:
    """An argon2id hash with its parameters."""
    with _turn():
        return _hasher.hash(password)


def is_outdated(password_hash: str) -> bool:
    """Whether a hash was made with other parameters than those of today."""
    return _hasher.check_needs_rehash(password_hash)


def password_matches(password_hash: str | None, password: str) -> bool:
    """Whether a password fits; an unknown user's takes as long as a known one's."""
    with _turn():
        try:
            _hasher.verify(password_hash or _NOBODY, password)
        except (VerificationError, InvalidHashError):
            return False
    return password_hash is not None


@contextmanager
def _turn() -> Iterator[None]:
    """A place among the few who hash at once. Raises RateLimited where none is free."""
    if not _places.acquire(blocking=False):
        message = "too many people sign in at this moment; try again in a second"
        error = RateLimited(message)
        error.retry_after = "1"
        raise error
    try:
        with _hashing:
            yield
    finally:
        _places.release()


def new_token(*, personal: bool = False) -> str:
    """A new token, of an organisation or of a person."""
    body = _TOKEN_PREFIXES[personal] + "".join(
        secrets.choice(ALPHABET) for _ in range(_RANDOM_LENGTH)
    )
    return body + _checksum(body)


def is_token(text: str) -> bool:
    """Whether a text has the form of a token and a checksum that fits."""
    body, checksum = text[:-_CHECKSUM_LENGTH], text[-_CHECKSUM_LENGTH:]
    if not body.startswith(_TOKEN_PREFIXES) or len(body) != _MARK_LENGTH + _RANDOM_LENGTH:
        return False
    return hmac.compare_digest(_checksum(body).encode(), checksum.encode())


def token_hint(token: str) -> str:
    """What may be shown of a token."""
    return f"{token[: _MARK_LENGTH + 4]}…{token[-4:]}"


def new_session() -> str:
    """A new session's secret."""
    return secrets.token_urlsafe(32)


def digest(secret: str) -> str:
    """The hash by which a token or session is stored; the secrets are random, so a plain hash."""
    return hashlib.sha256(secret.encode()).hexdigest()


def _checksum(body: str) -> str:
    number, digits = zlib.crc32(body.encode()), ""
    for _ in range(_CHECKSUM_LENGTH):
        number, rest = divmod(number, len(ALPHABET))
        digits = ALPHABET[rest] + digits
    return digits


_NOBODY: Final = (
    "$argon2id$v=19$m=47104,t=1,p=1$"
    "bm9ib2R5IGhhcyB0aGlzIQ$6wZ0mVXq0mTqj3kQZ8m1b8m7Zc1yJmJ0mVXq0mTqj3k"
)
