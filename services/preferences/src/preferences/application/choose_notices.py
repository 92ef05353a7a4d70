"""Tick and untick the boxes of one establishment (R29–R31, R45, R50)."""

from dataclasses import dataclass

from preferences.application.ports import Deed, Desk, Done
from preferences.application.refusals import not_attached, taken_in, unknown_person
from preferences.domain.boxes import Asked
from shared.kernel.clock import Clock
from shared.kernel.refusals import Refused


@dataclass(frozen=True, slots=True, kw_only=True)
class Choose:
    """`who` is the one who asks, for the audit."""

    person_id: str
    uai: str
    asked: Asked
    who: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ChooseNotices:
    """Change a person's boxes for one of his establishments, and tell it when anything really changed."""

    desk: Desk
    clock: Clock

    async def __call__(self, command: Choose) -> Done | Refused:
        async with self.desk.open() as work:
            person = (await work.people([command.person_id])).get(command.person_id)
            if person is None:
                return unknown_person(command.person_id)
            if person.fused_into is not None:
                return taken_in(command.person_id, person.fused_into)
            if not person.belongs_to(command.uai):
                return not_attached(command.person_id, command.uai)
            before = (await work.preferences([command.person_id]))[command.person_id]
            after = before.choose(command.uai, command.asked).succeeding(before)
            boxes = {
                "before": before.boxes(command.uai)._asdict(),
                "after": after.boxes(command.uai)._asdict(),
            }
            await work.note([self._deed(command, {"uai": command.uai, **boxes})])
            changed = after.version != before.version
            return Done(after, changed, await work.keep([after]) if changed else None)

    def _deed(self, command: Choose, details: dict[str, object]) -> Deed:
        return Deed(
            who=command.who,
            what="choose",
            person_id=command.person_id,
            at=self.clock.now(),
            details=details,
        )
