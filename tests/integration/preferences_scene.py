"""What the tests of preferences look at: the desk's announcements, and what Kafka holds of them."""

from dataclasses import dataclass
from typing import Any
from uuid import UUID

import asyncpg
from aiokafka import AIOKafkaConsumer

from preferences.adapters.announcements import Announcements
from preferences.adapters.postgres_desk import PostgresDesk
from preferences.application.ports import Deed
from preferences.domain.contacts import Contact
from preferences.domain.preferences import Preferences
from shared.consent import Choices
from shared.events.envelope import Event, from_record
from shared.events.preferences import PreferencesChanged
from shared.kernel.addresses import EmailAddress, PhoneNumber
from shared.kernel.clock import SystemClock
from shared.kernel.ids import uuid7
from shared.kit.broker import KafkaConnection
from tests.fakes.preferences_desk import Told

ANNOUNCEMENTS = Announcements(clock=SystemClock(), new_id=uuid7)


@dataclass(frozen=True)
class WatchedDesk(PostgresDesk):
    """The desk in PostgreSQL, whose outbox and audit a test may read."""

    async def told(self) -> list[Told]:
        rows = await self.pool.fetch("select records from outbox order by id")
        return [_told(key, value) for row in rows for _, key, value, _ in row["records"]]

    async def deeds(self) -> list[Deed]:
        rows = await self.pool.fetch("select at, who, what, person_id, details from audit order by id")
        return [Deed(**dict(row)) for row in rows]


def a_desk(pool: asyncpg.Pool) -> WatchedDesk:
    return WatchedDesk(pool, ANNOUNCEMENTS)


def as_preferences(event: PreferencesChanged) -> Preferences:
    """The event read back into the words of preferences."""
    return Preferences(
        person_id=event.person_id,
        version=event.version,
        contacts=tuple(_contact(one) for one in event.contacts),
        choices={one.uai: Choices(**one.model_dump(exclude={"uai"})) for one in event.choices},
        merged=event.merged,
    )


async def published(connection: KafkaConnection, person_id: str) -> list[Event[PreferencesChanged]]:
    """Everything `ent.preferences` holds under one person, in the order of its partition."""
    consumer = AIOKafkaConsumer(
        PreferencesChanged.topic,
        **connection.options(),
        enable_auto_commit=False,
        auto_offset_reset="earliest",
    )
    await consumer.start()
    try:
        places = consumer.assignment()
        ends = await consumer.end_offsets(places)
        found: list[Event[Any]] = []
        while any([await consumer.position(place) < ends[place] for place in places]):
            for records in (await consumer.getmany(timeout_ms=100)).values():
                events = (from_record(one.key, one.value, one.headers) for one in records)
                found += [one for one in events if isinstance(one, Event) and one.key == person_id]
        return found
    finally:
        await consumer.stop()


def _told(key: str, value: str | None) -> Told:
    if value is None:
        return key
    event = PreferencesChanged.read(value)
    assert isinstance(event, PreferencesChanged)
    return as_preferences(event)


def _contact(one: Any) -> Contact:
    address = EmailAddress(one.address) if one.channel == "email" else PhoneNumber(one.address)
    return Contact(
        contact_id=UUID(one.contact_id),
        channel=one.channel,
        address=address,
        origin=one.origin,
        proof=one.proof,
        selected=one.selected,
    )
