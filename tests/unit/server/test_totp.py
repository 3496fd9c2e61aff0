"""Codes of authenticator apps: the vectors of RFC 6238, good once each, sealed where kept."""

import re
from base64 import b32decode
from xml.etree import ElementTree as ET

import pytest

from linlog.server import totp

SECRET = b"12345678901234567890"
# RFC 6238, appendix B: seconds and the last six digits of the codes of SHA-1.
VECTORS = {
    59: "287082",
    1111111109: "081804",
    1111111111: "050471",
    1234567890: "005924",
    2000000000: "279037",
    20000000000: "353130",
}


@pytest.mark.parametrize("second", VECTORS)
def test_codes_are_those_of_the_standard(second: int) -> None:
    assert totp.code(SECRET, second // 30) == VECTORS[second]


def test_a_code_is_good_about_now_and_not_before_the_last_one() -> None:
    now, present = 1111111111 * 1_000_000, 1111111111 // 30
    for off in range(-3, 4):
        found = totp.step_of(SECRET, totp.code(SECRET, present + off), now=now, after=0)
        assert found == (present + off if abs(off) <= 1 else None)
    given = totp.code(SECRET, present)
    assert totp.step_of(SECRET, given, now=now, after=present) is None
    assert totp.step_of(SECRET, given, now=now, after=present - 1) == present
    for wrong in ("", "05047", "0504711", "ä" * 6, "050472"):
        assert totp.step_of(SECRET, wrong, now=now, after=0) is None


def test_what_is_sealed_opens_with_its_key_and_person_alone() -> None:
    sealed = totp.seal(SECRET, key=b"k" * 32, person="u_1")
    assert SECRET.hex() not in sealed
    assert totp.unseal(sealed, key=b"k" * 32, person="u_1") == SECRET
    assert totp.unseal(sealed, key=b"l" * 32, person="u_1") != SECRET
    assert totp.unseal(sealed, key=b"k" * 32, person="u_2") != SECRET
    assert totp.seal(SECRET, key=b"k" * 32, person="u_1") != sealed


def test_an_address_holds_the_secret_and_names_nobody_else() -> None:
    said = totp.address(SECRET, email="a&b=c@example.org", issuer="linlog Acme / Co?")
    assert said.startswith("otpauth://totp/linlog%20Acme%20%2F%20Co%3F:a%26b%3Dc%40example.org?")
    assert b32decode(re.search(r"secret=([A-Z2-7]+)&", said)[1]) == SECRET


def test_the_picture_is_svg_that_asks_for_nothing() -> None:
    said = totp.picture(totp.address(SECRET, email="a@example.org", issuer="linlog"))
    assert "href" not in said
    assert ET.fromstring(said).tag == "{http://www.w3.org/2000/svg}svg"


def test_recovery_codes_are_ten_and_random() -> None:
    codes = [*totp.new_recovery_codes(), *totp.new_recovery_codes()]
    assert len({*codes}) == 20
    assert all(re.fullmatch(r"(?:[2-9a-z]{4}-){3}[2-9a-z]{4}", one) for one in codes)
    assert totp.tidy(f" {codes[0].upper()} ") == codes[0]
