from datetime import timedelta
from typing import Any
from uuid import UUID

from notifier.domain.conservation import Tally
from notifier.domain.deliveries import State
from tests.unit.notifier.examples import NOON


def a_tally(states: dict[State, int], **change: Any) -> Tally:
    values: dict[str, Any] = {
        "notification_id": UUID(int=1),
        "event_id": "m1",
        "kind": "message",
        "expected": 10,
        "routed": True,
        "expires_at": NOON + timedelta(hours=1),
    }
    return Tally(**(values | change), states=states)


def test_all_that_went_in_has_come_out() -> None:
    tally = a_tally({State.SENT: 4, State.SUPPRESSED: 5, State.EXPIRED: 1})

    assert (tally.settled, tally.under_way, tally.fault(NOON)) == (True, 0, None)


def test_what_has_not_ended_is_under_way_and_no_fault() -> None:
    tally = a_tally({State.SENT: 4, State.WAITING: 2})

    assert (tally.settled, tally.under_way, tally.fault(NOON)) == (False, 6, None)


def test_more_out_than_in_is_a_fault() -> None:
    assert a_tally({State.SENT: 11}).fault(NOON) == "11 deliveries are written, 10 were expected"


def test_what_is_still_under_way_long_after_the_deadline_is_lost() -> None:
    assert a_tally({State.SENT: 9}).fault(NOON + timedelta(hours=3)) is not None
    assert a_tally({State.SENT: 9}).fault(NOON + timedelta(hours=1)) is None


def test_an_event_that_is_not_routed_to_the_end_is_not_settled() -> None:
    assert not a_tally({State.SENT: 10}, routed=False).settled
