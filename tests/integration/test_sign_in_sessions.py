"""Sessions and known browsers on a real database: how long they live, and what ends them."""

import asyncio
from collections.abc import Awaitable, Callable
from datetime import timedelta

import asyncpg
import pytest

from auth.adapters.argon2_passwords import Argon2Passwords
from auth.adapters.postgres_sessions import DEVICES_MAX, SESSIONS_MAX
from auth.application.confirm_password import Confirmed
from auth.application.sign_in import SignedIn
from auth.application.sign_in_ports import TooManyTries
from auth.domain.first_connection import Step
from auth.domain.sessions import session_digest
from shared.kernel.refusals import Refused
from tests.integration.sign_in_scene import CHOSEN, FIRST, WRONG, SignInScene

ServicePool = Callable[..., Awaitable[asyncpg.Pool]]


@pytest.fixture
async def scene(service_pool: ServicePool) -> SignInScene:
    return SignInScene(await service_pool("auth"))


async def test_a_session_says_whose_it_is(scene: SignInScene) -> None:
    entered = await scene.enters(await scene.person("E1"))

    session = await scene.session(entered.session_token)

    assert session is not None
    assert (session.person_id, session.first_name, session.last_name) == ("E1", "Léo", "Vial")
    assert (session.profile, session.step) == ("eleve", Step.ACTIVE)
    assert session.opened_at == session.authenticated_at == scene.clock.now()
    assert session.expires_at == scene.clock.now() + timedelta(hours=12)


@pytest.mark.requirement("R3")
async def test_a_password_opens_its_own_account_and_no_other(scene: SignInScene) -> None:
    parent = await scene.person("P1", "Parent 42 sous la pluie!", profile="parent")
    pupil = await scene.person("E1", "Enfant 42 sous la pluie!")

    crossed = [
        await scene.tries(parent, "Enfant 42 sous la pluie!"),
        await scene.tries(pupil, "Parent 42 sous la pluie!"),
    ]
    session = await scene.session((await scene.enters(parent, "Parent 42 sous la pluie!")).session_token)

    assert all(isinstance(answer, Refused) for answer in crossed)
    assert session is not None
    assert (session.person_id, session.profile) == ("P1", "parent")


async def test_a_session_that_nobody_uses_is_over_after_two_hours_to_the_second(scene: SignInScene) -> None:
    identifier = await scene.person("E1")
    one, other = await scene.enters(identifier), await scene.enters(identifier)

    scene.clock.forward(2 * 3600 - 1)
    in_time = await scene.session(one.session_token)
    scene.clock.forward(1)
    too_late = await scene.session(other.session_token)
    scene.clock.forward(2 * 3600 - 2)
    seen_last_an_hour_ago = await scene.session(one.session_token)

    assert in_time is not None
    assert too_late is None
    assert seen_last_an_hour_ago is not None


async def test_a_session_in_use_is_over_after_twelve_hours_to_the_second(scene: SignInScene) -> None:
    token = (await scene.enters(await scene.person("E1"))).session_token

    for _ in range(11):
        scene.clock.forward(3600)
        assert await scene.session(token) is not None
    scene.clock.forward(3599)
    in_time = await scene.session(token)
    scene.clock.forward(1)

    assert in_time is not None
    assert await scene.session(token) is None


async def test_giving_the_password_again_does_not_lengthen_a_session(scene: SignInScene) -> None:
    token = (await scene.enters(await scene.person("E1"))).session_token
    scene.clock.forward(3600)

    confirmed = await scene.confirms(token)

    assert isinstance(confirmed, Confirmed)
    session = await scene.session(confirmed.session_token)
    assert session is not None
    assert session.expires_at == scene.clock.now() + timedelta(hours=11)


async def test_signing_in_and_giving_the_password_again_make_new_identifiers(scene: SignInScene) -> None:
    identifier = await scene.person("E1")
    first, second = await scene.enters(identifier), await scene.enters(identifier)

    confirmed = await scene.confirms(first.session_token)

    assert isinstance(confirmed, Confirmed)
    assert len({first.session_token, second.session_token, confirmed.session_token}) == 3
    assert await scene.session(first.session_token) is None
    assert await scene.session(second.session_token) is not None
    assert await scene.session(confirmed.session_token) is not None


