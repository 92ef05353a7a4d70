"""Give the address or the number at which a person wants to be reached (R28, R49, A5, A8)."""

from dataclasses import dataclass

from preferences.application.ports import Deed, Desk, Done
from preferences.application.refusals import not_a_mobile, taken_in, unknown_person
from preferences.domain.contacts import Address, Contact
from preferences.domain.person import Person
from shared.kernel.addresses import EmailAddress, PhoneNumber
from shared.kernel.clock import Clock
from shared.kernel.ids import IdFactory
from shared.kernel.refusals import Refused
from shared.kit.addresses import is_mobile, read_email_address, read_phone_number


@dataclass(frozen=True, slots=True, kw_only=True)
class GiveContact:
    """`proved` when somebody vouches that the person reads what is sent there; `who` asks, for the audit."""

    person_id: str
    address: Address
    proved: bool
    who: str


def read_email(text: str) -> EmailAddress | Refused:
    """An address as typed."""
    refused = Refused("not_an_address", "This is not a valid e-mail address.")
    read = read_email_address(text)
    return refused if isinstance(read, Refused) else read


def read_sms_number(text: str) -> PhoneNumber | Refused:
    """A number as typed, fit for SMS; one for calls only is refused (R49)."""
    read = read_phone_number(text)
    if isinstance(read, Refused):
        return Refused(read.reason, _SENTENCES[read.reason])
    return read if is_mobile(read) else not_a_mobile()


_SENTENCES = {
    "not_a_number": "This is not a telephone number.",
    "premium_number": "This is a premium-rate number: it cannot be used.",
    "short_number": "This is a short number: it cannot be used.",
}


def contact_of(person: Person, address: Address, *, proved: bool, new_id: IdFactory) -> Contact:
    """The contact that an address is for a person: imported when the school's directory holds it, else typed.

    A telephone number is always typed, because the directory's are never used without being asked for (A8).
    """
    return Contact(
        contact_id=new_id(),
        channel="email" if isinstance(address, EmailAddress) else "sms",
        address=address,
        origin="imported" if address == person.directory.email else "typed",
        proof="proved" if proved else "unproved",
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class UseContact:
    """Make an address a person's selected e-mail, or a number his « numéro de contact »."""

    desk: Desk
    clock: Clock
    new_id: IdFactory

    async def __call__(self, command: GiveContact) -> Done | Refused:
        async with self.desk.open() as work:
            person = (await work.people([command.person_id])).get(command.person_id)
            if person is None:
                return unknown_person(command.person_id)
            if person.fused_into is not None:
                return taken_in(command.person_id, person.fused_into)
            before = (await work.preferences([command.person_id]))[command.person_id]
            contact = contact_of(person, command.address, proved=command.proved, new_id=self.new_id)
            selected = before.select_anew(contact) if command.proved else before.select(contact)
            after = selected.succeeding(before)
            await work.note([self._deed(command, contact)])
            changed = after.version != before.version
            return Done(after, changed, await work.keep([after]) if changed else None)

    def _deed(self, command: GiveContact, contact: Contact) -> Deed:
        return Deed(
            who=command.who,
            what="contact",
            person_id=command.person_id,
            at=self.clock.now(),
            details={
                "channel": contact.channel,
                "masked": contact.address.masked,
                "origin": contact.origin,
                "proved": command.proved,
            },
        )
