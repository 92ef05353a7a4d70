"""A person reached through several establishments receives once, through the one that agrees most."""

from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from shared.consent import SEND, Channel, Defer, Reason, Skip, Verdict, best_of
from shared.consent.decision import CHECKS
from tests.unit.consent.examples import NOON

LATER = Defer(Reason.QUIET_HOURS, NOON + timedelta(hours=1))
MUCH_LATER = Defer(Reason.QUIET_HOURS, NOON + timedelta(hours=9))


@pytest.mark.requirement("A3")
@pytest.mark.parametrize("others", [(LATER,), (Skip(Reason.NOT_A_PARTNER),), (LATER, Skip(Reason.EXPIRED))])
def test_sending_wins_and_is_tied_to_its_school(others: tuple[Verdict, ...]) -> None:
    candidates: list[tuple[str, Verdict]] = [(f"069000{n}A", verdict) for n, verdict in enumerate(others)]
    candidates.append(("0691111B", SEND))

    assert best_of("sms", candidates) == ("0691111B", SEND)


def test_waiting_wins_over_any_refusal_and_the_shorter_wait_wins() -> None:
    refused = Skip(Reason.SWITCHED_OFF)

    assert best_of("sms", [("A", refused), ("B", MUCH_LATER), ("C", LATER)]) == ("C", LATER)


def test_the_refusal_that_came_furthest_is_the_one_told() -> None:
    candidates = [("A", Skip(Reason.OPTED_OUT_EMAIL)), ("B", Skip(Reason.NOT_A_PARTNER))]

    assert best_of("email", candidates)[0] == "B"


def test_how_far_a_refusal_came_depends_on_the_channel() -> None:
    candidates = [("A", Skip(Reason.UNPROVED_CONTACT)), ("B", Skip(Reason.OPTED_OUT_PARTNER))]

    assert best_of("email", candidates)[0] == "A"
    assert best_of("sms", candidates)[0] == "B"


def test_between_equals_the_first_given_wins() -> None:
    assert best_of("email", [("A", SEND), ("B", SEND)])[0] == "A"


def test_somebody_without_any_establishment_is_a_mistake_of_the_caller() -> None:
    with pytest.raises(ValueError, match="empty"):
        best_of("email", [])


VERDICTS = st.sampled_from([SEND, LATER, MUCH_LATER, *map(Skip, CHECKS["sms"])])


@given(st.lists(VERDICTS, min_size=1, max_size=6), st.sampled_from(["sms"]))
def test_another_school_never_makes_somebody_hear_less(verdicts: list[Verdict], channel: Channel) -> None:
    _, best = best_of(channel, enumerate(verdicts))
    _, with_one_more = best_of(channel, enumerate([*verdicts, Skip(Reason.ACCOUNT_CLOSED)]))

    assert best in verdicts
    assert with_one_more == best
    assert (best == SEND) is (SEND in verdicts)
