"""The organisation that the client acts for."""

from __future__ import annotations

from linlog.client.resources._resource import Resource
from linlog.wire.organisations import Organisation


class Organisations(Resource):
    """The organisation: each token and each account acts for exactly one."""

    def get(self) -> Organisation:
        """The organisation that the client acts for."""
        return self._http.get("/organisation", Organisation)
