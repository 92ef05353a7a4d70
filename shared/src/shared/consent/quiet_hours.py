"""When a text message that can wait may disturb a family: Paris time, across its two changes of hour a year."""

from dataclasses import dataclass
from datetime import UTC, datetime, time, timedelta
from functools import lru_cache
from typing import Literal

from shared.kernel.clock import PARIS

_CLOCKS_STAY_PUT_FROM = time(4)
"""The legal hour changes between 01:00 and 04:00: an opening in there could happen twice, or not at all."""


@dataclass(frozen=True, slots=True)
class SmsRules:
    """The deployer's rules for SMS: which events (`SMS_EVENTS`), and the hours of those that can wait.

    Allowed from `opens` (included) to `closes` (excluded), Europe/Paris. Raises ValueError on hours that
    make no single stretch of one day.
    """

    events: Literal["urgent", "all"] = "urgent"
    opens: time = time(7)
    closes: time = time(20)

    def __post_init__(self) -> None:
        if not _CLOCKS_STAY_PUT_FROM <= self.opens < self.closes:
            raise ValueError("SMS hours open at 04:00 or later and close later on the same day")


@lru_cache(maxsize=256)  # a batch is judged at one instant: worked out once for all its people
def opening_after(now: datetime, opens: time, closes: time) -> datetime | None:
    """The next instant of the allowed hours (UTC), or none when `now` is inside them already."""
    local = now.astimezone(PARIS)
    if opens <= local.time() < closes:
        return None
    day = local.date() if local.time() < opens else local.date() + timedelta(days=1)
    return datetime.combine(day, opens, PARIS).astimezone(UTC)
