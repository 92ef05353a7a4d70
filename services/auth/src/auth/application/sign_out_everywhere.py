"""End every session of a person and forget every browser that was known, the present one too."""

from dataclasses import dataclass

from auth.application.ports import AuditLog
from auth.application.sign_in_ports import Sessions
from auth.domain.sessions import session_digest
from shared.kernel.clock import Clock


@dataclass(frozen=True, slots=True, kw_only=True)
class SignOutEverywhere:
    """Mobile devices are told by the event, and each proved contact by a notice. False for a session that was over."""

    sessions: Sessions
    audit: AuditLog
    clock: Clock

    async def __call__(self, token: str | None) -> bool:
        now = self.clock.now()
        facts = await self.sessions.read(session_digest(token), now) if token else None
        if facts is None:
            return False
        ended = await self.sessions.end_all(facts.person_id, now=now)
        self.audit(
            "session_expired", person_id=facts.person_id, reason="signed_out_everywhere", sessions=ended
        )
        return True
