"""In = out: every delivery of an event ends in exactly one state, and none comes from nowhere."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from uuid import UUID

from notifier.domain.deliveries import ENDED, State

LATE_AFTER = timedelta(hours=1)
"""Past its deadline by this much, a delivery that has not ended is no longer on its way: it is lost."""


@dataclass(frozen=True, slots=True)
class Tally:
    """One notification counted: how many deliveries went in, and how many are in each state now."""

    notification_id: UUID
    event_id: str
    kind: str
    expected: int
    routed: bool
    expires_at: datetime
    states: Mapping[State, int] = field(default_factory=dict)

    @property
    def ended(self) -> int:
        return sum(count for state, count in self.states.items() if state in ENDED)

    @property
    def under_way(self) -> int:
        """Expected and not ended: orders nobody has taken yet are in it."""
        return self.expected - self.ended

    @property
    def settled(self) -> bool:
        """Whether nothing is left to be done."""
        return self.routed and self.under_way == 0

    def fault(self, now: datetime) -> str | None:
        """What does not add up, if anything."""
        written = sum(self.states.values())
        if self.routed and written > self.expected:
            return f"{written} deliveries are written, {self.expected} were expected"
        if now > self.expires_at + LATE_AFTER and not self.settled:
            return f"{self.under_way} deliveries have not ended, although the deadline has passed"
        return None
