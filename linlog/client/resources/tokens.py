"""Tokens: keys of the organisation for programs; for admins."""

from __future__ import annotations

from typing import cast

from linlog.client.resources._resource import Page, Resource, checked_id, path
from linlog.wire import paging
from linlog.wire.tasks import Deleted
from linlog.wire.tokens import Token, TokenCreate, TokenSecret
from linlog.wire.users import Role


class Tokens(Resource):
    """The organisation's keys for programs."""

    def list(self, *, limit: int | None = None, offset: int | None = None) -> Page[Token]:
        """A page of the tokens, without their secrets."""
        return self._list("/tokens", paging.Page[Token], limit=limit, offset=offset)

    def create(
        self, name: str, *, role: str = "manager", expires_days: int | None = 90
    ) -> TokenSecret:
        """Make a token; its secret is shown this once."""
        body = TokenCreate(name=name, role=cast("Role", role), expires_days=expires_days)
        return self._http.post("/tokens", TokenSecret, body)

    def delete(self, id: str) -> Deleted:
        """End a token at once."""
        return self._http.delete(path("tokens", checked_id("token", id)), Deleted)
