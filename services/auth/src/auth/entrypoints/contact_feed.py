"""`ent.preferences` → proved contacts.

Promise: at least once, group `auth.preferences`, from the beginning of the compacted topic, batches of up to 500 in
one transaction each; tried again for as long as it takes. News seen twice, or late, change nothing, because their
version says so. Contacts that are not proved are not kept: nothing here may ever write to them.
"""

from typing import TYPE_CHECKING

from auth.application.follow_contacts import FollowContacts
from auth.application.recovery_ports import ContactsOf
from auth.domain.recovery import ProvedContact
from shared.events.preferences import Contact, PreferencesChanged
from shared.kernel.addresses import EmailAddress, PhoneNumber
from shared.kit.logs import get_logger
from shared.kit.projection import newest_of

if TYPE_CHECKING:
    from shared.kit.consumer import Batch, Handler

TOPICS = (PreferencesChanged.topic,)
GROUP = "auth.preferences"

log = get_logger()


def contact_feed(follow: FollowContacts) -> "Handler":
    """What the consumer of `ent.preferences` does with a batch."""

    async def handle(batch: "Batch") -> None:
        snapshots = newest_of(batch.received, PreferencesChanged)
        await follow(snapshots.gone, [contacts_of(one) for one in snapshots.newest])

    return handle


def contacts_of(preferences: PreferencesChanged) -> ContactsOf:
    """The proved contacts, in the words of auth."""
    return ContactsOf(
        person_id=preferences.person_id,
        version=preferences.version,
        contacts=tuple(
            ProvedContact(
                contact_id=one.contact_id,
                channel=one.channel,
                address=one.address,
                selected=one.selected,
            )
            for one in preferences.contacts
            if one.proof == "proved" and _is_usable(one, preferences.person_id)
        ),
    )


def _is_usable(contact: Contact, person_id: str) -> bool:
    """What could not be written to is left out; the person's other contacts still count."""
    try:
        _ = EmailAddress(contact.address) if contact.channel == "email" else PhoneNumber(contact.address)
    except ValueError:
        log.warning("contact.unusable", person_id=person_id, contact_id=contact.contact_id)
        return False
    return True
