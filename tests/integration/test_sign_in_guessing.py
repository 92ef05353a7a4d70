"""What guessing a password costs: five tries are free, then one waits, and the account's owner still gets in."""

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import replace
from typing import Any

import asyncpg
import pytest

from auth.application.sign_in import SignedIn
from auth.application.sign_in_ports import Busy, TooManyTries
from auth.entrypoints.request_source import source_of
from shared.kernel.refusals import Refused
from tests.integration.sign_in_scene import CHOSEN, HOME, SCHOOL, WRONG, CountingHasher, SignInScene

ServicePool = Callable[..., Awaitable[asyncpg.Pool]]


@pytest.fixture
async def scene(service_pool: ServicePool) -> SignInScene:
    return SignInScene(await service_pool("auth"))


async def _all_at_once(scene: SignInScene, identifier: str, tries: int) -> list[object]:
    return list(await asyncio.gather(*(scene.tries(identifier, WRONG) for _ in range(tries))))


@pytest.mark.parametrize("known", [True, False], ids=["known", "unknown"])
async def test_of_two_hundred_wrong_passwords_at_once_five_are_looked_at(
    scene: SignInScene, known: bool
) -> None:
    identifier = await scene.person("E1") if known else "personne.inconnue"

    answers = await _all_at_once(scene, identifier, 200)

    assert scene.hasher.verified == 5
    assert sum(isinstance(answer, Refused) for answer in answers) == 5
    assert sum(answer == TooManyTries(15) for answer in answers) == 195


async def test_the_right_password_is_not_looked_at_either_while_one_waits(scene: SignInScene) -> None:
    identifier = await scene.person("E1")
    await _all_at_once(scene, identifier, 5)

    even_right = await scene.tries(identifier, CHOSEN)
    scene.clock.forward(14.999)
    too_early = await scene.tries(identifier, CHOSEN)
    scene.clock.forward(0.001)
    in_time = await scene.tries(identifier, CHOSEN)

    assert (even_right, too_early) == (TooManyTries(15), TooManyTries(1))
    assert isinstance(in_time, SignedIn)
    assert scene.audit.events[-2:] == ["authn_login_successafterfail", "session_created"]


async def test_delays_double_and_never_exceed_fifteen_minutes(scene: SignInScene) -> None:
    identifier = await scene.person("E1")
    await _all_at_once(scene, identifier, 4)
    delays = []

    for _ in range(11):
        assert isinstance(await scene.tries(identifier, WRONG), Refused)
        waiting = await scene.tries(identifier, WRONG)
        assert isinstance(waiting, TooManyTries)
        delays.append(waiting.wait_s)
        scene.clock.forward(waiting.wait_s)

    assert delays == [15, 30, 60, 120, 240, 480, 900, 900, 900, 900, 900]


async def test_a_success_starts_again_from_nothing(scene: SignInScene) -> None:
    identifier = await scene.person("E1")
    await _all_at_once(scene, identifier, 4)
    await scene.enters(identifier)

    answers = await _all_at_once(scene, identifier, 4)

    assert all(isinstance(answer, Refused) for answer in answers)


async def test_failures_are_forgotten_a_day_later(scene: SignInScene) -> None:
    identifier = await scene.person("E1")
    await _all_at_once(scene, identifier, 5)

    scene.clock.forward(24 * 3600 + 1)
    answers = await _all_at_once(scene, identifier, 6)

    assert sum(isinstance(answer, Refused) for answer in answers) == 5
    assert await scene.guesses.forget_old(scene.clock.now()) == 0
    scene.clock.forward(24 * 3600 + 1)
    assert await scene.guesses.forget_old(scene.clock.now()) == 1


