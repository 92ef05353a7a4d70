"""Accounts fused between the router and the wire: the person is told once, on the account that remains."""

import time
from collections.abc import Callable, Sequence
from random import Random
from typing import Any

import asyncpg
import pytest

from notifier.adapters.facts_store import KnownFacts
from notifier.adapters.history_store import HistoryStore
from notifier.adapters.lease_store import LeaseStore
from notifier.adapters.ledger_store import LedgerStore
from notifier.adapters.notifications_store import NotificationsStore
from notifier.application.judge_again import JudgeAgain
from notifier.application.reports import CountConservation
from notifier.application.send import Errand
from notifier.application.stores import Desk
from notifier.domain.attempts import concluded
from notifier.domain.outcomes import Accepted
from notifier.domain.tenure import Tenure
from shared.kernel.refusals import Refused
from tests.fakes.orders import FakeOrders
from tests.integration.notifier_facts import (
    COLLEGE,
    LYCEE,
    a_school,
    an_account,
    everything_ticked,
    preferences_of,
    tell,
)
from tests.unit.notifier.examples import NOON, SOMEBODY, URGENT_ONLY
from tests.unit.notifier.routing_rig import HandClock, RoutingRig, a_message_to

pytestmark = pytest.mark.requirement("R61")

DESK = Desk("urgent", "email")
BOTH_SCHOOLS = (a_school(COLLEGE), a_school(LYCEE, kind="lycee"))


class Path:
    """A router, a ledger and the judgement before the wire, on one database."""

    def __init__(self, pool: asyncpg.Pool) -> None:
        self.pool = pool
        self.orders = FakeOrders()
        self.store = NotificationsStore(pool)
        self.router = RoutingRig(self.store, KnownFacts(pool), self.orders)
        tenure = Tenure(15, 3, time.monotonic)
        tenure.renewed(time.monotonic())
        self.ledger = LedgerStore(pool, SOMEBODY, tenure)
        self.judge = JudgeAgain(
            notifications=self.store,
            people=KnownFacts(pool),
            rules=URGENT_ONLY,
            clock=HandClock(),
            monotonic=time.monotonic,
            random=Random(1),
        )

    async def fused(self, *, preferences_version: int = 2) -> None:
        ticked = (everything_ticked(COLLEGE), everything_ticked(LYCEE))
        remaining = an_account("sonia", *BOTH_SCHOOLS, version=2, fused=("sonia-2",))
        taken_in = an_account("sonia-2", *BOTH_SCHOOLS, version=2, state="closed", fused_into="sonia")
        preferences = preferences_of("sonia", choices=ticked, version=preferences_version)
        await tell(self.pool, remaining, taken_in, preferences)

    async def claims(self, *person_ids: str) -> list[Any]:
        """What the desk takes of the orders for these people."""
        keys = [key for _, key in self.orders.published if key.person_id in person_ids]
        return await self.ledger.claim(DESK, keys, ())

    async def handed_over(self, claims: Sequence[Any]) -> list[tuple[str, str]]:
        """Judge, send what may leave and write everything down: to whom, and at which address."""
        errands, silent = await self.judge(claims)
        moves = [_sent(errand) for errand in errands] + [move for move, _ in silent]
        told = await self.store.load({claim.key.notification_id for claim in claims})
        await self.ledger.record(moves, told)
        return [_whom(errand) for errand in errands]

    async def due(self) -> list[Any]:
        return await self.ledger.take_due(DESK, NOON, 10)

    async def ended(self) -> dict[str, tuple[str, str | None]]:
        rows = await self.pool.fetch("select person_id, state, reason from delivery where channel = 'email'")
        return {row[0]: (row[1], row[2]) for row in rows}

    async def adds_up(self) -> bool:
        tallies = await CountConservation(histories=HistoryStore(self.pool))(None)
        assert not isinstance(tallies, Refused)
        return all(tally.ended == tally.expected for tally in tallies)


