"""One delivery: one notification, one person, one channel, and the states it may pass through."""

from enum import StrEnum
from typing import Literal, NamedTuple
from uuid import UUID

DeliveryChannel = Literal["email", "sms"]
CHANNELS: tuple[DeliveryChannel, ...] = ("email", "sms")


class DeliveryKey(NamedTuple):
    """What is done once: this notification, to this person, on this channel."""

    notification_id: UUID
    person_id: str
    channel: DeliveryChannel


class State(StrEnum):
    """Where a delivery stands. `NOWHERE` is before the ledger knows it, and is never written."""

    NOWHERE = "nowhere"
    SENDING = "sending"
    WAITING = "waiting"
    DEFERRED = "deferred"
    AMBIGUOUS = "ambiguous"
    SENT = "sent"
    DELIVERED = "delivered"
    BOUNCED = "bounced"
    SUPPRESSED = "suppressed"
    EXPIRED = "expired"
    FAILED = "failed"


NEXT: dict[State, frozenset[State]] = {
    State.NOWHERE: frozenset({State.SENDING, State.DEFERRED, State.SUPPRESSED, State.EXPIRED}),
    State.SENDING: frozenset(
        {
            State.SENDING,  # taken over from a worker that died
            State.SENT,
            State.WAITING,
            State.DEFERRED,
            State.AMBIGUOUS,
            State.SUPPRESSED,
            State.EXPIRED,
            State.FAILED,
        }
    ),
    State.WAITING: frozenset({State.SENDING}),
    State.DEFERRED: frozenset({State.SENDING}),
    State.AMBIGUOUS: frozenset({State.SENDING}),
    State.SENT: frozenset({State.DELIVERED, State.BOUNCED}),
    State.DELIVERED: frozenset(),
    State.BOUNCED: frozenset(),
    State.SUPPRESSED: frozenset(),
    State.EXPIRED: frozenset(),
    State.FAILED: frozenset(),
}
"""The whole machine; the picture in the service's README is compared with it by a test."""

UNDER_WAY = frozenset({State.SENDING, State.WAITING, State.DEFERRED, State.AMBIGUOUS})
ENDED = frozenset(State) - UNDER_WAY - {State.NOWHERE}
DUE_LATER = frozenset({State.WAITING, State.DEFERRED, State.AMBIGUOUS})
TOLD = ENDED | {State.AMBIGUOUS}
"""What whoever asked is told of, as a settled fact."""


class IllegalMove(Exception):
    """A delivery was about to pass from one state to another that the machine does not allow."""


def checked_move(before: State, after: State) -> State:
    """The state after, if the machine allows the move. Raises IllegalMove."""
    if after not in NEXT[before]:
        raise IllegalMove(f"{before} → {after}")
    return after
