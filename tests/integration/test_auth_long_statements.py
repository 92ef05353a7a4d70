"""Statements about many people have their own limit of time; that of requests does not end an import."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from pathlib import Path

import asyncpg
import pytest

from shared.kit.database import open_pool
from tests.integration.auth_scene import GRACE, AuthScene, noon, pupil
from tests.integration.conftest import ServiceDatabase
from tests.waiting import eventually

REQUEST_S = 1.0
HELD = "select from account for no key update"
SHUT = "lock table account in access exclusive mode"
WAITED = """
select count(*) > 0 from pg_stat_activity
where wait_event_type = 'Lock' and datname = current_database()
    and clock_timestamp() - query_start > make_interval(secs => $1)
"""

Act = Callable[[AuthScene], Awaitable[object]]


@pytest.fixture
async def hasty(service_database: ServiceDatabase, tmp_path: Path) -> AsyncIterator[AuthScene]:
    """A school on a pool whose requests may take a second."""
    pool = await open_pool(service_database("auth"), service="auth", command_timeout_s=REQUEST_S)
    yield AuthScene(pool, tmp_path, noon())
    pool.terminate()


async def gets_another_class(school: AuthScene) -> object:
    return await school.done(pupil("E1", **{"class": "5B"}))


async def is_suspended(school: AuthScene) -> object:
    return await school.sweeps()


async def is_told_again(school: AuthScene) -> object:
    return await school.republishes()


@pytest.mark.parametrize(
    ("act", "lock"), [(gets_another_class, HELD), (is_suspended, HELD), (is_told_again, SHUT)]
)
async def test_a_statement_of_the_directory_outlasts_the_time_of_a_request(
    hasty: AuthScene, act: Act, lock: str
) -> None:
    await hasty.done(pupil("E1"))
    if act is is_suspended:
        await hasty.pool.execute("update account set state = 'absent'")
        await hasty.pool.execute("update attachment set absent_since = $1", hasty.clock.now() - GRACE)
    async with hasty.pool.acquire() as other, other.transaction():
        await other.execute(lock)
        acting = asyncio.ensure_future(act(hasty))

        async def given_up_or_outlasted() -> bool:
            return acting.done() or await _outlasted(hasty.pool)

        await eventually(given_up_or_outlasted)

    assert await acting


async def _outlasted(pool: asyncpg.Pool) -> bool:
    return bool(await pool.fetchval(WAITED, REQUEST_S + 0.2))
