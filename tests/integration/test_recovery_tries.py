"""Guessing a code: counted before it is compared, dead on time, used once; and the password after it."""

import asyncio
from collections.abc import Callable
from datetime import timedelta
from hashlib import sha256
from typing import Any

import pytest

from auth.application.replace_password import PasswordFaults, PasswordReplaced
from auth.application.sign_in import SignedIn
from auth.application.sign_in_ports import TooManyTries
from auth.application.slip_ports import Given
from auth.application.try_recovery_code import CodeAccepted
from auth.domain.first_connection import Step
from shared.kernel.refusals import Refused
from tests.integration.made_once import hashed
from tests.integration.recovery_scene import CHOSEN, RecoveryScene, email, sms, wrong

SONIA, PHONE = email("sonia@example.org"), sms("+33612345678")
FIRST_PASSWORD = "Tulipe-42-Nuage"


@pytest.fixture
async def scene(service_pool: Callable[..., Any]) -> RecoveryScene:
    return RecoveryScene(await service_pool("auth"))


@pytest.mark.requirement("R54")
async def test_two_hundred_right_codes_at_once_open_once(scene: RecoveryScene) -> None:
    await scene.account("P1", SONIA)
    first, code = await scene.one_code("p1")
    flows = [first, *[await scene.asks("p1", source=f"192.0.2.{n}") for n in range(9)]]

    answers = await asyncio.gather(*(scene.tries(flows[n % 10], code) for n in range(200)))

    assert sum(isinstance(answer, CodeAccepted) for answer in answers) == 1
    assert await scene.pool.fetchval("select count(*) from recovery where proved_at is not null") == 1


async def test_of_two_hundred_guesses_at_once_five_are_compared(scene: RecoveryScene) -> None:
    await scene.account("P1", SONIA)
    flow, code = await scene.one_code("p1")

    await asyncio.gather(*(scene.tries(flow, wrong(code)) for _ in range(200)))

    assert await scene.pool.fetchval("select tries from one_time_code") == 5
    assert scene.audit.events.count("authn_login_fail_max") == 1
    assert isinstance(await scene.tries(flow, code), Refused)


@pytest.mark.requirement("R54")
async def test_the_fifth_try_may_be_right_and_the_sixth_may_not(scene: RecoveryScene) -> None:
    await scene.account("P1", SONIA)
    await scene.account("P2", PHONE)
    opened = []
    for person, failures in (("p1", 4), ("p2", 5)):
        flow, code = await scene.one_code(person)
        for _ in range(failures):
            assert isinstance(await scene.tries(flow, wrong(code)), Refused)
        opened.append(isinstance(await scene.tries(flow, code), CodeAccepted))

    assert opened == [True, False]


async def test_tries_are_counted_for_the_code_whatever_the_flow(scene: RecoveryScene) -> None:
    await scene.account("P1", SONIA)
    flow, code = await scene.one_code("p1")
    for number in range(5):
        await scene.tries(await scene.asks("p1", source=f"192.0.2.{number}"), wrong(code))

    assert isinstance(await scene.tries(flow, code), Refused)


@pytest.mark.parametrize(("seconds", "accepted"), [(599.999, True), (600, False)])
async def test_a_code_lives_ten_minutes_to_the_second(
    scene: RecoveryScene, seconds: float, accepted: bool
) -> None:
    await scene.account("P1", SONIA)
    flow, code = await scene.one_code("p1")

    scene.clock.forward(seconds)

    assert isinstance(await scene.tries(flow, code), CodeAccepted) is accepted


async def test_a_new_code_kills_the_former(scene: RecoveryScene) -> None:
    await scene.account("P1", SONIA)
    flow, former = await scene.one_code("p1")
    _, code = await scene.one_code("p1", unlike=former)

    assert isinstance(await scene.tries(flow, former), Refused)
    assert isinstance(await scene.tries(flow, code), CodeAccepted)


