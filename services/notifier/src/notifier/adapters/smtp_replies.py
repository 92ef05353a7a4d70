"""What a relay's replies mean, as data (RFC 5321 §4.2, RFC 3463)."""

import re
from dataclasses import dataclass
from enum import IntEnum

from notifier.domain.retries import (
    FULL_MAILBOX_DELAY_S,
    GREYLIST_DELAY_S,
    OUR_FAULT_DELAY_S,
    Fate,
    Verdict,
)

_ENHANCED = re.compile(r"\s*([245]\.\d{1,3}\.\d{1,3})\b")


class Step(IntEnum):
    """How far one mail has come with its relay, in order."""

    CONNECT = 0
    SENDER = 1
    RECIPIENT = 2
    CONTENT = 3
    BODY = 4
    FINAL_DOT = 5


@dataclass(frozen=True, slots=True)
class Reply:
    """A relay's answer to one step."""

    step: Step
    code: int
    text: str

    @property
    def enhanced(self) -> str:
        """The enhanced status code in the text, such as `5.1.1`; empty without one."""
        found = _ENHANCED.match(self.text)
        return found[1] if found else ""


def _again(reason: str, retry_after_s: float | None = None, *, provider_fails: bool = False) -> Verdict:
    return Verdict(Fate.TRY_AGAIN, reason, provider_fails=provider_fails, retry_after_s=retry_after_s)


def _never(reason: str, *, contact_dead: bool = False) -> Verdict:
    return Verdict(Fate.REJECTED, reason, contact_dead=contact_dead)


def refuses_us(reason: str) -> Verdict:
    """What a relay refuses before it knows the recipient is about us: our password, sender or network."""
    return Verdict(
        Fate.TRY_AGAIN, reason, provider_fails=True, refuses_us=True, retry_after_s=OUR_FAULT_DELAY_S
    )


_REFUSES_US = refuses_us("relay_refuses_us")

_BY_ENHANCED: dict[str, Verdict] = {
    # 5.1: the address. The two that speak of the sender's address are no fault of the recipient's.
    "5.1.7": _never("sender_refused"),
    "5.1.8": _never("sender_refused"),
    "5.1": _never("address_unknown", contact_dead=True),
    "5.2.1": _never("mailbox_closed"),
    "5.2.2": _again("mailbox_full", FULL_MAILBOX_DELAY_S),  # permanent in name, soft in practice
    "5.2.3": _never("too_large"),
    "5.3.4": _never("too_large"),
    "5.4": _never("no_route"),
    "5.5": _never("protocol_refused"),
    "5.6": _never("content_refused"),
    "5.7": _never("policy_refused"),
    "4.2.1": _again("mailbox_busy", GREYLIST_DELAY_S),
    "4.2.2": _again("mailbox_full", FULL_MAILBOX_DELAY_S),
    "4.3": _again("relay_busy", provider_fails=True),
    "4.4": _again("no_route_yet", GREYLIST_DELAY_S),
    "4.7": _again("greylisted", GREYLIST_DELAY_S),
}

_BY_CODE: dict[int, Verdict] = {
    421: _again("relay_closing", provider_fails=True),
    450: _again("greylisted", GREYLIST_DELAY_S),
    451: _again("greylisted", GREYLIST_DELAY_S),
    452: _again("relay_busy", provider_fails=True),
    552: _again("mailbox_full", FULL_MAILBOX_DELAY_S),
}

_OTHER_4YZ = _again("try_later")
_OTHER_5YZ = _never("refused")
_GIBBERISH = _again("relay_gibberish", provider_fails=True)

_OUR_CODES = frozenset({454, 530, 534, 535, 538})


def judged(reply: Reply) -> Verdict | None:
    """What a reply means for the mail; None when the relay has accepted it, after the final dot."""
    if reply.step is Step.FINAL_DOT and 200 <= reply.code < 300:
        return None
    if not 400 <= reply.code < 600:
        return lost(reply.step, _GIBBERISH.reason)
    if reply.code in _OUR_CODES or (reply.code >= 500 and _is_about_us(reply)):
        return _REFUSES_US
    if reply.code == 421:
        return _BY_CODE[421]
    return _by_enhanced(reply) or _BY_CODE.get(reply.code) or (_OTHER_4YZ if reply.code < 500 else _OTHER_5YZ)


def lost(step: Step, reason: str) -> Verdict:
    """What a lost connection, or an answer nobody can read, means: all depends on whether the dot had left."""
    fate = Fate.UNKNOWN if step is Step.FINAL_DOT else Fate.TRY_AGAIN
    return Verdict(fate, reason, provider_fails=True)


def _is_about_us(reply: Reply) -> bool:
    return reply.step <= Step.SENDER and reply.enhanced not in {"5.3.4", "5.2.3"}


def _by_enhanced(reply: Reply) -> Verdict | None:
    enhanced = reply.enhanced
    if not enhanced.startswith(str(reply.code)[0]):  # a relay that contradicts itself: its code decides
        return None
    return _BY_ENHANCED.get(enhanced) or _BY_ENHANCED.get(enhanced.rpartition(".")[0])
