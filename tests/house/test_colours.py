"""Labels that the server colours and those that pages colour have the same colours."""

from __future__ import annotations

import re
from pathlib import Path

from linlog.server.services import labels

PAGES = Path(__file__).parents[2] / "web" / "src" / "ui" / "colours.ts"


def test_the_server_and_the_pages_have_one_palette():
    (palette,) = re.findall(r"PALETTE = \[(.*?)\]", PAGES.read_text(), re.DOTALL)
    assert tuple(re.findall(r"#[0-9a-f]{6}", palette)) == labels.COLOURS
