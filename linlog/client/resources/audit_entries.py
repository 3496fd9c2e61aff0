"""The audit log of the organisation; for admins."""

from __future__ import annotations

from linlog.client.resources._resource import Page, Resource
from linlog.wire import paging
from linlog.wire.audit_entries import AuditEntry


class AuditEntries(Resource):
    """Who did what that matters to security, or was refused it."""

    def list(
        self,
        *,
        action: str | None = None,
        actor_id: str | None = None,
        object_id: str | None = None,
        result: str | None = None,
        limit: int | None = None,
        offset: int | None = None,
    ) -> Page[AuditEntry]:
        """A page of the entries, newest first."""
        return self._list(
            "/audit-entries",
            paging.Page[AuditEntry],
            action=action,
            actor_id=actor_id,
            object_id=object_id,
            result=result,
            limit=limit,
            offset=offset,
        )

    def export(self, *, format: str = "ndjson") -> bytes:
        """The whole log, oldest first: `ndjson`, which can be verified, or `csv`."""
        return self._http.content("/audit-entries/export", format=format).content
