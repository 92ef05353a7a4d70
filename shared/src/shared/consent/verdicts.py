"""What the decision answers for one person on one channel."""

from dataclasses import dataclass
from datetime import datetime
from typing import Literal, NamedTuple

from shared.consent.reasons import Reason

Channel = Literal["email", "sms", "app"]


@dataclass(frozen=True, slots=True)
class Send:
    """The person agreed and can be reached: now."""


@dataclass(frozen=True, slots=True)
class Skip:
    """Nothing leaves, and this is why."""

    reason: Reason


@dataclass(frozen=True, slots=True)
class Defer:
    """Not now: judge again at `until` (aware, UTC), with the choices of that moment."""

    reason: Reason
    until: datetime


Verdict = Send | Skip | Defer

SEND = Send()
SKIP: dict[Reason, Skip] = {reason: Skip(reason) for reason in Reason}
"""One object per reason, because an alert makes the same refusal a hundred thousand times."""


class Verdicts(NamedTuple):
    """One verdict per channel; `app` is none for a person without an activated device."""

    email: Verdict
    sms: Verdict
    app: Verdict | None

    def on(self, channel: Channel) -> Verdict:
        """The verdict of one channel; without a device the application is a channel without a contact."""
        verdict: Verdict | None = getattr(self, channel)
        return verdict or SKIP[Reason.NO_CONTACT]
