"""What became of an alert, counted from the ledger."""

import time
from collections import Counter, OrderedDict
from collections.abc import Callable, Iterable
from datetime import datetime
from typing import Any
from uuid import UUID

import asyncpg

from notifier.domain.deliveries import CHANNELS, UNDER_WAY, State
from notifier.domain.idempotency import Receipt
from notifier.domain.notifications import notification_id
from notifier.domain.partner_status import AlertProgress

COUNTED_ANEW_S = 1.0
"""An alert may have a million deliveries: however often a partner asks, they are counted once a second."""
KEPT_MAX = 200

_COUNTS = """
select channel, state, reason, count(*) as people from delivery where notification_id = $1 group by 1, 2, 3
"""


class PostgresAlertLedger:
    """Reads counts, never persons."""

    def __init__(self, pool: asyncpg.Pool, *, monotonic: Callable[[], float] = time.monotonic) -> None:
        self._pool = pool
        self._monotonic = monotonic
        self._kept: OrderedDict[UUID, tuple[float, AlertProgress]] = OrderedDict()

    async def progress(self, receipt: Receipt) -> AlertProgress:
        notification = notification_id(receipt.event_source, receipt.alert_id)
        until_s, progress = self._kept.get(notification, (float("-inf"), AlertProgress()))
        if self._monotonic() >= until_s:
            progress = await self._count(notification)
            self._kept[notification] = (self._monotonic() + COUNTED_ANEW_S, progress)
            while len(self._kept) > KEPT_MAX:
                self._kept.popitem(last=False)
        return progress

    async def _count(self, notification: UUID) -> AlertProgress:
        row = await self._pool.fetchrow(
            "select expected, routed_at, withdrawn_at from notification where id = $1", notification
        )
        if row is None:
            return AlertProgress()
        return _progress(row, await self._pool.fetch(_COUNTS, notification))

    async def withdraw(self, receipt: Receipt, at: datetime) -> None:
        notification = notification_id(receipt.event_source, receipt.alert_id)
        await self._pool.execute(
            "update notification set withdrawn_at = coalesce(withdrawn_at, $2) where id = $1",
            notification,
            at,
        )
        self._kept.pop(notification, None)


def _progress(row: Any, counts: Iterable[Any]) -> AlertProgress:
    """An order that no worker has taken yet is in no row: those waiting are all that have not ended."""
    states: dict[str, Counter[str]] = {channel: Counter() for channel in CHANNELS}
    reasons: dict[str, Counter[str]] = {channel: Counter() for channel in CHANNELS}
    for line in counts:
        channel, state, people = line["channel"], State(line["state"]), line["people"]
        if state is State.SUPPRESSED:
            reasons[channel][line["reason"] or "unknown"] += people
        if state not in UNDER_WAY or state is State.AMBIGUOUS:
            states[channel][state] += people
    expected = row["expected"] // len(CHANNELS)
    for told in states.values():
        told["waiting"] = max(0, expected - told.total())
    waiting = sum(told["waiting"] + told[State.AMBIGUOUS] for told in states.values())
    return AlertProgress(
        seen=True,
        routed=row["routed_at"] is not None,
        withdrawn=row["withdrawn_at"] is not None,
        waiting=waiting,
        states=states,
        reasons=reasons,
    )
