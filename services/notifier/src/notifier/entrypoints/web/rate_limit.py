"""How often one partner may call: a bucket each, refilled steadily, counted before anything is done."""

from collections import OrderedDict
from collections.abc import Callable
from dataclasses import dataclass, field

REQUESTS_BURST = 120
REQUESTS_PER_S = 10.0
PARTNERS_MAX = 1_000
"""Buckets kept; the one unused for longest is dropped first, and would have been full again anyway."""


@dataclass(slots=True)
class RateLimit:
    """Tells whether a caller must wait. Each process counts for itself."""

    monotonic: Callable[[], float]
    burst: int = REQUESTS_BURST
    per_s: float = REQUESTS_PER_S
    _buckets: OrderedDict[str, tuple[float, float]] = field(default_factory=OrderedDict, init=False)

    def wait_s(self, caller: str) -> float:
        """0 when the request may go on (and is counted), else the seconds until one may."""
        now = self.monotonic()
        left, at = self._buckets.get(caller, (float(self.burst), now))
        left = min(self.burst, left + (now - at) * self.per_s)
        allowed = left >= 1
        self._buckets[caller] = (left - 1 if allowed else left, now)
        self._buckets.move_to_end(caller)
        if len(self._buckets) > PARTNERS_MAX:
            self._buckets.popitem(last=False)
        return 0.0 if allowed else (1 - left) / self.per_s
