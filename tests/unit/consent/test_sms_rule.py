"""« SMS decision » of the requirements: number proved, R50 unticked, the origin's box, and the deployer's rules."""

from datetime import timedelta

import pytest

from shared.consent import (
    SEND,
    Choices,
    Defer,
    Occasion,
    Proof,
    Reason,
    Skip,
    SmsRules,
    Standing,
    Verdict,
    decide,
)
from tests.unit.consent.examples import (
    ALL_EVENTS,
    COLLEGE,
    DEPARTEMENT,
    EVERYTHING_TICKED,
    MESSAGE,
    MORNING,
    NIGHT,
    NOON,
    REACHABLE,
    REGION,
    URGENT_MESSAGE,
    URGENT_ONLY,
    an_alert,
)

URGENT_ALERT = an_alert(DEPARTEMENT, urgent=True)


def sms(occasion: Occasion, standing: Standing = REACHABLE, rules: SmsRules = URGENT_ONLY) -> Verdict:
    return decide(occasion, standing, COLLEGE, NOON, rules).sms


def test_an_urgent_message_and_an_urgent_alert_leave() -> None:
    assert sms(URGENT_MESSAGE) == SEND
    assert sms(URGENT_ALERT) == SEND


def test_an_urgent_one_leaves_at_any_hour() -> None:
    assert decide(URGENT_ALERT, REACHABLE, COLLEGE, NIGHT, URGENT_ONLY).sms == SEND
    assert decide(URGENT_ALERT, REACHABLE, COLLEGE, NIGHT, ALL_EVENTS).sms == SEND


@pytest.mark.requirement("R50", "A7")
@pytest.mark.parametrize("occasion", [MESSAGE, URGENT_MESSAGE, an_alert(DEPARTEMENT), URGENT_ALERT])
@pytest.mark.parametrize("rules", [URGENT_ONLY, ALL_EVENTS])
def test_the_box_against_sms_wins_over_everything(occasion: Occasion, rules: SmsRules) -> None:
    person = REACHABLE._replace(choices=EVERYTHING_TICKED._replace(sms_refused=True))

    assert sms(occasion, person, rules) == Skip(Reason.OPTED_OUT_SMS)


@pytest.mark.requirement("R50", "A9")
def test_the_box_against_sms_leaves_email_alone() -> None:
    person = REACHABLE._replace(choices=EVERYTHING_TICKED._replace(sms_refused=True))

    assert decide(URGENT_MESSAGE, person, COLLEGE, NOON, URGENT_ONLY).email == SEND


@pytest.mark.requirement("R27", "R49", "A6", "A8")
@pytest.mark.parametrize(
    ("proof", "reason"),
    [
        (None, Reason.NO_CONTACT),
        ("unproved", Reason.UNPROVED_CONTACT),
        ("bounced", Reason.SUPPRESSED_BOUNCE),
    ],
)
def test_only_a_proved_number_receives(proof: Proof | None, reason: Reason) -> None:
    assert sms(URGENT_MESSAGE, REACHABLE._replace(sms=proof)) == Skip(reason)


@pytest.mark.requirement("R27", "R30", "R31")
def test_each_origin_needs_its_own_box() -> None:
    school_only = REACHABLE._replace(choices=Choices(establishment_notices=True))
    partners_only = REACHABLE._replace(choices=Choices(partner_notices=True))

    assert sms(URGENT_MESSAGE, school_only) == SEND
    assert sms(URGENT_ALERT, school_only) == Skip(Reason.OPTED_OUT_PARTNER)
    assert sms(URGENT_MESSAGE, partners_only) == Skip(Reason.OPTED_OUT_ESTABLISHMENT)
    assert sms(URGENT_ALERT, partners_only) == SEND


@pytest.mark.requirement("R29")
def test_the_box_for_email_does_not_govern_sms() -> None:
    without_email = REACHABLE._replace(choices=EVERYTHING_TICKED._replace(email_information=False))

    assert sms(URGENT_MESSAGE, without_email) == SEND


@pytest.mark.requirement("R37")
def test_a_body_that_is_no_partner_sends_no_sms() -> None:
    assert sms(an_alert(REGION, urgent=True)) == Skip(Reason.NOT_A_PARTNER)


@pytest.mark.parametrize("occasion", [MESSAGE, an_alert(DEPARTEMENT)])
def test_what_can_wait_is_switched_off_unless_the_deployer_pays_for_it(occasion: Occasion) -> None:
    assert sms(occasion, rules=URGENT_ONLY) == Skip(Reason.SWITCHED_OFF)
    assert sms(occasion, rules=ALL_EVENTS) == SEND


def test_what_can_wait_waits_for_the_morning() -> None:
    verdict = decide(MESSAGE, REACHABLE, COLLEGE, NIGHT, ALL_EVENTS).sms

    assert verdict == Defer(Reason.QUIET_HOURS, until=MORNING)


def test_what_expires_before_the_morning_waits_no_longer_than_that() -> None:
    expires_at = NIGHT + timedelta(hours=1)
    survey = Occasion("alert", expires_at=expires_at, partner=DEPARTEMENT)

    verdict = decide(survey, REACHABLE, COLLEGE, NIGHT, ALL_EVENTS).sms

    assert verdict == Defer(Reason.QUIET_HOURS, until=expires_at)
    assert decide(survey, REACHABLE, COLLEGE, expires_at, ALL_EVENTS).sms == Skip(Reason.EXPIRED)


def test_the_number_is_looked_at_before_the_boxes() -> None:
    person = Standing(choices=Choices(sms_refused=True), sms=None)

    assert sms(URGENT_MESSAGE, person) == Skip(Reason.NO_CONTACT)
