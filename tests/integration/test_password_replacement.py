"""A new password on a real database: what it ends, whom it tells, and when it is refused."""

import asyncio
from collections.abc import Awaitable, Callable
from pathlib import Path

import argon2
import asyncpg
import pytest

from auth.adapters.argon2_passwords import MEMORY_COST_KIB, TIME_COST, Argon2Passwords, usable_cores
from auth.adapters.postgres_waiting_notices import PostgresWaitingNotices
from auth.adapters.security_facts import SecurityFacts
from auth.application.replace_password import NewPassword, PasswordFaults, PasswordReplaced
from auth.application.sign_in import SignedIn
from auth.application.sign_in_ports import Busy, TooManyTries
from auth.domain.first_connection import Step
from auth.domain.password_faults import PasswordFault
from shared.events.security import SecurityNoticed
from shared.kernel.refusals import Refused
from tests.integration.sign_in_scene import CHOSEN, FIRST, OTHER, WRONG, CountingHasher, SignInScene

ServicePool = Callable[..., Awaitable[asyncpg.Pool]]
GONE = Refused("changed_meanwhile", "the account or its password changed in the meantime")


@pytest.fixture
async def scene(service_pool: ServicePool) -> SignInScene:
    return SignInScene(await service_pool("auth"))


async def test_a_change_ends_what_the_old_password_opened_and_keeps_this_browser(scene: SignInScene) -> None:
    identifier = await scene.person("E1")
    here, there = await scene.enters(identifier), await scene.enters(identifier)
    neighbour = await scene.enters(await scene.person("E2"), device=here.device_token)

    changed = await scene.changes(here.session_token, device=here.device_token)

    assert isinstance(changed, PasswordReplaced)
    assert changed.session_token not in {None, here.session_token}
    assert await scene.session(changed.session_token) is not None
    assert await scene.session(here.session_token) is None
    assert await scene.session(there.session_token) is None
    assert await scene.session(neighbour.session_token) is not None
    assert isinstance(await scene.tries(identifier, CHOSEN), Refused)
    assert (await scene.enters(identifier, OTHER, device=here.device_token)).device_token == here.device_token
    assert (
        await scene.enters(identifier, OTHER, device=there.device_token)
    ).device_token != there.device_token


async def test_a_change_tells_each_proved_contact_and_says_that_access_is_over(scene: SignInScene) -> None:
    identifier = await scene.person("E1", contacts=2)
    await scene.person("E2", contacts=1)
    token = (await scene.enters(identifier)).session_token

    await scene.changes(token)

    events = await scene.told()
    notices = [event.data for event in events if isinstance(event.data, SecurityNoticed)]
    assert [(each.fact, each.channel) for each in notices] == [
        ("password_changed", "email"),
        ("password_changed", "sms"),
    ]
    assert [scene.sealer.unseal_destination(each.sealed) for each in notices] == [
        "E1.0@example.org",
        "+33612345671",
    ]
    assert len({each.notice_id for each in notices}) == 2
    assert "example.org" not in str(events)
    assert events[-1].data.model_dump() == {  # type: ignore[attr-defined]  # the topic says which data it is
        "person_id": "E1",
        "revoked_at": scene.clock.now(),
        "reason": "password_changed",
    }


async def test_a_recovered_password_keeps_no_session_and_says_so(scene: SignInScene) -> None:
    identifier = await scene.person("E1", contacts=1)
    entered = await scene.enters(identifier)
    await asyncio.gather(*(scene.tries(identifier, WRONG) for _ in range(20)))

    replaced = await scene.replace(
        NewPassword(person_id="E1", password=OTHER, confirmation=OTHER, why="recovered")
    )

    assert replaced == PasswordReplaced(session_token=None)
    assert await scene.session(entered.session_token) is None
    assert [getattr(event.data, "fact", None) for event in await scene.told()] == ["password_recovered", None]
    assert isinstance(await scene.tries(identifier, OTHER), SignedIn)


@pytest.mark.requirement("R24")
async def test_after_step_two_the_first_password_opens_nothing(scene: SignInScene) -> None:
    identifier = await scene.newcomer("E1")
    token = (await scene.enters(identifier, FIRST)).session_token

    chosen = await scene.chooses_first("E1", CHOSEN, token)

    assert isinstance(chosen, PasswordReplaced)
    session = await scene.session(chosen.session_token)
    assert session is not None
    assert session.step is Step.CONTACTS
    assert isinstance(await scene.tries(identifier, FIRST), Refused)
    row = await scene.pool.fetchrow("select password_kind, first_expires_at from credential")
    assert tuple(row) == ("chosen", None)
    scene.clock.forward(91 * 86_400)
    assert isinstance(await scene.tries(identifier, CHOSEN), SignedIn)


