"""Slips printed while others are at work on the same accounts: an import, somebody who types a code."""

import asyncio
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from auth.adapters.postgres_slips import PostgresSlips
from auth.adapters.security_facts import SecurityFacts
from auth.application.sign_in_ports import Busy
from auth.application.slip_ports import Given
from tests.integration.slip_scene import CODE, SlipScene, pupils
from tests.waiting import eventually

CHANGED = "update account set email = 'neuf@example.org' where person_id = $1"
WAITING = """
select count(*) > 0 from pg_stat_activity
where wait_event_type = 'Lock' and query ~ $1 and datname = current_database()
    and clock_timestamp() - query_start >= $2
"""
FLOW = """
insert into recovery (flow_digest, identifier_key, person_id, channel, asked_at, expires_at, handled_at)
values ('f', 'k', 'E00', 'email', $1, $2, $1)
"""


@pytest.fixture
async def scene(service_pool: Callable[..., Any]) -> SlipScene:
    return SlipScene(await service_pool("auth"))


async def waiting(scene: SlipScene, words: str, *, for_ms: int = 0) -> bool:
    """Whether statements with these words wait for somebody's lock."""
    waited = timedelta(milliseconds=for_ms)
    return bool(await scene.pool.fetchval(WAITING, words, waited))


async def test_a_clerk_and_an_import_that_wait_for_one_another_both_come_to_their_end(
    scene: SlipScene, tmp_path: Path
) -> None:
    await scene.school(tmp_path, *pupils(2))
    async with scene.pool.acquire() as importer, importer.transaction():
        await importer.execute(CHANGED, "E01")
        printing = asyncio.create_task(scene.prints())
        await eventually(lambda: waiting(scene, "from account"))

        await importer.execute(CHANGED, "E00")

    assert [slip.person_id for slip in await printing] == ["E00", "E01"]


async def test_an_import_that_began_to_wait_before_the_clerk_is_not_the_one_to_fail(
    scene: SlipScene, tmp_path: Path
) -> None:
    await scene.school(tmp_path, *pupils(3))
    async with scene.pool.acquire() as importer, importer.transaction():
        await importer.execute(CHANGED, "E02")
        async with scene.pool.acquire() as other, other.transaction():
            await other.execute(CHANGED, "E01")
            printing = asyncio.create_task(scene.prints())
            await eventually(lambda: waiting(scene, "from account"))

            async def done_or_long_waiting() -> bool:
                return importing.done() or await waiting(scene, CHANGED[:14], for_ms=600)

            importing = asyncio.create_task(importer.execute(CHANGED, "E00"))
            await eventually(done_or_long_waiting)

        await importing

    assert [slip.person_id for slip in await printing] == ["E00", "E01", "E02"]


async def test_while_an_account_is_held_no_slip_of_its_group_is_given(
    scene: SlipScene, tmp_path: Path
) -> None:
    await scene.school(tmp_path, *pupils(2))
    slips, now = PostgresSlips(scene.pool, SecurityFacts(scene.sealer)), scene.clock.now()
    group = [Given(person_id=person, password_hash="x", seen=None) for person in ("E00", "E01")]
    async with scene.pool.acquire() as importer, importer.transaction():
        await importer.execute(CHANGED, "E01")

        answer = await slips.give(group, expires_at=now + timedelta(days=90), now=now)

    assert isinstance(answer, Busy)
    assert await scene.held() == {}


async def test_the_flows_of_a_recovery_end_before_its_code(scene: SlipScene, tmp_path: Path) -> None:
    """Whoever tries a code holds its flow first; a clerk who held the code meanwhile would wait for ever."""
    await scene.school(tmp_path, *pupils(1))
    await scene.prints()
    now = scene.clock.now()
    await scene.pool.execute(FLOW, now, now + timedelta(minutes=10))
    await scene.pool.execute(CODE, "E00", now, now + timedelta(minutes=10))
    async with scene.pool.acquire() as guesser, guesser.transaction():
        await guesser.execute("select from recovery for update")
        reissuing = asyncio.create_task(scene.prints(reissue=True))
        await eventually(lambda: waiting(scene, "from recovery"))

        await guesser.execute("select from one_time_code for update nowait")

    await reissuing
