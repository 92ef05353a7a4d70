"""A router, a ledger and the judgement before the wire, on one database: from a notification to whom it is handed."""

import time
from collections.abc import Sequence
from random import Random
from typing import Any

import asyncpg

from notifier.adapters.facts_store import KnownFacts
from notifier.adapters.history_store import HistoryStore
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
from tests.unit.notifier.examples import NOON, SOMEBODY, URGENT_ONLY
from tests.unit.notifier.routing_rig import HandClock, RoutingRig

DESK = Desk("urgent", "email")


class Path:
    """What the desk of urgent e-mails does, one step at a time."""

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
