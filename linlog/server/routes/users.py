"""Users over HTTP."""

from __future__ import annotations

from linlog.server.context import Context
from linlog.server.request import Paging, Router
from linlog.server.services import users
from linlog.wire.paging import Page
from linlog.wire.users import User, UserCreate, UserUpdate

router = Router("users")


@router.get("/users", policy="admin")
def list_(ctx: Context, page: Paging) -> Page[User]:
    """The organisation's users, oldest first."""
    return users.list_page(ctx, page)


@router.post("/users", policy="admin")
def create(ctx: Context, body: UserCreate) -> User:
    """Add a user."""
    return users.create(ctx, body)


@router.get("/users/{user_id}", policy="admin")
def get(ctx: Context, user_id: str) -> User:
    """One user."""
    return users.get(ctx, user_id)


@router.patch("/users/{user_id}", policy="admin")
def update(ctx: Context, user_id: str, body: UserUpdate) -> User:
    """Change a user."""
    return users.update(ctx, user_id, body)
