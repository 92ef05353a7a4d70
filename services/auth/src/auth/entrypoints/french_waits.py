"""How long somebody waits, in French."""

from math import ceil

MINUTE_S = 60


def french_wait(seconds: int) -> str:
    """`15 secondes`, `1 minute`, `4 minutes`: rounded up, so that trying again then works."""
    if seconds <= MINUTE_S * 3 // 2:
        return _counted(max(1, seconds), "seconde")
    return _counted(ceil(seconds / MINUTE_S), "minute")


def _counted(count: int, unit: str) -> str:
    return f"{count}\u00a0{unit}{'s' if count > 1 else ''}"
