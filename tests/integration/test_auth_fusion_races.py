"""A fusion that is accepted while something else is being written of the account it takes in."""

import asyncio
from pathlib import Path

import pytest

from auth.domain.fusion import Fusion
from tests.integration.auth_scene import ServicePool
from tests.integration.fusion_scene import FusionScene, a_family, refusal
from tests.waiting import eventually

pytestmark = pytest.mark.requirement("R61")

SLIP_MADE = (
    "select from account where person_id = 'P2' for no key update",
    "update credential set slip_made_at = $1 where person_id = 'P2'",
)
PASSWORD_RECOVERED = ("update credential set password_changed_at = $1 where person_id = 'P2'",)
SIGN_IN_UNDER_WAY = "select from credential where person_id = 'P2' for update"
SESSION_OPENED = (
    "insert into browser_session (session_id, token_digest, person_id, authenticated_at, last_seen_at, expires_at)"
    " values (gen_random_uuid(), decode('aa', 'hex'), 'P2', $1, $1, $1)"
)
WAITING = """
select exists (select from pg_stat_activity where datname = current_database() and wait_event_type = 'Lock')
"""


@pytest.fixture
async def scene(service_pool: ServicePool, tmp_path: Path) -> FusionScene:
    return await a_family(await service_pool("auth"), tmp_path)


@pytest.mark.parametrize("written", [SLIP_MADE, PASSWORD_RECOVERED], ids=["slip", "recovery"])
async def test_a_password_that_is_being_replaced_proves_nothing_any_more(
    scene: FusionScene, written: tuple[str, ...]
) -> None:
    token = await scene.session("P1")
    preview = await scene.previewed(token)
    scene.school.clock.forward(1)
    now = scene.school.clock.now()

    async with scene.pool.acquire() as connection, connection.transaction():
        for statement in written:
            await connection.execute(statement, *([now] if "$1" in statement else []))
        accepting = asyncio.create_task(scene.attach(token, preview.fusion_id))
        await eventually(lambda: scene.pool.fetchval(WAITING), what="the fusion waits")

    assert refusal(await accepting) == "unknown_fusion"
    assert await scene.pool.fetchval("select fused_into from account where person_id = 'P2'") is None


async def test_a_sign_in_under_way_and_a_fusion_do_not_wait_for_one_another(scene: FusionScene) -> None:
    token = await scene.session("P1")
    preview = await scene.previewed(token)

    async with scene.pool.acquire() as connection, connection.transaction():
        await connection.execute(SIGN_IN_UNDER_WAY)
        accepting = asyncio.create_task(scene.attach(token, preview.fusion_id))
        await eventually(lambda: scene.pool.fetchval(WAITING), what="the fusion waits")
        await connection.execute(SESSION_OPENED, scene.school.clock.now())

    assert isinstance(await accepting, Fusion)
    assert await scene.pool.fetchval("select count(*) from browser_session where person_id = 'P2'") == 0
