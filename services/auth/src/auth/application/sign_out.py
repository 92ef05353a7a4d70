"""End one session on the server."""

from dataclasses import dataclass

from auth.application.ports import AuditLog
from auth.application.sign_in_ports import Sessions
from auth.domain.sessions import session_digest


@dataclass(frozen=True, slots=True, kw_only=True)
class SignOut:
    """The cookie opens nothing any more, wherever it was copied; a session that was over stays over."""

    sessions: Sessions
    audit: AuditLog

    async def __call__(self, token: str | None) -> None:
        person_id = await self.sessions.end(session_digest(token)) if token else None
        if person_id:
            self.audit("session_expired", person_id=person_id, reason="signed_out")
