"""Generated files are as `python3 dev fix` would write them now."""

import json

import pytest

from tools import architecture, export_openapi, licences, pages, reference


@pytest.mark.parametrize("name", sorted(reference.pages()))
def test_reference_page_is_fresh(name: str) -> None:
    written = (reference.REFERENCE / f"{name}.md").read_text(encoding="utf-8")
    assert written == reference.pages()[name](), "run `python3 dev docs`"


def test_licences_are_fresh_and_allowed() -> None:
    assert licences.PAGE.read_text(encoding="utf-8") == licences.page(), "run `python3 dev docs`"


@pytest.mark.parametrize(
    ("licence", "refused"),
    [
        *(("MIT", False), ("(MIT OR GPL-3.0-only)", False), ("MIT AND GPL-3.0-only", True)),
        *(("AGPL-3.0-only", True), ("", True), ("Apache-2.0 AND MIT", False), ("SSPL-1.0", True)),
    ],
)
def test_a_licence_that_is_not_allowed_is_refused(licence: str, refused: bool) -> None:
    assert licences.refused(licence, licences.ALLOWED) == refused


def test_architecture_is_fresh() -> None:
    written = architecture.PAGE.read_text(encoding="utf-8")
    assert written == architecture.page(), "run `python3 dev docs`"


def test_openapi_is_fresh() -> None:
    written = json.loads(export_openapi.PLACE.read_text(encoding="utf-8"))
    assert written == json.loads(export_openapi.document()), "run `python3 dev openapi`"


def test_types_of_the_pages_are_fresh() -> None:
    """The pages' types carry the hash of the openapi.json that they were made from."""
    assert pages.types_are_fresh(), "run `python3 dev openapi`"
