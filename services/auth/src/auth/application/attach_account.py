"""Attach the second account that was previewed: from then on it is the first one's (R61, A22)."""

from dataclasses import dataclass
from uuid import UUID

from auth.application.fusion_ports import Fusions
from auth.application.fusion_right import FusionRight
from auth.application.ports import AuditLog
from auth.domain.fusion import Fusion
from shared.kernel.clock import Clock
from shared.kernel.refusals import Refused


@dataclass(frozen=True, slots=True, kw_only=True)
class AttachAccount:
    """Refused as FusionRight and Fusions.attach say; asked twice, it answers the same fusion."""

    right: FusionRight
    fusions: Fusions
    audit: AuditLog
    clock: Clock

    async def __call__(self, session_token: str, fusion_id: UUID) -> Fusion | Refused:
        session = await self.right.act(session_token)
        if isinstance(session, Refused):
            return session
        done = await self.fusions.attach(fusion_id, session.person_id, now=self.clock.now())
        if isinstance(done, Refused):
            self.audit("authz_fail", person_id=session.person_id, reason=done.reason)
            return done
        self.audit("user_updated", person_id=session.person_id, fused=done.attached_id)
        return done
