"""What every store of activation's people does, in memory and in PostgreSQL; and the service as a process."""

from typing import Any
from uuid import uuid4

import httpx
import pytest

from activation.adapters.postgres_people import PostgresPeople
from activation.application.may_activate import MayActivate
from activation.application.ports import People
from activation.domain.people import AccountState, Person, Profile, profiles_offered
from shared.kernel.refusals import Refused
from shared.kit.broker import KafkaConnection, Producer
from tests.fakes.activation_people import FakePeople
from tests.integration.service_process import ServiceProcess
from tests.unit.preferences.builders import a_record, an_account
from tests.waiting import eventually


def a_person(version: int, state: str = "active", profile: str = "parent") -> Person:
    return Person(person_id="P1", version=version, state=AccountState(state), profile=Profile(profile))


@pytest.fixture(params=["memory", "postgres"])
async def people(request: pytest.FixtureRequest, service_pool: Any) -> People:
    return FakePeople() if request.param == "memory" else PostgresPeople(await service_pool("activation"))


async def test_a_newer_account_replaces_an_older_one_and_never_the_reverse(people: People) -> None:
    await people.follow([], [a_person(2, "suspended")])
    await people.follow([], [a_person(1)])
    assert await people.find("P1") == a_person(2, "suspended")

    await people.follow([], [a_person(3)])
    assert await people.find("P1") == a_person(3)


async def test_an_account_that_ended_is_nobody(people: People) -> None:
    await people.follow([], [a_person(5)])
    await people.follow(["P1", "P2"], [])
    assert await people.find("P1") is None

    await people.follow(["P1"], [a_person(1)])
    assert await people.find("P1") == a_person(1)


@pytest.mark.requirement("A24")
async def test_who_may_activate_is_answered_with_the_profile_or_the_reason(people: People) -> None:
    ask = MayActivate(people=people, offered=profiles_offered(staff_too=False))
    await people.follow([], [a_person(1, profile="enseignant")])
    assert await ask("P1") is Profile.TEACHER

    await people.follow([], [a_person(2, profile="personnel")])
    refused = await ask("P1")
    unknown = await ask("P2")
    assert isinstance(refused, Refused)
    assert isinstance(unknown, Refused)
    assert (refused.reason, unknown.reason) == ("profile_not_offered", "unknown_person")


@pytest.mark.kafka
async def test_the_service_follows_accounts_and_offers_nothing_that_is_not_there(
    service_database: Any, kafka_connection: KafkaConnection, producer: Producer, unused_tcp_port: int
) -> None:
    dsn = service_database("activation")
    activation = ServiceProcess("activation", dsn, kafka_connection, unused_tcp_port, {})
    person_id = f"A-{uuid4()}"

    async def known() -> bool:
        return (await activation.run("may-activate", person_id)).code == 0

    async with activation.serving() as client:
        await producer.publish([a_record(an_account(person_id))])
        await eventually(known, what="the account")
        answers = [
            await client.post("/api/mobile/v1/activate", json={"identifier": "x", "code": "y"}),
            await client.get("/api/mobile/v1/me"),
            await client.get("/m/"),
        ]
        described = (await client.get("/api/activation/openapi.json")).json()

    assert [_problem(one) for one in answers] == [
        (501, "urn:carillon:problem:not_offered_yet"),
        (501, "urn:carillon:problem:not_offered_yet"),
        (501, "urn:carillon:problem:not_offered_yet"),
    ]
    assert described["paths"] == {}
    assert (await activation.run("check")).code == 0


def _problem(answer: httpx.Response) -> tuple[int, str]:
    assert answer.headers["content-type"] == "application/problem+json"
    return answer.status_code, answer.json()["type"]
