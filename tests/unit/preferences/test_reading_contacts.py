"""What people type as an address or as the « numéro de contact »."""

from uuid import UUID

import pytest

from preferences.application.use_contact import contact_of, read_email, read_sms_number
from preferences.domain.person import Directory
from shared.kernel.addresses import EmailAddress, PhoneNumber
from shared.kernel.refusals import Refused
from tests.unit.preferences.builders import a_person, email, phone

ID = UUID(int=1)


@pytest.mark.requirement("R49")
@pytest.mark.parametrize(
    ("typed", "number"),
    [
        ("06 12 34 56 78", "+33612345678"),
        ("0033612345678", "+33612345678"),
        ("+33 6 12 34 56 78", "+33612345678"),
        ("0692 12 34 56", "+262692123456"),
        ("06 39 98 00 12", "+33639980012"),
    ],
)
def test_a_mobile_is_read_however_it_is_written(typed: str, number: str) -> None:
    assert read_sms_number(typed) == PhoneNumber(number)


@pytest.mark.requirement("R49")
@pytest.mark.parametrize(
    ("typed", "reason"),
    [
        ("01 23 45 67 89", "not_a_mobile"),
        ("+44 7911 123456", "not_a_mobile"),
        ("0899 12 34 56", "premium_number"),
        ("3615", "short_number"),
        ("appelez-moi", "not_a_number"),
        ("", "not_a_number"),
    ],
)
def test_a_number_that_gets_no_sms_is_refused_with_its_reason(typed: str, reason: str) -> None:
    refused = read_sms_number(typed)

    assert isinstance(refused, Refused)
    assert refused.reason == reason
    assert refused.detail.endswith(".")


@pytest.mark.requirement("R28")
@pytest.mark.parametrize(
    "typed", ["sonia", "sonia@", "@example.org", "so nia@example.org", "a@b@example.org", ""]
)
def test_a_malformed_address_is_refused(typed: str) -> None:
    refused = read_email(typed)

    assert isinstance(refused, Refused)
    assert refused.reason == "not_an_address"


@pytest.mark.requirement("R28")
def test_an_address_is_read_with_its_domain_in_small_letters() -> None:
    assert read_email(" Sonia.Lefevre@Example.ORG ") == EmailAddress("Sonia.Lefevre@example.org")


@pytest.mark.requirement("A5")
def test_the_directorys_address_is_imported_and_any_other_typed() -> None:
    person = a_person(directory=Directory(email=email("ecole@example.org")))

    imported = contact_of(person, email("ecole@example.org"), proved=False, new_id=lambda: ID)
    typed = contact_of(person, email("sonia@example.org"), proved=False, new_id=lambda: ID)

    assert (imported.origin, imported.proof) == ("imported", "unproved")
    assert (typed.origin, typed.proof) == ("typed", "unproved")


@pytest.mark.requirement("A8")
def test_the_directorys_mobile_becomes_the_contact_number_only_by_being_typed() -> None:
    person = a_person(directory=Directory(phone_mobile="+33639980012"))

    contact = contact_of(person, phone("+33639980012"), proved=True, new_id=lambda: ID)

    assert (contact.channel, contact.origin, contact.proof) == ("sms", "typed", "proved")
