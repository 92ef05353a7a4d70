"""The running service: HTTP, the consumer of accounts, the outbox relay."""

from collections.abc import Sequence
from typing import Any

from preferences.bootstrap import SERVICE, use_cases
from preferences.entrypoints.account_feed import GROUP, TOPICS, account_feed
from preferences.entrypoints.web import OPENAPI_URL, not_offered_yet
from preferences.settings import PreferencesSettings
from shared.kit.consumer import Consumer
from shared.kit.health import Health
from shared.kit.runtime import Part, Runtime, running
from shared.kit.web import serve, service_app


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
    return service_app(
        "Carillon preferences",
        health=health,
        routers=[not_offered_yet()],
        lifespan=lambda _: running(settings, SERVICE, health, parts),
        openapi_url=OPENAPI_URL,
    )


def run(settings: PreferencesSettings) -> None:
    """Serve until SIGTERM or Ctrl-C."""
    health = Health()
    serve(application(settings, health), host=settings.http_host, port=settings.http_port, health=health)