@pytest.mark.requirement("R54", "R56")
async def test_two_children_of_one_address_recover_each_his_own_account_a18(scene: RecoveryScene) -> None:
    for person in ("LEO", "INES"):
        await scene.account(person, SONIA)
    leo, leos = await scene.one_code("leo")
    ines, iness = await scene.one_code("ines", unlike=leos)

    crossed = [await scene.tries(leo, iness), await scene.tries(ines, leos)]
    own = [await scene.tries(leo, leos), await scene.tries(ines, iness)]
    for answer in own:
        assert isinstance(answer, CodeAccepted)
        assert isinstance(await scene.chooses(answer.flow), PasswordReplaced)

    assert all(isinstance(answer, Refused) for answer in crossed)
    assert [type(await scene.signs_in(person)) for person in ("leo", "ines")] == [SignedIn, SignedIn]


async def test_every_refusal_is_the_same(scene: RecoveryScene) -> None:
    await scene.account("P1", SONIA)
    await scene.account("P2", PHONE)
    flow, code = await scene.one_code("p1")
    without_code, unknown = await scene.asks("p2", source="192.0.2.2"), await scene.asks("nobody")

    refused = [
        await scene.tries(flow, wrong(code)),
        await scene.tries(flow, "12"),
        await scene.tries(without_code, code),
        await scene.tries(unknown, code),
        await scene.tries("no flow at all", code),
    ]

    assert len(set(map(str, refused))) == 1
    assert isinstance(refused[0], Refused)


async def test_what_cannot_be_a_code_costs_no_try(scene: RecoveryScene) -> None:
    await scene.account("P1", SONIA)
    flow, code = await scene.one_code("p1")
    for typed in ("", "12345", "1234567", "abcdef", "12 34"):
        await scene.tries(flow, typed)

    assert isinstance(await scene.tries(flow, f" {code[:3]} {code[3:]} "), CodeAccepted)


@pytest.mark.requirement("R22", "R54")
async def test_a_refused_password_leaves_the_flow_and_the_old_password(scene: RecoveryScene) -> None:
    await scene.account("P1", SONIA)
    flow = await scene.proved("p1")

    short = await scene.chooses(flow, "abc")
    different = await scene.chooses(flow, CHOSEN, "autre chose")
    before = await scene.pool.fetchval("select password_hash from credential")

    assert isinstance(short, PasswordFaults)
    assert [fault.slug for fault in short.faults] == ["length", "upper", "digit", "special"]
    assert isinstance(different, PasswordFaults)
    assert before == "x"
    assert isinstance(await scene.chooses(flow), PasswordReplaced)


@pytest.mark.requirement("R24", "R54")
async def test_a_proved_flow_changes_the_password_once(scene: RecoveryScene) -> None:
    await scene.account("P1", SONIA)
    flow = await scene.proved("p1")

    answers = await asyncio.gather(*(scene.chooses(flow, f"{CHOSEN}{n}") for n in range(8)))
    after = await scene.chooses(flow)

    assert sum(isinstance(answer, PasswordReplaced) for answer in answers) == 1
    assert isinstance(after, Refused)
    assert scene.audit.events.count("authn_password_change") == 1


@pytest.mark.parametrize(("seconds", "replaced"), [(599.999, True), (600, False)])
async def test_a_proved_flow_lives_ten_minutes(scene: RecoveryScene, seconds: float, replaced: bool) -> None:
    await scene.account("P1", SONIA)
    flow = await scene.proved("p1")

    scene.clock.forward(seconds)

    assert await scene.recovery.choose_password.may(flow) is replaced
    assert isinstance(await scene.chooses(flow), PasswordReplaced) is replaced


async def test_a_flow_that_was_not_proved_changes_nothing(scene: RecoveryScene) -> None:
    await scene.account("P1", SONIA)
    flow, code = await scene.one_code("p1")
    await scene.tries(flow, wrong(code))

    assert isinstance(await scene.chooses(flow), Refused)
    assert scene.audit.events[-1] == "sequence_fail"
    assert await scene.pool.fetchval("select password_hash from credential") == "x"


async def test_the_flow_before_the_code_opens_nothing_after_it(scene: RecoveryScene) -> None:
    await scene.account("P1", SONIA)
    flow, code = await scene.one_code("p1")
    await scene.tries(flow, code)

    assert isinstance(await scene.chooses(flow), Refused)


