"""The nouns of consent: what happens, who is concerned, at which school, and what was chosen."""

from dataclasses import dataclass
from datetime import datetime
from typing import Literal, NamedTuple

OccasionKind = Literal["message", "alert", "code", "security"]
EstablishmentKind = Literal["college", "lycee", "agricole", "cfa"]
BodyKind = Literal["departement", "academie", "region", "enseignement_agricole", "dreets"]
Proof = Literal["unproved", "proved", "bounced"]


@dataclass(frozen=True, slots=True)
class Territory:
    """Where a body speaks: a school belongs when any of the lists names its place."""

    departements: frozenset[str] = frozenset()
    academies: frozenset[str] = frozenset()
    regions: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class PartnerBody:
    """A public body that speaks to families (A1).

    `kinds` narrows the establishments that it may address; none means all that the matrix gives it.
    An inactive one is nobody's partner.
    """

    kind: BodyKind
    territory: Territory
    kinds: frozenset[EstablishmentKind] | None = None
    active: bool = True


@dataclass(frozen=True, slots=True)
class Occasion:
    """Something to tell people. `expires_at` is aware; at that instant it is already too late.

    A message, whether a person or the school wrote it, counts as the school's (A4); an alert is its
    `partner`'s, and one whose partner is unknown reaches nobody.
    """

    kind: OccasionKind
    urgent: bool = False
    expires_at: datetime | None = None
    partner: PartnerBody | None = None


@dataclass(frozen=True, slots=True)
class School:
    """The establishment through which a person is concerned."""

    kind: EstablishmentKind
    departement: str
    academie: str
    region: str


class Choices(NamedTuple):
    """The boxes of one person for one establishment; all unticked until somebody ticks them (A6).

    A named tuple, like `Standing`: an alert makes half a million of them, and a dataclass costs three times more.
    """

    email_information: bool = False
    """R29: « Je souhaite être informé sur l'adresse email renseignée ci-dessus des messages émis sur l'ENT »"""
    establishment_notices: bool = False
    """R30: « Réception de notifications ENT de mon établissement »"""
    partner_notices: bool = False
    """R31: « Réception de notifications ENT des partenaires »"""
    sms_refused: bool = False
    """R50: « Ne pas me contacter par SMS »"""


NOTHING_CHOSEN = Choices()


class Standing(NamedTuple):
    """How a person stands towards one establishment, at the moment of deciding.

    `email` and `sms` tell the proof of the selected address (A5) and of the « numéro de contact » (A8);
    none means that there is none. `account_open` is false for a suspended or closed account; `attached`
    is false when the person does not belong to the establishment.
    """

    account_open: bool = True
    attached: bool = True
    choices: Choices = NOTHING_CHOSEN
    email: Proof | None = None
    sms: Proof | None = None
    device_active: bool = False
