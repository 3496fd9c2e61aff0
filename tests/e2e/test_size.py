"""What a browser fetches before it shows anything stays small."""

import gzip
import re

import pytest

from tools.pages import STATIC

pytestmark = pytest.mark.browser
FIRST_BYTES = 125_000
ALL_BYTES = 190_000


def test_the_first_script_is_small() -> None:
    assert sum(sizes(r'<script type="module"[^>]+src="/([^"]+)"').values()) <= FIRST_BYTES


def test_all_that_comes_with_it_is_small() -> None:
    found = sizes(r'<(?:script|link)[^>]+(?:src|href)="/([^"]+\.js)"')
    assert sum(found.values()) <= ALL_BYTES, found


def sizes(pattern: str) -> dict[str, int]:
    """The sizes, compressed, of the scripts that the page names so."""
    html = (STATIC / "index.html").read_text(encoding="utf-8")
    names = re.findall(pattern, html)
    assert names, "the page names a script"
    return {name: len(gzip.compress((STATIC / name).read_bytes())) for name in names}
