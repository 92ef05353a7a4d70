"""Tasks that run beside a service, and how they end."""

import asyncio
import signal
import threading
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from typing import Any

from shared.kit.logs import get_logger

ended_by_failure = threading.Event()
"""Set when work beside the service has failed: the process then ends with exit code 1."""

log = get_logger()


async def ended(task: asyncio.Task[Any] | None) -> None:
    """Cancel a task, if there is one, and wait until it has ended; a failure of its own is raised."""
    if task is not None:
        task.cancel()
        with suppress(asyncio.CancelledError):
            await task


@asynccontextmanager
async def background(*works: Any) -> AsyncIterator[list[asyncio.Task[Any]]]:
    """Run coroutines beside the service; one that ends by an exception ends the process, loudly."""
    tasks = [asyncio.create_task(work) for work in works]
    for task in tasks:
        task.add_done_callback(_end_the_process)
    try:
        yield tasks
    finally:
        for task in tasks:
            task.remove_done_callback(_end_the_process)
            task.cancel()
        for task in tasks:
            with suppress(asyncio.CancelledError, Exception):
                await task


def _end_the_process(task: asyncio.Task[Any]) -> None:
    if not task.cancelled() and (failure := task.exception()):
        log.critical("service.broken", exc_info=failure)
        ended_by_failure.set()
        signal.raise_signal(signal.SIGTERM)
