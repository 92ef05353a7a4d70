"""The boxes of step 3, and what ticking one does to the others."""

from itertools import product

import pytest

from preferences.domain.boxes import Asked, chosen
from shared.consent import Choices

UNTICKED = Choices()
EVERY_STATE = [Choices(*ticked) for ticked in product((False, True), repeat=4)]


@pytest.mark.requirement("A4")
@pytest.mark.parametrize("box", ["establishment_notices", "partner_notices"])
def test_ticking_a_notices_box_turns_email_information_on(box: str) -> None:
    boxes = chosen(UNTICKED, Asked(**{box: True}))

    assert boxes == UNTICKED._replace(email_information=True, **{box: True})


@pytest.mark.requirement("A4")
def test_email_information_named_beside_the_box_is_what_was_asked() -> None:
    boxes = chosen(UNTICKED, Asked(email_information=False, establishment_notices=True))

    assert boxes == Choices(False, True, False, False)


@pytest.mark.requirement("A4")
def test_turning_email_information_off_suspends_without_forgetting() -> None:
    suspended = chosen(Choices(True, True, True, False), Asked(email_information=False))

    assert suspended == Choices(False, True, True, False)
    assert chosen(suspended, Asked(email_information=True)) == Choices(True, True, True, False)


@pytest.mark.requirement("A4")
def test_asking_again_for_a_box_that_is_ticked_does_not_end_the_suspension() -> None:
    suspended = Choices(False, True, False, False)

    assert chosen(suspended, Asked(establishment_notices=True)) == suspended


@pytest.mark.requirement("R30")
@pytest.mark.requirement("R31")
@pytest.mark.parametrize("state", EVERY_STATE)
@pytest.mark.parametrize("ticked", [False, True])
def test_the_two_notices_boxes_do_not_touch_each_other(state: Choices, ticked: bool) -> None:
    assert chosen(state, Asked(establishment_notices=ticked)).partner_notices == state.partner_notices
    assert chosen(state, Asked(partner_notices=ticked)).establishment_notices == state.establishment_notices


@pytest.mark.requirement("R29")
@pytest.mark.parametrize("state", EVERY_STATE)
@pytest.mark.parametrize("ticked", [False, True])
def test_email_information_changes_nothing_else(state: Choices, ticked: bool) -> None:
    assert chosen(state, Asked(email_information=ticked)) == state._replace(email_information=ticked)


@pytest.mark.requirement("R50")
@pytest.mark.parametrize("state", EVERY_STATE)
@pytest.mark.parametrize("ticked", [False, True])
def test_refusing_sms_changes_nothing_else(state: Choices, ticked: bool) -> None:
    assert chosen(state, Asked(sms_refused=ticked)) == state._replace(sms_refused=ticked)


@pytest.mark.parametrize("state", EVERY_STATE)
def test_what_is_not_named_stays(state: Choices) -> None:
    assert chosen(state, Asked()) == state


def test_naming_every_box_gives_exactly_those() -> None:
    for state, asked in product(EVERY_STATE, EVERY_STATE):
        assert chosen(state, Asked(**asked._asdict())) == asked
