"""`ent.accounts` (compacted): the whole public state of an account, no secret."""

from typing import ClassVar, Literal

from pydantic import BaseModel, ConfigDict

from shared.events.alerts import EstablishmentKind, Profile
from shared.events.base import Address, EventData, Name, PersonId, Place, Uai, Version


class Attachment(BaseModel):
    """One establishment a person belongs to, as pupil, parent or staff."""

    model_config = ConfigDict(frozen=True)

    uai: Uai
    name: Name
    kind: EstablishmentKind
    departement: Place
    academie: Place
    region: Place
    classes: tuple[Place, ...] = ()
    transported: bool = False
    """The pupil takes school transport; for a parent: one of the children at this establishment does."""


class Child(BaseModel):
    """A pupil whose parent the account is."""

    model_config = ConfigDict(frozen=True)

    person_id: PersonId
    first_name: Name
    uais: tuple[Uai, ...] = ()


class ImportedContacts(BaseModel):
    """What the school's own directory holds: read-only in the ENT (R46–R48)."""

    model_config = ConfigDict(frozen=True)

    email: Address | None = None
    phone_home: Address | None = None
    phone_work: Address | None = None
    phone_mobile: Address | None = None

    def __repr__(self) -> str:
        return "ImportedContacts(•••)"

    __str__ = __repr__


class AccountChanged(EventData):
    """An account as it now stands; a lower `version` never replaces a higher one.

    Accounts of one person may be fused: the one that remains lists the others in `fused` and carries the
    establishments and children of all of them; each of the others is `closed` and names it in `fused_into`.
    """

    event_type: ClassVar[str] = "fr.ent.account.changed.v1"
    topic: ClassVar[str] = "ent.accounts"

    person_id: PersonId
    version: Version
    state: Literal["active", "suspended", "closed"]
    profile: Profile
    last_name: Name
    first_name: Name
    establishments: tuple[Attachment, ...]
    children: tuple[Child, ...] = ()
    imported: ImportedContacts = ImportedContacts()
    fused: tuple[PersonId, ...] = ()
    """The accounts of the same person that this one took in; what is addressed to them is for it."""
    fused_into: PersonId | None = None
    """The account that remains, for one that was taken in; it comes back by a version without it."""

    @property
    def key(self) -> str:
        return self.person_id
