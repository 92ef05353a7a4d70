"""A service as a process: served until told to leave, with its work beside it."""

import asyncio
import signal
import sys
import threading
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from typing import Any

import uvicorn
from fastapi import FastAPI

from shared.kit.health import Health
from shared.kit.logs import get_logger

LEAVE_WITHIN_S = 25

log = get_logger()
_ended_by_failure = threading.Event()


class _Server(uvicorn.Server):
    """Uvicorn that marks the service unready before it closes its sockets."""

    def __init__(self, config: uvicorn.Config, health: Health) -> None:
        super().__init__(config)
        self._health = health

    def handle_exit(self, sig: int, frame: Any) -> None:
        self._health.leaving = True
        super().handle_exit(sig, frame)


def serve(app: FastAPI, *, host: str, port: int, health: Health) -> None:
    """Serve until SIGTERM or Ctrl-C; the application's lifespan then has LEAVE_WITHIN_S to finish its work."""
    config = uvicorn.Config(
        app,
        host=host,
        port=port,
        loop="uvloop",
        http="httptools",
        lifespan="on",
        log_config=None,
        access_log=False,
        server_header=False,
        timeout_graceful_shutdown=LEAVE_WITHIN_S,
        proxy_headers=False,
    )
    for number in (signal.SIGTERM, signal.SIGINT):
        # uvicorn raises the signal once more when it has ended in order: that is no death by a signal
        signal.signal(number, lambda *_: None)
    _Server(config, health).run()
    if _ended_by_failure.is_set():
        sys.exit(1)


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
        _ended_by_failure.set()
        signal.raise_signal(signal.SIGTERM)