async def test_a_password_is_fresh_for_ten_minutes(scene: SignInScene) -> None:
    token = (await scene.enters(await scene.person("E1"))).session_token
    session = await scene.session(token)
    assert session is not None

    assert session.fresh(scene.clock.now() + timedelta(seconds=599))
    assert not session.fresh(scene.clock.now() + timedelta(seconds=600))
    scene.clock.forward(3600)
    confirmed = await scene.confirms(token)
    assert isinstance(confirmed, Confirmed)
    again = await scene.session(confirmed.session_token)
    assert again is not None
    assert again.fresh(scene.clock.now())


async def test_a_stolen_session_gives_five_guesses_and_stays_what_it_was(scene: SignInScene) -> None:
    token = (await scene.enters(await scene.person("E1"))).session_token
    looked_at = scene.hasher.verified

    answers = await asyncio.gather(*(scene.confirms(token, WRONG) for _ in range(30)))

    assert sum(isinstance(answer, Refused) for answer in answers) == 5
    assert sum(isinstance(answer, TooManyTries) for answer in answers) == 25
    assert scene.hasher.verified - looked_at == 5
    assert await scene.session(token) is not None


async def test_signing_out_ends_the_session_wherever_its_token_was_copied(scene: SignInScene) -> None:
    identifier = await scene.person("E1")
    left, kept = await scene.enters(identifier), await scene.enters(identifier)

    await scene.leaves(left.session_token)
    await scene.leaves(left.session_token)
    await scene.leaves(None)

    assert await scene.session(left.session_token) is None
    assert await scene.session(kept.session_token) is not None
    assert scene.audit.events.count("session_expired") == 1


async def test_signing_out_everywhere_ends_all_and_tells_every_proved_contact(scene: SignInScene) -> None:
    identifier = await scene.person("E1", contacts=3)
    tokens = [(await scene.enters(identifier)).session_token for _ in range(3)]
    other = await scene.enters(await scene.person("E2", contacts=1))

    done = await scene.leaves_everywhere(tokens[0])

    assert done
    assert [await scene.session(token) for token in tokens] == [None, None, None]
    assert await scene.session(other.session_token) is not None
    assert await scene.pool.fetch("select distinct person_id from known_device") == [("E2",)]
    events = await scene.told()
    assert [event.type for event in events] == ["fr.ent.security.noticed.v1"] * 3 + [
        "fr.ent.access.revoked.v1"
    ]
    assert {event.data.person_id for event in events} == {"E1"}  # type: ignore[attr-defined]  # the topic says which data it is
    assert events[3].data.reason == "signed_out_everywhere"  # type: ignore[attr-defined]  # the topic says which data it is
    assert events[3].data.revoked_at == scene.clock.now()  # type: ignore[attr-defined]  # the topic says which data it is
    assert not await scene.leaves_everywhere(tokens[0])


@pytest.mark.parametrize(
    "closed", ["state = 'suspended'", "fused_into = 'E2'"], ids=["suspended", "taken in by another account"]
)
async def test_the_sessions_of_a_closed_account_are_dead_at_once(scene: SignInScene, closed: str) -> None:
    token = (await scene.enters(await scene.person("E1"))).session_token
    await scene.person("E2")

    await scene.pool.execute("update account set " + closed + " where person_id = 'E1'")

    assert await scene.session(token) is None
    assert await scene.confirms(token) == Refused("session_over", "the session is over")


@pytest.mark.parametrize("token", [None, "", "x", "A" * 43, "é" * 43, "\ud800", "x" * 10_000])
async def test_what_is_no_session_opens_nothing(scene: SignInScene, token: str | None) -> None:
    await scene.enters(await scene.person("E1"))

    assert await scene.session(token) is None


async def test_tokens_are_not_in_the_database(scene: SignInScene) -> None:
    entered = await scene.enters(await scene.person("E1"))

    stored = str(await scene.pool.fetch("select * from browser_session join known_device using (person_id)"))

    assert entered.session_token not in stored
    assert entered.device_token not in stored
    assert len(entered.session_token) == len(entered.device_token) == 43
    assert await scene.pool.fetchval("select token_digest from browser_session") == session_digest(
        entered.session_token
    )


async def test_a_family_keeps_one_token_for_its_browser(scene: SignInScene) -> None:
    mother, son = await scene.person("P1", profile="parent"), await scene.person("E1")

    first = await scene.enters(mother)
    second = await scene.enters(son, device=first.device_token)
    third = await scene.enters(mother, device=first.device_token)

    assert first.device_token == second.device_token == third.device_token
    known = await scene.pool.fetch("select person_id from known_device order by person_id")
    assert [row["person_id"] for row in known] == ["E1", "P1"]


