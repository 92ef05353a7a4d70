"""Who may fuse accounts: somebody whose first connection is over, and who gave the password a moment ago."""

from dataclasses import dataclass

from auth.application.ports import AuditLog
from auth.application.sign_in_ports import SessionFacts, Sessions
from auth.domain.first_connection import Step
from auth.domain.sessions import session_digest
from shared.kernel.clock import Clock
from shared.kernel.refusals import Refused

OVER = Refused("session_over", "the session is over")
STEP_UP = Refused(
    "step_up_required", "the password is asked for again: it was given more than ten minutes ago"
)


@dataclass(frozen=True, slots=True)
class Unfinished(Refused):
    """The first connection comes first (R6); `step` is where the person stands."""

    step: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class FusionRight:
    """The session, or why it does not do. `look` asks for no fresh password: it only reads."""

    sessions: Sessions
    audit: AuditLog
    clock: Clock

    async def look(self, session_token: str) -> SessionFacts | Refused:
        session = await self.sessions.read(session_digest(session_token), self.clock.now())
        if session is None:
            return OVER
        if session.step is not Step.ACTIVE:
            self.audit("authz_fail", person_id=session.person_id, step=session.step.value)
            said = "the first connection is not finished"
            return Unfinished("first_connection_unfinished", said, session.step.value)
        return session

    async def act(self, session_token: str) -> SessionFacts | Refused:
        session = await self.look(session_token)
        if isinstance(session, SessionFacts) and not session.fresh(self.clock.now()):
            return STEP_UP
        return session
