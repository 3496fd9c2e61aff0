"""Users of the organisation; for admins."""

from __future__ import annotations

from typing import Any, cast

from linlog.client.resources._resource import Page, Resource, checked_id, path
from linlog.wire import paging
from linlog.wire.sessions import OpenSession
from linlog.wire.tasks import Deleted
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

    def sessions(self, id: str) -> Page[OpenSession]:
        """The browsers in which a person is signed in."""
        where = path("users", checked_id("user", id), "sessions")
        return self._list(where, paging.Page[OpenSession])

    def end_session(self, id: str, session_id: str) -> Deleted:
        """End one of a person's sessions."""
        session = checked_id("session", session_id)
        where = path("users", checked_id("user", id), "sessions", session)
        return self._http.delete(where, Deleted)

    def end_sessions(self, id: str) -> Deleted:
        """End every session of a person."""
        return self._http.delete(path("users", checked_id("user", id), "sessions"), Deleted)

    def reset_second_factor(self, id: str) -> Deleted:
        """Take away the second factor of a person who lost it; their sessions end."""
        return self._http.delete(path("users", checked_id("user", id), "second-factor"), Deleted)
