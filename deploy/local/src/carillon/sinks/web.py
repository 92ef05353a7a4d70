"""An ASGI application behind a door, on uvicorn's protocol, without uvicorn's own process habits."""

import asyncio
from collections.abc import Callable
from typing import Any, cast

from starlette.requests import Request
from starlette.types import ASGIApp
from uvicorn.config import Config
from uvicorn.protocols.http.httptools_impl import HttpToolsProtocol
from uvicorn.server import ServerState

KEEP_ALIVE_S = 75


class WebSessions:
    """Makes one protocol a connection, and can drop or close what is connected."""

    def __init__(self, app: ASGIApp) -> None:
        self._config = Config(
            app=cast("Any", app), log_config=None, access_log=False, lifespan="off", timeout_keep_alive=KEEP_ALIVE_S,
            server_header=False, date_header=False, proxy_headers=False, ws="none",
        )  # fmt: skip
        self._config.load()
        self._state = ServerState()

    def new_session(self) -> asyncio.Protocol:
        return _Session(config=self._config, server_state=self._state, app_state={})

    def hang_up_idle(self) -> None:
        for connection in tuple(self._state.connections):
            connection.shutdown()


class _Session(HttpToolsProtocol):
    """Hands the application a way to cut the line, which HTTP itself has no word for."""

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]  # as in uvicorn
        super().connection_made(transport)
        self.app_state["drop"] = transport.abort


def drop_connection(request: Request) -> None:
    """Cut the line without another byte; whatever is answered afterwards goes nowhere."""
    drop: Callable[[], None] = request.state.drop
    drop()
