"""Which address receives, and what becomes of the others."""

import re
from pathlib import Path
from uuid import UUID

import pytest

from preferences.domain.contacts import (
    NEXT,
    Channel,
    Contact,
    following_directory,
    selected_on,
    with_proved_again,
    with_selected,
)
from tests.unit.preferences.builders import a_contact, email, phone

SCHOOL = email("sonia.ecole@example.org")
HOME = email("sonia@example.org")
WORK = email("sonia.bureau@example.org")
MOBILE = phone("+33639980012")
OTHER_MOBILE = phone("+33639980034")
NEW_ID = UUID(int=7)


@pytest.mark.requirement("A5")
def test_the_address_given_last_is_the_one_that_receives() -> None:
    contacts = with_selected((), a_contact(SCHOOL, origin="imported", proof="proved"))

    contacts = with_selected(contacts, a_contact(HOME))

    assert _selected(contacts, "email") == (HOME, "unproved")
    assert [one.address for one in contacts] == [SCHOOL, HOME]


@pytest.mark.requirement("A5")
def test_a_typed_address_is_unproved_until_somebody_proves_it() -> None:
    contacts = with_selected((), a_contact(HOME))

    proved = with_selected(contacts, a_contact(HOME, proof="proved"))

    assert _selected(contacts, "email") == (HOME, "unproved")
    assert _selected(proved, "email") == (HOME, "proved")


@pytest.mark.requirement("A5")
def test_going_back_to_a_known_address_keeps_its_proof_and_its_id() -> None:
    imported = a_contact(SCHOOL, origin="imported", proof="proved")
    contacts = with_selected(with_selected((), imported), a_contact(HOME))

    contacts = with_selected(contacts, a_contact(SCHOOL, origin="imported", contact_id=NEW_ID))

    assert _selected(contacts, "email") == (SCHOOL, "proved")
    assert [one.contact_id for one in contacts if one.selected] == [imported.contact_id]


def test_an_address_that_bounced_stays_so_until_it_is_proved_again() -> None:
    bounced = with_selected((), a_contact(HOME, proof="bounced"))

    assert with_selected(bounced, a_contact(HOME)) == bounced
    assert _selected(with_selected(bounced, a_contact(HOME, proof="proved")), "email") == (HOME, "proved")


def test_vouching_again_for_a_proved_address_gives_it_a_new_id() -> None:
    contacts = with_selected((), a_contact(HOME, proof="proved"))

    again = with_proved_again(contacts, a_contact(HOME, proof="proved", contact_id=NEW_ID))

    assert _selected(again, "email") == (HOME, "proved")
    assert [one.contact_id for one in again] == [NEW_ID]


def test_a_second_typed_address_takes_the_place_of_the_first() -> None:
    contacts = with_selected(with_selected((), a_contact(HOME, proof="proved")), a_contact(WORK))

    assert [one.address for one in contacts] == [WORK]


@pytest.mark.requirement("A8")
def test_the_contact_number_and_the_address_are_selected_apart() -> None:
    contacts = with_selected(with_selected((), a_contact(HOME, proof="proved")), a_contact(MOBILE))

    contacts = with_selected(contacts, a_contact(OTHER_MOBILE))

    assert _selected(contacts, "email") == (HOME, "proved")
    assert _selected(contacts, "sms") == (OTHER_MOBILE, "unproved")


def test_a_selected_address_of_the_directory_follows_it_and_must_be_proved_again() -> None:
    contacts = with_selected((), a_contact(SCHOOL, origin="imported", proof="proved"))

    contacts = following_directory(contacts, WORK, NEW_ID)

    assert contacts == (
        Contact(contact_id=NEW_ID, channel="email", address=WORK, origin="imported", selected=True),
    )


def test_an_address_that_the_directory_no_longer_holds_is_forgotten() -> None:
    contacts = with_selected(
        with_selected((), a_contact(SCHOOL, origin="imported", proof="proved")), a_contact(MOBILE)
    )

    contacts = following_directory(contacts, None, NEW_ID)

    assert _selected(contacts, "email") is None
    assert _selected(contacts, "sms") == (MOBILE, "unproved")


def test_what_was_typed_does_not_follow_the_directory() -> None:
    contacts = with_selected((), a_contact(HOME, proof="proved"))

    assert following_directory(contacts, WORK, NEW_ID) == contacts


def test_a_directory_that_takes_over_the_typed_address_keeps_its_proof() -> None:
    typed = with_selected((), a_contact(HOME, proof="proved"))
    contacts = with_selected(typed, a_contact(SCHOOL, origin="imported", proof="proved"))

    contacts = following_directory(contacts, HOME, NEW_ID)

    assert [one.address for one in contacts] == [HOME]
    assert _selected(contacts, "email") == (HOME, "proved")


def test_the_picture_in_the_readme_shows_the_moves_of_a_proof() -> None:
    readme = (Path(__file__).parents[3] / "services/preferences/README.md").read_text(encoding="utf-8")

    drawn = set(re.findall(r"^    (\w+) --> (\w+)", readme, re.MULTILINE))

    assert drawn == {(here, there) for here, nexts in NEXT.items() for there in nexts}


def test_an_unselected_address_follows_the_directory_unselected() -> None:
    contacts = with_selected(
        with_selected((), a_contact(SCHOOL, origin="imported", proof="proved")), a_contact(HOME)
    )

    contacts = following_directory(contacts, WORK, NEW_ID)

    assert [(one.address, one.proof, one.selected) for one in contacts] == [
        (WORK, "unproved", False),
        (HOME, "unproved", True),
    ]


def _selected(contacts: tuple[Contact, ...], channel: Channel) -> tuple[object, str] | None:
    one = selected_on(contacts, channel)
    return None if one is None else (one.address, one.proof)
