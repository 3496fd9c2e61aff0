"""Jobs: what the server does after its reply."""

from __future__ import annotations

from linlog.client.resources._resource import Page, Resource, checked_id, path
from linlog.wire import paging
from linlog.wire.jobs import Job


class Jobs(Resource):
    """Work done after the reply, with its progress."""

    def list(
        self,
        *,
        state: str | None = None,
        name: str | None = None,
        limit: int | None = None,
        offset: int | None = None,
    ) -> Page[Job]:
        """A page of the jobs, newest first; those of one name, such as evaluate, if given."""
        query = {"state": state, "name": name, "limit": limit, "offset": offset}
        return self._list("/jobs", paging.Page[Job], **query)

    def get(self, id: str) -> Job:
        """One job."""
        return self._http.get(path("jobs", checked_id("job", id)), Job)
