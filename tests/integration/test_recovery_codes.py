"""Which requests get a code, where it goes, and how often: on a real PostgreSQL."""

import asyncio
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest

from auth.application.ask_recovery import Ask
from auth.application.recovery_ports import CodeToIssue
from auth.application.try_recovery_code import CodeAccepted
from auth.domain.recovery import ASKS_PER_IDENTIFIER_MAX, ASKS_PER_SOURCE_MAX, SENDS_MAX
from shared.kernel.refusals import Refused
from tests.integration.recovery_scene import KEY, NOON, RecoveryScene, email, sms

SONIA, PHONE = email("sonia@example.org"), sms("+33612345678")


@pytest.fixture
async def scene(service_pool: Callable[..., Any]) -> RecoveryScene:
    return RecoveryScene(await service_pool("auth"))


@pytest.mark.requirement("R54")
@pytest.mark.parametrize(("channel", "destination"), [("email", SONIA.address), ("sms", PHONE.address)])
async def test_both_routes_work(scene: RecoveryScene, channel: Any, destination: str) -> None:
    await scene.account("P1", SONIA, PHONE)

    await scene.asks("p1", channel)
    [letter] = await scene.letters()

    assert (letter.person_id, letter.channel, letter.destination) == ("P1", channel, destination)
    assert letter.expires_at == NOON + timedelta(minutes=10)
    assert scene.audit.events == ["authn_token_created"]


async def test_an_identifier_is_taken_as_people_type_it(scene: RecoveryScene) -> None:
    await scene.account("P1", SONIA)

    await scene.asks(" P1 ")

    assert len(await scene.letters()) == 1


@pytest.mark.requirement("R54")
async def test_an_account_that_gets_no_code_is_noted_with_its_reason_and_nothing_leaves(
    scene: RecoveryScene,
) -> None:
    await scene.account("REST", SONIA)
    await scene.account("SUSP", SONIA, state="suspended")
    await scene.account("FUSED", SONIA, fused_into="REST")
    await scene.account("NEW", SONIA, step=None)
    await scene.account("ALONE")

    for identifier in ("susp", "fused", "new", "alone", "nobody"):
        await scene.asks(identifier)

    assert await scene.letters() == []
    assert scene.silences() == ["suspended", "fused", "no_password", "no_proved_contact", "unknown"]
    assert [ids["person_id"] for _, ids in scene.audit.lines] == ["SUSP", "FUSED", "NEW", "ALONE", "unknown"]


@pytest.mark.requirement("R54")
async def test_a_request_is_looked_at_once_however_many_workers_there_are(scene: RecoveryScene) -> None:
    await scene.account("P1", SONIA)
    await scene.account("P2", PHONE)
    await scene.asks("p1")
    await scene.asks("p2")

    looked_at = await asyncio.gather(*(scene.recovery.issue_codes() for _ in range(8)))

    assert sum(looked_at) == 2
    assert len(await scene.letters()) == 2


async def test_a_crash_between_the_request_and_the_code_costs_nothing(
    scene: RecoveryScene, monkeypatch: pytest.MonkeyPatch
) -> None:
    await scene.account("P1", SONIA)
    await scene.asks("p1")

    def power_cut(_: CodeToIssue, *__: Any) -> None:
        raise ConnectionError

    with monkeypatch.context() as broken:
        broken.setattr("auth.adapters.recovery_request_in_hand.RequestInHand._record", power_cut)
        with pytest.raises(ConnectionError):
            await scene.recovery.issue_codes()
    left = await scene.pool.fetchval("select count(*) from one_time_code")
    scene.clock.forward(60)
    first, second = await scene.letters(), await scene.letters()

    assert left == 0
    assert (len(first), len(second)) == (1, 0)
    assert first[0].expires_at == NOON + timedelta(minutes=11)


async def test_a_request_that_waited_ten_minutes_is_dropped(scene: RecoveryScene) -> None:
    await scene.account("P1", SONIA)
    await scene.asks("p1")

    scene.clock.forward(600)

    assert await scene.letters() == []
    assert scene.silences() == ["waited_too_long"]


