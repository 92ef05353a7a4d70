"""Where a person may be reached: the address that was selected (A5) and the « numéro de contact » (A8).

On each channel a person has at most two contacts, one imported and one typed, and at most one of them is
selected. What the school's directory holds is only offered until somebody selects it: an address that nobody
chose is no contact, and nothing is sent to it.
"""

from dataclasses import dataclass, replace
from typing import Literal
from uuid import UUID

from shared.consent import Proof
from shared.kernel.addresses import EmailAddress, PhoneNumber

Channel = Literal["email", "sms"]
Origin = Literal["imported", "typed"]
Address = EmailAddress | PhoneNumber

NEXT: dict[Proof, frozenset[Proof]] = {
    "unproved": frozenset({"proved", "bounced"}),
    "proved": frozenset({"bounced"}),
    "bounced": frozenset({"proved"}),
}
"""How the proof of one address moves. Another address is another contact, and starts unproved."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Contact:
    """One way to reach a person; it receives notifications only when selected and proved."""

    contact_id: UUID
    channel: Channel
    address: Address
    origin: Origin
    proof: Proof = "unproved"
    selected: bool = False


Contacts = tuple[Contact, ...]


def selected_on(contacts: Contacts, channel: Channel) -> Contact | None:
    """The one contact of a channel that may receive something (R39)."""
    return next((one for one in contacts if one.channel == channel and one.selected), None)


def with_selected(contacts: Contacts, given: Contact) -> Contacts:
    """Select an address, new or known.

    A known one keeps its id, its origin and its proof, unless the given one is proved. A new one replaces the
    contact of the same origin on its channel; the others stay known and are no longer selected.
    """
    known = next((one for one in contacts if _same_place(one, given)), None)
    kept = given if known is None else replace(known, proof=_proof(known, given))
    others = (one for one in contacts if one is not known and not _same_kind(one, kept))
    return _in_order((*(_passed_over(one, kept) for one in others), replace(kept, selected=True)))


def with_proved_again(contacts: Contacts, given: Contact) -> Contacts:
    """Select an address that somebody vouches for.

    When that was so already it takes a new id, by which others know that a refusal of it is over.
    """
    return tuple(
        replace(one, contact_id=given.contact_id) if _same_place(one, given) and one in contacts else one
        for one in with_selected(contacts, given)
    )


def following_directory(contacts: Contacts, imported: EmailAddress | None, contact_id: UUID) -> Contacts:
    """The contacts after the school's directory changed; what was typed is left alone.

    An address that came from the directory follows it: the new one, which takes `contact_id`, is not yet
    proved, so nothing is sent until it is. One that the directory no longer holds is forgotten.
    """
    followed = next((one for one in contacts if one.channel == "email" and one.origin == "imported"), None)
    if followed is None or followed.address == imported:
        return contacts
    others = tuple(one for one in contacts if one is not followed)
    if imported is None:
        return others
    moved = replace(followed, contact_id=contact_id, address=imported, proof="unproved")
    if moved.selected:
        return with_selected(others, moved)
    return others if any(_same_place(one, moved) for one in others) else _in_order((*others, moved))


def _same_place(one: Contact, other: Contact) -> bool:
    return one.channel == other.channel and one.address == other.address


def _same_kind(one: Contact, other: Contact) -> bool:
    return one.channel == other.channel and one.origin == other.origin


def _proof(known: Contact, given: Contact) -> Proof:
    return given.proof if given.proof == "proved" and "proved" in NEXT[known.proof] else known.proof


def _passed_over(one: Contact, selected: Contact) -> Contact:
    return replace(one, selected=False) if one.channel == selected.channel else one


def _in_order(contacts: Contacts) -> Contacts:
    return tuple(sorted(contacts, key=lambda one: (one.channel, one.origin)))
