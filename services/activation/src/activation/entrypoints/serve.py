"""The running service: HTTP, the consumer of accounts, the outbox relay."""

from collections.abc import Sequence
from typing import Any

from activation.bootstrap import SERVICE, people
from activation.entrypoints.account_feed import GROUP, TOPICS, account_feed
from activation.entrypoints.web import OPENAPI_URL, not_offered_yet
from activation.settings import ActivationSettings
from shared.kit.consumer import Consumer
from shared.kit.health import Health
from shared.kit.runtime import Part, Runtime, running
from shared.kit.web import serve, service_app


async def parts(runtime: Runtime) -> Sequence[Part]:
    """What runs beside HTTP and the outbox relay."""
    return [
        Consumer(
            connection=runtime.kafka,
            topics=TOPICS,
            group=GROUP,
            handle=account_feed(people(runtime.pool)),
            producer=runtime.producer,
        )
    ]


def application(settings: ActivationSettings, health: Health) -> Any:
    """The ASGI application; its lifespan runs the rest."""
    return service_app(
        "Carillon activation",
        health=health,
        routers=[not_offered_yet()],
        lifespan=lambda _: running(settings, SERVICE, health, parts, relay=False),
        openapi_url=OPENAPI_URL,
    )


def run(settings: ActivationSettings) -> None:
    """Serve until SIGTERM or Ctrl-C."""
    health = Health()
    serve(application(settings, health), host=settings.http_host, port=settings.http_port, health=health)
