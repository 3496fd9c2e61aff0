"""No route without a policy, and each role may do what those below it may."""

import pytest
from fastapi import APIRouter, FastAPI
from starlette.routing import Mount, Route

from linlog.errors import ConfigError
from linlog.server import app
from linlog.server.context import Actor
from linlog.server.request import PUBLIC, Router
from linlog.wire.users import ROLES
from tests.conftest import Server
from tests.factories import organisations


def planted() -> dict[str, str]:
    """A route that says nothing of who may call it."""
    return {}


def in_a_router(application: FastAPI) -> None:
    """Where all real routes are."""
    router = APIRouter()
    router.add_api_route("/planted", planted)
    application.include_router(router)


def in_a_router_of_a_router(application: FastAPI) -> None:
    """Deeper."""
    inner, outer = APIRouter(), APIRouter()
    inner.add_api_route("/planted", planted)
    outer.include_router(inner)
    application.include_router(outer)


def on_the_app(application: FastAPI) -> None:
    """By itself."""
    application.add_api_route("/planted", planted)


def as_a_plain_route(application: FastAPI) -> None:
    """Without FastAPI."""
    application.router.routes.append(Route("/planted", planted))


def in_a_mounted_app(application: FastAPI) -> None:
    """In an app of its own."""
    application.router.routes.append(Mount("/sub", routes=[Route("/planted", planted)]))


@pytest.mark.attack("B18")
@pytest.mark.parametrize(
    "plant",
    [in_a_router, in_a_router_of_a_router, on_the_app, as_a_plain_route, in_a_mounted_app],
    ids=lambda plant: plant.__name__,
)
def test_a_route_without_a_policy_stops_the_app(plant) -> None:
    application = FastAPI(openapi_url=None)
    plant(application)
    with pytest.raises(ConfigError, match="/planted declares no policy"):
        app.check_policies(application)


@pytest.mark.attack("B18")
def test_a_planted_route_stops_the_real_app(
    server: Server, monkeypatch: pytest.MonkeyPatch
) -> None:
    router = APIRouter()
    router.add_api_route("/planted", planted)
    routers = app._routers()
    monkeypatch.setattr(app, "_routers", lambda: [*routers, router])
    with pytest.raises(ConfigError, match="planted declares no policy"):
        app.build(server.machine)


def test_a_route_with_a_policy_passes() -> None:
    application, router = FastAPI(openapi_url=None), Router("planted", prefix="")

    @router.get("/planted", policy=PUBLIC)
    def fine(ctx: object) -> dict[str, str]:
        """A route that says who may call it."""
        return {}

    application.include_router(router.api())
    app.check_policies(application)
    assert fine.__name__ in {one.name for one in app._all_routes(application.routes)}


@pytest.mark.parametrize("needed", ROLES)
def test_a_role_may_what_those_below_it_may(needed: str) -> None:
    allowed = [role for role in ROLES if Actor("o_x", role).may(needed)]
    assert allowed == [*ROLES[ROLES.index(needed) :]]


def test_roles_open_what_they_should(shared: Server) -> None:
    home = organisations.create(shared)
    asked = {
        "viewer": ("GET", "/api/v2/projects", None),
        "annotator": ("POST", "/api/v2/files", b"x"),
        "manager": ("POST", "/api/v2/projects", {"title": "x"}),
        "admin": ("GET", "/api/v2/users", None),
    }
    for needed, request in asked.items():
        allowed = [role for role in ROLES if home.call(*request, role=role).status != 403]
        assert (needed, allowed) == (needed, [*ROLES[ROLES.index(needed) :]])
