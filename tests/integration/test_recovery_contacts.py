"""From `ent.preferences` to the contacts that a code may go to, on a real PostgreSQL and a real Apache Kafka."""

from collections.abc import AsyncIterator, Callable
from typing import Any
from uuid import uuid4

import asyncpg
import pytest

from auth.adapters.postgres_proved_contacts import PostgresProvedContacts
from auth.application.follow_contacts import FollowContacts
from auth.entrypoints.contact_feed import TOPICS, contact_feed
from shared.events.envelope import KafkaRecord, to_record, tombstone
from shared.events.preferences import Contact, PreferencesChanged
from shared.kit.broker import KafkaConnection, Producer
from shared.kit.consumer import Consumer
from tests.integration.recovery_scene import NOON
from tests.waiting import eventually

pytestmark = pytest.mark.kafka


@pytest.fixture
async def pool(service_pool: Callable[..., Any]) -> asyncpg.Pool:
    return await service_pool("auth")


@pytest.fixture
async def following(
    pool: asyncpg.Pool, kafka_connection: KafkaConnection, producer: Producer
) -> AsyncIterator[None]:
    """A consumer of a group of its own, which reads from the beginning."""
    consumer = Consumer(
        connection=kafka_connection,
        topics=TOPICS,
        group=f"tests.{uuid4()}",
        handle=contact_feed(FollowContacts(contacts=PostgresProvedContacts(pool))),
        producer=producer,
    )
    await consumer.start()
    yield
    await consumer.stop()


def contact(address: str, proof: str = "proved", *, selected: bool = False, contact_id: str = "") -> Contact:
    return Contact.model_validate(
        {
            "contact_id": contact_id or f"id-{address}",
            "channel": "email" if "@" in address else "sms",
            "address": address,
            "origin": "typed",
            "proof": proof,
            "selected": selected,
        }
    )


def told(person_id: str, version: int, *contacts: Contact) -> KafkaRecord:
    preferences = PreferencesChanged(person_id=person_id, version=version, contacts=contacts)
    return to_record(preferences, event_id=f"{person_id}-{version}", source="/tests", time=NOON)


async def kept(pool: asyncpg.Pool, person_id: str) -> list[tuple[Any, ...]]:
    rows = await pool.fetch(
        "select channel, address, selected from proved_contact where person_id = $1 order by address",
        person_id,
    )
    return [tuple(row) for row in rows]


async def reached(pool: asyncpg.Pool, person_id: str, version: int | None) -> None:
    async def there() -> bool:
        found = "select version from preferences_version where person_id = $1"
        return await pool.fetchval(found, person_id) == version

    await eventually(there, what=f"version {version} of {person_id}")


@pytest.mark.requirement("R54")
async def test_proved_contacts_are_kept_all_of_them_and_no_other(
    pool: asyncpg.Pool, producer: Producer, following: None
) -> None:
    person = f"C-{uuid4()}"
    contacts = [
        contact("a@example.org", selected=True),
        contact("b@example.org", "unproved"),
        contact("c@example.org", "bounced", selected=True),
        contact("+33612345678"),
    ]

    await producer.publish([told(person, 1, *contacts)])
    await reached(pool, person, 1)

    assert await kept(pool, person) == [("sms", "+33612345678", False), ("email", "a@example.org", True)]


@pytest.mark.requirement("R54")
async def test_an_older_version_never_brings_a_contact_back(
    pool: asyncpg.Pool, producer: Producer, following: None
) -> None:
    person = f"V-{uuid4()}"
    await producer.publish([told(person, 5, contact("new@example.org"))])
    await reached(pool, person, 5)

    await producer.publish(
        [
            told(person, 4, contact("old@example.org")),
            told(person, 5, contact("other@example.org")),
            told(mark := f"M-{person}", 1),
        ]
    )
    await producer.publish([told(person, 6, contact("new@example.org", "bounced"))])
    await reached(pool, mark, 1)
    await reached(pool, person, 6)

    assert await kept(pool, person) == []


async def test_a_tombstone_forgets_the_person_and_a_new_life_begins_at_version_one(
    pool: asyncpg.Pool, producer: Producer, following: None
) -> None:
    person = f"T-{uuid4()}"
    await producer.publish([told(person, 9, contact("a@example.org"))])
    await reached(pool, person, 9)

    ended = tombstone(PreferencesChanged.topic, person, event_id="end", source="/tests", time=NOON)
    await producer.publish([ended])
    await reached(pool, person, None)
    forgotten = await kept(pool, person)
    await producer.publish([told(person, 1, contact("b@example.org"))])
    await reached(pool, person, 1)

    assert forgotten == []
    assert await kept(pool, person) == [("email", "b@example.org", False)]


async def test_a_contact_told_twice_or_unusable_does_not_stop_the_topic(
    pool: asyncpg.Pool, producer: Producer, following: None
) -> None:
    person = f"D-{uuid4()}"
    twice = [contact(f"{n}@example.org", contact_id="same") for n in range(2)]

    await producer.publish([told(person, 1, *twice, contact("pas@une@adresse"))])
    await reached(pool, person, 1)

    assert await kept(pool, person) == [("email", "1@example.org", False)]
