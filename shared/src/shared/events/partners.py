"""`ent.partners` (compacted): the public bodies that may speak to families, and for which territory."""

from typing import ClassVar, Literal

from pydantic import BaseModel, ConfigDict

from shared.events.alerts import EstablishmentKind
from shared.events.base import EventData, Name, Place, Version

BodyKind = Literal["departement", "academie", "region", "enseignement_agricole", "dreets"]


class Territory(BaseModel):
    """Where a partner speaks: a school belongs when any of the lists names its place."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    departements: tuple[Place, ...] = ()
    academies: tuple[Place, ...] = ()
    regions: tuple[Place, ...] = ()


class PartnerChanged(EventData):
    """A partner as it now stands (A1); an inactive one sends nothing more."""

    event_type: ClassVar[str] = "fr.ent.partner.changed.v1"
    topic: ClassVar[str] = "ent.partners"

    partner_id: Name
    version: Version
    name: Name
    body: BodyKind
    territory: Territory
    kinds: tuple[EstablishmentKind, ...] | None = None
    """Kinds of establishment the partner may address; all of its matrix when left out."""
    active: bool = True

    @property
    def key(self) -> str:
        return self.partner_id
