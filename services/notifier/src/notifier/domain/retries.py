"""When to try again, and what a provider's refusal means: rules as data, time and chance as arguments."""

from dataclasses import dataclass
from enum import Enum
from random import Random
from typing import assert_never

from notifier.domain.outcomes import Outcome, Rejected, TryAgain, Unknown

FIRST_DELAY_S = 2.0
DELAY_S_MAX = 900.0
GREYLIST_DELAY_S = 60.0  # greylisting servers refuse whoever comes back sooner
FULL_MAILBOX_DELAY_S = 900.0  # nobody empties a mailbox in a minute
OUR_FAULT_DELAY_S = 120.0  # a wrong password or sender is mended by a person, not by insisting
_DOUBLINGS_MAX = 32  # beyond it the ceiling has long been reached; keeps the power small


class Fate(Enum):
    """What becomes of a message that was not accepted."""

    TRY_AGAIN = "try_again"
    REJECTED = "rejected"
    UNKNOWN = "unknown"


@dataclass(frozen=True, slots=True)
class Verdict:
    """What one kind of refusal means.

    `provider_fails` counts against the provider, not the message; `refuses_us` says that it will go on
    refusing everything until a person mends a setting.
    """

    fate: Fate
    reason: str
    contact_dead: bool = False
    provider_fails: bool = False
    refuses_us: bool = False
    retry_after_s: float | None = None

    def outcome(self, provider: str, retry_after_s: float | None = None) -> Outcome:
        """The verdict as spoken by one provider, which may itself ask for a longer delay."""
        match self.fate:
            case Fate.TRY_AGAIN:
                return TryAgain(self.reason, provider, _longest(self.retry_after_s, retry_after_s))
            case Fate.REJECTED:
                return Rejected(self.reason, provider, self.contact_dead)
            case Fate.UNKNOWN:
                return Unknown(self.reason, provider)
            case _:
                assert_never(self.fate)


def next_attempt_s(attempt: int, random: Random, retry_after_s: float | None = None) -> float:
    """How long to wait after attempt number `attempt` (the first is 1) before the next one.

    Exponential back-off with full jitter: anywhere between nothing and 2 s, 4 s, 8 s… up to 15 min, so that
    a thousand messages refused together do not come back together. A provider's own delay is a floor: the
    jitter is then added to it, never taken from it.
    """
    doublings = min(max(attempt - 1, 0), _DOUBLINGS_MAX)
    jitter_s = random.uniform(0.0, min(DELAY_S_MAX, FIRST_DELAY_S * 2**doublings))
    return jitter_s if retry_after_s is None else retry_after_s + jitter_s


def _longest(one: float | None, other: float | None) -> float | None:
    known = [delay for delay in (one, other) if delay is not None]
    return max(known) if known else None
