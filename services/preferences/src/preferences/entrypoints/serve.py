"""The running service: HTTP, the consumer of accounts, the outbox relay."""

from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from typing import Any

from fastapi import FastAPI

from preferences.bootstrap import SERVICE, use_cases
from preferences.entrypoints.account_feed import GROUP, TOPICS, account_feed
from preferences.entrypoints.web import ASSETS_PATH, OPENAPI_URL, not_offered_yet
from preferences.settings import PreferencesSettings
from shared.kit.connections import Runtime
from shared.kit.consumer import Consumer
from shared.kit.doorway import portal_doorway
from shared.kit.health import Health
from shared.kit.runtime import Part, running
from shared.kit.web import portal_pages, serve, service_app


async def parts(runtime: Runtime) -> Sequence[Part]:
    """What runs beside HTTP and the outbox relay."""
    can = use_cases(runtime.pool, runtime.clock)
    return [
        Consumer(
            connection=runtime.kafka,
            topics=TOPICS,
            group=GROUP,
            handle=account_feed(can.follow_accounts),
            producer=runtime.producer,
        )
    ]


def application(settings: PreferencesSettings, health: Health) -> Any:
    """The ASGI application; its lifespan runs the rest."""
    doorway = portal_doorway(settings)

    @asynccontextmanager
    async def lifespan(_: FastAPI) -> AsyncIterator[None]:
        async with doorway.client, running(settings, SERVICE, health, parts):
            yield

    return service_app(
        "Carillon preferences",
        health=health,
        routers=[not_offered_yet()],
        lifespan=lifespan,
        openapi_url=OPENAPI_URL,
        pages=portal_pages(settings, package=SERVICE, assets_path=ASSETS_PATH),
        gate=doorway.gate(ASSETS_PATH),
    )


def run(settings: PreferencesSettings) -> None:
    """Serve until SIGTERM or Ctrl-C."""
    health = Health()
    serve(application(settings, health), host=settings.http_host, port=settings.http_port, health=health)
