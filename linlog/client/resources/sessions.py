"""Who the client is to the server."""

from __future__ import annotations

from linlog.client.resources._resource import Resource
from linlog.wire.sessions import Session


class Sessions(Resource):
    """What the server takes the client for."""

    def get(self) -> Session:
        """The user, where there is one, the role and the organisation."""
        return self._http.get("/session", Session)