async def test_a_token_that_nobody_knows_is_not_taken_over(scene: SignInScene) -> None:
    entered = await scene.enters(await scene.person("E1"), device="B" * 43)

    assert entered.device_token != "B" * 43


async def test_a_browser_is_known_for_four_hundred_days_after_its_last_sign_in(scene: SignInScene) -> None:
    identifier = await scene.person("E1")
    device = (await scene.enters(identifier)).device_token

    scene.clock.forward(399 * 86_400)
    renewed = await scene.enters(identifier, device=device)
    scene.clock.forward(399 * 86_400)
    again = await scene.enters(identifier, device=device)
    scene.clock.forward(400 * 86_400)
    too_late = await scene.enters(identifier, device=device)

    assert renewed.device_token == again.device_token == device
    assert too_late.device_token != device


async def test_sessions_and_browsers_have_a_number_and_the_oldest_makes_room(scene: SignInScene) -> None:
    first = await scene.enters(await scene.person("E1"))

    for _ in range(max(SESSIONS_MAX, DEVICES_MAX)):
        scene.clock.forward(1)
        newest = await scene.opens("E1")

    counts = await scene.pool.fetchrow(
        "select (select count(*) from browser_session), (select count(*) from known_device)"
    )
    assert tuple(counts) == (SESSIONS_MAX, DEVICES_MAX)
    assert await scene.session(first.session_token) is None
    assert await scene.session(newest) is not None


async def test_what_is_over_is_forgotten(scene: SignInScene) -> None:
    await scene.enters(await scene.person("E1"))
    kept = await scene.sessions.forget_expired(scene.clock.now())

    scene.clock.forward(12 * 3600)
    over = await scene.sessions.forget_expired(scene.clock.now())
    scene.clock.forward(400 * 86_400)
    await scene.sessions.forget_expired(scene.clock.now())

    assert (kept, over) == (0, 1)
    assert await scene.pool.fetchval("select count(*) from known_device") == 0


async def test_a_password_changed_while_one_signs_in_opens_nothing(scene: SignInScene) -> None:
    """The comparison takes time: the old password's session would otherwise outlive the change."""
    identifier = await scene.person("E1")
    changed = await Argon2Passwords().hash("Another 42 password!")
    real = scene.hasher.verify

    async def verified_then_changed(password_hash: str | None, password: str) -> object:
        answer = await real(password_hash, password)
        await scene.pool.execute("update credential set password_hash = $1", changed)
        return answer

    scene.hasher.verify = verified_then_changed  # type: ignore[method-assign, assignment]  # the change falls between the two

    assert isinstance(await scene.tries(identifier, CHOSEN), Refused)
    assert await scene.pool.fetchval("select count(*) from browser_session") == 0


@pytest.mark.requirement("R6")
async def test_the_first_password_leads_to_the_charters(scene: SignInScene) -> None:
    identifier = await scene.newcomer("E1")

    entered = await scene.enters(identifier, FIRST)
    session = await scene.session(entered.session_token)

    assert entered.step is Step.CHARTER
    assert session is not None
    assert session.step is Step.CHARTER


async def test_a_first_password_dies_on_its_day_and_only_its_owner_learns_it(scene: SignInScene) -> None:
    identifier = await scene.newcomer("E1", days=90)

    scene.clock.forward(90 * 86_400 - 1)
    in_time = await scene.tries(identifier, FIRST)
    scene.clock.forward(1)
    too_late = await scene.tries(identifier, FIRST)
    guessed = await scene.tries(identifier, WRONG)

    assert isinstance(in_time, SignedIn)
    assert isinstance(too_late, Refused)
    assert too_late.reason == "first_password_expired"
    assert isinstance(guessed, Refused)
    assert guessed.reason == "wrong_credentials"


async def test_somebody_with_a_new_charter_to_read_is_led_back_and_then_on(scene: SignInScene) -> None:
    identifier = await scene.person("E1")
    await scene.pool.execute("delete from charter_acceptance")

    assert (await scene.enters(identifier)).step is Step.CHARTER


async def test_a_whole_class_signs_in_at_once(scene: SignInScene) -> None:
    """At eight in the morning: all of them get in, each with a session of his own."""
    people = [await scene.person(f"E{number}") for number in range(20)]

    entered = await asyncio.gather(*(scene.enters(each) for each in people))

    assert len({each.session_token for each in entered}) == len(people)
