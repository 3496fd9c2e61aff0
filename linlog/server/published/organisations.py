"""The published clients' organisation: one object at a plural address."""

from __future__ import annotations

from typing import TYPE_CHECKING

from linlog.server.context import Context
from linlog.server.published.writing import Json, moment
from linlog.server.request import WHOLE_LIST, Router
from linlog.server.services import organisations, users

if TYPE_CHECKING:
    from linlog.wire.users import User

router = Router("organisations", prefix="/api/v1", lenient=True)


@router.get("/organisations", policy="viewer", by_project=True)
def get(ctx: Context) -> Json:
    """The caller's organisation with its members."""
    found = organisations.get(ctx)
    people = users.list_page(ctx, WHOLE_LIST).results
    named = ctx.actor.may("admin")
    return {
        "id": found.id,
        "created_date": moment(found.created_date),
        "name": found.name,
        "subscription": "self-hosted",
        "members": [_member(one, place, named=named) for place, one in enumerate(people, start=1)],
        "groups": [],
    }


def _member(user: User, place: int, *, named: bool) -> Json:
    """A member; `user` was a number, and here is the place in the list."""
    member = {
        "id": user.id,
        "groups": [],
        "invitation": "disabled" if user.disabled else "accepted",
        "role": user.role,
        "user": place,
    }
    return {**member, "email": user.email, "name": user.name} if named else member
