"""What Twilio's refusals mean, as data: its own codes first, then the class of the HTTP status.

Its changelog warns that codes keep being split, so an unknown one is judged by its status.
"""

from dataclasses import dataclass

from notifier.domain.retries import OUR_FAULT_DELAY_S, Fate, Verdict

_QUEUE_FULL_DELAY_S = 60.0


class Refusal(Exception):
    """Twilio answered, and not with what was asked for."""

    def __init__(self, status: int, code: int | None) -> None:
        super().__init__(f"{status} {code}")
        self.status = status
        self.code = code


class NoAnswer(Exception):
    """The connection failed, or what came back is no answer."""


@dataclass(slots=True)
class Journey:
    """How far one request has come; written while it travels, read after a failure."""

    left: bool = False
    retry_after: str | None = None


def _never(reason: str, *, contact_dead: bool = False) -> Verdict:
    return Verdict(Fate.REJECTED, reason, contact_dead=contact_dead)


_REFUSES_US = Verdict(
    Fate.TRY_AGAIN,
    "gateway_refuses_us",
    provider_fails=True,
    refuses_us=True,
    retry_after_s=OUR_FAULT_DELAY_S,
)
_TOO_FAST = Verdict(Fate.TRY_AGAIN, "gateway_busy", provider_fails=True)

_BY_CODE: dict[int, Verdict] = {
    14107: _TOO_FAST,
    20003: _REFUSES_US,  # wrong SID or token
    20005: _REFUSES_US,  # the account is not active
    20404: _REFUSES_US,  # no such account
    20429: _TOO_FAST,
    21211: _never("number_unknown", contact_dead=True),
    21214: _never("number_unreachable", contact_dead=True),
    21217: _never("number_unknown", contact_dead=True),
    21408: _never("country_not_allowed"),
    21606: _REFUSES_US,  # our sender cannot send
    21610: _never("number_opted_out", contact_dead=True),
    21611: Verdict(Fate.TRY_AGAIN, "gateway_queue_full", retry_after_s=_QUEUE_FULL_DELAY_S),
    21612: _never("no_route"),
    21614: _never("number_not_mobile", contact_dead=True),
    21617: _never("too_long"),
    21659: _REFUSES_US,  # our sender is not ours
    21703: _REFUSES_US,  # our messaging service has no number
    63038: Verdict(Fate.TRY_AGAIN, "gateway_daily_limit", provider_fails=True, retry_after_s=3_600.0),
}

_BY_STATUS: dict[int, Verdict] = {401: _REFUSES_US, 403: _REFUSES_US, 404: _REFUSES_US, 429: _TOO_FAST}

_OTHER_4XX = _never("refused")
_5XX = Verdict(Fate.UNKNOWN, "gateway_error", provider_fails=True)
_OTHER = Verdict(Fate.UNKNOWN, "gateway_gibberish", provider_fails=True)

UNREACHABLE = Verdict(Fate.TRY_AGAIN, "unreachable", provider_fails=True)
"""No connection was made, or the request had not begun to leave: nothing can have been accepted."""

LOST = Verdict(Fate.UNKNOWN, "connection_lost", provider_fails=True)
TIMED_OUT = Verdict(Fate.UNKNOWN, "timed_out", provider_fails=True)


def judged(status: int, code: int | None) -> Verdict:
    """What a refusal means. A 5xx proves nothing: some come after the text was taken in charge."""
    if status >= 500:
        return _5XX
    if not 400 <= status < 500:
        return _OTHER
    return _BY_CODE.get(code or 0) or _BY_STATUS.get(status, _OTHER_4XX)
