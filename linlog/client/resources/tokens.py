"""Tokens: keys for programs; those of the organisation are for admins."""

from __future__ import annotations

from collections.abc import Iterable
from typing import cast

from linlog.client.resources._resource import Page, Resource, checked_id, path
from linlog.wire import paging
from linlog.wire.tasks import Deleted
from linlog.wire.tokens import PersonalTokenCreate, Token, TokenCreate, TokenScope, TokenSecret
from linlog.wire.users import Role


class Tokens(Resource):
    """Keys for programs: the organisation's, and the caller's own."""

    def list(self, *, limit: int | None = None, offset: int | None = None) -> Page[Token]:
        """A page of the tokens, without their secrets."""
        return self._list("/tokens", paging.Page[Token], limit=limit, offset=offset)

    def create(
        self,
        name: str,
        *,
        role: str = "manager",
        scope: str = "admin",
        expires_days: int | None = 90,
        projects: Iterable[str] | None = None,
    ) -> TokenSecret:
        """Make a token; its secret is shown this once. `scope` is read, write or admin.

        With `projects`, their ids, nothing outside of them is there for it.
        """
        body = TokenCreate(
            name=name,
            role=cast("Role", role),
            scope=cast("TokenScope", scope),
            expires_days=expires_days,
            project_ids=None if projects is None else tuple(projects),
        )
        return self._http.post("/tokens", TokenSecret, body)

    def list_own(self, *, limit: int | None = None, offset: int | None = None) -> Page[Token]:
        """A page of the caller's own tokens."""
        return self._list("/tokens/personal", paging.Page[Token], limit=limit, offset=offset)

    def create_own(
        self,
        name: str,
        *,
        scope: str = "write",
        expires_days: int = 90,
        projects: Iterable[str] | None = None,
    ) -> TokenSecret:
        """Make a token of the caller, who is a person; it may what they may, within `scope`.

        With `projects`, their ids, nothing outside of them is there for it.
        """
        body = PersonalTokenCreate(
            name=name,
            scope=cast("TokenScope", scope),
            expires_days=expires_days,
            project_ids=None if projects is None else tuple(projects),
        )
        return self._http.post("/tokens/personal", TokenSecret, body)

    def delete_own(self, id: str) -> Deleted:
        """End one of the caller's own tokens at once."""
        return self._http.delete(path("tokens", "personal", checked_id("token", id)), Deleted)

    def delete(self, id: str) -> Deleted:
        """End a token at once."""
        return self._http.delete(path("tokens", checked_id("token", id)), Deleted)
