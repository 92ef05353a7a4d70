"""A circuit breaker on failure rate: a provider that fails is left alone, then asked once."""

from collections import deque
from collections.abc import Callable
from dataclasses import dataclass, field

REMEMBERED_MAX = 50
REMEMBERED_S_MAX = 300.0
VOLUME_MIN = 5
FAILURE_SHARE = 0.5
FIRST_PAUSE_S = 5.0
PAUSE_S_MAX = 60.0
PROBE_S_MAX = 60.0
"""After which a probe that never came back is given up."""
PROBE_LOOK_S = 1.0


@dataclass(frozen=True, slots=True)
class Ticket:
    """The right to ask the provider once; hand it back with what came of it."""

    epoch: int
    probe: bool


@dataclass(slots=True)
class Breaker:
    """Judges one provider by its last outcomes: at most fifty, none older than five minutes.

    Counting outcomes and not seconds makes it as quick at five thousand a second as it is fair at five a
    minute. Half of at least five failing opens it for 5 s; then one probe is let through: its success closes
    the breaker, its failure doubles the pause up to a minute. What was asked before the breaker moved is not
    heard any more: a late answer is no probe.

        closed ──half of ≥ 5 fail──► open ──pause over──► half-open (one probe) ──fails──► open, twice as long
           ▲                                                      │
           └───────────────────────── succeeds ───────────────────┘
    """

    monotonic: Callable[[], float]
    _outcomes: deque[tuple[float, bool]] = field(
        default_factory=lambda: deque(maxlen=REMEMBERED_MAX), init=False
    )
    _epoch: int = field(default=0, init=False)
    _pause_s: float = field(default=FIRST_PAUSE_S, init=False)
    _open_until: float | None = field(default=None, init=False)
    _probe_until: float | None = field(default=None, init=False)

    @property
    def state(self) -> str:
        """`closed`, `open` or `half_open`, for metrics and the people who watch them."""
        if self._open_until is None:
            return "closed"
        return "open" if self.monotonic() < self._open_until else "half_open"

    def admit(self) -> Ticket | None:
        """A ticket when the provider may be asked now; in half-open, to one caller only."""
        if self._open_until is None:
            return Ticket(self._epoch, probe=False)
        if max(self._open_until, self._probe_until or 0.0) > self.monotonic():
            return None
        self._probe_until = self.monotonic() + PROBE_S_MAX
        self._epoch += 1
        return Ticket(self._epoch, probe=True)

    def wait_s(self) -> float:
        """Seconds after which asking again makes sense; 0 when it does now.

        While a probe is out nobody knows: its answer is usually a matter of moments, so whoever waits for it
        looks again soon, and not when a probe that was lost would be given up.
        """
        if self._open_until is None:
            return 0.0
        now = self.monotonic()
        probe_out = self._probe_until is not None and self._probe_until > now
        return max(0.0, self._open_until - now, PROBE_LOOK_S if probe_out else 0.0)

    def succeeded(self, ticket: Ticket) -> None:
        """The provider answered as it should, whatever it thought of the message."""
        if ticket.epoch != self._epoch:
            return
        if ticket.probe:
            self._close()
        self._remember(failed=False)

    def failed(self, ticket: Ticket) -> None:
        """The provider itself failed: unreachable, overloaded, silent, or refusing us."""
        if ticket.epoch != self._epoch:
            return
        if ticket.probe:
            self._open(min(self._pause_s * 2, PAUSE_S_MAX))
            return
        self._remember(failed=True)
        if self._too_many():
            self._open(FIRST_PAUSE_S)

    def abandoned(self, ticket: Ticket) -> None:
        """Nothing was learnt (the caller was cancelled); a probe that is given back may be given again."""
        if ticket.probe and ticket.epoch == self._epoch:
            self._probe_until = None

    def refused(self, ticket: Ticket) -> None:
        """The provider refuses us altogether: open at once, asking twice will not change its mind."""
        if ticket.epoch == self._epoch:
            self._open(PAUSE_S_MAX)

    def _remember(self, *, failed: bool) -> None:
        self._outcomes.append((self.monotonic(), failed))

    def _too_many(self) -> bool:
        oldest = self.monotonic() - REMEMBERED_S_MAX
        while self._outcomes and self._outcomes[0][0] < oldest:
            self._outcomes.popleft()
        failures = sum(failed for _, failed in self._outcomes)
        return len(self._outcomes) >= VOLUME_MIN and failures >= FAILURE_SHARE * len(self._outcomes)

    def _open(self, pause_s: float) -> None:
        self._pause_s = pause_s
        self._open_until = self.monotonic() + pause_s
        self._probe_until = None
        self._epoch += 1
        self._outcomes.clear()

    def _close(self) -> None:
        self._pause_s = FIRST_PAUSE_S
        self._open_until = None
        self._probe_until = None
