"""From a choice to `ent.preferences`, on a real PostgreSQL and a real Apache Kafka."""

import asyncio
from collections.abc import AsyncIterator
from dataclasses import replace
from typing import Any
from uuid import uuid4

import asyncpg
import pytest

from preferences.adapters.kafka_publication import KafkaPublication
from preferences.application.choose_notices import Choose
from preferences.application.ports import Done
from preferences.application.use_contact import GiveContact
from preferences.bootstrap import UseCases, use_cases
from preferences.domain.boxes import Asked
from preferences.domain.person import School
from shared.kernel.clock import SystemClock
from shared.kit.broker import KafkaConnection, Producer
from shared.kit.outbox import OutboxRelay
from shared.kit.tasks import background
from tests.integration.preferences_scene import a_desk, as_preferences, published
from tests.unit.preferences.builders import COLLEGE, a_person, email
from tests.waiting import eventually

pytestmark = pytest.mark.kafka

SCHOOLS = tuple(School(uai=f"{number:07d}A", name="École", kind="college") for number in range(50))


class Scene:
    def __init__(self, pool: asyncpg.Pool, connection: KafkaConnection) -> None:
        self.pool = pool
        self.connection = connection
        self.can: UseCases = use_cases(pool, SystemClock())
        self.person_id = f"P-{uuid4()}"

    async def choose(self, uai: str = COLLEGE, **asked: bool) -> Done:
        done = await self.can.choose(
            Choose(person_id=self.person_id, uai=uai, asked=Asked(**asked), who="a test")
        )
        assert isinstance(done, Done)
        return done

    async def all_has_left(self) -> None:
        async def empty() -> bool:
            return not await self.pool.fetchval("select count(*) from outbox")

        await eventually(empty, what="an empty outbox")

    async def kept(self) -> Any:
        async with a_desk(self.pool).open() as work:
            return (await work.preferences([self.person_id]))[self.person_id]


@pytest.fixture
async def scene(service_pool: Any, kafka_connection: KafkaConnection) -> Scene:
    scene = Scene(await service_pool("preferences"), kafka_connection)
    person = a_person(scene.person_id)
    await scene.can.follow_accounts([], [replace(person, schools=(*person.schools, *SCHOOLS))])
    return scene


@pytest.fixture
async def relay(scene: Scene, producer: Producer) -> AsyncIterator[None]:
    async with background(OutboxRelay(scene.pool, producer).run()):
        yield


@pytest.mark.requirement("R45")
async def test_what_is_published_is_what_is_kept(scene: Scene, relay: None) -> None:
    await scene.choose(establishment_notices=True, partner_notices=False)
    await scene.can.use_contact(
        GiveContact(person_id=scene.person_id, address=email(), proved=True, who="a test")
    )
    await scene.all_has_left()

    events = await published(scene.connection, scene.person_id)

    assert [one.data.version for one in events if one.data] == [1, 2]
    assert events[-1].data is not None
    assert as_preferences(events[-1].data) == await scene.kept()
    assert events[-1].source == "urn:carillon:preferences"
    assert events[0].id != events[1].id


async def test_the_same_choice_twice_is_published_once(scene: Scene, relay: None) -> None:
    await scene.choose(sms_refused=True)
    await scene.choose(sms_refused=True)
    await scene.all_has_left()

    assert len(await published(scene.connection, scene.person_id)) == 1


async def test_fifty_choices_at_once_reach_kafka_as_versions_one_to_fifty(scene: Scene, relay: None) -> None:
    await asyncio.gather(*(scene.choose(school.uai, establishment_notices=True) for school in SCHOOLS))
    await scene.all_has_left()

    events = await published(scene.connection, scene.person_id)

    assert [one.data.version for one in events if one.data] == list(range(1, 51))
    assert events[-1].data is not None
    assert as_preferences(events[-1].data) == await scene.kept()


async def test_the_end_of_an_account_is_a_tombstone(scene: Scene, relay: None) -> None:
    await scene.choose(sms_refused=True)
    await scene.can.follow_accounts([scene.person_id], [])
    await scene.all_has_left()

    events = await published(scene.connection, scene.person_id)

    assert [one.data is None for one in events] == [False, True]


async def test_without_a_running_service_the_command_publishes_itself(scene: Scene) -> None:
    done = await scene.choose(sms_refused=True)

    assert await KafkaPublication(scene.pool, scene.connection).has_left(done.publication, within_s=20)
    assert len(await published(scene.connection, scene.person_id)) == 1


async def test_without_kafka_the_news_is_kept_and_said_to_be_waiting(
    scene: Scene, unused_tcp_port: int
) -> None:
    done = await scene.choose(sms_refused=True)
    nobody = KafkaConnection(f"127.0.0.1:{unused_tcp_port}")

    assert not await KafkaPublication(scene.pool, nobody).has_left(done.publication, within_s=1.5)
    assert await scene.pool.fetchval("select count(*) from outbox") == 1
    assert not await KafkaPublication(scene.pool, nobody).has_left(None, within_s=1.5)
