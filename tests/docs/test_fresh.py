"""Generated files are as `python3 dev fix` would write them now."""

import json

import pytest

from tools import architecture, export_openapi, pages, reference


@pytest.mark.parametrize("name", sorted(reference.pages()))
def test_reference_page_is_fresh(name: str) -> None:
    written = (reference.REFERENCE / f"{name}.md").read_text(encoding="utf-8")
    assert written == reference.pages()[name](), "run `python3 dev docs`"


def test_architecture_is_fresh() -> None:
    written = architecture.PAGE.read_text(encoding="utf-8")
    assert written == architecture.page(), "run `python3 dev docs`"


def test_openapi_is_fresh() -> None:
    written = json.loads(export_openapi.PLACE.read_text(encoding="utf-8"))
    assert written == json.loads(export_openapi.document()), "run `python3 dev openapi`"


def test_types_of_the_pages_are_fresh() -> None:
    """The pages' types carry the hash of the openapi.json that they were made from."""
    assert pages.types_are_fresh(), "run `python3 dev openapi`"
