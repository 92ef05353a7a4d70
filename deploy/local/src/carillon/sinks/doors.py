"""Listening ports that can be shut and opened again while the process lives."""

import asyncio
import socket
from collections.abc import Callable
from contextlib import suppress

BACKLOG = 1_024


class Door:
    """One port. Shut, it stays ours but nobody listens: the system itself refuses connections."""

    def __init__(self, make_session: Callable[[], asyncio.Protocol], *, host: str, port: int) -> None:
        self._make_session = make_session
        self._host = host
        self.port = port
        self._server: asyncio.Server | None = None
        self._held: socket.socket | None = None

    def take(self) -> None:
        """Reserve the port. Raises OSError when somebody else has it."""
        self._held = self._take()

    async def open(self) -> None:
        if self._server is not None:
            return
        held = self._held or self._take()
        self._held = None
        self._server = await asyncio.get_running_loop().create_server(
            self._make_session, sock=held, backlog=BACKLOG
        )

    async def shut(self) -> None:
        """Stop listening and keep the port."""
        if self._server is None:
            return
        await self.leave()
        with suppress(OSError):  # somebody was quicker: `open` will say so
            self.take()

    async def leave(self) -> None:
        if self._held is not None:
            self._held.close()
            self._held = None
        if self._server is not None:
            server, self._server = self._server, None
            server.close()
            await asyncio.sleep(0)  # the loop lets go of the socket on its next turn

    def _take(self) -> socket.socket:
        family = socket.AF_INET6 if ":" in self._host else socket.AF_INET
        held = socket.socket(family, socket.SOCK_STREAM)
        try:
            held.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            held.setblocking(False)
            held.bind((self._host, self.port))
        except OSError:
            held.close()
            raise
        self.port = held.getsockname()[1]
        return held
