"""Audit entries over HTTP."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Literal

from fastapi import Request, Response
from fastapi.responses import StreamingResponse

from linlog.server.context import Context
from linlog.server.machine import Machine
from linlog.server.request import Paging, Router
from linlog.server.services import audit_entries
from linlog.wire.audit_entries import AuditEntry
from linlog.wire.paging import Page

router = Router("audit_entries")

_TYPES = {"ndjson": "application/x-ndjson", "csv": "text/csv; charset=utf-8"}


@router.get("/audit-entries", policy="admin")
def list_(
    ctx: Context,
    page: Paging,
    *,
    action: str | None = None,
    actor_id: str | None = None,
    object_id: str | None = None,
    result: str | None = None,
) -> Page[AuditEntry]:
    """What was done and refused in the organisation, newest first."""
    wanted = {"action": action, "actor_id": actor_id, "object_id": object_id, "result": result}
    return audit_entries.list_page(ctx, wanted, page)


@router.get("/audit-entries/export", policy="admin", noted=True)
def export(ctx: Context, request: Request, format: Literal["ndjson", "csv"] = "ndjson") -> Response:
    """The whole log as a file, oldest first; NDJSON is what can be verified."""
    machine: Machine = request.app.state.machine
    headers = {"Content-Disposition": f'attachment; filename="audit.{format}"'}
    return StreamingResponse(
        _parts(machine, ctx.scope, format), media_type=_TYPES[format], headers=headers
    )


def _parts(machine: Machine, scope: str, kind: str) -> Iterator[bytes]:
    """Some entries at a time: a slow reader holds neither memory nor a transaction."""
    last, head = 0, True
    while True:
        with machine.database.read() as conn:
            some = audit_entries.some_after(conn, scope, last)
        if kind == "csv":
            yield audit_entries.as_csv(some, head=head)
        else:
            yield from audit_entries.as_ndjson(some)
        if not some:
            return
        last, head = some[-1].number, False
