"""Links between the pages of the docs lead somewhere."""

import re
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
PAGES = sorted([*ROOT.glob("*.md"), *(ROOT / "docs").rglob("*.md")])


@pytest.mark.parametrize("place", PAGES, ids=lambda place: place.relative_to(ROOT).as_posix())
def test_links_lead_somewhere(place: Path) -> None:
    text = re.sub(r"```.*?```|`[^`\n]*`", "", place.read_text(encoding="utf-8"), flags=re.DOTALL)
    targets = [target.partition("#")[0] for target in re.findall(r"\]\(([^)\s]+)\)", text)]
    local = [target for target in targets if target and "://" not in target]
    assert [target for target in local if not (place.parent / target).exists()] == []
