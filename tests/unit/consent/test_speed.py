"""An alert is judged half a million times before it leaves: the decision stays a matter of microseconds."""

from timeit import repeat

import pytest

from shared.consent import Channel, Occasion, SmsRules, decide
from tests.unit.consent.examples import ALL_EVENTS, COLLEGE, DEPARTEMENT, MESSAGE, NIGHT, REACHABLE, an_alert

DECISION_US_MAX = 5.0
DECISIONS = 1_000
CHANNELS: tuple[Channel, ...] = ("email", "sms")


@pytest.mark.parametrize(
    ("occasion", "rules"),
    [(MESSAGE, ALL_EVENTS), (an_alert(DEPARTEMENT), ALL_EVENTS)],
    ids=["message", "alert"],
)
def test_one_person_on_one_channel_takes_less_than_five_microseconds(
    occasion: Occasion, rules: SmsRules
) -> None:
    """The best of many short tries: what the code costs, not what else the machine was doing."""
    tries_s = repeat(lambda: decide(occasion, REACHABLE, COLLEGE, NIGHT, rules), repeat=15, number=DECISIONS)

    assert min(tries_s) / DECISIONS / len(CHANNELS) * 1e6 < DECISION_US_MAX
