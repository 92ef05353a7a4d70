"""The decision: for one person at one establishment, what may leave on each channel, or why not.

Pure and quick (a few microseconds), because an alert asks it half a million times, and every delivery asks it
again just before the wire. The first check that fails gives the reason; the orders are in `CHECKS`.
"""

from collections.abc import Iterable
from datetime import date, datetime
from functools import lru_cache
from typing import TypeVar

from shared.consent.partners import is_partner
from shared.consent.quiet_hours import SmsRules, opening_after
from shared.consent.reasons import Reason
from shared.consent.verdicts import SEND, SKIP, Channel, Defer, Send, Skip, Verdict, Verdicts
from shared.consent.words import Occasion, Proof, School, Standing
from shared.kernel.clock import in_paris

_BEFORE_ALL = (Reason.ACCOUNT_CLOSED, Reason.EXPIRED, Reason.OUTSIDE_AUDIENCE)
_CONTACT = (Reason.NO_CONTACT, Reason.UNPROVED_CONTACT, Reason.SUPPRESSED_BOUNCE)
_ORIGIN = (Reason.OPTED_OUT_ESTABLISHMENT, Reason.OPTED_OUT_PARTNER, Reason.NOT_A_PARTNER)

CHECKS: dict[Channel, tuple[Reason, ...]] = {
    "email": (*_BEFORE_ALL, Reason.OPTED_OUT_EMAIL, *_ORIGIN, *_CONTACT),
    "sms": (*_BEFORE_ALL, *_CONTACT, Reason.OPTED_OUT_SMS, *_ORIGIN, Reason.SWITCHED_OFF),
    "app": (*_BEFORE_ALL, Reason.NO_CONTACT, *_ORIGIN),
}
"""The reasons in the order in which they are looked for."""

K = TypeVar("K")


def decide(
    occasion: Occasion, standing: Standing, school: School, now: datetime, rules: SmsRules
) -> Verdicts:
    """Judge an occasion for one person through one establishment, on every channel. `now` is aware."""
    if occasion.kind == "code":
        verdict = judge_code(occasion.expires_at, now)
        return Verdicts(verdict, verdict, None)
    barred = _barred(occasion, standing, now)
    if barred:
        return Verdicts(barred, barred, barred if standing.device_active else None)
    if occasion.kind == "security":
        return _security(standing)
    origin = _origin_refused(occasion, standing, school, now)
    return Verdicts(
        _email(standing, origin),
        _sms(occasion, standing, origin, now, rules),
        _app(occasion, origin) if standing.device_active else None,
    )


def judge_code(expires_at: datetime | None, now: datetime) -> Send | Skip:
    """A code goes where its owner asked, now: no opt-in applies, only its deadline (A7)."""
    return SKIP[Reason.EXPIRED] if expires_at is not None and now >= expires_at else SEND


def best_of(channel: Channel, candidates: Iterable[tuple[K, Verdict]]) -> tuple[K, Verdict]:
    """Choose among the establishments through which one person is reached: one delivery, tied to the winner (A3).

    Sending wins over waiting (the shorter first), waiting over the refusal that came furthest in the checks;
    between equals, the first given. Raises ValueError when there is no candidate.
    """
    return min(candidates, key=lambda candidate: _rank(channel, candidate[1]))


def _rank(channel: Channel, verdict: Verdict) -> tuple[int, float]:
    if isinstance(verdict, Send):
        return (0, 0)
    if isinstance(verdict, Defer):
        return (1, verdict.until.timestamp())
    return (2, -CHECKS[channel].index(verdict.reason))


def _barred(occasion: Occasion, standing: Standing, now: datetime) -> Skip | None:
    if not standing.account_open and occasion.kind != "security":
        return SKIP[Reason.ACCOUNT_CLOSED]
    if occasion.expires_at is not None and now >= occasion.expires_at:
        return SKIP[Reason.EXPIRED]
    if not standing.attached and occasion.kind != "security":
        return SKIP[Reason.OUTSIDE_AUDIENCE]
    return None


def _security(standing: Standing) -> Verdicts:
    """To proved contacts whatever was chosen, save that « Ne pas me contacter par SMS » stands (R50, A7).

    An account that is suspended or closed is no exception: its owner should know what was done to it.
    """
    return Verdicts(
        _contact_refused(standing.email) or SEND,
        _number_refused(standing) or SEND,
        SKIP[Reason.NO_CONTACT] if standing.device_active else None,
    )


def _origin_refused(occasion: Occasion, standing: Standing, school: School, now: datetime) -> Skip | None:
    """The box of whoever speaks (R30 or R31), then whether a partner is one here (R37)."""
    if occasion.kind == "message":
        return None if standing.choices.establishment_notices else SKIP[Reason.OPTED_OUT_ESTABLISHMENT]
    if not standing.choices.partner_notices:
        return SKIP[Reason.OPTED_OUT_PARTNER]
    if occasion.partner is None or not is_partner(occasion.partner, school, _day(now)):
        return SKIP[Reason.NOT_A_PARTNER]
    return None


def _email(standing: Standing, origin_refused: Skip | None) -> Verdict:
    if not standing.choices.email_information:
        return SKIP[Reason.OPTED_OUT_EMAIL]
    return origin_refused or _contact_refused(standing.email) or SEND


def _sms(
    occasion: Occasion, standing: Standing, origin_refused: Skip | None, now: datetime, rules: SmsRules
) -> Verdict:
    refused = _number_refused(standing) or origin_refused
    if refused:
        return refused
    return SEND if occasion.urgent else _when_it_can_wait(occasion, now, rules)


def _when_it_can_wait(occasion: Occasion, now: datetime, rules: SmsRules) -> Verdict:
    """Deferred to the opening hour, or to the deadline if that comes first: it is then seen to have expired."""
    if rules.events != "all":
        return SKIP[Reason.SWITCHED_OFF]
    opening = opening_after(now, rules.opens, rules.closes)
    if opening is None:
        return SEND
    return Defer(Reason.QUIET_HOURS, min(opening, occasion.expires_at or opening))


def _app(occasion: Occasion, origin_refused: Skip | None) -> Verdict:
    """Messages always (R75), partners when their box is ticked and they are partners here."""
    return SEND if occasion.kind == "message" else origin_refused or SEND


def _number_refused(standing: Standing) -> Skip | None:
    refused = _contact_refused(standing.sms)
    if refused is None and standing.choices.sms_refused:
        return SKIP[Reason.OPTED_OUT_SMS]
    return refused


def _contact_refused(proof: Proof | None) -> Skip | None:
    return _CONTACT_REFUSED[proof]


_CONTACT_REFUSED: dict[Proof | None, Skip | None] = {
    None: SKIP[Reason.NO_CONTACT],
    "unproved": SKIP[Reason.UNPROVED_CONTACT],
    "bounced": SKIP[Reason.SUPPRESSED_BOUNCE],
    "proved": None,
}


@lru_cache(maxsize=256)  # a batch is judged at one instant
def _day(now: datetime) -> date:
    return in_paris(now).date()