async def test_the_owner_gets_in_from_a_browser_he_used_before(scene: SignInScene) -> None:
    identifier = await scene.person("E1")
    before = await scene.enters(identifier, source=SCHOOL)
    answers = await asyncio.gather(*(scene.tries(identifier, WRONG, source=SCHOOL) for _ in range(50)))

    from_elsewhere_in_school = await scene.tries(identifier, CHOSEN, source=SCHOOL)
    from_his_browser = await scene.tries(identifier, CHOSEN, source=SCHOOL, device=before.device_token)

    assert sum(isinstance(answer, TooManyTries) for answer in answers) == 45
    assert isinstance(from_elsewhere_in_school, TooManyTries)
    assert isinstance(from_his_browser, SignedIn)


async def test_guesses_from_a_known_browser_count_for_that_browser_alone(scene: SignInScene) -> None:
    """A brother on the family's telephone does not lock his sister out of her own."""
    sister = await scene.person("E1")
    brother = await scene.person("E2")
    family = await scene.enters(sister)
    await scene.enters(brother, device=family.device_token)
    own = await scene.enters(sister)

    tries = [scene.tries(sister, WRONG, device=family.device_token) for _ in range(20)]
    answers = await asyncio.gather(*tries)

    assert sum(isinstance(answer, Refused) for answer in answers) == 5
    assert isinstance(await scene.tries(sister, CHOSEN, device=own.device_token), SignedIn)
    assert isinstance(await scene.tries(sister, CHOSEN), SignedIn)


async def test_a_browser_known_for_somebody_else_gives_no_more_guesses(scene: SignInScene) -> None:
    victim, attacker = await scene.person("E1"), await scene.person("E2")
    own = await scene.enters(attacker)
    await _all_at_once(scene, victim, 5)

    again = await scene.tries(victim, WRONG, device=own.device_token)
    made_up = await scene.tries(victim, WRONG, device="A" * 43)

    assert (again, made_up) == (TooManyTries(15), TooManyTries(15))


async def test_signing_in_as_oneself_gives_no_more_guesses_at_others(scene: SignInScene) -> None:
    """Whoever shares a browser with the victim cannot begin to count again by signing in himself."""
    victim, attacker = await scene.person("E1"), await scene.person("E2")
    shared = await scene.enters(victim)
    token = (await scene.enters(attacker, device=shared.device_token)).device_token
    looked_at = scene.hasher.verified

    for _ in range(4):
        answers = await asyncio.gather(*(scene.tries(victim, WRONG, device=token) for _ in range(4)))
        token = (await scene.enters(attacker, device=token)).device_token

    assert all(isinstance(answer, TooManyTries) for answer in answers)
    assert scene.hasher.verified - looked_at == 5 + 4


async def test_two_people_at_one_address_do_not_wait_for_one_another(scene: SignInScene) -> None:
    victim, other = await scene.person("E1"), await scene.person("E2")
    await _all_at_once(scene, victim, 20)

    assert isinstance(await scene.tries(other, CHOSEN), SignedIn)


@pytest.mark.parametrize(
    ("address", "counted"),
    [
        ("2001:db8:1:2:aaaa::1", "2001:db8:1:2::/64"),
        ("2001:db8:1:2:ffff:ffff:ffff:ffff", "2001:db8:1:2::/64"),
        ("::ffff:192.0.2.1", "192.0.2.1"),
        ("192.0.2.1", "192.0.2.1"),
    ],
)
def test_an_ipv6_subscriber_is_one_source(address: str, counted: str) -> None:
    assert source_of(address, None, "") == counted


async def test_an_ipv6_subscriber_has_five_tries_in_all(scene: SignInScene) -> None:
    identifier = await scene.person("E1")
    sources = [source_of(f"2001:db8:1:2::{number:x}", None, "") for number in range(1, 40)]

    answers = await asyncio.gather(*(scene.tries(identifier, WRONG, source=each) for each in sources))

    assert sum(isinstance(answer, Refused) for answer in answers) == 5


