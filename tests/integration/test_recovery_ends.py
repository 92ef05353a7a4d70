"""A recovery under way ends with the right that it rests on, and changes the password once."""

import asyncio
from collections.abc import Callable
from typing import Any

import pytest

from auth.application.change_password import OwnChange
from auth.application.replace_password import PasswordFaults, PasswordReplaced
from auth.application.sign_in import SignedIn
from shared.kernel.refusals import Refused
from tests.integration.made_once import hashed
from tests.integration.recovery_scene import CHOSEN, RecoveryScene, email
from tests.integration.test_recovery_tries import FIRST_PASSWORD

SONIA = email("sonia@example.org")


@pytest.fixture
async def scene(service_pool: Callable[..., Any]) -> RecoveryScene:
    return RecoveryScene(await service_pool("auth"))


@pytest.mark.parametrize("end", ["everywhere", "changed"])
async def test_an_owner_who_signs_out_everywhere_or_changes_the_password_ends_a_recovery_under_way(
    scene: RecoveryScene, end: str
) -> None:
    await scene.account("P1", SONIA, password_hash=hashed(FIRST_PASSWORD))
    owner = await scene.signs_in("p1", FIRST_PASSWORD)
    proved = await scene.proved("p1")
    other, code = await scene.one_code("p1")

    if end == "everywhere":
        assert await scene.auth.sign_out_everywhere(owner.session_token)
    else:
        assert isinstance(await _changes(scene, owner.session_token), PasswordReplaced)

    assert isinstance(await scene.chooses(proved, CHOSEN + "2"), Refused)
    assert isinstance(await scene.tries(other, code), Refused)
    assert not await scene.recovery.choose_password.may(proved)


async def test_a_recovery_whose_password_is_refused_over_and_over_does_not_outlive_the_owners(
    scene: RecoveryScene,
) -> None:
    await scene.account("P1", SONIA)
    theirs, owners = await scene.proved("p1"), await scene.proved("p1")

    refused, done = await asyncio.gather(scene.chooses(theirs, "Password1!"), scene.chooses(owners))

    assert isinstance(refused, PasswordFaults | Refused)
    assert isinstance(done, PasswordReplaced)
    assert isinstance(await scene.chooses(theirs, CHOSEN + "2"), Refused)
    assert isinstance(await scene.signs_in("p1"), SignedIn)


@pytest.mark.requirement("R54")
async def test_a_proved_recovery_sent_from_ten_tabs_at_once_changes_the_password_once(
    scene: RecoveryScene,
) -> None:
    await scene.account("P1", SONIA)
    flow = await scene.proved("p1")

    answers = await asyncio.gather(*(scene.chooses(flow, f"{CHOSEN} {n}") for n in range(10)))

    assert sum(isinstance(answer, PasswordReplaced) for answer in answers) == 1
    assert sum(isinstance(answer, Refused) for answer in answers) == 9


async def _changes(scene: RecoveryScene, session_token: str) -> object:
    return await scene.auth.change_password(
        OwnChange(
            session_token=session_token,
            current=FIRST_PASSWORD,
            password=CHOSEN,
            confirmation=CHOSEN,
            source="192.0.2.1",
        )
    )
