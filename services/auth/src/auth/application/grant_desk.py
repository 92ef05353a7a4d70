"""Give somebody of a school's staff the right to its desk, or take it back."""

from dataclasses import dataclass

from auth.application.desk_ports import Desks, Grant
from auth.application.ports import AuditLog
from shared.kernel.clock import Clock
from shared.kernel.refusals import Refused

STAFF = frozenset({"enseignant", "personnel"})


@dataclass(frozen=True, slots=True, kw_only=True)
class GrantDesk:
    """Refused as `unknown_person` (the school does not name him), `not_staff` or `has_it`."""

    desks: Desks
    audit: AuditLog
    clock: Clock

    async def __call__(self, person_id: str, uai: str, *, granted_by: str) -> Refused | None:
        profile = await self.desks.profile_at(person_id, uai)
        if profile is None:
            return Refused("unknown_person", "the establishment names no such person now")
        if profile not in STAFF:
            return Refused("not_staff", "only teachers and staff may work at a desk")
        grant = Grant(person_id=person_id, uai=uai, granted_at=self.clock.now(), granted_by=granted_by)
        if not await self.desks.grant(grant):
            return Refused("has_it", "this person has the right already")
        self.audit("privilege_permissions_changed", person_id=person_id, desk=uai, asked_by=granted_by)
        return None


@dataclass(frozen=True, slots=True, kw_only=True)
class RevokeDesk:
    """Refused as `has_it_not`."""

    desks: Desks
    audit: AuditLog

    async def __call__(self, person_id: str, uai: str, *, revoked_by: str) -> Refused | None:
        if not await self.desks.revoke(person_id, uai):
            return Refused("has_it_not", "this person has no such right")
        self.audit("privilege_permissions_changed", person_id=person_id, desk_closed=uai, asked_by=revoked_by)
        return None
