"""How long a browser waits after wrong passwords: five tries are free, then the delay doubles, 15 minutes at most."""

from datetime import datetime, timedelta
from math import ceil

DELAYS_S: tuple[int, ...] = (0, 0, 0, 0, 15, 30, 60, 120, 240, 480, 900)
"""Seconds to wait after the 1st, 2nd… failure in a row; the last one holds from then on."""

FORGOTTEN_AFTER = timedelta(hours=24)
"""A failure counts no longer when this much has passed since: waiting for it gains nothing over the longest delay."""

LONGEST_WAIT = timedelta(seconds=DELAYS_S[-1])

CLOCKS_APART_MAX = timedelta(minutes=1)
"""Between two tries at once, on one machine or two."""

DEVICE_SHOWN_BYTES = 16


def delay_after_s(failures: int) -> int:
    """The wait that the given number of failures in a row earns."""
    return DELAYS_S[min(failures, len(DELAYS_S)) - 1] if failures else 0


def believed_until(now: datetime) -> datetime:
    """A wait that ends later than this was begun on a clock that has been put back since: it holds nobody up."""
    return now + LONGEST_WAIT + CLOCKS_APART_MAX


def wait_left_s(until: datetime, now: datetime) -> int:
    """What somebody is told who has to wait: a second at least, fifteen minutes at most."""
    left = min(until - now, LONGEST_WAIT)
    return max(1, ceil(left.total_seconds()))


def source_key(address: str, known_device: bytes | None) -> str:
    """What wrong passwords are counted against, for one account.

    A browser that the account's owner has signed in from counts for itself, so that he still gets in while
    somebody at the same address is being delayed; and only where it is, so that whoever shared that browser once
    cannot have it delayed from elsewhere.
    """
    return f"device:{known_device[:DEVICE_SHOWN_BYTES].hex()}@{address}" if known_device else f"ip:{address}"
