"""Everything that fusing accounts asks of auth, in one place (R61)."""

from dataclasses import dataclass

from auth.application.attach_account import AttachAccount
from auth.application.fusion_ports import Fusions
from auth.application.preview_fusion import PreviewFusion
from auth.application.undo_fusion import ListFusions, UndoFusion, UndoFusionForOwner
from shared.kernel.clock import Clock


@dataclass(frozen=True, slots=True, kw_only=True)
class ForgetProposals:
    """Proposals that nobody accepted in time are no longer of use; how many there were."""

    fusions: Fusions
    clock: Clock

    async def __call__(self) -> int:
        return await self.fusions.forget_proposals(self.clock.now())


@dataclass(frozen=True, slots=True, kw_only=True)
class AccountFusion:
    """Preview, then attach; undo for as long as one likes."""

    preview: PreviewFusion
    attach: AttachAccount
    undo: UndoFusion
    undo_for_owner: UndoFusionForOwner
    listed: ListFusions
    forget_proposals: ForgetProposals
