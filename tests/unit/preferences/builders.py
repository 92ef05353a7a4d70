"""A person, an address, an account, with everything that a test does not care about filled in."""

from collections.abc import Sequence
from datetime import UTC, datetime
from typing import Any
from uuid import UUID, uuid5

from preferences.domain.contacts import Contact
from preferences.domain.person import Directory, Person, School
from shared.events.accounts import AccountChanged, Attachment, ImportedContacts
from shared.events.envelope import KafkaRecord, to_record
from shared.kernel.addresses import EmailAddress, PhoneNumber

COLLEGE = "0690001A"
LYCEE = "0690002B"
NOON = datetime(2026, 3, 2, 11, 0, tzinfo=UTC)

KINDS: dict[str, Any] = {COLLEGE: "college", LYCEE: "lycee"}


def email(text: str = "sonia@example.org") -> EmailAddress:
    return EmailAddress(text)


def phone(text: str = "+33639980012") -> PhoneNumber:
    return PhoneNumber(text)


def a_contact(address: EmailAddress | PhoneNumber, **given: Any) -> Contact:
    defaults: dict[str, Any] = {
        "contact_id": uuid5(UUID(int=0), address.value),
        "channel": "email" if isinstance(address, EmailAddress) else "sms",
        "origin": "typed",
    }
    return Contact(address=address, **(defaults | given))


def a_school(uai: str = COLLEGE) -> School:
    return School(uai=uai, name=f"Établissement {uai}", kind=KINDS[uai])


def a_person(person_id: str = "P1", *, uais: Sequence[str] = (COLLEGE,), **given: Any) -> Person:
    defaults: dict[str, Any] = {
        "version": 1,
        "state": "active",
        "profile": "parent",
        "last_name": "Ångström-Lefèvre",
        "first_name": "Sonia",
        "directory": Directory(),
    }
    return Person(person_id=person_id, schools=tuple(a_school(uai) for uai in uais), **(defaults | given))


def an_account(
    person_id: str, *, version: int = 1, uais: Sequence[str] = (COLLEGE,), **given: Any
) -> AccountChanged:
    defaults: dict[str, Any] = {
        "state": "active",
        "profile": "parent",
        "last_name": "Ångström-Lefèvre",
        "first_name": "Sonia",
        "imported": ImportedContacts(),
    }
    attachments = tuple(
        Attachment(
            uai=uai,
            name=f"Établissement {uai}",
            kind=KINDS[uai],
            departement="69",
            academie="Lyon",
            region="Auvergne-Rhône-Alpes",
        )
        for uai in uais
    )
    return AccountChanged(
        person_id=person_id, version=version, establishments=attachments, **(defaults | given)
    )


def a_record(account: AccountChanged) -> KafkaRecord:
    event_id = f"{account.person_id}-{account.version}"
    return to_record(account, event_id=event_id, source="/tests", time=NOON)
