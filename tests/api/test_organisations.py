"""The organisation that a caller acts for."""

from tests.conftest import Server
from tests.factories import organisations, users


def test_everyone_sees_the_own_organisation(shared: Server) -> None:
    home, other = (organisations.create(shared, name) for name in ("Acme", "Else"))
    found = home.client("viewer").organisations.get()
    assert (found.id, found.name) == (home.id, "Acme")
    assert other.client().get_organisation().id == other.id
    assert users.client(home, users.create(home, "viewer")).organisations.get() == found
