"""The reasons are stable slugs, and each has its sentence."""

import pytest

from shared.consent import SENTENCES, Reason
from shared.consent.decision import CHECKS


def test_the_slugs_are_the_sixteen_that_the_design_names() -> None:
    assert {str(reason) for reason in Reason} == {
        "opted_out_email",
        "opted_out_establishment",
        "opted_out_partner",
        "opted_out_sms",
        "no_contact",
        "unproved_contact",
        "not_a_partner",
        "outside_audience",
        "expired",
        "suppressed_bounce",
        "quiet_hours",
        "budget",
        "duplicate",
        "account_closed",
        "withdrawn",
        "switched_off",
    }


@pytest.mark.parametrize("reason", Reason)
def test_each_reason_has_one_french_sentence(reason: Reason) -> None:
    sentence = SENTENCES[reason]

    assert sentence[0].isupper()
    assert sentence.endswith(".")
    assert len(sentence) <= 100


def test_no_two_reasons_say_the_same() -> None:
    assert len(set(SENTENCES.values())) == len(Reason)


@pytest.mark.parametrize("channel", CHECKS)
def test_no_channel_looks_for_a_reason_twice(channel: str) -> None:
    order = next(reasons for name, reasons in CHECKS.items() if name == channel)

    assert len(set(order)) == len(order)
