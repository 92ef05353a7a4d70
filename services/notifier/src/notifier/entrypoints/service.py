"""The running service: its HTTP side, and the parts of its roles once it is connected."""

from collections.abc import AsyncIterator, Collection, Sequence
from contextlib import asynccontextmanager

from fastapi import FastAPI

from notifier.adapters.introspection import PartnerTokens
from notifier.application.intake_ports import Tokens
from notifier.bootstrap import CheckedSettings, Notifier
from notifier.entrypoints.crew import crew_of
from notifier.entrypoints.web.not_yet import not_yet_router
from notifier.entrypoints.web.partner_api import PartnerIntake, partner_router
from shared.kernel.ids import uuid7
from shared.kit.connections import Runtime
from shared.kit.doorway import portal_doorway
from shared.kit.health import Health, consumer_check
from shared.kit.runtime import Part, running
from shared.kit.web import portal_pages, service_app

ASSETS_PATH = "/partenaire/apparence"
POOL_SIZE_MAX = 12
"""For the handlers of nine consumers, eight desks judging, the recorder, the relay, the lease and the web."""


def notifier_app(settings: CheckedSettings, health: Health, roles: Collection[str]) -> FastAPI:
    """The ASGI application of one process."""
    doorway = portal_doorway(settings)
    opened: list[PartnerIntake] = []

    async def build(runtime: Runtime) -> Sequence[Part]:
        notifier = Notifier(settings=settings, runtime=runtime)
        if "web" in roles:
            opened.append(_intake(notifier, PartnerTokens(doorway.introspection)))
        crew = crew_of(notifier, roles)
        for consumer in crew.consumers:
            health.add(f"consumer {consumer.group}", consumer_check(consumer))
        return [crew]

    @asynccontextmanager
    async def lifespan(_: FastAPI) -> AsyncIterator[None]:
        async with doorway.client, running(settings, "notifier", health, build, pool_size_max=POOL_SIZE_MAX):
            yield

    if "web" not in roles:
        return service_app("Carillon notifier", health=health, lifespan=lifespan)
    return service_app(
        "Carillon notifier",
        health=health,
        routers=[partner_router(lambda: next(iter(opened), None)), not_yet_router()],
        lifespan=lifespan,
        pages=portal_pages(settings, package="notifier", assets_path=ASSETS_PATH),
        gate=doorway.gate(ASSETS_PATH),
    )


def _intake(notifier: Notifier, tokens: Tokens) -> PartnerIntake:
    return PartnerIntake(
        accept=notifier.accept_alert(),
        estimate=notifier.estimate_alert(),
        report=notifier.report_alert(),
        withdraw=notifier.withdraw_alert(),
        tokens=tokens,
        new_id=uuid7,
    )