async def test_step_two_sent_twice_at_once_is_done_once(scene: SignInScene) -> None:
    await scene.newcomer("E1")
    await scene.pool.execute("update credential set step = 'password'")
    form = NewPassword(
        person_id="E1", password=CHOSEN, confirmation=CHOSEN, why="first", step_after=Step.CONTACTS
    )

    answers = await asyncio.gather(*(scene.replace(form) for _ in range(10)))

    assert sum(isinstance(answer, PasswordReplaced) for answer in answers) == 1
    assert answers.count(GONE) == 9
    assert len(await scene.told()) == 1


async def test_a_session_that_ended_while_the_password_was_being_judged_changes_nothing(
    scene: SignInScene,
) -> None:
    identifier = await scene.newcomer("E1")
    token = (await scene.enters(identifier, FIRST)).session_token
    await scene.leaves_everywhere(token)
    await scene.told()

    chosen = await scene.chooses_first("E1", CHOSEN, token)

    assert chosen == GONE
    assert isinstance(await scene.tries(identifier, FIRST), SignedIn)
    assert await scene.told() == []


@pytest.mark.requirement("R7")
@pytest.mark.parametrize("step", ["provisioned", "charter", "contacts"])
async def test_a_password_ends_the_step_that_asks_for_one_and_no_other(scene: SignInScene, step: str) -> None:
    identifier = await scene.newcomer("E1")
    token = (await scene.enters(identifier, FIRST)).session_token
    await scene.pool.execute("update credential set step = $1", step)

    answer = await scene.replace(
        NewPassword(
            person_id="E1",
            password=CHOSEN,
            confirmation=CHOSEN,
            why="first",
            session_token=token,
            step_after=Step.CONTACTS,
        )
    )

    assert answer == GONE
    assert await scene.pool.fetchval("select step from credential") == step


def test_the_pool_of_hashes_is_as_wide_as_the_share_of_the_processors(tmp_path: Path) -> None:
    quota = tmp_path / "cpu.max"
    cores = usable_cores(tmp_path / "no quota at all")
    for text, width in (
        ("max 100000", cores),
        ("100000 100000", 1),
        ("1000 100000", 1),
        ("99999999 1000", cores),
    ):
        quota.write_text(text, encoding="ascii")
        assert usable_cores(quota) == width


@pytest.mark.requirement("R22")
@pytest.mark.parametrize(
    ("new", "again", "faults"),
    [
        (OTHER, OTHER + "!", (PasswordFault("confirmation", "different"),)),
        ("", "", (PasswordFault("password", "missing"), PasswordFault("confirmation", "missing"))),
        ("Short1!", "Short1!", (PasswordFault("password", "length"),)),
        ("E1.Vial-2026!", "E1.Vial-2026!", (PasswordFault("password", "identifier"),)),
        ("Vial2011!", "Vial2011!", (PasswordFault("password", "name"),)),
        ("LéoVial11!", "LéoVial11!", (PasswordFault("password", "name"),)),
        ("Jean-Macé69!", "Jean-Macé69!", (PasswordFault("password", "school"),)),
        ("Password1!", "Password1!", (PasswordFault("password", "common"),)),
    ],
)
async def test_a_refused_password_changes_nothing(
    scene: SignInScene, new: str, again: str, faults: tuple[PasswordFault, ...]
) -> None:
    identifier = await scene.person("E1", contacts=1)
    token = (await scene.enters(identifier)).session_token

    answer = await scene.changes(token, new=new, again=again)

    assert answer == PasswordFaults(faults=faults)
    assert await scene.session(token) is not None
    assert await scene.told() == []
    assert isinstance(await scene.tries(identifier, CHOSEN), SignedIn)


@pytest.mark.parametrize("again", [FIRST, FIRST + "!", FIRST + "1!", FIRST + "26!"])
async def test_the_first_password_cannot_be_chosen_again_with_or_without_a_tail(
    scene: SignInScene, again: str
) -> None:
    await scene.newcomer("E1")

    answer = await scene.chooses_first("E1", again)

    assert answer == PasswordFaults(faults=(PasswordFault("password", "first_password"),))


async def test_a_new_password_may_be_one_used_before(scene: SignInScene) -> None:
    token = (await scene.enters(await scene.person("E1"))).session_token

    assert isinstance(await scene.changes(token, new=CHOSEN), PasswordReplaced)


