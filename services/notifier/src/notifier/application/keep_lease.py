"""Stay among the living: renew this worker's lease well before it ends."""

import asyncio
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass, field

from notifier.application.stores import Lease
from notifier.domain.tenure import Tenure
from shared.kit.logs import get_logger
from shared.kit.tasks import ended

RETRY_S = 0.5
GIVE_UP_WITHIN_S = 3.0

log = get_logger()


@dataclass(slots=True, kw_only=True)
class KeepLease:
    """Renew the lease three times a period; a failure is tried again, and sending stops meanwhile by itself."""

    lease: Lease
    tenure: Tenure
    monotonic: Callable[[], float]
    _task: asyncio.Task[None] | None = field(default=None, init=False)

    async def start(self) -> None:
        await self._renew()
        self._task = asyncio.create_task(self._run())

    async def stop(self) -> None:
        await ended(self._task)
        with suppress(Exception):  # it runs out by itself
            async with asyncio.timeout(GIVE_UP_WITHIN_S):
                await self.lease.give_up()

    async def _run(self) -> None:
        pause_s = self.tenure.period_s / 3
        while True:
            await asyncio.sleep(pause_s)
            try:
                await self._renew()
                pause_s = self.tenure.period_s / 3
            except Exception as failure:  # noqa: BLE001 - whatever it is, the lease is to be renewed
                log.warning("lease.not_renewed", failure=type(failure).__name__, retry_in_s=RETRY_S)
                pause_s = RETRY_S

    async def _renew(self) -> None:
        asked_at, number = self.monotonic(), self.tenure.number
        await self.lease.renew(self.tenure.period_s)
        self.tenure.renewed(asked_at)
        if number and self.tenure.number != number:
            log.warning("lease.had_lapsed", tenure=self.tenure.number)
