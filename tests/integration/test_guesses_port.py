"""What every store of wrong passwords does, whichever it is."""

from collections.abc import Awaitable, Callable
from datetime import UTC, datetime, timedelta

import asyncpg
import pytest

from auth.adapters.postgres_guesses import PostgresGuesses
from auth.application.sign_in_ports import Guesses, Taken, TooManyTries
from auth.domain.sign_in_identifiers import account_key
from auth.domain.sign_in_limits import DELAYS_S, delay_after_s, source_key
from tests.fakes.sign_in import GuessesInMemory

ServicePool = Callable[..., Awaitable[asyncpg.Pool]]
NOON = datetime(2026, 11, 24, 12, tzinfo=UTC)
LEO, INES = account_key("leo.vial"), account_key("ines.vial")
HOME = source_key("192.0.2.1", None)


@pytest.fixture(params=["memory", "postgres"])
async def guesses(request: pytest.FixtureRequest, service_pool: ServicePool) -> Guesses:
    return GuessesInMemory() if request.param == "memory" else PostgresGuesses(await service_pool("auth"))


async def _taken(guesses: Guesses, times: int, now: datetime = NOON) -> list[Taken | TooManyTries]:
    return [await guesses.take(LEO, HOME, now) for _ in range(times)]


async def test_five_tries_are_taken_and_the_sixth_is_told_to_wait(guesses: Guesses) -> None:
    assert await _taken(guesses, 6) == [Taken(0), Taken(1), Taken(2), Taken(3), Taken(4), TooManyTries(15)]


async def test_the_wait_ends_at_its_instant_and_the_next_is_longer(guesses: Guesses) -> None:
    await _taken(guesses, 5)

    early = await guesses.take(LEO, HOME, NOON + timedelta(seconds=14))
    due = await guesses.take(LEO, HOME, NOON + timedelta(seconds=15))
    again = await guesses.take(LEO, HOME, NOON + timedelta(seconds=15))

    assert (early, due, again) == (TooManyTries(1), Taken(5), TooManyTries(30))


async def test_a_clock_that_was_put_back_makes_nobody_wait_for_it(guesses: Guesses) -> None:
    await _taken(guesses, 5, NOON + timedelta(hours=2))

    put_back = await guesses.take(LEO, HOME, NOON)
    again = await guesses.take(LEO, HOME, NOON)

    assert (put_back, again) == (Taken(5), TooManyTries(30))


async def test_of_two_tries_at_once_the_one_with_the_earlier_time_waits_too(guesses: Guesses) -> None:
    for hours in range(len(DELAYS_S)):
        await guesses.take(LEO, HOME, NOON + timedelta(hours=hours))
    last = NOON + timedelta(hours=len(DELAYS_S) - 1)

    overtaken = await guesses.take(LEO, HOME, last - timedelta(seconds=1))

    assert overtaken == TooManyTries(900)


async def test_accounts_and_sources_are_counted_apart(guesses: Guesses) -> None:
    await _taken(guesses, 6)

    assert await guesses.take(INES, HOME, NOON) == Taken(0)
    assert await guesses.take(LEO, source_key("192.0.2.2", None), NOON) == Taken(0)
    assert await guesses.take(LEO, source_key("192.0.2.1", b"d" * 32), NOON) == Taken(0)


async def test_a_right_password_forgives_its_own_source(guesses: Guesses) -> None:
    other = source_key("192.0.2.2", None)
    await _taken(guesses, 6)
    await guesses.take(LEO, other, NOON)

    await guesses.forgive(LEO, HOME)

    assert await guesses.take(LEO, HOME, NOON) == Taken(0)
    assert await guesses.take(LEO, other, NOON) == Taken(1)


async def test_a_try_that_was_not_looked_at_is_given_back(guesses: Guesses) -> None:
    await _taken(guesses, 5)

    await guesses.give_back(LEO, HOME, NOON)
    await guesses.give_back(INES, HOME, NOON)

    assert await _taken(guesses, 2) == [Taken(4), TooManyTries(15)]


async def test_failures_end_a_day_after_the_last(guesses: Guesses) -> None:
    await _taken(guesses, 4)
    a_day_later = NOON + timedelta(hours=24)

    still = await guesses.forget_old(a_day_later)
    counted = await guesses.take(LEO, HOME, a_day_later)
    begun_anew = await guesses.take(LEO, HOME, a_day_later + timedelta(hours=24, seconds=16))
    gone = await guesses.forget_old(NOON + timedelta(days=4))

    assert (still, counted, begun_anew, gone) == (0, Taken(4), Taken(0), 1)


def test_no_delay_exceeds_fifteen_minutes_and_none_is_shorter_than_the_one_before() -> None:
    delays = [delay_after_s(failures) for failures in range(50)]

    assert delays[:12] == [0, 0, 0, 0, 0, 15, 30, 60, 120, 240, 480, 900]
    assert max(delays) == DELAYS_S[-1] == 900
    assert delays == sorted(delays)


def test_a_known_device_is_named_by_a_part_of_its_digest_and_counts_where_it_is() -> None:
    here = source_key("192.0.2.1", bytes(range(32)))

    assert here == "device:000102030405060708090a0b0c0d0e0f@192.0.2.1"
    assert source_key("192.0.2.2", bytes(range(32))) != here
