"""The table « E-mail decision » of the requirements, line by line, for an address that is proved."""

import pytest

from shared.consent import SEND, Choices, Occasion, Proof, Reason, Skip, Standing, Verdict, decide
from tests.unit.consent.examples import (
    ACADEMIE,
    ALL_EVENTS,
    COLLEGE,
    DEPARTEMENT,
    MESSAGE,
    NIGHT,
    NOON,
    REACHABLE,
    REGION,
    URGENT_ONLY,
    an_alert,
)


def email(occasion: Occasion, standing: Standing = REACHABLE) -> Verdict:
    return decide(occasion, standing, COLLEGE, NOON, URGENT_ONLY).email


@pytest.mark.requirement("R27", "R29", "R30", "R31", "R37", "A4")
@pytest.mark.parametrize(
    ("r29", "r30", "r31", "school_message", "right_partner", "other_body"),
    [
        (False, False, False, False, False, False),
        (False, False, True, False, False, False),
        (False, True, False, False, False, False),
        (False, True, True, False, False, False),
        (True, False, False, False, False, False),
        (True, True, False, True, False, False),
        (True, False, True, False, True, False),
        (True, True, True, True, True, False),
    ],
)
def test_an_email_leaves_exactly_where_the_table_says_yes(
    r29: bool, r30: bool, r31: bool, school_message: bool, right_partner: bool, other_body: bool
) -> None:
    person = Standing(choices=Choices(r29, r30, r31), email="proved")

    assert (email(MESSAGE, person) == SEND) is school_message
    assert (email(an_alert(DEPARTEMENT), person) == SEND) is right_partner
    assert (email(an_alert(ACADEMIE), person) == SEND) is right_partner
    assert (email(an_alert(REGION), person) == SEND) is other_body


@pytest.mark.requirement("R29", "A4")
def test_turning_information_off_suspends_without_forgetting_the_other_boxes() -> None:
    ticked = Choices(email_information=True, establishment_notices=True)
    suspended = ticked._replace(email_information=False)

    assert email(MESSAGE, Standing(choices=suspended, email="proved")) == Skip(Reason.OPTED_OUT_EMAIL)
    assert email(MESSAGE, Standing(choices=ticked, email="proved")) == SEND


@pytest.mark.requirement("R30", "R31")
def test_each_origin_is_refused_by_its_own_box() -> None:
    only_information = Standing(choices=Choices(email_information=True), email="proved")

    assert email(MESSAGE, only_information) == Skip(Reason.OPTED_OUT_ESTABLISHMENT)
    assert email(an_alert(DEPARTEMENT), only_information) == Skip(Reason.OPTED_OUT_PARTNER)


@pytest.mark.requirement("R37")
def test_a_body_that_is_no_partner_is_named_as_the_reason() -> None:
    assert email(an_alert(REGION)) == Skip(Reason.NOT_A_PARTNER)


def test_an_alert_from_an_unknown_partner_reaches_nobody() -> None:
    assert email(an_alert(None)) == Skip(Reason.NOT_A_PARTNER)


@pytest.mark.requirement("R27", "A6")
def test_nothing_leaves_to_somebody_who_ticked_nothing() -> None:
    person = Standing(email="proved", sms="proved")

    assert email(MESSAGE, person) == Skip(Reason.OPTED_OUT_EMAIL)


@pytest.mark.requirement("R39", "A5")
@pytest.mark.parametrize(
    ("proof", "reason"),
    [
        (None, Reason.NO_CONTACT),
        ("unproved", Reason.UNPROVED_CONTACT),
        ("bounced", Reason.SUPPRESSED_BOUNCE),
    ],
)
def test_only_a_proved_address_receives(proof: Proof | None, reason: Reason) -> None:
    assert email(MESSAGE, REACHABLE._replace(email=proof)) == Skip(reason)


@pytest.mark.requirement("R45")
def test_the_choice_of_the_moment_is_the_one_that_counts() -> None:
    before = decide(MESSAGE, REACHABLE, COLLEGE, NOON, URGENT_ONLY).email
    after = decide(MESSAGE, REACHABLE._replace(choices=Choices()), COLLEGE, NOON, URGENT_ONLY).email

    assert before == SEND
    assert after == Skip(Reason.OPTED_OUT_EMAIL)


def test_a_choice_is_seen_before_the_state_of_the_address() -> None:
    unreachable_and_opted_out = Standing(choices=Choices(), email=None)

    assert email(MESSAGE, unreachable_and_opted_out) == Skip(Reason.OPTED_OUT_EMAIL)


def test_an_email_does_not_wait_for_the_morning() -> None:
    assert decide(MESSAGE, REACHABLE, COLLEGE, NIGHT, ALL_EVENTS).email == SEND
