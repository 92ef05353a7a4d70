"""A person as the notifier knows him: how to reach him, through which schools, and what he chose."""

from typing import NamedTuple

from shared.consent import Choices, Proof, School


class Contact(NamedTuple):
    """The selected address or number of one channel. Never logged."""

    address: str
    proof: Proof

    def __repr__(self) -> str:
        return f"Contact(•••, {self.proof})"


class Attachment(NamedTuple):
    """One school that a person belongs to, with the boxes chosen for it."""

    uai: str
    name: str
    school: School
    transported: bool
    choices: Choices


class Child(NamedTuple):
    """A pupil whose parent the person is, by first name and schools."""

    first_name: str
    uais: tuple[str, ...]


class Person(NamedTuple):
    """Everything that the decision and the letter need about one person, as last told by his services."""

    person_id: str
    account_open: bool
    profile: str
    first_name: str
    email: Contact | None
    sms: Contact | None
    attachments: tuple[Attachment, ...]
    children: tuple[Child, ...] = ()
    takes_in: bool = False
    """Other accounts of the same person were fused into this one."""

    def attachment(self, uai: str | None) -> Attachment | None:
        """His place in a school, if he has one there."""
        return next((place for place in self.attachments if place.uai == uai), None)

    def children_at(self, uai: str | None) -> tuple[str, ...]:
        """The first names of his children at a school."""
        return tuple(child.first_name for child in self.children if uai in child.uais)