@pytest.mark.requirement("R56")
async def test_a_destination_gets_three_codes_in_ten_minutes_whoever_shares_it_a18(
    scene: RecoveryScene,
) -> None:
    for person in ("P1", "P2"):
        await scene.account(person, SONIA)
    for identifier in ("p1", "p2", "p1", "p2"):
        await scene.asks(identifier)
        scene.clock.forward(60)
    sent = [letter.person_id for letter in await scene.letters()]

    scene.clock.forward(360)
    await scene.asks("p2")
    just_before_the_first_is_ten_minutes_old = await scene.letters()
    scene.clock.forward(600)
    await scene.asks("p2")

    assert sent == ["P1", "P2", "P1"]
    assert scene.silences()[0] == "sends_per_destination"
    assert just_before_the_first_is_ten_minutes_old == []
    assert [letter.person_id for letter in await scene.letters()] == ["P2"]


async def test_the_tenth_minute_itself_lets_the_next_code_go(scene: RecoveryScene) -> None:
    await scene.account("P1", SONIA)
    for _ in range(3):
        await scene.asks("p1")
    await scene.letters()

    scene.clock.forward(599.999)
    await scene.asks("p1")
    before = await scene.letters()
    scene.clock.forward(0.001)
    await scene.asks("p1")

    assert (len(before), len(await scene.letters())) == (0, 1)


async def test_an_account_gets_five_codes_in_any_twenty_four_hours(scene: RecoveryScene) -> None:
    await scene.account("P1", SONIA)
    issued = []
    for minute in range(0, 48 * 60, 20):  # two days, a request every twenty minutes
        await scene.asks("p1")
        issued += [minute] * len(await scene.letters())
        scene.clock.forward(20 * 60)

    assert issued == [0, 20, 40, 60, 80, 1440, 1460, 1480, 1500, 1520]


async def test_another_day_on_the_calendar_is_not_twenty_four_hours(scene: RecoveryScene) -> None:
    await scene.account("P1", SONIA)
    for _ in range(5):
        scene.clock.forward(660)
        await scene.asks("p1")
        await scene.letters()

    scene.clock.forward(13 * 3600)
    await scene.asks("p1")

    assert await scene.letters() == []
    assert scene.silences() == ["issues_per_day"]


async def test_parallel_requests_stay_within_the_limits(scene: RecoveryScene) -> None:
    await scene.account("P1", SONIA)
    await asyncio.gather(*(scene.asks("p1", source=f"192.0.2.{n}") for n in range(20)))

    await asyncio.gather(*(scene.recovery.issue_codes() for _ in range(6)))

    assert len(await scene.letters()) == 3
    assert await scene.pool.fetchval("select count(*) from one_time_code where ended_at is null") == 1


async def test_one_identifier_known_or_not_is_looked_at_ten_times_in_ten_minutes(
    scene: RecoveryScene,
) -> None:
    await scene.account("P1")
    for identifier in ("p1", "nobody"):
        for number in range(ASKS_PER_IDENTIFIER_MAX + 5):
            await scene.asks(identifier, source=f"192.0.2.{number}")

    await scene.letters()

    assert scene.silences().count("no_proved_contact") == ASKS_PER_IDENTIFIER_MAX
    assert scene.silences().count("unknown") == ASKS_PER_IDENTIFIER_MAX


async def test_a_request_beyond_its_identifiers_limit_still_takes_the_live_code(scene: RecoveryScene) -> None:
    """Somebody else's many requests do not keep the owner from his own code."""
    await scene.account("P1", SONIA)
    for number in range(ASKS_PER_IDENTIFIER_MAX):
        await scene.asks("p1", source=f"192.0.2.{number}")
    letters = await scene.letters()

    flow = await scene.asks("p1", source="203.0.113.9")

    assert isinstance(await scene.tries(flow, letters[-1].code), CodeAccepted)


