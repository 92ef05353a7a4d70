"""Two ledgers that pass the same suite, and what the suite needs besides: workers, and the end of a lease."""

import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Protocol
from uuid import UUID

import asyncpg

from notifier.adapters.lease_store import LeaseStore
from notifier.adapters.ledger_store import LedgerStore
from notifier.application.stores import Ledger
from notifier.domain.tenure import Tenure
from shared.kernel.ids import uuid7
from tests.fakes.ledger import FakeLedger, LedgerTable

LEASE_S = 30.0


def a_tenure(monotonic: Callable[[], float] = time.monotonic) -> Tenure:
    tenure = Tenure(LEASE_S, 1.0, monotonic)
    tenure.renewed(monotonic())
    return tenure


class LedgerRig(Protocol):
    """A shared ledger, any number of workers on it."""

    async def worker(self) -> tuple[UUID, Ledger]: ...

    async def end_lease(self, worker_id: UUID) -> None: ...


@dataclass
class FakeLedgerRig:
    table: LedgerTable

    async def worker(self) -> tuple[UUID, Ledger]:
        worker_id = uuid7()
        self.table.alive.add(worker_id)
        return worker_id, FakeLedger(self.table, worker_id, a_tenure())

    async def end_lease(self, worker_id: UUID) -> None:
        self.table.alive.discard(worker_id)


@dataclass
class PostgresLedgerRig:
    pool: asyncpg.Pool

    async def worker(self) -> tuple[UUID, Ledger]:
        worker_id = uuid7()
        await LeaseStore(self.pool, worker_id).renew(LEASE_S)
        return worker_id, LedgerStore(self.pool, worker_id, a_tenure())

    async def end_lease(self, worker_id: UUID) -> None:
        await self.pool.execute(
            "update worker set alive_until = clock_timestamp() - interval '1 second' where worker_id = $1",
            worker_id,
        )


async def a_ledger_rig(kind: str, service_pool: Callable[..., Any]) -> LedgerRig:
    if kind == "fake":
        return FakeLedgerRig(LedgerTable())
    return PostgresLedgerRig(await service_pool("notifier", size_max=16))
