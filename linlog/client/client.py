"""The client: settings, credentials, and one attribute a resource."""

from __future__ import annotations

import contextlib
from collections.abc import Mapping
from functools import cached_property, partial
from types import TracebackType
from typing import TYPE_CHECKING, Any, Self

from linlog import errors
from linlog.client import left, settings
from linlog.client.flat import Flat
from linlog.client.http import TIMEOUT_S, Http
from linlog.client.resources.annotations import Annotations
from linlog.client.resources.batches import Batches
from linlog.client.resources.comments import Comments
from linlog.client.resources.dataset_versions import DatasetVersions
from linlog.client.resources.datasets import Datasets
from linlog.client.resources.evaluations import Evaluations
from linlog.client.resources.files import Files
from linlog.client.resources.jobs import Jobs
from linlog.client.resources.labels import Labels
from linlog.client.resources.log_entries import LogEntries
from linlog.client.resources.model_runs import ModelRuns
from linlog.client.resources.model_versions import ModelVersions
from linlog.client.resources.models import Models
from linlog.client.resources.organisations import Organisations
from linlog.client.resources.predictions import Predictions
from linlog.client.resources.projects import Projects
from linlog.client.resources.reviews import Reviews
from linlog.client.resources.sessions import Sessions
from linlog.client.resources.slices import Slices
from linlog.client.resources.tasks import Tasks
from linlog.client.sender import Sender
from linlog.client.settings import Credentials
from linlog.client.transports import Transport

if TYPE_CHECKING:
    from linlog.client.resources.audit_entries import AuditEntries
    from linlog.client.resources.tokens import Tokens
    from linlog.client.resources.users import Users


class LinLogClient(Flat):
    """A client of one server, for one organisation. Threads may share it.

    Where the server is and who asks: the arguments, else `LINLOG_URL` and `LINLOG_TOKEN`, else
    what `linlog login` stored, else `http://127.0.0.1:8420` without credentials. Used in a
    `with` statement, it delivers everything and closes at the end.
    """

    def __init__(
        self,
        base_url: str | None = None,
        token: str | None = None,
        *,
        email: str | None = None,
        password: str | None = None,
        timeout_s: float = TIMEOUT_S,
        allow_insecure: bool | None = None,
        transport: Transport | None = None,
    ) -> None:
        given = _credentials(token, email, password)
        found = settings.resolve(base_url, given)
        if transport is None:
            from linlog.client.transports.network import NetworkTransport

            settings.refuse_insecure(found, allow_insecure=allow_insecure)
            transport = NetworkTransport()
        self._settings = found
        self._http = http = Http(found, transport, timeout_s=timeout_s)
        self._sender = Sender(http.base_url, partial(left.lanes, http))
        self.annotations = Annotations(http)
        self.batches = Batches(http)
        self.comments = Comments(http)
        self.dataset_versions = DatasetVersions(http)
        self.datasets = Datasets(http)
        self.evaluations = Evaluations(http)
        self.files = Files(http)
        self.jobs = Jobs(http)
        self.labels = Labels(http)
        self.log_entries = LogEntries(http)
        self.model_runs = ModelRuns(http)
        self.model_versions = ModelVersions(http)
        self.models = Models(http)
        self.organisations = Organisations(http)
        self.predictions = Predictions(http, self._sender)
        self.projects = Projects(http)
        self.reviews = Reviews(http)
        self.sessions = Sessions(http)
        self.slices = Slices(http)
        self.tasks = Tasks(http)

    # What only admins ask for is loaded when they do.
    @cached_property
    def audit_entries(self) -> AuditEntries:
        """Who did what that matters to security."""
        from linlog.client.resources.audit_entries import AuditEntries

        return AuditEntries(self._http)

    @cached_property
    def tokens(self) -> Tokens:
        """The organisation's keys for programs."""
        from linlog.client.resources.tokens import Tokens

        return Tokens(self._http)

    @cached_property
    def users(self) -> Users:
        """The people of the organisation and their roles."""
        from linlog.client.resources.users import Users

        return Users(self._http)

    @classmethod
    def init_from_credentials(
        cls, email: str, password: str, base_url: str | None = None, **options: Any
    ) -> LinLogClient:
        """A client for the account of a person."""
        return cls(base_url, email=email, password=password, **options)

    @classmethod
    def init_from_token(
        cls, token: str, base_url: str | None = None, **options: Any
    ) -> LinLogClient:
        """A client for an organisation's token."""
        return cls(base_url, token, **options)

    def __repr__(self) -> str:
        who = self._settings.credentials or "nobody"
        return f"LinLogClient({self.base_url!r}, as {who})"

    def __reduce__(self) -> Any:
        raise TypeError("a client is not pickled: make one in each process")

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        value: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        if kind is None:
            self.close()
            return
        # The block's own error is what matters; what waits is delivered as far as it goes.
        with contextlib.suppress(errors.LinLogError):
            self.close()

    @property
    def base_url(self) -> str:
        """The server's address."""
        return self._settings.base_url

    def flush(self) -> None:
        """Wait until every prediction and log entry is delivered.

        Raises `PredictionsRefused` for those that the server did not take, each with the reason;
        and `Timeout` where it does not answer: all then waits on, and this may be called again.
        """
        self._sender.flush()

    @property
    def losses(self) -> Mapping[str, int]:
        """How many records could not be kept, by the reason; empty where all is well."""
        return dict(self._sender.losses)

    def close(self) -> None:
        """Deliver everything, then close the connections. Raises what `flush` raises."""
        try:
            self.flush()
            self._sender.settle()
        finally:
            self._sender.rest()
            self._http.close()


def _credentials(token: str | None, email: str | None, password: str | None) -> Credentials | None:
    if token is not None and (email is not None or password is not None):
        raise errors.ConfigError("give a token, or email and password, not both")
    if token is not None:
        return Credentials(token=token)
    if email is None and password is None:
        return None
    if not email or not password:
        raise errors.ConfigError("an account needs both email and password")
    return Credentials(email=email, password=password)
