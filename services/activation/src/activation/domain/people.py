"""Who may activate the mobile application (R79, A24)."""

from dataclasses import dataclass
from enum import StrEnum


class Profile(StrEnum):
    PUPIL = "eleve"
    PARENT = "parent"
    TEACHER = "enseignant"
    STAFF = "personnel"


class AccountState(StrEnum):
    ACTIVE = "active"
    SUSPENDED = "suspended"
    CLOSED = "closed"


PRINTED_PROFILES = frozenset({Profile.PUPIL, Profile.PARENT, Profile.TEACHER})
"""« Élèves, responsables légaux et enseignants »: the three that the leaflet names."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Person:
    """An account as activation needs it; `version` is the account's, as auth counts it."""

    person_id: str
    version: int
    state: AccountState
    profile: Profile


class WhyNot(StrEnum):
    """Why somebody may not activate."""

    ACCOUNT_NOT_OPEN = "account_not_open"
    PROFILE_NOT_OFFERED = "profile_not_offered"


def profiles_offered(*, staff_too: bool) -> frozenset[Profile]:
    """The printed three, and the staff where the deployer says so."""
    return PRINTED_PROFILES | {Profile.STAFF} if staff_too else PRINTED_PROFILES


def why_not(person: Person, offered: frozenset[Profile]) -> WhyNot | None:
    """Why a person may not activate; none when he may."""
    if person.state is not AccountState.ACTIVE:
        return WhyNot.ACCOUNT_NOT_OPEN
    return None if person.profile in offered else WhyNot.PROFILE_NOT_OFFERED
