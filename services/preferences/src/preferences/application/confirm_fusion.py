"""A person says that the boxes which fused accounts gave him are as he wants them (A22)."""

from dataclasses import dataclass, replace

from preferences.application.ports import Deed, Desk, Done
from preferences.application.refusals import nothing_to_confirm, unknown_person
from shared.kernel.clock import Clock
from shared.kernel.refusals import Refused


@dataclass(frozen=True, slots=True, kw_only=True)
class Confirm:
    """`who` is the one who asks, for the audit."""

    person_id: str
    who: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ConfirmFusion:
    """Mark the fused boxes as confirmed. They stay as they are, so nothing is announced; twice is harmless."""

    desk: Desk
    clock: Clock

    async def __call__(self, command: Confirm) -> Done | Refused:
        async with self.desk.open() as work:
            if command.person_id not in await work.people([command.person_id]):
                return unknown_person(command.person_id)
            fusion = (await work.fusions([command.person_id]))[command.person_id]
            if not fusion.attached_ids:
                return nothing_to_confirm(command.person_id)
            preferences = (await work.preferences([command.person_id]))[command.person_id]
            if fusion.unconfirmed:
                await work.keep_fusion(replace(fusion, confirmed=True))
                details = {"attached": list(fusion.attached_ids)}
                deed = Deed(
                    who=command.who,
                    what="confirm_fusion",
                    person_id=command.person_id,
                    at=self.clock.now(),
                    details=details,
                )
                await work.note([deed])
            return Done(preferences, fusion.unconfirmed, None)
