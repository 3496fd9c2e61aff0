"""Who the client is to the server."""

from __future__ import annotations

from linlog.client.resources._resource import Page, Resource, checked_id, path
from linlog.wire import paging
from linlog.wire.sessions import EmailChange, OpenSession, PasswordChange, Session
from linlog.wire.tasks import Deleted


class Sessions(Resource):
    """What the server takes the client for."""

    def get(self) -> Session:
        """The user, where there is one, the role and the organisation."""
        return self._http.get("/session", Session)

    def list(self) -> Page[OpenSession]:
        """The browsers in which the caller, a person, is signed in."""
        return self._list("/sessions", paging.Page[OpenSession])

    def delete(self, id: str) -> Deleted:
        """End one of them."""
        return self._http.delete(path("sessions", checked_id("session", id)), Deleted)

    def change_password(self, old_password: str, new_password: str) -> Session:
        """Give the caller another password; every other session of theirs ends."""
        body = PasswordChange(old_password=old_password, new_password=new_password)
        return self._http.post("/sessions/password", Session, body)

    def change_email(self, email: str, password: str, *, code: str | None = None) -> Session:
        """Sign in with another address from now on; every session of the caller ends."""
        body = EmailChange(email=email, password=password, code=code)
        return self._http.post("/sessions/email", Session, body)
