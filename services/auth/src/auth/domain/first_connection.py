"""The first connection: charter, password, contacts, in this order. The picture is in the service's README."""

from dataclasses import dataclass
from enum import StrEnum


class Step(StrEnum):
    """The step that a person is at. An account without a credential has not been given a password yet."""

    PROVISIONED = "provisioned"
    CHARTER = "charter"
    PASSWORD = "password"  # noqa: S105 - the name of a step, not a password
    CONTACTS = "contacts"
    ACTIVE = "active"


NEXT: dict[Step, frozenset[Step]] = {
    Step.PROVISIONED: frozenset({Step.CHARTER, Step.PASSWORD, Step.CONTACTS, Step.PROVISIONED}),
    Step.CHARTER: frozenset({Step.PASSWORD, Step.CONTACTS, Step.ACTIVE, Step.PROVISIONED}),
    Step.PASSWORD: frozenset({Step.CONTACTS, Step.CHARTER, Step.PROVISIONED}),
    Step.CONTACTS: frozenset({Step.ACTIVE, Step.CHARTER, Step.PROVISIONED}),
    Step.ACTIVE: frozenset({Step.CHARTER, Step.PROVISIONED}),
}
"""Where a step may lead. Everything leads back to `provisioned`: the school may always hand out a new first
password; and back to `charter`, since a charter may change at any time (A15)."""

MOVES: tuple[tuple[Step, Step], ...] = tuple(
    (here, there) for here, nexts in NEXT.items() for there in sorted(nexts)
)


class IllegalStep(Exception):
    """Somebody was about to go where the table does not lead: a mistake of ours."""


def moved(here: Step, there: Step) -> Step:
    """`there`, when the table leads to it from `here`. Raises IllegalStep."""
    if there not in NEXT[here]:
        raise IllegalStep(f"{here} does not lead to {there}")
    return there


@dataclass(frozen=True, slots=True, kw_only=True)
class Standing:
    """What a person has already done. `finished`: he once went through to the end."""

    charters_accepted: bool
    password_chosen: bool
    finished: bool

    @property
    def due(self) -> Step:
        """The first thing that is missing, in the order of the leaflet (R7)."""
        if not self.charters_accepted:
            return Step.CHARTER
        return after_charters(password_chosen=self.password_chosen, finished=self.finished)


def after_sign_in(here: Step, standing: Standing) -> Step:
    """The step of somebody whose password was right: the one due, however far he had come. Raises IllegalStep."""
    return here if standing.due is here else moved(here, standing.due)


def after_charters(*, password_chosen: bool, finished: bool) -> Step:
    """What follows the charters: whoever comes back for a new version does not do the rest again (A15)."""
    if not password_chosen:
        return Step.PASSWORD
    return Step.ACTIVE if finished else Step.CONTACTS


def after_password() -> Step:
    return Step.CONTACTS


def after_contacts() -> Step:
    return Step.ACTIVE