@pytest.mark.requirement("R54")
async def test_recovery_ends_sessions_and_devices_and_tells_every_proved_contact_a19(
    scene: RecoveryScene,
) -> None:
    await scene.account("P1", SONIA, PHONE)
    await scene.chooses(await scene.proved("p1"))
    signed_in = await scene.signs_in("p1")
    await scene.pool.execute("delete from outbox")

    await scene.chooses(await scene.proved("p1"), CHOSEN + "2")

    told = [row["records"] for row in await scene.pool.fetch("select records from outbox order by id")]
    [records] = [each for each in told if any("ent.security" in record for record in each)]
    types = [dict(headers)["ce_type"] for _, _, _, headers in records]
    assert await scene.auth.read_session(signed_in.session_token) is None
    assert await scene.pool.fetchval("select count(*) from known_device") == 0
    assert types == ["fr.ent.security.noticed.v1"] * 2 + ["fr.ent.access.revoked.v1"]


@pytest.mark.requirement("R54")
async def test_recovery_works_while_sign_in_is_delayed_and_ends_the_delay(scene: RecoveryScene) -> None:
    await scene.account("P1", SONIA, password_hash=hashed(FIRST_PASSWORD))
    for _ in range(7):
        await scene.signs_in("p1", "Pas-le-bon-1")
    delayed = await scene.signs_in("p1", "Pas-le-bon-1")

    await scene.chooses(await scene.proved("p1"))

    assert isinstance(delayed, TooManyTries)
    assert isinstance(await scene.signs_in("p1"), SignedIn)


async def test_everything_else_under_way_for_the_account_is_over(scene: RecoveryScene) -> None:
    await scene.account("P1", SONIA)
    proved = await scene.proved("p1")
    other, code = await scene.one_code("p1")

    await scene.chooses(proved)

    assert isinstance(await scene.tries(other, code), Refused)


@pytest.mark.requirement("R6", "R7", "R24", "R54")
@pytest.mark.parametrize(
    ("step", "after_recovery"),
    [("provisioned", "provisioned"), ("charter", "charter"), ("password", "contacts")],
)
async def test_in_the_middle_of_a_first_connection_the_first_password_is_dead_and_the_rest_still_due(
    scene: RecoveryScene, step: str, after_recovery: str
) -> None:
    await scene.account("P1", SONIA, step=step, password_hash=hashed(FIRST_PASSWORD), kind="first")

    again = await scene.chooses(flow := await scene.proved("p1"), FIRST_PASSWORD)
    await scene.chooses(flow)
    first = await scene.signs_in("p1", FIRST_PASSWORD)
    recovered = await scene.pool.fetchval("select step from credential")
    entered = await scene.signs_in("p1")

    assert isinstance(again, PasswordFaults)
    assert isinstance(first, Refused)
    assert recovered == after_recovery
    assert isinstance(entered, SignedIn)
    assert entered.step is Step.CHARTER


@pytest.mark.requirement("R6", "R7", "R54")
async def test_after_another_slip_a_recovery_leads_through_the_rest_of_the_first_connection(
    scene: RecoveryScene,
) -> None:
    await scene.account("P1", SONIA)
    await scene.finished("P1")
    slips, now = scene.auth.desk.make_slips.slips, scene.clock.now()
    seen = sha256(b"x").digest()
    given = Given(person_id="P1", password_hash=hashed(FIRST_PASSWORD), seen=seen)
    assert await slips.give([given], expires_at=now + timedelta(days=90), now=now) == {"P1"}

    await scene.chooses(await scene.proved("p1"))
    entered = await scene.signs_in("p1")

    assert isinstance(entered, SignedIn)
    assert entered.step is Step.CONTACTS


async def test_an_account_suspended_meanwhile_recovers_nothing(scene: RecoveryScene) -> None:
    await scene.account("P1", SONIA)
    flow = await scene.proved("p1")
    await scene.pool.execute("update account set state = 'suspended'")

    assert isinstance(await scene.chooses(flow), Refused)
    assert await scene.pool.fetchval("select password_hash from credential") == "x"
