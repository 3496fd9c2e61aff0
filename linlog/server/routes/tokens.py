"""Tokens over HTTP."""

from __future__ import annotations

from linlog.server.context import Context
from linlog.server.request import Paging, Router
from linlog.server.services import tokens
from linlog.wire.paging import Page
from linlog.wire.tasks import Deleted
from linlog.wire.tokens import PersonalTokenCreate, Token, TokenCreate, TokenSecret

router = Router("tokens")


@router.get("/tokens", policy="admin")
def list_(ctx: Context, page: Paging) -> Page[Token]:
    """The organisation's tokens, without their secrets."""
    return tokens.list_page(ctx, page)


@router.post("/tokens", policy="admin", secret=True)
def create(ctx: Context, body: TokenCreate) -> TokenSecret:
    """Make a token; its secret is in this answer and nowhere else."""
    return tokens.create(ctx, body)


@router.get("/tokens/personal", policy="viewer", by_project=True)
def list_own(ctx: Context, page: Paging) -> Page[Token]:
    """The caller's own tokens, without their secrets."""
    return tokens.list_own(ctx, page)


@router.post("/tokens/personal", policy="viewer", by_project=True, secret=True)
def create_own(ctx: Context, body: PersonalTokenCreate) -> TokenSecret:
    """Make a token of the caller; its secret is in this answer and nowhere else."""
    return tokens.create_own(ctx, body)


@router.delete("/tokens/personal/{token_id}", policy="viewer", by_project=True)
def delete_own(ctx: Context, token_id: str) -> Deleted:
    """Revoke one of the caller's own tokens."""
    return Deleted(deleted=tokens.delete_own(ctx, token_id))


@router.delete("/tokens/{token_id}", policy="admin")
def delete(ctx: Context, token_id: str) -> Deleted:
    """Revoke a token."""
    return Deleted(deleted=tokens.delete(ctx, token_id))
