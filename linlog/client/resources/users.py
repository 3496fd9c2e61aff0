"""Users of the organisation; for admins."""

from __future__ import annotations

from typing import Any, cast

from linlog.client.resources._resource import Page, Resource, checked_id, path
from linlog.wire import paging
from linlog.wire.users import Invitation, InvitationCreate, Role, User, UserCreate, UserUpdate


class Users(Resource):
    """The people of the organisation and their roles."""

    def list(self, *, limit: int | None = None, offset: int | None = None) -> Page[User]:
        """A page of the users."""
        return self._list("/users", paging.Page[User], limit=limit, offset=offset)

    def get(self, id: str) -> User:
        """One user."""
        return self._http.get(path("users", checked_id("user", id)), User)

    def create(self, email: str, password: str, *, role: str = "annotator", name: str = "") -> User:
        """Add a person. Their password needs 15 characters or more."""
        body = UserCreate(email=email, password=password, role=cast("Role", role), name=name)
        return self._http.post("/users", User, body)

    def invite(self, email: str, *, role: str = "annotator", name: str = "") -> Invitation:
        """Invite a person, who chooses their password by the link in the answer."""
        body = InvitationCreate(email=email, role=cast("Role", role), name=name)
        return self._http.post("/users/invitations", Invitation, body)

    def update(self, id: str, **changes: Any) -> User:
        """Change `name`, `role`, `disabled` or `password`."""
        body = UserUpdate(**changes)
        return self._http.patch(path("users", checked_id("user", id)), User, body)
