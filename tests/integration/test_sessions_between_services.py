"""A session of auth, shown to another service: both as processes, in real time."""

import time
from collections.abc import AsyncIterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

import asyncpg
import httpx
import pytest

from auth.domain.sessions import new_token, session_digest
from carillon.infrastructure.ports import free_port
from shared.kernel.ids import uuid7
from shared.kit.broker import KafkaConnection
from shared.kit.portal_settings import LOCAL_CLIENT
from shared.kit.sealing import new_key
from shared.kit.web.cookies import SESSION
from tests.integration.conftest import ServiceDatabase
from tests.integration.service_process import ServiceProcess
from tests.integration.sign_in_scene import ACCEPTED, ACCOUNT, ATTACHED, ESTABLISHED, charters_in_force
from tests.waiting import eventually

pytestmark = pytest.mark.kafka

PERSON = "par-001"
CREDENTIAL = """
insert into credential (person_id, step, password_hash, password_kind, finished_at)
values ($1, $2, 'not looked at', 'chosen', $3)
"""
OPENED = """
insert into browser_session (session_id, token_digest, person_id, authenticated_at, last_seen_at, expires_at)
values ($1, $2, $3, $4, $4, $5)
"""
PAGE = "/preferences/resume"


@dataclass
class Portal:
    """A parent's session in auth's database, and a client of preferences that shows its cookie."""

    database: asyncpg.Connection
    preferences: httpx.AsyncClient

    async def answers(self, **headers: str) -> httpx.Response:
        return await self.preferences.get(PAGE, headers=headers)

    async def moves_to(self, step: str) -> None:
        await self.database.execute("update credential set step = $1", step)


async def a_session_in(database: asyncpg.Connection, step: str) -> str:
    now, token = datetime.now(UTC), new_token()
    await database.execute(ESTABLISHED)
    await database.execute(ACCOUNT, PERSON, "parent", "leo.vial", now)
    await database.execute(ATTACHED, PERSON)
    for charter in charters_in_force().asked_of("parent"):
        await database.execute(ACCEPTED, PERSON, charter.charter_id, charter.version, now)
    await database.execute(CREDENTIAL, PERSON, step, now)
    await database.execute(OPENED, uuid7(), session_digest(token), PERSON, now, now + timedelta(hours=12))
    return token


@pytest.fixture
async def portal(
    service_database: ServiceDatabase, kafka_connection: KafkaConnection
) -> AsyncIterator[Portal]:
    auth_dsn, auth_port = service_database("auth"), free_port()
    client: dict[str, Any] = {name.upper(): value for name, value in LOCAL_CLIENT.items()}
    auth = ServiceProcess("auth", auth_dsn, kafka_connection, auth_port, client | {"CODE_KEYS": new_key()})
    address = {"AUTH_URL": f"http://127.0.0.1:{auth_port}"}
    preferences = ServiceProcess(
        "preferences", service_database("preferences"), kafka_connection, free_port(), client | address
    )
    async with auth.serving(), preferences.serving() as shown:
        database = await asyncpg.connect(auth_dsn)
        token = await a_session_in(database, "contacts")
        shown.headers["cookie"] = f"{SESSION}={token}"
        yield Portal(database, shown)
        await database.close()


@pytest.mark.requirement("R6")
async def test_a_session_opens_another_service_once_it_may_and_no_longer_than_five_seconds_after_its_end(
    portal: Portal,
) -> None:
    before = await portal.answers()
    await portal.moves_to("active")
    page = await portal.answers(accept="text/html")

    await portal.database.execute("delete from browser_session")
    ended_at = time.monotonic()

    async def is_a_stranger() -> bool:
        return (await portal.answers(accept="text/html")).status_code == 303

    await eventually(is_a_stranger, within_s=5, what="the end of the session everywhere")

    assert (before.status_code, before.json()["step"]) == (403, "contacts")
    assert (page.status_code, "LÉO VIAL" in page.text) == (501, True)
    assert time.monotonic() - ended_at < 5
