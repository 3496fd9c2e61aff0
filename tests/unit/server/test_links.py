"""Links to files: signed, ending, and the same for a while."""

from __future__ import annotations

from urllib.parse import parse_qs, urlsplit

import pytest

from linlog.server.links import Links

SECOND = 1_000_000
NOW = 1_700_000_123 * SECOND
LINKS = Links("http://127.0.0.1:8420", b"k" * 32, 900)


def parts(url: str) -> tuple[str, int, str]:
    """The file, the end and the signature of a link."""
    found = urlsplit(url)
    query = parse_qs(found.query)
    return found.path.rpartition("/")[2], int(query["expires"][0]), query["signature"][0]


def test_a_link_is_valid_from_half_its_lifetime_to_the_whole() -> None:
    for offset in range(0, 900, 37):
        made = NOW + offset * SECOND
        file, expires, signature = parts(LINKS.content("f_1", now=made))
        ends = expires * SECOND
        assert 450 * SECOND < ends - made <= 900 * SECOND
        assert LINKS.is_valid(file, expires, signature, now=made)
        assert LINKS.is_valid(file, expires, signature, now=ends - 1)
        assert not LINKS.is_valid(file, expires, signature, now=ends)


def test_a_link_stays_the_same_for_a_while_so_that_caches_work() -> None:
    start = NOW - NOW % (900 * SECOND)
    same = {LINKS.content("f_1", now=start + at * SECOND) for at in (0, 1, 225, 449)}
    assert len(same) == 1
    assert LINKS.content("f_1", now=start + 450 * SECOND) not in same
    assert LINKS.content("f_2", now=start) not in same


@pytest.mark.parametrize(
    ("file", "later", "key", "signature"),
    [
        ("f_2", 0, b"k" * 32, None),
        ("f_1", 900, b"k" * 32, None),
        ("f_1", -900, b"k" * 32, None),
        ("f_1", 0, b"l" * 32, None),
        *[("f_1", 0, b"k" * 32, one) for one in ("", "0" * 43, "ä" * 43)],
    ],
)
def test_nothing_of_a_link_can_be_changed(
    file: str, later: int, key: bytes, signature: str | None
) -> None:
    _, expires, right = parts(LINKS.content("f_1", now=NOW))
    links = Links(LINKS.origin, key, LINKS.lifetime_s)
    said = right if signature is None else signature
    assert LINKS.is_valid("f_1", expires, right, now=NOW)
    assert not links.is_valid(file, expires + later, said, now=NOW)


def test_parts_cannot_be_moved_across_their_border() -> None:
    # `f_1` until 23 and `f_1/2` until 3 would be one text, were they joined carelessly.
    _, _, first = parts(LINKS.content("f_1", now=NOW))
    _, expires, _ = parts(LINKS.content("f_1", now=NOW))
    text = str(expires)
    assert not LINKS.is_valid(f"f_1/{text[:1]}", int(text[1:]), first, now=NOW)


def test_a_signature_is_too_long_to_guess() -> None:
    assert len(parts(LINKS.content("f_1", now=NOW))[2]) * 4 >= 128
