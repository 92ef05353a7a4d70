"""What the desk of an establishment needs from the world, in words of the domain."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from auth.application.slip_ports import School


@dataclass(frozen=True, slots=True, kw_only=True)
class Grant:
    """Somebody's right to a desk."""

    person_id: str
    uai: str
    granted_at: datetime
    granted_by: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ClassCount:
    """How far the people of a class have come, parents of its pupils included; no class: everybody else.

    `without_contact`: the active ones whom nothing can reach if they forget their password (A17).
    """

    class_name: str | None
    people: int
    without_slip: int
    never_signed_in: int
    in_wizard: int
    active: int
    without_contact: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Found:
    """Somebody of the school, found by name."""

    person_id: str
    profile: str
    last_name: str
    first_name: str
    class_name: str
    held: str


class Desks(Protocol):
    """Rights to desks, and what a desk shows. A right ends with the attachment to the school."""

    async def profile_at(self, person_id: str, uai: str) -> str | None:
        """The profile of somebody whom the school names now; none otherwise."""
        ...

    async def grant(self, grant: Grant) -> bool:
        """False when he had it already."""
        ...

    async def revoke(self, person_id: str, uai: str) -> bool: ...

    async def listed(self) -> Sequence[Grant]: ...

    async def schools_of(self, person_id: str) -> Sequence[School]:
        """The schools at whose desks somebody works now."""
        ...

    async def classes(self, uai: str) -> Sequence[ClassCount]: ...

    async def totals(self, uai: str) -> ClassCount:
        """The same for the whole school, everybody once."""
        ...

    async def find(self, uai: str, words: Sequence[str], count_max: int) -> Sequence[Found]:
        """Those whose names hold every word, accents and case aside."""
        ...
