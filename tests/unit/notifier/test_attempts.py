from datetime import datetime, timedelta
from random import Random
from typing import Any

import pytest

from notifier.domain.attempts import ATTEMPTS_MAX, Claim, Move, concluded, postponed, released, silenced
from notifier.domain.deliveries import State
from notifier.domain.judging import Ruling
from notifier.domain.outcomes import Accepted, Outcome, Rejected, TryAgain, Unknown
from shared.consent import SEND, Defer, Reason, Skip
from tests.unit.notifier.examples import NOON, a_claim, a_key

AN_HOUR = NOON + timedelta(hours=1)


def after(
    outcome: Outcome, claim: Claim | None = None, *, expires_at: datetime = AN_HOUR, **more: Any
) -> Move:
    return concluded(claim or a_claim(), outcome, now=NOON, expires_at=expires_at, random=Random(7), **more)


def test_accepted_is_sent_by_that_provider() -> None:
    move = after(Accepted("relay-1", "queued as 42"))

    assert (move.state, move.provider, move.reference, move.attempts) == (
        State.SENT,
        "relay-1",
        "queued as 42",
        1,
    )


def test_refused_for_good_is_failed_with_its_reason() -> None:
    move = after(Rejected("address_unknown", "relay-1", contact_dead=True))

    assert (move.state, move.reason) == (State.FAILED, "address_unknown")


def test_refused_for_now_waits_no_longer_than_the_first_pause() -> None:
    move = after(TryAgain("busy", "relay-1"))

    assert move.state is State.WAITING
    assert move.next_attempt_at is not None
    assert NOON <= move.next_attempt_at <= NOON + timedelta(seconds=2)


def test_the_provider_that_failed_is_remembered_to_be_avoided() -> None:
    assert after(TryAgain("busy", "relay-1")).provider == "relay-1"


def test_a_provider_s_own_delay_is_honoured() -> None:
    move = after(TryAgain("greylisted", "relay-1", 60.0))

    assert move.next_attempt_at is not None
    assert move.next_attempt_at >= NOON + timedelta(seconds=60)


def test_nobody_was_asked_so_it_is_no_attempt() -> None:
    assert after(TryAgain("no_relay_available", "", 5.0, asked=False)).attempts == 0


def test_no_try_is_planned_past_the_deadline() -> None:
    move = after(TryAgain("greylisted", "relay-1", 60.0), expires_at=NOON + timedelta(seconds=50))

    assert (move.state, move.reason) == (State.EXPIRED, "expired")


def test_a_long_pause_is_cut_so_that_a_last_try_fits_before_the_deadline() -> None:
    deadline = NOON + timedelta(seconds=20)

    move = after(TryAgain("busy", "relay-1"), a_claim(attempts=12), expires_at=deadline)

    assert move.next_attempt_at is not None
    assert move.next_attempt_at < deadline


def test_tries_come_to_an_end() -> None:
    move = after(TryAgain("busy", "relay-1"), a_claim(attempts=ATTEMPTS_MAX - 1))

    assert (move.state, move.reason, move.attempts) == (State.FAILED, "busy", ATTEMPTS_MAX)


def test_a_lost_answer_to_a_mail_is_ambiguous_and_may_become_a_duplicate() -> None:
    move = after(Unknown("connection_lost", "relay-1"))

    assert (move.state, move.possible_duplicate, move.unsure_since) == (State.AMBIGUOUS, True, NOON)


def test_a_lost_answer_to_an_sms_is_ambiguous_but_no_duplicate_for_it_is_looked_for_first() -> None:
    move = after(Unknown("timed_out", "twilio"), a_claim(a_key(channel="sms")))

    assert (move.state, move.possible_duplicate, move.unsure_since) == (State.AMBIGUOUS, False, NOON)


def test_doubt_once_there_is_not_forgotten_by_a_later_try() -> None:
    doubtful = a_claim(unsure_since=NOON - timedelta(minutes=1), possible_duplicate=True)

    move = after(Accepted("relay-2", "ok"), doubtful)

    assert move.possible_duplicate


@pytest.mark.parametrize(
    ("reason", "state"),
    [
        (Reason.OPTED_OUT_EMAIL, State.SUPPRESSED),
        (Reason.WITHDRAWN, State.SUPPRESSED),
        (Reason.EXPIRED, State.EXPIRED),
    ],
)
def test_a_refusal_just_before_the_wire_ends_the_delivery(reason: Reason, state: State) -> None:
    move = silenced(a_claim(), Ruling(Skip(reason), None), NOON)

    assert (move.state, move.reason, move.next_attempt_at) == (state, reason.value, None)


def test_quiet_hours_put_a_delivery_off_to_their_end() -> None:
    move = silenced(a_claim(), Ruling(Defer(Reason.QUIET_HOURS, AN_HOUR), None), NOON)

    assert (move.state, move.next_attempt_at) == (State.DEFERRED, AN_HOUR)


def test_what_may_leave_is_never_silenced() -> None:
    with pytest.raises(ValueError, match="may leave"):
        silenced(a_claim(), Ruling(SEND, None), NOON)


def test_what_is_given_back_may_be_taken_at_once_and_counts_no_attempt() -> None:
    move = released(a_claim(attempts=3), NOON)

    assert (move.state, move.next_attempt_at, move.attempts) == (State.WAITING, NOON, 3)


def test_what_is_still_in_doubt_stays_visibly_so_when_put_off() -> None:
    assert postponed(a_claim(unsure_since=NOON), NOON, "gateway_unreachable", 30).state is State.AMBIGUOUS
