"""What the notifier listens to. Every handler is safe to run again: seeing an event twice changes nothing.

| group | topics | promise |
|---|---|---|
| notifier.projections | ent.accounts, ent.preferences, ent.partners | known facts and how far they reach, in one transaction |
| notifier.router | ent.messages | routed whole before the offset moves |
| notifier.alerts | ent.alerts | written down before the offset moves, routed in the background |
| notifier.codes | ent.codes | routed at once; nothing else is in front of them |
| notifier.security | ent.security | security notices routed whole before the offset moves; the rest is not for us |
| notifier.lane.LANE | notifier.deliveries.LANE | claimed in the ledger before the offset moves |

A batch that fails is tried again for as long as it takes; what cannot be understood goes to `<topic>.dlq`.
"""

from collections.abc import Sequence
from typing import Any, TypeVar

from notifier.application.await_facts import AwaitFacts
from notifier.application.desk import SendingDesk
from notifier.application.follow_facts import FACTS, FollowFacts, Said
from notifier.application.route_alerts import KeepAlerts
from notifier.application.route_codes import RouteCodes
from notifier.application.route_continuously import RouteContinuously
from notifier.application.route_messages import RouteMessages
from notifier.application.route_security import RouteSecurity
from notifier.application.stores import Place
from notifier.domain.deliveries import DeliveryChannel, DeliveryKey
from notifier.domain.notifications import LaneName
from shared.events.alerts import PartnerAlert
from shared.events.base import EventData
from shared.events.codes import CodeIssued
from shared.events.envelope import Event
from shared.events.messages import MessageReceived
from shared.events.orders import DeliveryOrdered, lane_topic
from shared.events.security import AccessRevoked, SecurityNoticed
from shared.kit.connections import Runtime
from shared.kit.consumer import Batch, Consumer, DeadLetter, Offsets, Received

E = TypeVar("E", bound=EventData)


def facts_consumer(runtime: Runtime, follow: FollowFacts) -> Consumer:
    """Keeps the projections."""

    async def handle(batch: Batch) -> None:
        said = [_said(received) for received in batch.received]
        await follow(said, {Place(*place): end for place, end in batch.ends.items()})

    async def begin_at(ends: Offsets) -> Offsets:
        starts = await follow.book.begin_at({Place(*place): end for place, end in ends.items()})
        return {(place.topic, place.partition): start for place, start in starts.items()}

    return _consumer(runtime, list(FACTS), "notifier.projections", handle, even_empty=True, begin_at=begin_at)


def messages_consumer(runtime: Runtime, await_facts: AwaitFacts, route: RouteMessages) -> Consumer:
    """Routes messages, on facts at least as new as the messages."""

    async def handle(batch: Batch) -> None:
        events = _events(batch.received, MessageReceived)
        await await_facts()
        await route(events)

    return _consumer(runtime, [MessageReceived.topic], "notifier.router", handle, records_max=200)


def alerts_consumer(
    runtime: Runtime, await_facts: AwaitFacts, keep: KeepAlerts, routing: RouteContinuously
) -> Consumer:
    """Writes alerts down and wakes their router."""

    async def handle(batch: Batch) -> None:
        events = _events(batch.received, PartnerAlert)
        await await_facts()
        await keep(events)
        routing.wake()

    return _consumer(runtime, [PartnerAlert.topic], "notifier.alerts", handle)


def codes_consumer(runtime: Runtime, route: RouteCodes) -> Consumer:
    """Routes codes; they wait for nothing."""

    async def handle(batch: Batch) -> None:
        await route(_events(batch.received, CodeIssued))

    return _consumer(runtime, [CodeIssued.topic], "notifier.codes", handle)


def security_consumer(runtime: Runtime, await_facts: AwaitFacts, route: RouteSecurity) -> Consumer:
    """Routes security notices, on facts at least as new; whose access ended is for those who hold sessions."""

    async def handle(batch: Batch) -> None:
        events = _events(batch.received, SecurityNoticed, passing=(AccessRevoked,))
        if events:
            await await_facts()
            await route(events)

    return _consumer(runtime, [SecurityNoticed.topic], "notifier.security", handle)


def lane_consumer(runtime: Runtime, lane: LaneName, desks: dict[DeliveryChannel, SendingDesk]) -> Consumer:
    """Brings a lane's orders to the desks of their channels."""

    async def handle(batch: Batch) -> None:
        orders = [event.data for event in _events(batch.received, DeliveryOrdered)]
        for channel, desk in desks.items():
            keys = [
                DeliveryKey(order.notification_id, order.person_id, order.channel)
                for order in orders
                if order is not None and order.channel == channel
            ]
            await desk.take_orders(keys)

    return _consumer(runtime, [lane_topic(lane)], f"notifier.lane.{lane}", handle)


def _consumer(runtime: Runtime, topics: Sequence[str], group: str, handle: Any, **more: Any) -> Consumer:
    return Consumer(runtime.kafka, topics, group, handle, runtime.producer, **more)


def _events(
    received: Sequence[Received], kind: type[E], *, passing: tuple[type[EventData], ...] = ()
) -> list[Event[E]]:
    """The events of one kind, those in `passing` left aside; any other does not belong on the topic.

    A tombstone says nothing here. What no database could hold was already refused when the record was read.
    """
    for one in received:
        if one.event.data is not None and not isinstance(one.event.data, (kind, *passing)):
            raise DeadLetter(one, "unexpected_type", f"this topic carries {kind.event_type}")
    return [one.event for one in received if isinstance(one.event.data, kind)]


def _said(received: Received) -> Said:
    event = received.event
    if event.data is None and event.key is None:
        raise DeadLetter(received, "no_key", "a tombstone needs a key")
    if event.data is not None and not isinstance(event.data, FACTS[received.topic]):
        raise DeadLetter(
            received, "unexpected_type", f"this topic carries {FACTS[received.topic].event_type}"
        )
    return Said(received.topic, event.data.key if event.data else str(event.key), event.data)
