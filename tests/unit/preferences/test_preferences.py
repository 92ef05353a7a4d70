"""A person's preferences as a whole: their version, and establishments kept apart."""

import pytest

from preferences.domain.boxes import Asked
from preferences.domain.preferences import Preferences
from shared.consent import Choices
from tests.unit.preferences.builders import COLLEGE, LYCEE, a_contact, email

NEVER_CHOSE = Preferences(person_id="P1")


@pytest.mark.requirement("A6")
def test_every_box_starts_unticked() -> None:
    assert NEVER_CHOSE.boxes(COLLEGE) == Choices(False, False, False, False)
    assert NEVER_CHOSE.contacts == ()


@pytest.mark.requirement("A3")
def test_the_boxes_of_one_establishment_leave_those_of_another() -> None:
    chosen = NEVER_CHOSE.choose(COLLEGE, Asked(establishment_notices=True))

    chosen = chosen.choose(LYCEE, Asked(partner_notices=True))

    assert chosen.boxes(COLLEGE) == Choices(True, True, False, False)
    assert chosen.boxes(LYCEE) == Choices(True, False, True, False)


def test_a_change_makes_the_next_version() -> None:
    chosen = NEVER_CHOSE.choose(COLLEGE, Asked(sms_refused=True)).select(a_contact(email()))

    assert chosen.succeeding(NEVER_CHOSE).version == 1


def test_what_changes_nothing_makes_no_version() -> None:
    chosen = NEVER_CHOSE.choose(COLLEGE, Asked(sms_refused=True)).succeeding(NEVER_CHOSE)

    again = chosen.choose(COLLEGE, Asked(sms_refused=True)).succeeding(chosen)

    assert again == chosen


def test_unticking_what_was_never_ticked_changes_nothing() -> None:
    assert NEVER_CHOSE.choose(COLLEGE, Asked(email_information=False)) == NEVER_CHOSE


def test_there_and_back_makes_no_version() -> None:
    there = Preferences(person_id="P1", version=4).choose(COLLEGE, Asked(sms_refused=True))
    chosen = there.succeeding(Preferences(person_id="P1", version=4))

    back = chosen.choose(COLLEGE, Asked(sms_refused=False)).choose(COLLEGE, Asked(sms_refused=True))

    assert back.succeeding(chosen).version == 5
