"""Open the desk of an establishment: its classes and how far their people have come."""

from collections.abc import Sequence
from dataclasses import dataclass

from auth.application.desk_ports import ClassCount, Desks, Found
from auth.application.ports import AuditLog
from auth.application.slip_ports import School, Selection, Slips
from auth.domain.slips import Recipient
from shared.kernel.refusals import Refused

FOUND_MAX = 20
NAME_LENGTH_MAX = 100

NOT_YOURS = Refused("not_yours", "there is no such desk for this person")


@dataclass(frozen=True, slots=True, kw_only=True)
class Desk:
    """What the desk shows. `elsewhere`: the person's other desks. `found` is none when nobody was looked for."""

    school: School
    elsewhere: Sequence[School]
    totals: ClassCount
    classes: Sequence[ClassCount]
    found: Sequence[Found] | None


@dataclass(frozen=True, slots=True, kw_only=True)
class OpenDesk:
    """Refused as `not_yours`, in one way whether the establishment exists or not; `unknown_person` for a stranger."""

    desks: Desks
    slips: Slips
    audit: AuditLog

    async def __call__(self, person_id: str, uai: str, *, looked_for: str = "") -> Desk | Refused:
        school = await self.right(person_id, uai)
        if isinstance(school, Refused):
            return school
        schools = await self.desks.schools_of(person_id)
        words = looked_for[:NAME_LENGTH_MAX].split()
        return Desk(
            school=school,
            elsewhere=[each for each in schools if each != school],
            totals=await self.desks.totals(uai),
            classes=await self.desks.classes(uai),
            found=await self.desks.find(uai, words, FOUND_MAX) if words else None,
        )

    async def right(self, person_id: str, uai: str) -> School | Refused:
        """The school, when the person works at its desk now."""
        schools = await self.desks.schools_of(person_id)
        return next((each for each in schools if each.uai == uai), None) or self._refused(person_id)

    async def first(self, person_id: str) -> School | Refused:
        """The desk to open when none was named."""
        schools = await self.desks.schools_of(person_id)
        return schools[0] if schools else self._refused(person_id)

    async def somebody(self, uai: str, person_id: str) -> Recipient | Refused:
        """One of those whom the school names, for a slip of his own."""
        people = await self.slips.people(Selection(uai=uai, person_id=person_id))
        return people[0] if people else Refused("unknown_person")

    def _refused(self, person_id: str) -> Refused:
        self.audit("authz_fail", person_id=person_id, page="desk")
        return NOT_YOURS
