"""Take an attached account out again: both are as before, each with its own password (A22)."""

from collections.abc import Sequence
from dataclasses import dataclass
from uuid import UUID

from auth.application.fusion_ports import Fusions
from auth.application.fusion_right import FusionRight
from auth.application.ports import AuditLog
from auth.domain.fusion import Fusion
from shared.kernel.clock import Clock
from shared.kernel.refusals import Refused


@dataclass(frozen=True, slots=True, kw_only=True)
class UndoFusion:
    """Possible for as long as both accounts exist. Refused as FusionRight and Fusions.undo say."""

    right: FusionRight
    fusions: Fusions
    audit: AuditLog
    clock: Clock

    async def __call__(self, session_token: str, fusion_id: UUID) -> Fusion | Refused:
        session = await self.right.act(session_token)
        if isinstance(session, Refused):
            return session
        done = await self.fusions.undo(fusion_id, session.person_id, now=self.clock.now())
        if isinstance(done, Refused):
            self.audit("authz_fail", person_id=session.person_id, reason=done.reason)
            return done
        self.audit("user_updated", person_id=session.person_id, fusion_undone=done.attached_id)
        return done


@dataclass(frozen=True, slots=True, kw_only=True)
class UndoFusionForOwner:
    """For the owner of an account that somebody else took in: it opens nothing, so an operator undoes it for him.

    Refused as `unknown_fusion` when the account stands alone, and as Fusions.undo says.
    """

    fusions: Fusions
    audit: AuditLog
    clock: Clock

    async def __call__(self, attached_id: str, *, asked_by: str) -> Fusion | Refused:
        found = await self.fusions.in_force(attached_id)
        if found is None:
            return Refused("unknown_fusion", "no account has taken this one in")
        fusion_id, remaining_id = found
        done = await self.fusions.undo(fusion_id, remaining_id, now=self.clock.now())
        if isinstance(done, Fusion):
            self.audit("user_updated", person_id=remaining_id, fusion_undone=attached_id, asked_by=asked_by)
        return done


@dataclass(frozen=True, slots=True, kw_only=True)
class ListFusions:
    """The person's fusions, those undone too; the latest first."""

    right: FusionRight
    fusions: Fusions

    async def __call__(self, session_token: str) -> Sequence[Fusion] | Refused:
        session = await self.right.look(session_token)
        if isinstance(session, Refused):
            return session
        return await self.fusions.of_person(session.person_id)
