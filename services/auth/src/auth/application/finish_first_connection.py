"""End the first connection: from its last step on, every page is open (R6, R52)."""

from dataclasses import dataclass

from auth.application.first_connection_ports import FirstConnections
from auth.application.ports import AuditLog
from shared.kernel.clock import Clock


@dataclass(frozen=True, slots=True, kw_only=True)
class FinishFirstConnection:
    """Go from the contacts to the open portal, once."""

    connections: FirstConnections
    audit: AuditLog
    clock: Clock

    async def __call__(self, person_id: str) -> bool:
        """Whether this call ended it; false when the person is not at the last step."""
        finished = await self.connections.finish(person_id, now=self.clock.now())
        if finished:
            self.audit("user_updated", person_id=person_id, first_connection="finished")
        return finished
