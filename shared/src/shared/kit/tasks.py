"""The end of a task that runs beside a service."""

import asyncio
from contextlib import suppress
from typing import Any


async def ended(task: asyncio.Task[Any] | None) -> None:
    """Cancel a task, if there is one, and wait until it has ended; a failure of its own is raised."""
    if task is not None:
        task.cancel()
        with suppress(asyncio.CancelledError):
            await task
