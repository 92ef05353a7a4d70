"""How long a source waits after wrong secrets: a few failures are free, then the delay doubles."""

from datetime import timedelta

DELAYS_S: tuple[int, ...] = (0, 0, 0, 0, 0, 2, 4, 8, 16, 32, 64, 128, 256, 512, 900)
"""Seconds to wait after the 1st, 2nd… failure in a row; the last one holds from then on."""

FORGOTTEN_AFTER = timedelta(hours=1)
"""Failures older than this no longer count."""


def delay_after_s(failures: int) -> int:
    """The wait that the given number of failures in a row earns."""
    return DELAYS_S[min(failures, len(DELAYS_S)) - 1] if failures else 0
