"""The caller's organisation over HTTP."""

from __future__ import annotations

from linlog.server.context import Context
from linlog.server.request import Router
from linlog.server.services import organisations
from linlog.wire.organisations import Organisation

router = Router("organisations")


@router.get("/organisation", policy="viewer", by_project=True)
def get(ctx: Context) -> Organisation:
    """The organisation that the caller acts for."""
    return organisations.get(ctx)
