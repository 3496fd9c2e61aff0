"""No secret has a field on the wire, and none shows itself when an object is printed."""

import dataclasses
import importlib
import inspect

import pytest

from tests.house.source import public_names

STORED_SECRETS = ("_hash", "password_salt", "secret_key")


def wire_classes() -> list[type]:
    """Every dataclass of the wire."""
    found = [importlib.import_module(f"linlog.wire.{name}") for name in public_names("wire")]
    classes = {
        entry
        for module in found
        for entry in vars(module).values()
        if inspect.isclass(entry) and dataclasses.is_dataclass(entry)
    }
    return sorted(classes, key=lambda entry: entry.__qualname__)


@pytest.mark.parametrize("noun", wire_classes(), ids=lambda noun: noun.__qualname__)
def test_no_stored_secret_has_a_field(noun: type) -> None:
    fields = {entry.name for entry in dataclasses.fields(noun)}
    assert not {name for name in fields if name.endswith(STORED_SECRETS)}


@pytest.mark.parametrize("noun", wire_classes(), ids=lambda noun: noun.__qualname__)
def test_a_secret_is_not_in_the_repr(noun: type) -> None:
    secret = {"password", "secret", "old_password", "new_password"}
    shown = {entry.name for entry in dataclasses.fields(noun) if entry.repr}
    assert not shown & secret
