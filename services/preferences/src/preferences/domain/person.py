"""Who a person is, as far as his preferences need it: what auth says of the account."""

from dataclasses import dataclass
from typing import Literal

from shared.consent import EstablishmentKind
from shared.kernel.addresses import EmailAddress

Profile = Literal["eleve", "parent", "enseignant", "personnel"]
AccountState = Literal["active", "suspended", "closed"]


@dataclass(frozen=True, slots=True, kw_only=True)
class School:
    """One establishment a person belongs to."""

    uai: str
    name: str
    kind: EstablishmentKind


@dataclass(frozen=True, slots=True, kw_only=True)
class Directory:
    """What the school's own directory holds of a person: read-only in the ENT (R46, R48).

    Numbers are kept as the school wrote them: they are shown and called, never sent anything (A8).
    """

    email: EmailAddress | None = None
    phone_home: str | None = None
    phone_work: str | None = None
    phone_mobile: str | None = None

    def __repr__(self) -> str:
        return "Directory(•••)"

    __str__ = __repr__


@dataclass(frozen=True, slots=True, kw_only=True)
class Person:
    """An account with its establishments; `version` is the account's, as auth counts it.

    `fused` are the accounts of the same person that it took in, in order; one of those names it in `fused_into`.
    """

    person_id: str
    version: int
    state: AccountState
    profile: Profile
    last_name: str
    first_name: str
    schools: tuple[School, ...]
    directory: Directory
    fused: tuple[str, ...] = ()
    fused_into: str | None = None

    def belongs_to(self, uai: str) -> bool:
        return any(school.uai == uai for school in self.schools)
