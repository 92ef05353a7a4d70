"""What the rest of the house is told: whole preferences, or that nothing is known of somebody any more."""

from dataclasses import dataclass

from preferences.domain.contacts import Contact
from preferences.domain.preferences import Preferences
from shared.events import preferences as said
from shared.events.envelope import KafkaRecord, to_record, tombstone
from shared.kernel.clock import Clock
from shared.kernel.ids import IdFactory

SOURCE = "urn:carillon:preferences"


@dataclass(frozen=True, slots=True, kw_only=True)
class Announcements:
    """Makes the records of `ent.preferences`."""

    clock: Clock
    new_id: IdFactory

    def changed(self, preferences: Preferences) -> KafkaRecord:
        """Everything as it now stands."""
        event = said.PreferencesChanged(
            person_id=preferences.person_id,
            version=preferences.version,
            contacts=tuple(_contact(one) for one in preferences.contacts),
            choices=tuple(
                said.Choice(uai=uai, **boxes._asdict()) for uai, boxes in sorted(preferences.choices.items())
            ),
            merged=preferences.merged,
        )
        return to_record(event, event_id=str(self.new_id()), source=SOURCE, time=self.clock.now())

    def forgotten(self, person_id: str) -> KafkaRecord:
        """A tombstone."""
        return tombstone(
            said.PreferencesChanged.topic,
            person_id,
            event_id=str(self.new_id()),
            source=SOURCE,
            time=self.clock.now(),
        )


def _contact(contact: Contact) -> said.Contact:
    return said.Contact(
        contact_id=str(contact.contact_id),
        channel=contact.channel,
        address=contact.address.value,
        origin=contact.origin,
        proof=contact.proof,
        selected=contact.selected,
    )
