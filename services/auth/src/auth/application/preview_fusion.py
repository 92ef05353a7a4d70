"""Show what attaching a second account would bring, once both were proved (R61, A22)."""

from dataclasses import dataclass
from datetime import datetime

from auth.application.fusion_ports import Fusions, Proposal, refused_for
from auth.application.fusion_right import FusionRight
from auth.application.ports import AuditLog
from auth.application.prove_account import Claim, ProveAccount, Proved
from auth.application.sign_in_ports import Busy, TooManyTries
from auth.domain.fusion import PREVIEW_LIFE, Preview, why_not
from shared.kernel.clock import Clock
from shared.kernel.ids import IdFactory
from shared.kernel.refusals import Refused


@dataclass(frozen=True, slots=True, kw_only=True)
class PreviewFusion:
    """A proposal that lives ten minutes, for this person alone; nothing else changes.

    Refused as FusionRight and ProveAccount say, or as `why_not` says.
    """

    right: FusionRight
    prove: ProveAccount
    fusions: Fusions
    audit: AuditLog
    clock: Clock
    ids: IdFactory

    async def __call__(self, session_token: str, slip: Claim) -> Preview | Refused | TooManyTries | Busy:
        session = await self.right.act(session_token)
        if isinstance(session, Refused):
            return session
        before = (
            self.clock.now()
        )  # a password that is replaced while this one is looked at is newer than the proof
        proved = await self.prove(slip, asked_by=session.person_id)
        if not isinstance(proved, Proved):
            return proved
        return await self._proposed(session.person_id, proved.candidate.person_id, before)

    async def _proposed(self, remaining_id: str, attached_id: str, now: datetime) -> Preview | Refused:
        remaining, attached = (
            await self.fusions.account(remaining_id),
            await self.fusions.account(attached_id),
        )
        fault = why_not(remaining, attached)
        if fault is not None:
            self.audit("authz_fail", person_id=remaining_id, attached_id=attached_id, reason=fault)
            return refused_for(fault)
        proposal = Proposal(
            fusion_id=self.ids(),
            remaining_id=remaining_id,
            attached_id=attached_id,
            proposed_at=now,
            expires_at=now + PREVIEW_LIFE,
        )
        await self.fusions.propose(proposal)
        return Preview(
            fusion_id=proposal.fusion_id,
            remaining_identifier=remaining.identifier,
            ending_identifier=attached.identifier,
            places=await self.fusions.places(attached_id),
            expires_at=proposal.expires_at,
        )
