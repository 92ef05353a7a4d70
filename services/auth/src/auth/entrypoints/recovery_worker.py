"""The part of auth that looks at requests for a code, after they were answered."""

import asyncio
from contextlib import suppress

from auth.application.issue_recovery_codes import IssueRecoveryCodes
from shared.kit.logs import get_logger
from shared.kit.tasks import ended

SETTLE_S = 0.15
"""Between a request and its work: what is done for an account that exists is not felt in the answer to this request,
nor in the one that follows it."""

SWEEP_INTERVAL_S = 5.0
"""What a crash left behind waits no longer than this."""

TURNS_BETWEEN_CLEANINGS = 12

log = get_logger()


class RecoveryWorker:
    """Works when woken, and every SWEEP_INTERVAL_S; a turn that fails is told, and the next one does the same work.

    Promise: every request that was answered is looked at once, by one worker, however many run; after a crash, later.
    """

    def __init__(self, issue: IssueRecoveryCodes, woken: asyncio.Event) -> None:
        self._issue = issue
        self._woken = woken
        self._task: asyncio.Task[None] | None = None

    async def start(self) -> None:
        self._task = asyncio.create_task(self._run())

    async def stop(self) -> None:
        """What is in hand is left to the next start: its transaction ends with nothing done."""
        await ended(self._task)

    async def _run(self) -> None:
        turns = 0
        while True:
            try:
                await self._issue()
                if turns % TURNS_BETWEEN_CLEANINGS == 0:
                    await self._issue.forget_old()
            except Exception as failure:  # noqa: BLE001 - an outage or a fault of ours: the next turn does the same work
                log.warning("recovery.turn_failed", failure=type(failure).__name__)
            turns += 1
            await self._rest()

    async def _rest(self) -> None:
        with suppress(TimeoutError):
            async with asyncio.timeout(SWEEP_INTERVAL_S):  # wait_for may swallow the cancellation of a stop
                await self._woken.wait()
            await asyncio.sleep(SETTLE_S)
        self._woken.clear()
