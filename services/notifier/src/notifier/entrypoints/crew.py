"""Everything that one process of the notifier does for its roles."""

import asyncio
from collections.abc import Collection, Sequence
from dataclasses import dataclass, field

from notifier.application.desk import SendingDesk
from notifier.bootstrap import Notifier
from notifier.domain.deliveries import CHANNELS, DeliveryChannel
from notifier.entrypoints.consumers import (
    alerts_consumer,
    codes_consumer,
    facts_consumer,
    lane_consumer,
    messages_consumer,
    security_consumer,
)
from notifier.entrypoints.roles import LANES
from shared.kit.consumer import Consumer
from shared.kit.logs import get_logger
from shared.kit.runtime import Part, persistently

log = get_logger()


@dataclass(slots=True)
class Crew:
    """Everything one process does, in layers: what is on top starts last and stops first."""

    ground: list[Part] = field(default_factory=list)
    providers: list[Part] = field(default_factory=list)
    desks: list[SendingDesk] = field(default_factory=list)
    movers: list[Part] = field(default_factory=list)
    consumers: list[Consumer] = field(default_factory=list)

    @property
    def layers(self) -> tuple[Sequence[Part], ...]:
        return (self.ground, self.providers, self.desks, self.movers, self.consumers)

    async def start(self) -> None:
        """Each part is tried until it starts; those of a layer side by side."""
        for layer in self.layers:
            await asyncio.gather(*(persistently(type(part).__name__, part.start) for part in layer))

    async def stop(self) -> None:
        """The desks are closed first of all, so that whoever still brings work is turned away at once."""
        for desk in self.desks:
            desk.close()
        for layer in reversed(self.layers):
            ends = await asyncio.gather(*(part.stop() for part in layer), return_exceptions=True)
            for failure in filter(None, ends):  # the layers below still have work to finish
                log.warning("part.not_stopped", failure=type(failure).__name__)


def crew_of(notifier: Notifier, roles: Collection[str]) -> Crew:
    """Everything that these roles need."""
    crew = Crew(ground=[notifier.keep_lease()])
    if "projections" in roles:
        crew.consumers.append(facts_consumer(notifier.runtime, notifier.follow_facts()))
    if "router" in roles:
        _add_router(crew, notifier)
    _add_workers(crew, notifier, roles)
    return crew


def _add_router(crew: Crew, notifier: Notifier) -> None:
    runtime, ends, routing = notifier.runtime, notifier.fact_ends(), notifier.route_alerts()
    await_facts = notifier.await_facts(ends)
    crew.providers.append(ends)
    crew.movers.append(routing)
    crew.consumers += [
        codes_consumer(runtime, notifier.route_codes()),
        security_consumer(runtime, await_facts, notifier.route_security()),
        messages_consumer(runtime, await_facts, notifier.route_messages()),
        alerts_consumer(runtime, await_facts, notifier.keep_alerts(), routing),
    ]


def _add_workers(crew: Crew, notifier: Notifier, roles: Collection[str]) -> None:
    lanes = [lane for lane in LANES if lane in roles or "sweeper" in roles]
    if not lanes:
        return
    record = notifier.record_outcomes()
    crew.ground.append(record)
    for lane in lanes:
        providers = notifier.providers(lane)
        desks: dict[DeliveryChannel, SendingDesk] = {
            channel: notifier.desk(lane, channel, providers, record) for channel in CHANNELS
        }
        crew.providers += [providers.mails, providers.texts]
        crew.desks += desks.values()
        if lane in roles:
            crew.consumers.append(lane_consumer(notifier.runtime, lane, desks))
    if "sweeper" in roles:
        crew.movers.append(notifier.sweep(crew.desks))
