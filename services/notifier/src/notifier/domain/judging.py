"""The decision of `shared.consent`, asked for one person through all the schools that concern him."""

from datetime import datetime
from typing import NamedTuple

from notifier.domain.deliveries import DeliveryChannel
from notifier.domain.notifications import Notification
from notifier.domain.people import Attachment, Person
from shared.consent import (
    Choices,
    Occasion,
    Reason,
    School,
    Skip,
    SmsRules,
    Standing,
    Verdict,
    Verdicts,
    best_of,
    decide,
    judge_code,
)

WITHDRAWN = Skip(Reason.WITHDRAWN)
OUTSIDE = Skip(Reason.OUTSIDE_AUDIENCE)
_NOWHERE = School("college", "", "", "")


class Ruling(NamedTuple):
    """What to do on one channel, and the school through which."""

    verdict: Verdict
    uai: str | None


def judge(
    notification: Notification, occasion: Occasion, person: Person | None, now: datetime, rules: SmsRules
) -> dict[DeliveryChannel, Ruling]:
    """Decide each channel of a notification for a person; nobody known by that name is nobody's recipient.

    `occasion` is the notification's own, made once for a whole batch.
    """
    if notification.withdrawn:
        return _all(notification, WITHDRAWN)
    if notification.kind == "code":
        return _all(notification, judge_code(notification.expires_at, now))
    if notification.kind == "security":
        return _security(notification, occasion, person, now, rules)
    if person is None:
        return _all(notification, OUTSIDE)
    places = notification.places_of(person)
    if len(places) == 1:
        place = places[0]
        verdicts = decide(occasion, _standing(person, place), place.school, now, rules)
        return {"email": Ruling(verdicts.email, place.uai), "sms": Ruling(verdicts.sms, place.uai)}
    return _through_several(occasion, person, places, now, rules)


def _security(
    notification: Notification, occasion: Occasion, person: Person | None, now: datetime, rules: SmsRules
) -> dict[DeliveryChannel, Ruling]:
    """To the destination that was proved when the notice was published, be it nobody's selected contact any more."""
    refused = person is not None and _refuses_sms(person)
    standing = Standing(choices=Choices(sms_refused=refused), email="proved", sms="proved")
    verdicts = decide(occasion, standing, _NOWHERE, now, rules)
    return {channel: Ruling(verdicts.on(channel), None) for channel in notification.channels}


def _through_several(
    occasion: Occasion, person: Person, places: tuple[Attachment, ...], now: datetime, rules: SmsRules
) -> dict[DeliveryChannel, Ruling]:
    """One delivery even for somebody reached through several schools (A3); through none, he is outside."""
    candidates: list[tuple[str | None, Verdicts]] = [
        (place.uai, decide(occasion, _standing(person, place), place.school, now, rules)) for place in places
    ] or [(None, decide(occasion, _standing(person, None), _NOWHERE, now, rules))]
    email, uai_of_email = _best("email", candidates)
    sms, uai_of_sms = _best("sms", candidates)
    return {"email": Ruling(email, uai_of_email), "sms": Ruling(sms, uai_of_sms)}


def _best(
    channel: DeliveryChannel, candidates: list[tuple[str | None, Verdicts]]
) -> tuple[Verdict, str | None]:
    uai, verdict = best_of(channel, [(uai, verdicts.on(channel)) for uai, verdicts in candidates])
    return verdict, uai


def _standing(person: Person, place: Attachment | None) -> Standing:
    """How the person stands at a school; « Ne pas me contacter par SMS » at one school holds at all (R50)."""
    email, sms = person.email, person.sms
    standing = Standing(
        account_open=person.account_open,
        attached=place is not None,
        email=email and email.proof,
        sms=sms and sms.proof,
    )
    if place is None:
        return standing
    return standing._replace(choices=place.choices._replace(sms_refused=_refuses_sms(person)))


def _refuses_sms(person: Person) -> bool:
    return any(one.choices.sms_refused for one in person.attachments)


def _all(notification: Notification, verdict: Verdict) -> dict[DeliveryChannel, Ruling]:
    return {channel: Ruling(verdict, notification.establishment_uai) for channel in notification.channels}