@pytest.mark.parametrize(
    "typed", ["e1.vial", "E1.Vial", " e1.vial ", "E1.VIAL\u200b", "ｅ１.ｖｉａｌ", "e1.vial\x00"]
)
async def test_however_an_identifier_is_typed_it_is_the_same_account(scene: SignInScene, typed: str) -> None:
    await scene.person("E1")

    entered = await scene.tries(typed, CHOSEN)
    refused = [await scene.tries(typed, WRONG) for _ in range(6)]

    assert isinstance(entered, SignedIn)
    assert isinstance(refused[-1], TooManyTries)
    assert isinstance(await scene.tries("e1.vial", CHOSEN), TooManyTries)


class _NotingPool:
    """A pool that notes each statement it passes on."""

    def __init__(self, pool: asyncpg.Pool) -> None:
        self._pool = pool
        self.statements: list[str] = []

    def __getattr__(self, name: str) -> Any:
        async def noted(statement: str, *values: object) -> Any:
            self.statements.append(statement)
            return await getattr(self._pool, name)(statement, *values)

        return noted


async def test_known_and_unknown_take_the_same_way(scene: SignInScene) -> None:
    """The same answer, one hash each, the same statements: nothing is left that time could tell."""
    identifier = await scene.person("E1")
    ways = []

    for typed in (identifier, "personne.inconnue"):
        noting, hashes = _NotingPool(scene.pool), scene.hasher.verified
        answer = await replace(scene, pool=noting).tries(typed, WRONG)
        ways.append((answer, scene.hasher.verified - hashes, noting.statements))

    assert ways[0] == ways[1]
    assert (ways[0][1], len(ways[0][2])) == (1, 2)


async def test_when_too_many_wait_the_next_is_told_to_come_back_and_loses_no_try(
    service_pool: ServicePool,
) -> None:
    scene = SignInScene(await service_pool("auth"), hasher=CountingHasher(workers=1, waiting_per_worker=2))
    identifier = await scene.person("E1")

    answers = await asyncio.gather(*(scene.tries(f"inconnu.{n}", WRONG) for n in range(40)))
    failures = await scene.pool.fetch("select failures from sign_in_guess where failures > 0")

    assert any(isinstance(answer, Busy) and answer.retry_after_s >= 1 for answer in answers)
    assert len(failures) == sum(isinstance(answer, Refused) for answer in answers)
    assert isinstance(await scene.tries(identifier, CHOSEN), SignedIn)


async def test_the_same_answer_for_an_unknown_identifier_and_everything_that_is_closed(
    scene: SignInScene,
) -> None:
    for person in ("E1", "E2", "E3", "E4"):
        await scene.person(person)
    await scene.pool.execute("update account set state = 'suspended' where person_id = 'E2'")
    await scene.pool.execute("update account set fused_into = 'E1' where person_id = 'E3'")
    await scene.pool.execute("delete from credential where person_id = 'E4'")

    answers = [
        await scene.tries("inconnu", CHOSEN),
        await scene.tries("e1.vial", WRONG),
        await scene.tries("e2.vial", CHOSEN),
        await scene.tries("e3.vial", CHOSEN),
        await scene.tries("e4.vial", CHOSEN),
        await scene.tries("e1.vial", ""),
        await scene.tries("e1.vial", CHOSEN + "x" * 500),
        await scene.tries("", ""),
    ]

    assert {str(answer) for answer in answers} == {str(answers[0])}
    assert isinstance(answers[0], Refused)
    assert answers[0].reason == "wrong_credentials"
    assert scene.hasher.verified == len(answers)


async def test_no_line_of_the_audit_trail_says_what_was_typed(scene: SignInScene) -> None:
    await scene.person("E1")
    await scene.tries("inconnu.canari", "canari-Secret-1!")
    await scene.tries("e1.vial", "canari-Secret-1!")
    await scene.enters("e1.vial")

    noted = str(scene.audit.lines)

    assert "canari" not in noted
    assert "vial" not in noted
    assert HOME not in noted
    assert scene.audit.lines[0] == ("authn_login_fail", {"person_id": "unknown"})