async def test_a_source_that_asks_too_often_waits_whoever_it_names(scene: RecoveryScene) -> None:
    await scene.account("P1", SONIA)
    asks = scene.recovery.ask
    answers = await asyncio.gather(
        *(
            asks(Ask(identifier=f"x{n}", channel="email", source="192.0.2.7"))
            for n in range(ASKS_PER_SOURCE_MAX + 20)
        )
    )
    known = await asks(Ask(identifier="p1", channel="email", source="192.0.2.7"))
    elsewhere = await asks(Ask(identifier="p1", channel="email", source="192.0.2.8"))
    scene.clock.forward(600)
    later = await asks(Ask(identifier="p1", channel="email", source="192.0.2.7"))

    assert sum(isinstance(answer, Refused) for answer in answers) == 20
    assert [isinstance(answer, Refused) for answer in (known, elsewhere, later)] == [True, False, False]
    assert await scene.pool.fetchval("select count(*) from recovery") == ASKS_PER_SOURCE_MAX + 2


async def test_another_code_is_asked_without_typing_and_the_former_is_dead(scene: RecoveryScene) -> None:
    await scene.account("P1", SONIA)
    flow, former = await scene.one_code("p1")

    code = former
    while code == former:
        again = await scene.recovery.ask.again(flow, "192.0.2.1")
        [letter] = await scene.letters()
        code = letter.code

    assert not isinstance(again, Refused)
    assert isinstance(await scene.tries(again.flow, former), Refused)
    assert isinstance(await scene.tries(flow, code), CodeAccepted)


async def test_what_was_counted_on_a_clock_that_was_put_back_counts_no_longer(scene: RecoveryScene) -> None:
    await scene.account("P1", SONIA)
    scene.clock.forward(86_400)
    for _ in range(ASKS_PER_IDENTIFIER_MAX):
        await scene.asks("p1")
    ahead = len(await scene.letters())

    scene.clock.forward(-86_400)
    await scene.asks("p1")

    assert ahead == SENDS_MAX
    assert len(await scene.letters()) == 1


async def test_asking_again_counts_as_asking(scene: RecoveryScene) -> None:
    flow = await scene.asks("nobody")

    answers = [await scene.recovery.ask.again(flow, "192.0.2.1") for _ in range(ASKS_PER_SOURCE_MAX)]

    assert [getattr(answer, "reason", None) for answer in answers[-2:]] == [None, "too_many_requests"]
    await scene.letters()
    assert scene.silences().count("unknown") == ASKS_PER_IDENTIFIER_MAX


async def test_an_hour_later_the_flow_is_over(scene: RecoveryScene) -> None:
    await scene.account("P1", SONIA)
    flow = await scene.asks("p1")

    scene.clock.forward(3600)

    answer = await scene.recovery.ask.again(flow, "192.0.2.1")
    assert isinstance(answer, Refused)
    assert answer.reason == "recovery_over"


async def test_what_no_longer_counts_is_forgotten(scene: RecoveryScene) -> None:
    await scene.account("P1", SONIA)
    await scene.asks("p1")
    await scene.letters()

    scene.clock.forward(24 * 3600)
    await scene.recovery.issue_codes.forget_old()

    for table in ("recovery", "recovery_ask", "one_time_code"):
        assert await scene.pool.fetchval(f"select count(*) from {table}") == 0


async def test_neither_code_nor_identifier_nor_address_of_the_asker_is_stored(scene: RecoveryScene) -> None:
    await scene.account("P1", SONIA)
    await scene.asks("canari.inconnu", source="198.51.100.77")
    _, code = await scene.one_code("p1")

    stored = str(
        [
            await scene.pool.fetch(f"select * from {table}")
            for table in ("recovery", "recovery_ask", "one_time_code")
        ]
    )

    assert [each for each in (f"'{code}'", "canari", "198.51.100.77", "sonia", KEY) if each in stored] == []
    assert str(scene.audit.lines).count("canari") == 0
