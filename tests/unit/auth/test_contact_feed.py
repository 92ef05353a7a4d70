import pytest

from auth.entrypoints.contact_feed import contacts_of
from shared.events.preferences import Contact, PreferencesChanged


def _preferences(*contacts: Contact) -> PreferencesChanged:
    return PreferencesChanged(person_id="P1", version=3, contacts=contacts)


def _contact(contact_id: str, proof: str, address: str = "sonia@example.org", **more: object) -> Contact:
    facts = {"channel": "email", "origin": "typed", "selected": False} | more
    return Contact.model_validate({"contact_id": contact_id, "proof": proof, "address": address, **facts})


@pytest.mark.requirement("R54")
def test_only_proved_contacts_are_kept_selected_or_not() -> None:
    told = _preferences(
        _contact("a", "proved", selected=True),
        _contact("b", "unproved"),
        _contact("c", "bounced"),
        _contact("d", "proved", "+33612345678", channel="sms"),
    )

    kept = contacts_of(told)

    assert [(one.contact_id, one.channel, one.selected) for one in kept.contacts] == [
        ("a", "email", True),
        ("d", "sms", False),
    ]
    assert (kept.person_id, kept.version) == ("P1", 3)


def test_what_could_not_be_written_to_costs_the_contact_and_not_the_person() -> None:
    told = _preferences(
        _contact("a", "proved", "pas une adresse"),
        _contact("b", "proved", "06 12 34 56 78", channel="sms"),
        _contact("c", "proved"),
    )

    assert [one.contact_id for one in contacts_of(told).contacts] == ["c"]
