"""What a browser fetches before it shows anything stays small."""

import gzip
import re

import pytest

from tools.pages import STATIC

pytestmark = pytest.mark.browser
MOST_BYTES = 135_000


def test_the_first_script_is_small() -> None:
    html = (STATIC / "index.html").read_text(encoding="utf-8")
    scripts = re.findall(r'<(?:script|link)[^>]+(?:src|href)="/([^"]+\.js)"', html)
    assert any("assets/" in name for name in scripts), "the page has a script of its own"
    sizes = {name: len(gzip.compress((STATIC / name).read_bytes())) for name in scripts}
    assert sum(sizes.values()) <= MOST_BYTES, sizes