def _sent(errand: Errand) -> Any:
    outcome = Accepted("relay", "250")
    return concluded(
        errand.claim, outcome, now=NOON, expires_at=errand.notification.expires_at, random=Random(1)
    )


def _whom(errand: Errand) -> tuple[str, str]:
    assert errand.person is not None
    assert errand.person.email is not None
    return errand.claim.key.person_id, errand.person.email.address


@pytest.fixture
async def path(service_pool: Callable[..., Any]) -> Path:
    """Sonia's two accounts, not fused yet; both belong to the lycée."""
    pool = await service_pool("notifier")
    await LeaseStore(pool, SOMEBODY).renew(60)
    ticked = (everything_ticked(LYCEE),)
    for person_id in ("sonia", "sonia-2"):
        await tell(
            pool,
            an_account(person_id, a_school(LYCEE, kind="lycee")),
            preferences_of(person_id, choices=ticked),
        )
    return Path(pool)


async def test_ordered_for_the_account_taken_in_it_goes_out_on_the_one_that_remains(path: Path) -> None:
    await path.router.messages([a_message_to("sonia-2", uai=LYCEE)])
    claims = await path.claims("sonia-2")
    await path.fused()

    at_once = await path.handed_over(claims)
    then = await path.handed_over(await path.due())

    assert (at_once, then) == ([], [("sonia", "sonia@example.org")])
    assert await path.ended() == {"sonia-2": ("suppressed", "duplicate"), "sonia": ("sent", None)}
    assert await path.adds_up()


@pytest.mark.parametrize("order", [("sonia", "sonia-2"), ("sonia-2", "sonia")])
async def test_ordered_for_both_it_goes_out_once_whichever_comes_first(
    path: Path, order: tuple[str, str]
) -> None:
    await path.router.messages([a_message_to("sonia", "sonia-2", uai=LYCEE)])
    await path.fused()

    handed = [one for person in order for one in await path.handed_over(await path.claims(person))]
    handed += await path.handed_over(await path.due())

    assert handed == [("sonia", "sonia@example.org")]
    assert await path.ended() == {"sonia-2": ("suppressed", "duplicate"), "sonia": ("sent", None)}
    assert await path.adds_up()


async def test_refused_on_the_account_that_remains_before_the_fusion_it_is_not_lost_after_it(
    path: Path,
) -> None:
    await tell(path.pool, preferences_of("sonia", choices=(), version=2))
    await path.router.messages([a_message_to("sonia", "sonia-2", uai=LYCEE)])
    claims = await path.claims("sonia-2")
    await path.fused(preferences_version=3)

    handed = await path.handed_over(claims)
    handed += await path.handed_over(await path.due())

    assert handed == [("sonia-2", "sonia@example.org")]
    assert await path.ended() == {"sonia": ("suppressed", "opted_out_email"), "sonia-2": ("sent", None)}
    assert await path.adds_up()


async def test_told_on_the_account_taken_in_before_it_is_not_told_again_after(path: Path) -> None:
    await path.router.messages([a_message_to("sonia", "sonia-2", uai=LYCEE)])
    before = await path.handed_over(await path.claims("sonia-2"))
    await path.fused()

    after = await path.handed_over(await path.claims("sonia"))

    assert (before, after) == ([("sonia-2", "sonia-2@example.org")], [])
    assert (await path.ended())["sonia"] == ("suppressed", "duplicate")
    assert await path.adds_up()


async def test_judged_again_after_a_crash_it_is_handed_over_once(path: Path) -> None:
    await path.router.messages([a_message_to("sonia-2", uai=LYCEE)])
    claims = await path.claims("sonia-2")
    await path.fused()

    await path.judge(claims)
    await path.handed_over(claims)
    await path.handed_over(await path.due())

    assert [key.person_id for _, key in path.orders.published] == ["sonia-2"]
    assert await path.pool.fetchval("select count(*) from delivery where channel = 'email'") == 2
    assert await path.adds_up()
