"""`carillon-preferences` as an operator types it: real processes on a real PostgreSQL and a real Apache Kafka."""

import asyncio
import json
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any
from uuid import uuid4

import asyncpg
import httpx
import pytest

from shared.events.preferences import Choice, PreferencesChanged
from shared.kit.broker import KafkaConnection, Producer
from tests.integration.preferences_scene import published
from tests.integration.service_process import ServiceProcess
from tests.unit.preferences.builders import COLLEGE, LYCEE, a_record, an_account
from tests.waiting import eventually

pytestmark = pytest.mark.kafka


@pytest.fixture
def preferences(
    service_database: Any, kafka_connection: KafkaConnection, unused_tcp_port: int
) -> ServiceProcess:
    dsn = service_database("preferences")
    return ServiceProcess("preferences", dsn, kafka_connection, unused_tcp_port, {})


@pytest.fixture
async def serving(preferences: ServiceProcess) -> AsyncIterator[httpx.AsyncClient]:
    async with preferences.serving() as client:
        yield client


@pytest.fixture
async def person_id(producer: Producer) -> str:
    """Somebody whose account was published a moment ago."""
    person_id = f"C-{uuid4()}"
    await producer.publish([a_record(an_account(person_id))])
    return person_id


async def newest(connection: KafkaConnection, person_id: str) -> PreferencesChanged:
    events = await published(connection, person_id)
    assert events[-1].data is not None
    return events[-1].data


@pytest.mark.requirement("R45")
@pytest.mark.requirement("R50")
async def test_what_was_chosen_is_in_kafka_when_the_command_returns(
    preferences: ServiceProcess, serving: httpx.AsyncClient, person_id: str
) -> None:
    boxes = ("--email-information", "--no-establishment-notices", "--partner-notices", "--no-sms")
    ran = await preferences.run("choose", person_id, "--establishment", COLLEGE, *boxes, "--as", "Mme Vial")

    assert (ran.code, ran.out) == (0, "Done, version 1.\n")
    chosen = (await newest(preferences.kafka, person_id)).choices
    assert chosen == (Choice(uai=COLLEGE, email_information=True, partner_notices=True, sms_refused=True),)

    again = await preferences.run("choose", person_id, "--establishment", COLLEGE, "--sms")

    assert (again.code, again.out) == (0, "Done, version 2.\n")
    chosen = (await newest(preferences.kafka, person_id)).choices
    assert chosen == (Choice(uai=COLLEGE, email_information=True, partner_notices=True),)


async def test_a_command_says_who_asked_in_the_audit_and_in_the_log(
    preferences: ServiceProcess, serving: httpx.AsyncClient, person_id: str
) -> None:
    ran = await preferences.run(
        "contact", person_id, "--email", "canari.sonia@example.org", "--proved", "--as", "Mme Vial"
    )

    lines = [json.loads(line) for line in ran.err.splitlines()]
    told = next(line for line in lines if line["event"] == "preferences.contact_given")
    assert (told["who"], told["person_id"]) == ("Mme Vial", person_id)
    audit = await _rows(preferences.dsn, "select who, what, person_id, details::text from audit")
    assert [row[:3] for row in audit] == [("Mme Vial", "contact", person_id)]
    assert "canari" not in ran.err + ran.out + str(audit)


async def test_contacts_are_selected_and_proved_as_asked(
    preferences: ServiceProcess, serving: httpx.AsyncClient, person_id: str
) -> None:
    await preferences.run("contact", person_id, "--email", "Sonia@Example.org", "--proved")
    await preferences.run("contact", person_id, "--phone", "06 39 98 00 12")

    contacts = (await newest(preferences.kafka, person_id)).contacts

    assert [(one.channel, one.address, one.origin, one.proof, one.selected) for one in contacts] == [
        ("email", "Sonia@example.org", "typed", "proved", True),
        ("sms", "+33639980012", "typed", "unproved", True),
    ]
    shown = await preferences.run("show", person_id)
    assert "Email de réception : S•••@example.org (typed, proved)" in shown.out
    assert "Numéro de contact : +336••••••12 (typed, unproved)" in shown.out


