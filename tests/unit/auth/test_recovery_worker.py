import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime

from auth.adapters.recovery_digests import RecoveryDigests
from auth.application.issue_recovery_codes import IssueRecoveryCodes
from auth.application.recovery_ports import NewRequest, RequestAgain, WaitingRequest
from auth.entrypoints.recovery_worker import RecoveryWorker
from shared.kernel.ids import uuid7
from shared.kit.sealing import new_key
from tests.fakes.auth import AuditInMemory, HandClock
from tests.waiting import eventually


@dataclass(slots=True)
class NobodyWaits:
    """The port `RecoveryRequests`, with nothing to look at; `outages` are raised first, one a question."""

    outages: list[Exception] = field(default_factory=list)
    questions: int = 0
    cleanings: int = 0

    async def ask(self, request: NewRequest) -> bool:
        return True

    async def ask_again(self, request: RequestAgain) -> bool | None:
        return True

    @asynccontextmanager
    async def next_waiting(self, now: datetime) -> AsyncIterator[WaitingRequest | None]:
        self.questions += 1
        if self.outages:
            raise self.outages.pop()
        yield None

    async def forget_old(self, now: datetime) -> None:
        self.cleanings += 1


def _worker(requests: NobodyWaits) -> tuple[RecoveryWorker, asyncio.Event]:
    woken = asyncio.Event()
    issue = IssueRecoveryCodes(
        requests=requests,
        secrets=RecoveryDigests(new_key()),
        audit=AuditInMemory(),
        clock=HandClock(datetime(2026, 11, 24, tzinfo=UTC)),
        ids=uuid7,
    )
    return RecoveryWorker(issue, woken), woken


async def test_leftovers_are_looked_for_at_the_start_and_again_when_woken() -> None:
    requests = NobodyWaits()
    worker, woken = _worker(requests)

    await worker.start()
    await eventually(lambda: requests.questions == 1, what="the look at the start")
    woken.set()
    await eventually(lambda: requests.questions == 2, what="the look when woken")
    await worker.stop()

    assert requests.cleanings == 1
    assert not woken.is_set()


async def test_an_outage_does_not_end_the_worker() -> None:
    requests = NobodyWaits(outages=[ConnectionError(), OSError()])
    worker, woken = _worker(requests)

    await worker.start()
    for turn in (1, 2, 3):
        await eventually(lambda turn=turn: requests.questions >= turn, what=f"turn {turn}")
        woken.set()
    await worker.stop()

    assert requests.outages == []
