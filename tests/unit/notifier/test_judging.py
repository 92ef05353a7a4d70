from datetime import timedelta

import pytest

from notifier.domain.judging import Ruling, judge
from notifier.domain.notifications import AudienceFilter, Notification
from notifier.domain.people import Person
from shared.consent import SEND, Choices, Defer, Reason, Skip, SmsRules
from tests.unit.notifier.examples import (
    ALL_EVENTS,
    COLLEGE,
    LYCEE,
    NIGHT,
    NOON,
    NOTHING,
    URGENT_ONLY,
    a_code,
    a_message,
    a_person,
    a_place,
    a_security_notice,
    an_alert,
)


def judged(
    notification: Notification, person: Person | None, *, rules: SmsRules = URGENT_ONLY
) -> dict[str, Ruling]:
    return dict(judge(notification, notification.occasion, person, NOON, rules))


def skipped(reason: Reason, uai: str | None = COLLEGE) -> Ruling:
    return Ruling(Skip(reason), uai)


@pytest.mark.requirement("R38", "R29", "R30")
def test_who_agreed_is_told_through_the_school_of_the_message() -> None:
    assert judged(a_message(urgent=True), a_person()) == {
        "email": Ruling(SEND, COLLEGE),
        "sms": Ruling(SEND, COLLEGE),
    }


@pytest.mark.requirement("R27")
def test_who_ticked_nothing_is_told_nothing() -> None:
    rulings = judged(a_message(urgent=True), a_person("léo", a_place(choices=NOTHING)))

    assert rulings == {
        "email": skipped(Reason.OPTED_OUT_EMAIL),
        "sms": skipped(Reason.OPTED_OUT_ESTABLISHMENT),
    }


def test_a_recipient_who_does_not_belong_to_the_school_is_outside() -> None:
    rulings = judged(a_message(), a_person("inès", a_place(LYCEE, kind="lycee")))

    assert rulings["email"] == skipped(Reason.OUTSIDE_AUDIENCE, None)


def test_a_recipient_nobody_knows_is_outside() -> None:
    assert judged(a_message(), None)["email"].verdict == Skip(Reason.OUTSIDE_AUDIENCE)


def test_a_closed_account_is_said_to_be_closed_even_without_a_school() -> None:
    person = a_person(account_open=False, attachments=())

    assert judged(a_message(), person)["email"].verdict == Skip(Reason.ACCOUNT_CLOSED)


def test_a_parent_of_two_schools_is_told_once_through_the_one_that_may() -> None:
    person = a_person(
        "sonia", a_place(COLLEGE, choices=Choices(email_information=True)), a_place(LYCEE, kind="lycee")
    )

    assert judged(an_alert(), person)["email"] == Ruling(SEND, LYCEE)


def test_a_withdrawn_alert_reaches_nobody_any_more() -> None:
    rulings = judged(an_alert(withdrawn=True), a_person())

    assert {ruling.verdict for ruling in rulings.values()} == {Skip(Reason.WITHDRAWN)}


def test_a_code_leaves_on_the_one_channel_asked_for_whatever_was_chosen() -> None:
    assert judged(a_code(channel="sms"), None) == {"sms": Ruling(SEND, None)}


def test_a_code_past_its_deadline_never_leaves() -> None:
    assert judged(a_code(expires_at=NOON), None)["email"].verdict == Skip(Reason.EXPIRED)


def test_a_security_notice_leaves_on_its_own_channel_whatever_was_chosen_and_wherever_else_one_is_reached() -> (
    None
):
    person = a_person("léo", a_place(choices=NOTHING), account_open=False, email=None, sms=None)

    assert judged(a_security_notice(), person) == {"email": Ruling(SEND, None)}
    assert judged(a_security_notice(channel="sms"), person) == {"sms": Ruling(SEND, None)}
    assert judged(a_security_notice(channel="sms"), None) == {"sms": Ruling(SEND, None)}


@pytest.mark.requirement("R50", "A7")
def test_who_refuses_sms_at_one_school_gets_no_security_notice_by_sms() -> None:
    refusing = a_place(LYCEE, kind="lycee", choices=Choices(sms_refused=True))
    person = a_person("sonia", a_place(COLLEGE), refusing)

    assert judged(a_security_notice(channel="sms"), person)["sms"] == skipped(Reason.OPTED_OUT_SMS, None)
    assert judged(a_security_notice(), person)["email"].verdict == SEND


def test_a_security_notice_past_its_deadline_is_not_told_any_more() -> None:
    assert judged(a_security_notice(expires_at=NOON), a_person())["email"].verdict == Skip(Reason.EXPIRED)


def test_an_sms_that_can_wait_waits_for_the_morning() -> None:
    notification = a_message()

    rulings = judge(notification, notification.occasion, a_person(), NIGHT, ALL_EVENTS)

    assert rulings["sms"].verdict == Defer(Reason.QUIET_HOURS, NIGHT + timedelta(hours=8))


@pytest.mark.parametrize(
    ("audience", "meant"),
    [
        (AudienceFilter(), True),
        (AudienceFilter(uais=frozenset({COLLEGE})), True),
        (AudienceFilter(uais=frozenset({LYCEE})), False),
        (AudienceFilter(kinds=frozenset({"lycee"})), False),
        (AudienceFilter(departements=frozenset({"01"})), False),
        (AudienceFilter(profiles=frozenset({"eleve"})), False),
        (AudienceFilter(profiles=frozenset({"parent"}), kinds=frozenset({"college"})), True),
        (AudienceFilter(transported_only=True), False),
        (AudienceFilter(uais=frozenset()), False),
    ],
)
def test_every_filter_that_is_given_must_hold(audience: AudienceFilter, meant: bool) -> None:
    rulings = judged(an_alert(audience=audience), a_person())

    assert (rulings["email"].verdict == SEND) is meant


@pytest.mark.requirement("R50")
def test_who_refuses_sms_at_one_school_gets_none_through_any() -> None:
    refusing = a_place(LYCEE, kind="lycee", choices=Choices(sms_refused=True))
    person = a_person("sonia", a_place(COLLEGE), refusing)

    of_the_other_school = judged(a_message(urgent=True), person)
    of_a_partner = judged(an_alert(urgent=True), person)

    assert of_the_other_school == {"email": Ruling(SEND, COLLEGE), "sms": skipped(Reason.OPTED_OUT_SMS)}
    assert of_a_partner["sms"].verdict == Skip(Reason.OPTED_OUT_SMS)
