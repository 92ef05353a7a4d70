"""The HTTP side of auth, and what runs beside it once the connections are there."""

from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager

from fastapi import FastAPI, Request

from auth.application.register_client import Seed
from auth.bootstrap import Auth, wired
from auth.entrypoints.not_yet import not_yet_router
from auth.entrypoints.oauth import oauth_router
from auth.entrypoints.periodic import Sweeper
from auth.settings import AuthSettings
from shared.kit.health import Health
from shared.kit.runtime import Part, Runtime, running
from shared.kit.web import service_app

OPENAPI_URL = "/api/auth/openapi.json"


def auth_app(settings: AuthSettings, health: Health, seeds: Sequence[Seed] = ()) -> FastAPI:
    """The application: once connected it makes the seeded clients, relays its outbox and sweeps."""

    @asynccontextmanager
    async def lifespan(app: FastAPI) -> AsyncIterator[None]:
        async def parts(runtime: Runtime) -> Sequence[Part]:
            auth = wired(runtime.pool, settings)
            await _seed(auth, seeds)
            app.state.auth = auth
            return [Sweeper(auth)]

        async with running(settings, "auth", health, parts):
            yield

    return service_app(
        "Carillon auth",
        health=health,
        routers=[oauth_router(connected_auth, settings), not_yet_router()],
        lifespan=lifespan,
        openapi_url=OPENAPI_URL,
    )


def connected_auth(request: Request) -> Auth | None:
    """The service's use cases; none while it is still connecting."""
    auth: Auth | None = getattr(request.app.state, "auth", None)
    return auth


async def _seed(auth: Auth, seeds: Sequence[Seed]) -> None:
    changed = await auth.seed_clients(seeds)
    if changed:
        auth.audit("user_created", clients_seeded=changed)
