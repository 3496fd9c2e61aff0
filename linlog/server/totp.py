"""Codes of authenticator apps: RFC 6238 with SHA-1, 30 seconds and six digits, as all speak it.

Secrets are kept sealed: XOR with HMAC-SHA256 of a random nonce and the person, by the server's key,
so that a database alone makes no codes.
"""

from __future__ import annotations

import hashlib
import hmac
import io
import secrets
from base64 import b32encode
from typing import Final
from urllib.parse import quote, urlencode

STEP_S: Final = 30
DIGITS: Final = 6
LEEWAY: Final = 1
"""Steps that a clock may be off, either way."""
_SECRET_BYTES: Final = 20
_NONCE_BYTES: Final = 16
_RECOVERY_CODES: Final = 10
_RECOVERY_ALPHABET: Final = "23456789abcdefghjkmnpqrstuvwxyz"
_RECOVERY_LENGTH: Final = 16


def new_secret() -> bytes:
    """160 random bits, as RFC 4226 recommends."""
    return secrets.token_bytes(_SECRET_BYTES)


def code(secret: bytes, step: int) -> str:
    """The code of a step of time: RFC 4226, section 5.3."""
    digest = hmac.new(secret, step.to_bytes(8, "big"), hashlib.sha1).digest()
    at = digest[-1] & 0x0F
    number = int.from_bytes(digest[at : at + 4], "big") & 0x7FFFFFFF
    return f"{number % 10**DIGITS:0{DIGITS}d}"


def step_of(secret: bytes, given: str, *, now: int, after: int) -> int | None:
    """The step that a code is of, if it is one of about now and later than `after`."""
    present = now // 1_000_000 // STEP_S
    for step in range(present - LEEWAY, present + LEEWAY + 1):
        fits = hmac.compare_digest(code(secret, step).encode(), given.encode())
        if fits and step > after:
            return step
    return None


def seal(secret: bytes, *, key: bytes, person: str) -> str:
    """A secret as it is kept."""
    nonce = secrets.token_bytes(_NONCE_BYTES)
    return (nonce + _masked(secret, nonce, key, person)).hex()


def unseal(sealed: str, *, key: bytes, person: str) -> bytes:
    """A secret out of what is kept of it."""
    raw = bytes.fromhex(sealed)
    return _masked(raw[_NONCE_BYTES:], raw[:_NONCE_BYTES], key, person)


def address(secret: bytes, *, email: str, issuer: str) -> str:
    """What the picture says to an app."""
    query = urlencode({"secret": written(secret), "issuer": issuer}, quote_via=quote)
    return f"otpauth://totp/{quote(issuer, safe='')}:{quote(email, safe='')}?{query}"


def written(secret: bytes) -> str:
    """A secret as people type it into an app."""
    return b32encode(secret).decode()


def picture(text: str) -> str:
    """A QR code as SVG, drawn here: nothing of it leaves the server."""
    import segno

    drawn = io.BytesIO()
    segno.make(text, error="m", micro=False).save(
        drawn, kind="svg", scale=4, border=4, dark="#000", light="#fff", xmldecl=False
    )
    return drawn.getvalue().decode()


def new_recovery_codes() -> list[str]:
    """Codes for who lost their app, each good once, of 79 random bits."""
    return [
        "-".join(
            "".join(secrets.choice(_RECOVERY_ALPHABET) for _ in range(_RECOVERY_LENGTH // 4))
            for _ in range(4)
        )
        for _ in range(_RECOVERY_CODES)
    ]


def tidy(given: str) -> str:
    """A code as it is compared: people type spaces, and capitals."""
    return given.strip().replace(" ", "").lower()


def _masked(secret: bytes, nonce: bytes, key: bytes, person: str) -> bytes:
    stream = hmac.new(key, b"totp/" + nonce + person.encode(), hashlib.sha256).digest()
    return bytes(one ^ other for one, other in zip(secret, stream[: len(secret)], strict=True))
