"""Durations as people type them: `90s`, `30m`, `2h`, `1d`."""

import re
from datetime import timedelta

from carillon.stack.options import WrongUsage

_DURATION = re.compile(r"(\d{1,6})([smhd])")
_UNITS = {"s": "seconds", "m": "minutes", "h": "hours", "d": "days"}


def read_duration(text: str, *, option: str) -> timedelta:
    """Raises WrongUsage naming the option."""
    found = _DURATION.fullmatch(text.strip())
    if found is None or int(found[1]) == 0:
        raise WrongUsage(f"{option} expects a duration such as 90s, 30m, 2h or 1d.")
    return timedelta(**{_UNITS[found[2]]: int(found[1])})
