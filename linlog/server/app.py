"""The only place where the server is wired together."""

from __future__ import annotations

from contextlib import asynccontextmanager
from functools import cache
from importlib import import_module
from typing import TYPE_CHECKING, Any, Final

import anyio.to_thread
from fastapi import APIRouter, FastAPI
from fastapi.openapi.utils import get_openapi
from fastapi.routing import iter_route_contexts
from starlette.routing import Mount

from linlog import __version__, limits
from linlog.errors import ConfigError
from linlog.server import failures, methods, pages, published, security_txt
from linlog.server.jobs.apart import Apart
from linlog.server.jobs.worker import working
from linlog.server.machine import open_machine
from linlog.server.middleware import Headers, Hosts, SingleSlashes
from linlog.server.openapi import described, tidy
from linlog.server.rates import Refusals
from linlog.server.request import PUBLIC, Router
from linlog.server.turns import Gate, Rooms

if TYPE_CHECKING:
    from collections.abc import AsyncIterator

    from linlog.server.machine import Machine
    from linlog.server.settings import Settings

_AT_THE_DOOR: Final = 2
"""Threads that find out who asks, whatever the others work on."""
COLUMNS: Final = (
    "setup",
    "sessions",
    "organisations",
    "users",
    "tokens",
    "audit_entries",
    "projects",
    "labels",
    "batches",
    "tasks",
    "annotations",
    "comments",
    "reviews",
    "files",
    "datasets",
    "dataset_versions",
    "slices",
    "models",
    "model_versions",
    "log_entries",
    "model_runs",
    "predictions",
    "evaluations",
    "jobs",
)


def create_app(settings: Settings) -> Any:
    """The server as an ASGI app. Opens the data folder; its lifespan runs the workers."""
    return build(open_machine(settings))


def build(machine: Machine) -> Any:
    """The app around an opened machine."""
    app = FastAPI(
        title="linlog",
        version=__version__,
        docs_url=None,
        redoc_url=None,
        openapi_url=None,
        redirect_slashes=False,
        lifespan=_lifespan,
    )
    app.state.machine = machine
    app.state.door = Gate(_AT_THE_DOOR)
    app.state.gate = Gate(machine.settings.threads, spare=limits.SPARE_TURNS)
    app.state.refusals = Refusals()
    app.state.rooms = Rooms(limits.LARGE_BODIES)
    for router in _routers():
        _take(app, router)
    _add_own_routes(app)
    failures.install(app)
    pages.mount(app)
    check_policies(app)
    app.state.routes = [each for each in _all_routes(app.routes) if each.path != pages.ANY]
    app.state.named = methods.named(app.state.routes)
    settings = machine.settings
    ours = Hosts(app, origin=settings.origin, hosts=settings.hosts)
    return SingleSlashes(Headers(ours, origin=settings.origin))


@cache
def openapi() -> dict[str, Any]:
    """The document that describes the native API."""
    app = FastAPI(title="linlog", version=__version__)
    with described():
        for column in COLUMNS:
            app.include_router(_column(column).router.api(documented=True))
        document = get_openapi(
            title="linlog",
            version=__version__,
            description="The native API of linlog.",
            routes=app.routes,
        )
    return tidy(document)


def check_policies(app: FastAPI) -> None:
    """Refuse to start with a route that does not say who may call it."""
    for route in _all_routes(app.routes):
        if not hasattr(getattr(route, "endpoint", None), "linlog_policy"):
            message = f"route {getattr(route, 'path', route)} declares no policy"
            raise ConfigError(message)


def _routers() -> list[Any]:
    columns = [_column(column).router for column in COLUMNS]
    routers = [*columns, _column("files").media, *published.routers()]
    return [router.api() for router in routers]


def _column(name: str) -> Any:
    return import_module(f"linlog.server.routes.{name}")


def _add_own_routes(app: FastAPI) -> None:
    own = Router("server", prefix="")

    @own.get("/healthz", policy=PUBLIC)
    def healthz(ctx: Any) -> dict[str, str]:
        """Whether the server answers and reaches its database."""
        with ctx.database.read() as conn:
            conn.exec_driver_sql("SELECT 1")
        return {"status": "ok"}

    @own.get("/api/v2/openapi.json", policy="viewer")
    def document(ctx: Any) -> dict[str, Any]:  # noqa: ARG001 - every route takes its context
        """The document that describes the native API."""
        return openapi()

    _take(app, own.api())
    _take(app, security_txt.router())


def _take(app: FastAPI, router: APIRouter) -> None:
    """Serve a router's routes as they are: FastAPI's own way builds each a second time."""
    app.router.routes.extend(router.routes)


def _all_routes(routes: Any) -> list[Any]:
    """Every route, those of included routers and mounted apps too."""
    found: list[Any] = []
    for context in iter_route_contexts(routes):
        route = context.original_route
        found += _all_routes(route.routes) if isinstance(route, Mount) else [route]
    return found


@asynccontextmanager
async def _lifespan(app: FastAPI) -> AsyncIterator[None]:
    machine: Machine = app.state.machine
    limiter = anyio.to_thread.current_default_thread_limiter()
    # Beside those that work there are some who ask who comes.
    limiter.total_tokens = machine.settings.threads + limits.SPARE_TURNS + _AT_THE_DOOR
    apart = Apart(machine)
    workers = working(machine, apart, machine.settings.workers)
    for worker in workers:
        worker.start()
    try:
        yield
    finally:
        for worker in workers:
            worker.stop()
        apart.stop()
        machine.close()