@pytest.mark.requirement("R49")
@pytest.mark.parametrize(
    ("arguments", "sentence"),
    [
        (("choose", "nobody", "--establishment", COLLEGE, "--sms"), "Nobody is known under nobody."),
        (("contact", "nobody", "--email", "a@example.org"), "Nobody is known under nobody."),
        (("contact", "nobody", "--email", "a@"), "This is not a valid e-mail address."),
        (
            ("contact", "nobody", "--phone", "01 23 45 67 89"),
            "This number gets no SMS: it is not a French mobile number, metropolitan or overseas.",
        ),
        (("contact", "nobody", "--phone", "3615"), "This is a short number: it cannot be used."),
        (
            ("choose", "nobody", "--establishment", "Collège", "--sms"),
            "Collège is not an establishment's code: seven digits and a letter, such as 0690001A.",
        ),
    ],
)
async def test_what_cannot_be_done_is_refused_with_a_sentence(
    preferences: ServiceProcess, arguments: tuple[str, ...], sentence: str
) -> None:
    ran = await preferences.run(*arguments, "--wait-s", "0")

    assert (ran.code, ran.out, ran.err) == (1, "", f"{sentence}\n")


async def test_a_foreign_establishment_is_refused(
    preferences: ServiceProcess, serving: httpx.AsyncClient, person_id: str
) -> None:
    await preferences.run("choose", person_id, "--establishment", COLLEGE, "--sms")

    ran = await preferences.run("choose", person_id, "--establishment", "0699999Z", "--sms", "--wait-s", "0")

    assert ran.code == 1
    assert ran.err == f"{person_id} does not belong to the establishment 0699999Z.\n"


@pytest.mark.parametrize(
    "arguments",
    [
        ("choose", "P1", "--sms"),
        ("choose", "P1", "--establishment", COLLEGE),
        ("choose", "--establishment", COLLEGE, "--sms"),
        ("contact", "P1"),
        ("contact", "P1", "--email", "a@example.org", "--phone", "0639980012"),
        ("contact", "P1", "--colour", "blue"),
        ("unheard-of",),
    ],
)
async def test_wrong_usage_exits_with_two(preferences: ServiceProcess, arguments: tuple[str, ...]) -> None:
    ran = await preferences.run(*arguments)

    assert ran.code == 2
    assert "Usage: carillon-preferences" in ran.err


async def test_without_a_service_the_command_publishes_by_itself(
    preferences: ServiceProcess, person_id: str
) -> None:
    async with preferences.serving():
        await preferences.run("choose", person_id, "--establishment", COLLEGE, "--sms")

    ran = await preferences.run("choose", person_id, "--establishment", COLLEGE, "--no-sms")

    assert (ran.code, ran.out) == (0, "Done, version 1.\n")
    assert (await newest(preferences.kafka, person_id)).choices[0].sms_refused


async def test_without_kafka_the_command_says_that_the_news_is_waiting(
    preferences: ServiceProcess, person_id: str, unused_tcp_port_factory: Any
) -> None:
    async with preferences.serving():
        await preferences.run("choose", person_id, "--establishment", COLLEGE, "--sms")
    nowhere = f"127.0.0.1:{unused_tcp_port_factory()}"

    ran = await preferences.run(
        "choose", person_id, "--establishment", COLLEGE, "--no-sms", KAFKA_BOOTSTRAP_SERVERS=nowhere
    )

    assert (ran.code, ran.out) == (0, "Done, version 1.\n")
    assert "It is kept, and will be published as soon as the service runs and Kafka answers." in ran.err


async def test_a_database_without_tables_is_said_to_need_migrating(
    postgres: Any, kafka_connection: KafkaConnection, unused_tcp_port: int
) -> None:
    dsn = postgres.create_database(f"empty_{uuid4().hex[:12]}")
    preferences = ServiceProcess("preferences", dsn, kafka_connection, unused_tcp_port, {})

    refused = await preferences.run("show", "P1")
    migrated = await preferences.run("migrate")
    shown = await preferences.run("show", "P1")

    assert (refused.code, "run carillon-preferences migrate" in refused.err) == (1, True)
    assert migrated.code == 0
    assert (shown.code, shown.err) == (1, "Nobody is known under P1.\n")


