"""The HTTP side of auth, and what runs beside it once the connections are there."""

from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager

from fastapi import FastAPI, Request

from auth.application.register_client import Seed
from auth.bootstrap import Auth, wired
from auth.entrypoints.contact_feed import GROUP, TOPICS, contact_feed
from auth.entrypoints.fusions_api import fusions_router
from auth.entrypoints.oauth import oauth_router
from auth.entrypoints.pages.desk import desk_router
from auth.entrypoints.pages.first_connection import first_connection_router
from auth.entrypoints.pages.portal import portal_router
from auth.entrypoints.pages.recovery import recovery_router
from auth.entrypoints.pages.sign_in import sign_in_router
from auth.entrypoints.pages.site import Site
from auth.entrypoints.periodic import Sweeper
from auth.entrypoints.recovery_worker import RecoveryWorker
from auth.settings import AuthSettings
from shared.kit.connections import Runtime
from shared.kit.consumer import Consumer
from shared.kit.health import Health
from shared.kit.runtime import Part, running
from shared.kit.web import portal_pages, service_app

OPENAPI_URL = "/api/auth/openapi.json"
ASSETS = "/connexion/apparence"


def auth_app(settings: AuthSettings, health: Health, seeds: Sequence[Seed] = ()) -> FastAPI:
    """The application: once connected it makes the seeded clients, relays its outbox and sweeps."""

    @asynccontextmanager
    async def lifespan(app: FastAPI) -> AsyncIterator[None]:
        async def parts(runtime: Runtime) -> Sequence[Part]:
            auth = wired(runtime.pool, settings)
            await _seed(auth, seeds)
            app.state.auth = auth
            recovery = auth.recovery
            contacts = Consumer(
                connection=runtime.kafka,
                topics=TOPICS,
                group=GROUP,
                handle=contact_feed(recovery.follow_contacts),
                producer=runtime.producer,
            )
            return [Sweeper(auth), RecoveryWorker(recovery.issue_codes, recovery.woken), contacts]

        async with running(settings, "auth", health, parts):
            yield

    site = site_of(settings)
    return service_app(
        "Carillon auth",
        health=health,
        routers=[
            oauth_router(connected_auth, settings),
            fusions_router(connected_auth, settings),
            portal_router(site),
            sign_in_router(site),
            first_connection_router(site),
            recovery_router(site),
            desk_router(site),
        ],
        lifespan=lifespan,
        openapi_url=OPENAPI_URL,
        pages=site.pages,
    )


def site_of(settings: AuthSettings) -> Site:
    """What the pages of auth have in common."""
    return Site(portal_pages(settings, package="auth", assets_path=ASSETS), settings, connected_auth)


def connected_auth(request: Request) -> Auth | None:
    """The service's use cases; none while it is still connecting."""
    auth: Auth | None = getattr(request.app.state, "auth", None)
    return auth


async def _seed(auth: Auth, seeds: Sequence[Seed]) -> None:
    changed = await auth.seed_clients(seeds)
    if changed:
        auth.audit("user_created", clients_seeded=changed)
