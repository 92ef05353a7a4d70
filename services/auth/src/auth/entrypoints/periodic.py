"""What auth does by itself: ask new charters, suspend the absent, tell what commands left, forget what is old."""

import asyncio

from auth.bootstrap import Auth
from shared.kernel.refusals import Refused
from shared.kit.logs import get_logger
from shared.kit.tasks import ended

SWEEP_INTERVAL_S = 5.0
TURNS_BETWEEN_CHARTERS = 720
"""Charters change at a start: asked then, and every hour for what an older process let through meanwhile."""

log = get_logger()


class Sweeper:
    """Sweeps every SWEEP_INTERVAL_S until stopped; a failed sweep is told, and tried again at the next turn."""

    def __init__(self, auth: Auth) -> None:
        self._auth = auth
        self._task: asyncio.Task[None] | None = None
        self._turns = 0

    async def start(self) -> None:
        self._task = asyncio.create_task(self._run())

    async def stop(self) -> None:
        await ended(self._task)

    async def _run(self) -> None:
        while True:
            try:
                await self._sweep()
            except Exception as failure:  # noqa: BLE001 - an outage or a fault of ours: the next turn does the same work
                log.warning("sweep.failed", failure=type(failure).__name__)
            await asyncio.sleep(SWEEP_INTERVAL_S)

    async def _sweep(self) -> None:
        if self._turns % TURNS_BETWEEN_CHARTERS == 0:
            asked_again = await self._auth.first_connection.ask_again()
            if asked_again:
                self._auth.audit("user_updated", charters_asked_again=asked_again)
        self._turns += 1
        suspended = await self._auth.suspend_absent()
        if suspended and not isinstance(suspended, Refused):
            self._auth.audit("user_updated", suspended=suspended)
        await self._auth.waiting_notices.tell()
        await self._forget()

    async def _forget(self) -> None:
        now = self._auth.clock.now()
        await self._auth.tokens.forget_expired(now)
        await self._auth.fusion.forget_proposals()
        await self._auth.sessions.forget_expired(now)
        await self._auth.guesses.forget_old(now)