async def test_a_seed_is_carried_out_and_published(
    preferences: ServiceProcess, serving: httpx.AsyncClient, producer: Producer, tmp_path: Path
) -> None:
    prefix = f"S-{uuid4()}"
    people = [f"{prefix}-{number}" for number in range(2_500)]
    await producer.publish([a_record(an_account(one)) for one in people])
    file = tmp_path / "seed.jsonl"
    lines = [{"person_id": one, "uai": COLLEGE, "establishment_notices": True} for one in people]
    file.write_text("\n".join(map(json.dumps, lines)), encoding="utf-8")

    first = await preferences.run("seed", str(file))
    second = await preferences.run("seed", str(file))

    assert (first.code, first.out) == (0, "2500 lines read, 2500 people changed.\n")
    assert (second.code, second.out) == (0, "2500 lines read, 0 people changed.\n")
    assert (await newest(preferences.kafka, people[-1])).choices[0].establishment_notices


async def test_a_wrong_seed_changes_nothing(preferences: ServiceProcess, tmp_path: Path) -> None:
    file = tmp_path / "seed.jsonl"
    file.write_text('{"person_id": "P1"}\n{"person_id": "P1", "phone": "0123456789"}\n', encoding="utf-8")

    wrong = await preferences.run("seed", str(file))
    missing = await preferences.run("seed", str(tmp_path / "none.jsonl"))

    assert (wrong.code, wrong.err.splitlines()[-1]) == (1, "Nothing was changed.")
    assert wrong.err.startswith("Line 2: This number gets no SMS")
    assert (missing.code, "cannot be read" in missing.err) == (1, True)


async def test_pages_that_are_not_there_yet_are_problem_documents(serving: httpx.AsyncClient) -> None:
    paths = ("/preferences", "/preferences/resume", "/desabonnement/abc", "/nowhere")
    answers = await asyncio.gather(*(serving.get(path) for path in paths))

    assert [answer.status_code for answer in answers] == [501, 501, 501, 404]
    assert {answer.headers["content-type"] for answer in answers} == {"application/problem+json"}
    assert (await serving.get("/api/preferences/openapi.json")).json()["info"][
        "title"
    ] == "Carillon preferences"


async def _rows(dsn: str, query: str) -> list[tuple[Any, ...]]:
    connection = await asyncpg.connect(dsn)
    try:
        return [tuple(row) for row in await connection.fetch(query)]
    finally:
        await connection.close()


@pytest.mark.requirement("R61")
@pytest.mark.requirement("A22")
async def test_a_fusion_is_shown_and_confirmed_for_a_person(
    preferences: ServiceProcess, serving: httpx.AsyncClient, producer: Producer, person_id: str
) -> None:
    other = f"{person_id}-2"
    await producer.publish([a_record(an_account(other, uais=(LYCEE,)))])
    for person, uai in ((person_id, COLLEGE), (other, LYCEE)):
        await preferences.run("choose", person, "--establishment", uai, "--partner-notices")
    nothing = await preferences.run("confirm-fusion", person_id)
    remaining = an_account(person_id, version=2, uais=(COLLEGE, LYCEE), fused=(other,))
    await producer.publish([a_record(remaining)])

    async def shown() -> bool:
        return f"{other} (unconfirmed" in (await preferences.run("show", person_id)).out

    await eventually(shown, what="the fusion")
    confirmed = await preferences.run("confirm-fusion", person_id, "--as", "Mme Vial")
    again = await preferences.run("confirm-fusion", person_id)

    assert (nothing.code, nothing.err) == (1, f"No account was fused into {person_id}.\n")
    assert (confirmed.code, confirmed.out) == (0, "Confirmed.\n")
    assert (again.code, again.out) == (0, "All was confirmed already.\n")
    fused = await newest(preferences.kafka, person_id)
    assert [choice.uai for choice in fused.choices if choice.partner_notices] == [COLLEGE, LYCEE]
    assert fused.version == 2
