"""What slips and the desk need from the world, in words of the domain."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Protocol

from auth.application.sign_in_ports import Busy
from auth.domain.slips import Recipient


@dataclass(frozen=True, slots=True, kw_only=True)
class School:
    """An establishment, as its slips and its desk name it."""

    uai: str
    name: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Selection:
    """Whom a slip is wanted for; what is none narrows nothing. `without_class`: only those of no class."""

    uai: str
    class_name: str | None = None
    profile: str | None = None
    person_id: str | None = None
    without_class: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Given:
    """A first password about to become somebody's: his, only if he still has the one that was `seen`."""

    person_id: str
    password_hash: str = field(repr=False)
    seen: bytes | None = field(repr=False)


class Slips(Protocol):
    """People of a school, and the first passwords made for them."""

    async def school(self, uai: str) -> School | None: ...

    async def people(self, selection: Selection) -> Sequence[Recipient]:
        """Those whom the school names and who may sign in; neither suspended nor taken in by another account."""
        ...

    async def give(
        self, group: Sequence[Given], *, expires_at: datetime, now: datetime
    ) -> frozenset[str] | Busy:
        """In one transaction: make these the passwords of those who still have what was seen; who they are.

        Whoever had a password before loses it at once, with every session, known device and recovery under
        way; his proved contacts are told, and the other services that access from before is dead. Busy when
        somebody else holds the accounts: nothing was given.
        """
        ...
