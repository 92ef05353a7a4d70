"""Whose session a browser's cookie is, if it is still one."""

from dataclasses import dataclass

from auth.application.sign_in_ports import SessionFacts, Sessions
from auth.domain.sessions import session_digest
from shared.kernel.clock import Clock
from shared.kernel.refusals import Refused

SESSION_OVER = Refused("session_over", "the session is over")
"""What whoever acts in a session is told when it is over."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ReadSession:
    """Unknown, over, and a suspended account's are all one answer: none. Reading one keeps it from idling out."""

    sessions: Sessions
    clock: Clock

    async def __call__(self, token: str | None) -> SessionFacts | None:
        if not token:
            return None
        return await self.sessions.read(session_digest(token), self.clock.now())