async def test_without_the_current_password_nothing_changes_and_guesses_count(scene: SignInScene) -> None:
    identifier = await scene.person("E1")
    token = (await scene.enters(identifier)).session_token

    answers = await asyncio.gather(*(scene.changes(token, WRONG) for _ in range(20)))

    assert sum(isinstance(answer, Refused) for answer in answers) == 5
    assert sum(isinstance(answer, TooManyTries) for answer in answers) == 15
    assert await scene.session(token) is not None


async def test_two_changes_at_once_leave_one_password(scene: SignInScene) -> None:
    identifier = await scene.person("E1")
    tokens = [(await scene.enters(identifier)).session_token for _ in range(2)]
    wishes = [OTHER, "Cascade 9 et le renard!"]

    answers = await asyncio.gather(
        *(scene.changes(token, new=wish) for token, wish in zip(tokens, wishes, strict=True))
    )

    done = [isinstance(answer, PasswordReplaced) for answer in answers]
    entering = [isinstance(await scene.tries(identifier, wish), SignedIn) for wish in wishes]
    assert sorted(done) == [False, True]
    assert entering == done


async def test_a_suspended_account_gets_no_new_password(scene: SignInScene) -> None:
    await scene.person("E1")
    await scene.pool.execute("update account set state = 'suspended'")

    answer = await scene.replace(
        NewPassword(person_id="E1", password=OTHER, confirmation=OTHER, why="recovered")
    )

    assert answer == GONE


async def test_a_cheaper_hash_is_made_anew_when_its_owner_signs_in(scene: SignInScene) -> None:
    identifier = await scene.person("E1")
    cheap = argon2.PasswordHasher(time_cost=1, memory_cost=8_192, parallelism=1).hash(CHOSEN)
    await scene.pool.execute("update credential set password_hash = $1", cheap)

    await scene.tries(identifier, WRONG)
    untouched = await scene.pool.fetchval("select password_hash from credential")
    await scene.enters(identifier)
    renewed = await scene.pool.fetchval("select password_hash from credential")

    assert untouched == cheap
    assert renewed.startswith(f"$argon2id$v=19$m={MEMORY_COST_KIB},t={TIME_COST},p=1$")
    await scene.enters(identifier)
    assert await scene.pool.fetchval("select password_hash from credential") == renewed


async def test_a_costlier_hash_is_left_alone(scene: SignInScene) -> None:
    identifier = await scene.person("E1")
    costly = argon2.PasswordHasher(time_cost=3, memory_cost=32_768, parallelism=2).hash(CHOSEN)
    await scene.pool.execute("update credential set password_hash = $1", costly)

    await scene.enters(identifier)

    assert await scene.pool.fetchval("select password_hash from credential") == costly


async def test_an_accent_typed_in_two_ways_opens_the_same_account(scene: SignInScene) -> None:
    identifier = await scene.person("E1", "Été-42-à-la-plage")

    assert isinstance(await scene.tries(identifier, "E\u0301te\u0301-42-a\u0300-la-plage"), SignedIn)


async def test_a_change_while_too_many_wait_is_put_off_and_loses_nothing(service_pool: ServicePool) -> None:
    scene = SignInScene(await service_pool("auth"), hasher=CountingHasher(workers=1, waiting_per_worker=0))
    identifier = await scene.person("E1")
    token = (await scene.enters(identifier)).session_token

    answers = await asyncio.gather(*(scene.changes(token) for _ in range(6)))

    assert any(isinstance(answer, Busy) for answer in answers)
    assert isinstance(await scene.tries(identifier, OTHER), SignedIn) == any(
        isinstance(answer, PasswordReplaced) for answer in answers
    )


async def test_what_a_command_without_keys_cannot_seal_the_service_tells_once(scene: SignInScene) -> None:
    await scene.person("E1", contacts=1)
    happened_at = scene.clock.now()
    async with scene.pool.acquire() as connection:
        by_the_command = await SecurityFacts(None).noticed(
            connection, "E1", "password_changed", now=happened_at
        )
    services = [PostgresWaitingNotices(scene.pool, SecurityFacts(scene.sealer)) for _ in range(2)]

    told = await asyncio.gather(*(service.tell() for service in services))

    [notice] = [each.data for each in await scene.told() if isinstance(each.data, SecurityNoticed)]
    assert by_the_command == ()
    assert sorted(told) == [0, 1]
    assert (notice.person_id, notice.fact, notice.occurred_at) == ("E1", "password_changed", happened_at)


async def test_nobodys_hash_costs_what_everybodys_does() -> None:
    hasher = Argon2Passwords(workers=1)

    assert await hasher.verify(None, "") is False
    assert not hasher.outdated(hasher._nobodys)
    assert argon2.extract_parameters(hasher._nobodys) == argon2.extract_parameters(
        str(await hasher.hash("Tulipe 42!"))
    )
