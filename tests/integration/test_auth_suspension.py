"""A suspension ends every access, at once and for good: nothing opened before it is there again if the person returns."""

from collections.abc import Callable
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from shared.events.security import AccessRevoked
from shared.kit.outbox import RECORDS_A_ROW_MAX
from tests.integration.auth_scene import GRACE, AuthScene, pupil
from tests.integration.sign_in_scene import SignInScene

ASKED = """
insert into recovery (flow_digest, identifier_key, person_id, channel, asked_at, expires_at, handled_at)
values ('f', 'k', $1, 'email', $2, $3, $2)
"""
ISSUED = """
insert into one_time_code (code_id, person_id, purpose, digest, destination_digest, issued_at, expires_at)
values (gen_random_uuid(), $1, 'recovery', 'a', 'b', $2, $3)
"""
LET_GO = ("update account set state = 'absent'", "update attachment set absent_since = $1")


@pytest.fixture
async def scene(service_pool: Callable[..., Any]) -> SignInScene:
    return SignInScene(await service_pool("auth"))


async def let_go(scene: SignInScene, school: AuthScene) -> None:
    """Everybody has been absent for the whole delay, and the sweep comes by."""
    account, attachment = LET_GO
    await scene.pool.execute(account)
    await scene.pool.execute(attachment, scene.clock.now() - GRACE)
    await school.sweeps()


async def test_a_session_from_before_the_suspension_does_not_revive(
    scene: SignInScene, tmp_path: Path
) -> None:
    entered = await scene.enters(await scene.person("E1"))
    school = AuthScene(scene.pool, tmp_path, scene.clock)

    await let_go(scene, school)
    await school.done(pupil("E1"), confirmed=True)

    assert await school.states() == {"E1": "active"}
    assert await scene.session(entered.session_token) is None
    assert await scene.pool.fetchval("select count(*) from known_device") == 0


async def test_a_recovery_under_way_ends_with_the_suspension(scene: SignInScene, tmp_path: Path) -> None:
    await scene.person("E1")
    now = scene.clock.now()
    for under_way in (ASKED, ISSUED):
        await scene.pool.execute(under_way, "E1", now, now + timedelta(minutes=10))

    await let_go(scene, AuthScene(scene.pool, tmp_path, scene.clock))

    assert await scene.pool.fetchval("select expires_at from recovery") == now
    assert await scene.pool.fetchval("select ended_at from one_time_code") == now


async def test_every_suspension_is_told_as_access_that_ended(scene: SignInScene, tmp_path: Path) -> None:
    school = AuthScene(scene.pool, tmp_path, scene.clock)
    people = [f"E{number:04}" for number in range(RECORDS_A_ROW_MAX + 1)]
    await school.done(*(pupil(person) for person in people))
    await school.told()

    await let_go(scene, school)

    revoked = [event.data for event in await school.events() if isinstance(event.data, AccessRevoked)]
    assert revoked == [
        AccessRevoked(person_id=person, revoked_at=scene.clock.now(), reason="account_suspended")
        for person in people
    ]


async def test_who_stays_keeps_his_session(scene: SignInScene, tmp_path: Path) -> None:
    await scene.person("E1")
    kept = await scene.enters(await scene.person("E2"))
    school = AuthScene(scene.pool, tmp_path, scene.clock)
    await scene.pool.execute("update account set state = 'absent' where person_id = 'E1'")
    await scene.pool.execute(
        "update attachment set absent_since = $1 where person_id = 'E1'", scene.clock.now() - GRACE
    )

    await school.sweeps()

    assert await school.states() == {"E1": "suspended", "E2": "active"}
    assert await scene.session(kept.session_token) is not None
