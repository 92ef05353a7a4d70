"""A worker's right to send: a lease that it renews, and stops trusting before others may stop honouring it."""

from collections.abc import Callable
from dataclasses import dataclass, field


@dataclass(slots=True)
class Tenure:
    """The worker's own view of its lease, on the monotonic clock.

    The lease counts from before it was asked for, less a margin, so that this view ends earlier than the
    database's. After a gap (a pause of the process, a database away) `number` moves on: what was taken before
    the gap may belong to somebody else by now and is not sent.
    """

    period_s: float
    margin_s: float
    monotonic: Callable[[], float]
    number: int = 0
    _until: float = field(default=float("-inf"), init=False)
    _since: float = field(default=float("inf"), init=False)

    def renewed(self, asked_at: float) -> None:
        """The database granted one more period, asked for at `asked_at` (monotonic)."""
        if not self.holds():
            self.number += 1
            self._since = asked_at
        self._until = max(self._until, asked_at + self.period_s - self.margin_s)

    def holds(self) -> bool:
        """Whether nobody may have taken over yet."""
        return self.monotonic() < self._until

    def covers(self, number: int) -> bool:
        """Whether what was taken under this number is still ours without a gap."""
        return number == self.number and self.holds()

    def may_sweep(self) -> bool:
        """Whether the hold is one whole period old: after an outage everybody gets time to come back."""
        return self.holds() and self.monotonic() - self._since >= self.period_s
