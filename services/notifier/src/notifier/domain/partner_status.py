"""Where an alert stands, in the six words that a partner is told."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Literal

Status = Literal["accepted", "routing", "sending", "done", "withdrawn", "expired"]


@dataclass(frozen=True, slots=True)
class AlertProgress:
    """What the ledger holds of one alert.

    `seen` and `routed` tell how far the router is; `states` counts people by channel and state, `reasons` those
    who are told nothing by channel and reason; `waiting` are the deliveries without a final state.
    """

    seen: bool = False
    routed: bool = False
    withdrawn: bool = False
    waiting: int = 0
    states: Mapping[str, Mapping[str, int]] = field(default_factory=dict)
    reasons: Mapping[str, Mapping[str, int]] = field(default_factory=dict)


def status_of(progress: AlertProgress, expires_at: datetime, now: datetime) -> Status:
    """The first that applies: withdrawn; expired before its end; accepted; routing; sending; done."""
    if progress.withdrawn:
        return "withdrawn"
    finished = progress.routed and not progress.waiting
    cut_short = any(states.get("expired") for states in progress.states.values())
    if now >= expires_at and (cut_short or not finished):
        return "expired"
    if not progress.seen:
        return "accepted"
    if not progress.routed:
        return "routing"
    return "done" if finished else "sending"
