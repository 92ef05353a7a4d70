"""What the fusion of accounts needs from the world, in words of the domain."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol
from uuid import UUID

from auth.domain.fusion import FusibleAccount, Fusion, FusionFault, Place
from shared.kernel.refusals import Refused

DETAILS: dict[FusionFault, str] = {
    "same_account": "this is the account that is signed in",
    "already_fused": "one of the two accounts is already fused",
    "pupil_and_parent": "a pupil's and a parent's account are never fused",
    "different_profiles": "the two accounts have different profiles",
    "suspended": "one of the two accounts is suspended",
    "another_person": "the two accounts do not bear the name and birth date of one person",
}


def refused_for(fault: FusionFault) -> Refused:
    return Refused(fault, DETAILS[fault])


@dataclass(frozen=True, slots=True, kw_only=True)
class Proposal:
    """Two accounts that one person has proved, until `expires_at`; whoever accepts is signed in as `remaining_id`."""

    fusion_id: UUID
    remaining_id: str
    attached_id: str
    proposed_at: datetime
    expires_at: datetime


class Fusions(Protocol):
    """Which accounts are one person's. Attaching and undoing are writings of the directory: one at a time.

    Both answer the same fusion when they are asked twice, and are refused as `directory_busy` while an import or
    the sweep of absent people is at work: nothing has changed then, and the same request may be made again.
    """

    async def account(self, person_id: str) -> FusibleAccount:
        """An account that was proved a moment ago; none is ever deleted. Raises KeyError."""
        ...

    async def places(self, person_id: str) -> Sequence[Place]:
        """The schools of an account by itself, with the children whom each concerns."""
        ...

    async def propose(self, proposal: Proposal) -> None:
        """Keep a proposal; earlier ones of the same person are over."""
        ...

    async def attach(self, fusion_id: UUID, person_id: str, *, now: datetime) -> Fusion | Refused:
        """Carry out a live proposal made to this person, in one transaction.

        A new password of the second account ends the proposal: it was proved with another. The accounts are compared
        once more. Both are told anew, the sessions and devices of the second one end, and every proved contact of
        both is told. Refused as `unknown_fusion`, or as `why_not` says.
        """
        ...

    async def undo(self, fusion_id: UUID, person_id: str, *, now: datetime) -> Fusion | Refused:
        """Take the second account out again, in one transaction: both are as before. Refused as `unknown_fusion`."""
        ...

    async def in_force(self, attached_id: str) -> tuple[UUID, str] | None:
        """The fusion by which an account was taken in, and the account that remains; none when it stands alone."""
        ...

    async def of_person(self, person_id: str) -> Sequence[Fusion]:
        """Every fusion that was carried out for this person, those undone too; the latest first."""
        ...

    async def forget_proposals(self, now: datetime) -> int: ...
