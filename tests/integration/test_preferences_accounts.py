"""From `ent.accounts` to people, on a real PostgreSQL and a real Apache Kafka."""

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from dataclasses import replace
from typing import Any
from uuid import uuid4

import asyncpg
import pytest

from preferences.application.choose_notices import Choose
from preferences.bootstrap import use_cases
from preferences.domain.boxes import Asked
from preferences.entrypoints.account_feed import TOPICS, account_feed
from shared.events.accounts import AccountChanged, ImportedContacts
from shared.events.envelope import tombstone
from shared.kernel.clock import SystemClock
from shared.kit.broker import KafkaConnection, Producer
from shared.kit.consumer import Consumer
from tests.unit.preferences.builders import COLLEGE, LYCEE, NOON, a_record, an_account
from tests.waiting import eventually

pytestmark = pytest.mark.kafka

Running = Callable[[], AbstractAsyncContextManager[None]]


@pytest.fixture
async def pool(service_pool: Any) -> asyncpg.Pool:
    return await service_pool("preferences")


@pytest.fixture
def running(pool: asyncpg.Pool, kafka_connection: KafkaConnection, producer: Producer) -> Running:
    """`async with running()` is a consumer of a group of its own, which reads from the beginning each time."""
    follow = use_cases(pool, SystemClock()).follow_accounts

    @asynccontextmanager
    async def consuming() -> AsyncIterator[None]:
        consumer = Consumer(
            connection=kafka_connection,
            topics=TOPICS,
            group=f"tests.{uuid4()}",
            handle=account_feed(follow),
            producer=producer,
        )
        await consumer.start()
        try:
            yield
        finally:
            await consumer.stop()

    return consuming


async def state_of(pool: asyncpg.Pool, prefix: str) -> list[Any]:
    """Every row about the people of one test."""
    people = await pool.fetch("select * from person where person_id like $1 || '%' order by 1", prefix)
    schools = await pool.fetch(
        "select * from attachment where person_id like $1 || '%' order by 1, 2", prefix
    )
    return [tuple(row) for row in (*people, *schools)]


async def reached(pool: asyncpg.Pool, person_id: str, version: int | None) -> None:
    async def there() -> bool:
        return await pool.fetchval("select version from person where person_id = $1", person_id) == version

    await eventually(there, what=f"version {version} of {person_id}")


async def read_whole(pool: asyncpg.Pool, producer: Producer, running: Running) -> None:
    """Read the topic from the beginning past a mark set now."""
    mark = f"mark-{uuid4()}"
    marks = [an_account(f"{mark}-{number}") for number in range(60)]  # on every partition
    await producer.publish([a_record(one) for one in marks])

    async def all_marked() -> bool:
        return await pool.fetchval("select count(*) from person where person_id like $1 || '%'", mark) == 60

    async with running():
        await eventually(all_marked, what="the marks")


async def test_replayed_from_the_beginning_nothing_changes(
    pool: asyncpg.Pool, producer: Producer, running: Running
) -> None:
    prefix = f"R-{uuid4()}"
    history = [
        an_account(f"{prefix}-a"),
        an_account(f"{prefix}-a", version=2, uais=(COLLEGE, LYCEE), state="suspended"),
        an_account(
            f"{prefix}-b", imported=ImportedContacts(email="b@example.org", phone_mobile="0639980012")
        ),
        an_account(f"{prefix}-a", version=1),
    ]
    await producer.publish([a_record(one) for one in history])
    await read_whole(pool, producer, running)
    before = await state_of(pool, prefix)
    can = use_cases(pool, SystemClock())
    await can.choose(Choose(person_id=f"{prefix}-a", uai=LYCEE, asked=Asked(sms_refused=True), who="a test"))

    await read_whole(pool, producer, running)

    assert await state_of(pool, prefix) == before
    assert [row[1] for row in before[:2]] == [2, 1]
    assert await pool.fetchval("select count(*) from outbox") == 1


async def test_a_tombstone_ends_a_person(pool: asyncpg.Pool, producer: Producer, running: Running) -> None:
    person_id = f"T-{uuid4()}"
    async with running():
        await producer.publish([a_record(an_account(person_id, version=4))])
        await reached(pool, person_id, 4)

        ended = tombstone(AccountChanged.topic, person_id, event_id="end", source="/tests", time=NOON)
        await producer.publish([ended])
        await reached(pool, person_id, None)

        await producer.publish([a_record(an_account(person_id, version=1))])
        await reached(pool, person_id, 1)


async def test_an_address_that_is_none_costs_the_address_and_not_the_person(
    pool: asyncpg.Pool, producer: Producer, running: Running
) -> None:
    person_id = f"U-{uuid4()}"
    async with running():
        await producer.publish(
            [a_record(an_account(person_id, imported=ImportedContacts(email="pas une adresse")))]
        )
        await reached(pool, person_id, 1)

    assert await pool.fetchval("select email is null from person where person_id = $1", person_id)


async def test_an_account_that_no_table_can_hold_does_not_stop_the_next(
    pool: asyncpg.Pool, producer: Producer, running: Running
) -> None:
    person_id = f"N-{uuid4()}"
    good = a_record(an_account(person_id, version=3))
    assert good.value is not None
    endless = replace(good, value=good.value.replace(b'"version":3', b'"version":1099511627776'))
    unwritable = replace(good, value=good.value.replace(b'"first_name":"', b'"first_name":"\\u0000'))
    async with running():
        await producer.publish([endless, unwritable, good])
        await reached(pool, person_id, 3)

    assert len({endless.value, unwritable.value, good.value}) == 3


async def test_an_import_of_twenty_thousand_arrives_while_people_choose(
    pool: asyncpg.Pool, producer: Producer, running: Running
) -> None:
    prefix = f"I-{uuid4()}"
    can = use_cases(pool, SystemClock())

    async def choosing(number: int) -> None:
        person_id = f"{prefix}-{number}"
        await reached(pool, person_id, 1)
        command = Choose(person_id=person_id, uai=COLLEGE, asked=Asked(sms_refused=True), who="a test")
        await can.choose(command)

    async def complete() -> bool:
        count = "select count(*) from person where person_id like $1 || '%'"
        return await pool.fetchval(count, prefix) == 20_000

    async with running():
        records = [a_record(an_account(f"{prefix}-{number}")) for number in range(20_000)]
        await asyncio.gather(
            producer.publish(records), *(choosing(number) for number in range(0, 20_000, 1_000))
        )
        await eventually(complete, what="the whole import")

    chosen = await pool.fetchval("select count(*) from preferences where person_id like $1 || '%'", prefix)
    assert chosen == 20
