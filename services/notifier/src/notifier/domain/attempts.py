"""What becomes of a delivery after a decision or a try: rules only, with time and chance as arguments."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from random import Random
from typing import assert_never

from notifier.domain.deliveries import DeliveryKey, State, checked_move
from notifier.domain.judging import Ruling
from notifier.domain.notifications import LaneName
from notifier.domain.outcomes import Accepted, Outcome, Rejected, TryAgain, Unknown
from notifier.domain.retries import next_attempt_s
from shared.consent import Defer, Reason, Skip

ATTEMPTS_MAX = 50
"""With pauses that grow to a quarter of an hour: more than half a day of trying."""
LAST_CHANCE_S = 1.0
"""A try that would come later than this before the deadline is not worth waiting for."""
RECONCILE_AFTER_S: dict[LaneName, float] = {"codes": 5.0, "urgent": 15.0, "normal": 30.0, "bulk": 30.0}
"""How long a lost answer is left alone: what a gateway has accepted shows in its list a little later."""


@dataclass(frozen=True, slots=True)
class Claim:
    """A delivery in this worker's hand, and what earlier tries left behind.

    `tenure` numbers the unbroken hold of the lease during which it was taken: a later one must not send it.
    """

    key: DeliveryKey
    lane: LaneName
    claimed_at: datetime
    tenure: int
    attempts: int = 0
    provider: str | None = None
    unsure_since: datetime | None = None
    possible_duplicate: bool = False
    uai: str | None = None


@dataclass(frozen=True, slots=True)
class Move:
    """Where a claimed delivery goes now. `at` is the service's time; `address` is set when it proved dead."""

    claim: Claim
    state: State
    at: datetime
    attempts: int
    reason: str | None = None
    provider: str | None = None
    reference: str | None = None
    next_attempt_at: datetime | None = None
    unsure_since: datetime | None = None
    possible_duplicate: bool = False
    uai: str | None = None
    dead_address: str | None = None


def _move(claim: Claim, state: State, at: datetime, uai: str | None, **change: object) -> Move:
    checked_move(State.SENDING, state)
    kept = {
        "attempts": claim.attempts,
        "provider": claim.provider,
        "possible_duplicate": claim.possible_duplicate,
        "unsure_since": claim.unsure_since,
    }
    return Move(claim, state, at, uai=uai or claim.uai, **(kept | change))  # type: ignore[arg-type]  # the fields of Move by name


def silenced(claim: Claim, ruling: Ruling, now: datetime) -> Move:
    """Consent, looked at again before the wire, says no or not yet. Raises ValueError when it says yes."""
    verdict = ruling.verdict
    if isinstance(verdict, Defer):
        return _move(
            claim,
            State.DEFERRED,
            now,
            ruling.uai,
            reason=verdict.reason.value,
            next_attempt_at=verdict.until,
        )
    if not isinstance(verdict, Skip):
        raise ValueError("a delivery that may leave is not silenced")  # noqa: TRY004 - it is a value, not a type, that is wrong
    return _move(claim, silent_state(verdict.reason), now, ruling.uai, reason=verdict.reason.value)


def silent_state(reason: Reason) -> State:
    """The state of a silence: a deadline that passed is told apart from everything that was refused."""
    return State.EXPIRED if reason is Reason.EXPIRED else State.SUPPRESSED


def released(claim: Claim, now: datetime) -> Move:
    """Given back untouched: any worker may take it at once."""
    return _move(claim, State.WAITING, now, None, next_attempt_at=now)


def refused(claim: Claim, reason: str, now: datetime) -> Move:
    """Nothing could ever be sent."""
    return _move(claim, State.FAILED, now, None, reason=reason)


def postponed(claim: Claim, now: datetime, reason: str, delay_s: float) -> Move:
    """To be looked at again later, without counting as a try."""
    state = State.WAITING if claim.unsure_since is None else State.AMBIGUOUS
    return _move(claim, state, now, None, reason=reason, next_attempt_at=now + timedelta(seconds=delay_s))


def concluded(
    claim: Claim,
    outcome: Outcome,
    *,
    now: datetime,
    expires_at: datetime,
    random: Random,
    uai: str | None = None,
) -> Move:
    """Where a try leads."""
    match outcome:
        case Accepted(provider, reference):
            return _move(
                claim,
                State.SENT,
                now,
                uai,
                attempts=claim.attempts + 1,
                provider=provider,
                reference=reference,
            )
        case Rejected(reason, provider):
            return _move(
                claim,
                State.FAILED,
                now,
                uai,
                attempts=claim.attempts + 1,
                provider=provider or None,
                reason=reason,
            )
        case TryAgain():
            return _again(claim, outcome, now=now, expires_at=expires_at, random=random, uai=uai)
        case Unknown(reason, provider):
            return _unsure(claim, reason, provider, now, uai)
        case _:
            assert_never(outcome)


def _again(
    claim: Claim, outcome: TryAgain, *, now: datetime, expires_at: datetime, random: Random, uai: str | None
) -> Move:
    attempts = claim.attempts + outcome.asked
    after = {"attempts": attempts, "provider": outcome.provider or claim.provider, "reason": outcome.reason}
    if attempts >= ATTEMPTS_MAX:
        return _move(claim, State.FAILED, now, uai, **after)
    floor_s = outcome.retry_after_s or 0.0
    left_s = (expires_at - now).total_seconds() - LAST_CHANCE_S
    if left_s <= floor_s:
        return _move(claim, State.EXPIRED, now, uai, **(after | {"reason": Reason.EXPIRED.value}))
    delay_s = min(next_attempt_s(max(attempts, 1), random, outcome.retry_after_s), left_s)
    return _move(claim, State.WAITING, now, uai, next_attempt_at=now + timedelta(seconds=delay_s), **after)


def _unsure(claim: Claim, reason: str, provider: str, now: datetime, uai: str | None) -> Move:
    """Nobody knows whether it arrived: visible as such, then resolved by policy.

    An e-mail is sent again under the same Message-ID; an SMS is looked for at the gateway before anything else.
    """
    return _move(
        claim,
        State.AMBIGUOUS,
        now,
        uai,
        attempts=claim.attempts + 1,
        provider=provider,
        reason=reason,
        unsure_since=claim.unsure_since or claim.claimed_at,
        possible_duplicate=claim.possible_duplicate or claim.key.channel == "email",
        next_attempt_at=now + timedelta(seconds=RECONCILE_AFTER_S[claim.lane]),
    )
