"""`ent.preferences` (compacted): a person's contacts with their proof state, and the choices made."""

from typing import ClassVar, Literal

from pydantic import BaseModel, ConfigDict

from shared.events.base import Address, EventData, EventId, PersonId, Uai, Version


class Contact(BaseModel):
    """One way to reach a person. Only a selected and proved one ever receives a notification (A5, A8)."""

    model_config = ConfigDict(frozen=True)

    contact_id: EventId
    channel: Literal["email", "sms"]
    address: Address
    origin: Literal["imported", "typed"]
    proof: Literal["unproved", "proved", "bounced"]
    selected: bool

    def __repr__(self) -> str:
        return f"Contact({self.contact_id}, {self.channel}, {self.proof})"

    __str__ = __repr__


class Choice(BaseModel):
    """The boxes of one establishment (A3, A4)."""

    model_config = ConfigDict(frozen=True)

    uai: Uai
    email_information: bool = False
    """R29: « Je souhaite être informé sur l'adresse email renseignée ci-dessus … »"""
    establishment_notices: bool = False
    """R30: « Réception de notifications ENT de mon établissement »"""
    partner_notices: bool = False
    """R31: « Réception de notifications ENT des partenaires »"""
    sms_refused: bool = False
    """R50: « Ne pas me contacter par SMS »"""


class PreferencesChanged(EventData):
    """Everything a person chose, as it now stands; a lower `version` never replaces a higher one."""

    event_type: ClassVar[str] = "fr.ent.preferences.changed.v1"
    topic: ClassVar[str] = "ent.preferences"

    person_id: PersonId
    version: Version
    contacts: tuple[Contact, ...] = ()
    choices: tuple[Choice, ...] = ()
    merged: tuple[PersonId, ...] = ()
    """Accounts of the same person, taken in by this one, whose boxes these choices already speak for (A22)."""

    @property
    def key(self) -> str:
        return self.person_id
