"""Which two accounts are one person's, and the life of their fusion (R61, A22). The picture is in the service's README."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from enum import StrEnum
from typing import Literal
from uuid import UUID

from auth.domain.names import letters

PREVIEW_LIFE = timedelta(minutes=10)

FusionFault = Literal[
    "same_account", "already_fused", "pupil_and_parent", "different_profiles", "suspended", "another_person"
]


class FusionState(StrEnum):
    """`proposed`: shown to the person, who has proved both accounts and not agreed yet."""

    PROPOSED = "proposed"
    FUSED = "fused"
    UNDONE = "undone"


NEXT: dict[FusionState, frozenset[FusionState]] = {
    FusionState.PROPOSED: frozenset({FusionState.FUSED}),
    FusionState.FUSED: frozenset({FusionState.UNDONE}),
    FusionState.UNDONE: frozenset(),
}
"""A proposal that nobody accepts dies with its life; fusing again after undoing is another fusion."""


class IllegalFusion(Exception):
    """A fusion was about to go where the table does not lead: a mistake of ours."""


def moved(here: FusionState, there: FusionState) -> FusionState:
    """`there`, when the table leads to it from `here`. Raises IllegalFusion."""
    if there not in NEXT[here]:
        raise IllegalFusion(f"{here} does not lead to {there}")
    return there


@dataclass(frozen=True, slots=True, kw_only=True)
class FusibleAccount:
    """What is compared. `fused`: it was taken in by another one. `takes_in`: others were taken in by it."""

    person_id: str
    identifier: str
    profile: str
    first_name: str
    birth_date: date | None
    suspended: bool
    fused: bool
    takes_in: bool


def why_not(remaining: FusibleAccount, attached: FusibleAccount) -> FusionFault | None:
    """Why `attached` may not be taken in by `remaining`; none when it may.

    A pupil and a parent are two people whatever else they share (R3). An account that has taken others in
    stays the one that remains: a chain could not be undone link by link.
    """
    if remaining.person_id == attached.person_id:
        return "same_account"
    if remaining.fused or attached.fused or attached.takes_in:
        return "already_fused"
    if remaining.profile != attached.profile:
        return _of_profiles({remaining.profile, attached.profile})
    if remaining.suspended or attached.suspended:
        return "suspended"
    return None if _same_person(remaining, attached) else "another_person"


def _of_profiles(profiles: set[str]) -> FusionFault:
    return "pupil_and_parent" if profiles == {"eleve", "parent"} else "different_profiles"


def _same_person(one: FusibleAccount, other: FusibleAccount) -> bool:
    """The same first name, accents, case and ligatures aside, and no birth date that says otherwise.

    Last names may differ: two schools may know a person under the name of birth and the name in use.
    """
    if letters(one.first_name) != letters(other.first_name):
        return False
    return one.birth_date is None or other.birth_date is None or one.birth_date == other.birth_date


@dataclass(frozen=True, slots=True, kw_only=True)
class Place:
    """A school of the second account, with the children whom it concerns: « Lycée Y — Inès »."""

    uai: str
    name: str
    children: tuple[str, ...]

    @property
    def told(self) -> str:
        return " — ".join((self.name, *([", ".join(self.children)] if self.children else ())))


@dataclass(frozen=True, slots=True, kw_only=True)
class Preview:
    """What would happen, for the eyes of the person alone: nothing has changed yet.

    `places` are those that the second account brings. One identifier goes on; the other opens nothing any more.
    """

    fusion_id: UUID
    remaining_identifier: str
    ending_identifier: str
    places: Sequence[Place]
    expires_at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Fusion:
    """An account that was attached to another of the same person, or was once. Its history is kept.

    `places` is empty once it is undone: what becomes of the other account is its own business again.
    """

    fusion_id: UUID
    state: FusionState
    attached_id: str
    ending_identifier: str
    places: Sequence[Place]
    fused_at: datetime
    undone_at: datetime | None
