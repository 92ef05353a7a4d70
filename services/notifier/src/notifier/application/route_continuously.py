"""Alerts are routed in the background, page by page, so that no event waits behind a large audience."""

import asyncio
from collections.abc import Awaitable, Callable
from contextlib import suppress
from dataclasses import dataclass, field

from shared.kit.logs import get_logger

IDLE_S = 0.5
BACK_OFF_S = 1.0

log = get_logger()


@dataclass(slots=True, kw_only=True)
class RouteContinuously:
    """Route pages while there are any; woken at once by a new alert, and by itself for what a crash left."""

    route_page: Callable[[], Awaitable[bool]]
    _woken: asyncio.Event = field(default_factory=asyncio.Event, init=False)
    _leaving: bool = field(default=False, init=False)
    _task: asyncio.Task[None] | None = field(default=None, init=False)

    def wake(self) -> None:
        self._woken.set()

    async def start(self) -> None:
        self._task = asyncio.create_task(self._run())

    async def stop(self) -> None:
        """Finish the page in hand."""
        self._leaving = True
        self._woken.set()
        if self._task is not None:
            with suppress(TimeoutError):
                await asyncio.wait_for(self._task, 10)

    async def _run(self) -> None:
        while not self._leaving:
            try:
                routed = await self.route_page()
            except Exception as failure:  # the page is tried again, whatever happened
                log.warning("alert.not_routed", failure=type(failure).__name__, retry_in_s=BACK_OFF_S)
                log.debug("alert.failure", exc_info=failure)
                await asyncio.sleep(BACK_OFF_S)
                continue
            if not routed:
                self._woken.clear()
                with suppress(TimeoutError):
                    async with asyncio.timeout(IDLE_S):  # wait_for may swallow a cancellation
                        await self._woken.wait()
