"""What auth and preferences would say about people, as records: a rig needs neither service."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime

from shared.events.accounts import AccountChanged, Attachment
from shared.events.base import EventData
from shared.events.envelope import KafkaRecord, to_record
from shared.events.partners import BodyKind, PartnerChanged, Territory
from shared.events.preferences import Choice, Contact, PreferencesChanged
from shared.kernel.ids import uuid7

SOURCE = "/rig"


@dataclass(frozen=True, slots=True, kw_only=True)
class Person:
    """One parent at one collège of the métropole de Lyon; everything ticked and proved unless said otherwise."""

    person_id: str
    uai: str = "0690001A"
    version: int = 1
    email: str | None = None
    phone: str | None = None
    email_information: bool = True
    establishment_notices: bool = True
    partner_notices: bool = True
    sms_refused: bool = False


def facts_about(people: Iterable[Person]) -> Iterator[KafkaRecord]:
    """The account and the preferences of each person."""
    for person in people:
        yield record(_account(person))
        yield record(_preferences(person))


def partner_fact(partner_id: str = "academie-lyon", body: BodyKind = "academie") -> KafkaRecord:
    """A partner whose territory is the académie de Lyon and its first département."""
    territory = Territory(departements=("69",), academies=("Lyon",), regions=("Auvergne-Rhône-Alpes",))
    return record(
        PartnerChanged(
            partner_id=partner_id, version=1, name="Académie de Lyon", body=body, territory=territory
        )
    )


def record(data: EventData, *, event_id: str | None = None) -> KafkaRecord:
    """An event as its producer would publish it, now."""
    return to_record(data, event_id=event_id or str(uuid7()), source=SOURCE, time=datetime.now(UTC))


def _account(person: Person) -> AccountChanged:
    school = Attachment(
        uai=person.uai,
        name="Collège des Terreaux",
        kind="college",
        departement="69",
        academie="Lyon",
        region="Auvergne-Rhône-Alpes",
    )
    return AccountChanged(
        person_id=person.person_id,
        version=person.version,
        state="active",
        profile="parent",
        last_name="Lefèvre",
        first_name="Sonia",
        establishments=(school,),
    )


def _preferences(person: Person) -> PreferencesChanged:
    choice = Choice(
        uai=person.uai,
        email_information=person.email_information,
        establishment_notices=person.establishment_notices,
        partner_notices=person.partner_notices,
        sms_refused=person.sms_refused,
    )
    addresses = {"email": person.email, "sms": person.phone}
    contacts = tuple(
        Contact(
            contact_id=f"{person.person_id}-{channel}",
            channel="email" if channel == "email" else "sms",
            address=address,
            origin="typed",
            proof="proved",
            selected=True,
        )
        for channel, address in addresses.items()
        if address
    )
    return PreferencesChanged(
        person_id=person.person_id, version=person.version, contacts=contacts, choices=(choice,)
    )
