"""What is looked at before any choice, and the channels that need no choice."""

from datetime import timedelta

import pytest

from shared.consent import (
    SEND,
    Channel,
    Choices,
    Occasion,
    Reason,
    Skip,
    Standing,
    decide,
    judge_code,
)
from tests.unit.consent.examples import (
    COLLEGE,
    DEPARTEMENT,
    EVERYTHING_TICKED,
    MESSAGE,
    NOON,
    REACHABLE,
    REGION,
    SECURITY_NOTICE,
    URGENT_ONLY,
    an_alert,
)

CHANNELS: tuple[Channel, ...] = ("email", "sms", "app")
WITH_A_DEVICE = REACHABLE._replace(device_active=True)


def on_all_channels(occasion: Occasion, standing: Standing) -> set[object]:
    verdicts = decide(occasion, standing, COLLEGE, NOON, URGENT_ONLY)
    return {verdicts.on(channel) for channel in CHANNELS}


@pytest.mark.parametrize("occasion", [MESSAGE, an_alert(DEPARTEMENT, urgent=True)])
def test_a_closed_account_receives_nothing(occasion: Occasion) -> None:
    verdicts = on_all_channels(occasion, WITH_A_DEVICE._replace(account_open=False))

    assert verdicts == {Skip(Reason.ACCOUNT_CLOSED)}


def test_a_person_of_another_school_is_outside_the_audience() -> None:
    verdicts = on_all_channels(MESSAGE, WITH_A_DEVICE._replace(attached=False))

    assert verdicts == {Skip(Reason.OUTSIDE_AUDIENCE)}


def test_at_its_deadline_an_occasion_is_already_too_late() -> None:
    at_the_deadline = Occasion("message", urgent=True, expires_at=NOON)
    just_before = Occasion("message", urgent=True, expires_at=NOON + timedelta(microseconds=1))

    assert on_all_channels(at_the_deadline, WITH_A_DEVICE) == {Skip(Reason.EXPIRED)}
    assert on_all_channels(just_before, WITH_A_DEVICE) == {SEND}


@pytest.mark.requirement("A7", "R54")
def test_a_code_needs_no_opt_in() -> None:
    code = Occasion("code", urgent=True, expires_at=NOON + timedelta(minutes=10))
    person = Standing(choices=Choices(sms_refused=True))

    verdicts = decide(code, person, COLLEGE, NOON, URGENT_ONLY)

    assert (verdicts.email, verdicts.sms) == (SEND, SEND)


def test_an_expired_code_is_never_sent() -> None:
    assert judge_code(NOON + timedelta(microseconds=1), NOON) == SEND
    assert judge_code(NOON, NOON) == Skip(Reason.EXPIRED)
    assert decide(Occasion("code", expires_at=NOON), REACHABLE, COLLEGE, NOON, URGENT_ONLY).sms == Skip(
        Reason.EXPIRED
    )


def test_a_security_notice_goes_to_proved_contacts_whatever_was_chosen() -> None:
    person = Standing(choices=Choices(), email="proved", sms="unproved")

    verdicts = decide(SECURITY_NOTICE, person, COLLEGE, NOON, URGENT_ONLY)

    assert verdicts.email == SEND
    assert verdicts.sms == Skip(Reason.UNPROVED_CONTACT)


def test_a_security_notice_about_a_closed_account_is_told_all_the_same() -> None:
    person = Standing(account_open=False, email="proved")

    assert decide(SECURITY_NOTICE, person, COLLEGE, NOON, URGENT_ONLY).email == SEND


def test_a_security_notice_past_its_deadline_is_not_told() -> None:
    late = Occasion("security", urgent=True, expires_at=NOON)

    assert decide(late, REACHABLE, COLLEGE, NOON, URGENT_ONLY).email == Skip(Reason.EXPIRED)


def test_a_security_notice_is_not_tied_to_a_school() -> None:
    person = Standing(attached=False, email="proved")

    assert decide(SECURITY_NOTICE, person, COLLEGE, NOON, URGENT_ONLY).email == SEND


@pytest.mark.requirement("R50", "A7")
def test_a_security_notice_respects_the_box_against_sms() -> None:
    person = Standing(choices=Choices(sms_refused=True), email="proved", sms="proved")

    verdicts = decide(SECURITY_NOTICE, person, COLLEGE, NOON, URGENT_ONLY)

    assert verdicts.email == SEND
    assert verdicts.sms == Skip(Reason.OPTED_OUT_SMS)


def test_without_a_device_the_application_is_not_judged() -> None:
    verdicts = decide(MESSAGE, REACHABLE, COLLEGE, NOON, URGENT_ONLY)

    assert verdicts.app is None
    assert verdicts.on("app") == Skip(Reason.NO_CONTACT)


@pytest.mark.requirement("R75")
def test_an_activated_device_gets_every_message() -> None:
    person = Standing(choices=Choices(), device_active=True)

    assert decide(MESSAGE, person, COLLEGE, NOON, URGENT_ONLY).app == SEND


@pytest.mark.requirement("R31", "R37", "R79")
def test_an_activated_device_gets_the_partners_that_its_owner_accepts() -> None:
    accepts = Standing(choices=EVERYTHING_TICKED, device_active=True)
    declines = Standing(choices=Choices(), device_active=True)

    assert decide(an_alert(DEPARTEMENT), accepts, COLLEGE, NOON, URGENT_ONLY).app == SEND
    assert decide(an_alert(REGION), accepts, COLLEGE, NOON, URGENT_ONLY).app == Skip(Reason.NOT_A_PARTNER)
    assert decide(an_alert(DEPARTEMENT), declines, COLLEGE, NOON, URGENT_ONLY).app == Skip(
        Reason.OPTED_OUT_PARTNER
    )
