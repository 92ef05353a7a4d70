"""A service as a process: served until told to leave."""

import signal
import sys
from typing import Any

import uvicorn
from fastapi import FastAPI

from shared.kit.health import Health
from shared.kit.tasks import ended_by_failure

LEAVE_WITHIN_S = 25


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
    if ended_by_failure.is_set():
        sys.exit(1)
