"""One mechanism for crash, retry and deferral: what is due, left or forgotten comes back to its desk."""

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass, field

from notifier.application.desk import DeskUnavailable, SendingDesk
from notifier.application.stores import Ledger
from notifier.domain.tenure import Tenure
from shared.kernel.clock import Clock
from shared.kit.logs import get_logger
from shared.kit.tasks import ended

PAUSE_S = 0.5
FORGOTTEN_EVERY = 20
"""Rounds between two looks for claims whose answer was lost."""

log = get_logger()


@dataclass(slots=True, kw_only=True)
class Sweep:
    """Look at the ledger twice a second and bring back what has room at its desk."""

    desks: Sequence[SendingDesk]
    ledger: Ledger
    tenure: Tenure
    clock: Clock
    _task: asyncio.Task[None] | None = field(default=None, init=False)

    async def start(self) -> None:
        self._task = asyncio.create_task(self._run())

    async def stop(self) -> None:
        await ended(self._task)

    async def _run(self) -> None:
        rounds = 0
        while True:
            try:
                found = await self(forgotten=rounds % FORGOTTEN_EVERY == 0)
            except DeskUnavailable:
                found = 0
            except Exception as failure:  # noqa: BLE001 - whatever it is, the next round may do better
                log.warning("sweep.failed", failure=type(failure).__name__)
                found = 0
            rounds += 1
            await asyncio.sleep(0 if found else PAUSE_S)

    async def __call__(self, *, forgotten: bool = False) -> int:
        """One round; answers how many deliveries came back."""
        if not self.tenure.holds():
            return 0
        waiting = await self.ledger.work(self.clock.now())
        found = 0
        for desk in self.desks:
            if desk.desk in waiting:
                found += await self._bring(desk)
            if forgotten:
                found += await self._remember(desk)
        return found

    async def _bring(self, desk: SendingDesk) -> int:
        """Others' deliveries are taken only by a worker that has been safely alive for a whole lease."""
        which = desk.desk
        found = await desk.take_work(lambda _, most: self.ledger.take_due(which, self.clock.now(), most))
        if self.tenure.may_sweep():
            found += await desk.take_work(lambda _, most: self.ledger.take_over(which, most))
        return found

    async def _remember(self, desk: SendingDesk) -> int:
        return await desk.take_work(lambda mine, most: self.ledger.take_forgotten(desk.desk, mine, most))
