"""Consent and events speak the same words, though neither may import the other."""

from typing import Any, get_args

import pytest

from shared import consent
from shared.consent import words
from shared.consent.reasons import Reason
from shared.events import alerts, notifications, partners, preferences


def values_of(annotation: Any) -> set[str]:
    return set(get_args(annotation))


@pytest.mark.parametrize(
    ("ours", "theirs"),
    [
        (words.EstablishmentKind, alerts.EstablishmentKind),
        (words.BodyKind, partners.BodyKind),
        (words.Proof, preferences.Contact.model_fields["proof"].annotation),
    ],
)
def test_the_words_are_the_same(ours: Any, theirs: Any) -> None:
    assert values_of(ours) == values_of(theirs)


def test_each_channel_that_is_judged_can_be_told() -> None:
    assert values_of(consent.Channel) <= values_of(notifications.Channel)


def test_the_boxes_are_those_of_an_events_choice() -> None:
    assert set(words.Choices._fields) == set(preferences.Choice.model_fields) - {"uai"}


def test_a_territory_is_told_by_the_same_lists() -> None:
    assert set(words.Territory.__dataclass_fields__) == set(partners.Territory.model_fields)


def test_a_reason_is_the_text_that_travels() -> None:
    assert f"{Reason.OPTED_OUT_SMS}" == "opted_out_sms"
