"""Bring people back to step 1 when a charter has a new version, signed in or not (A15)."""

from dataclasses import dataclass

from auth.application.first_connection_ports import FirstConnections
from auth.domain.charters import CharterSet
from shared.kernel.clock import Clock


@dataclass(frozen=True, slots=True, kw_only=True)
class AskChartersAgain:
    """A charter changes when the service starts with other files, so asking then and now and again is enough.

    A session reads its person's step each time: those that are live stop at the charters at their next request.
    """

    connections: FirstConnections
    charters: CharterSet
    clock: Clock

    async def __call__(self) -> int:
        return await self.connections.ask_again(self.charters.demands(), now=self.clock.now())
