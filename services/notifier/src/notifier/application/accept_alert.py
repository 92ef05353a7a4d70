"""A partner has something to tell families: checked against its rights, kept once, then made durable in Kafka."""

import asyncio
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta

from notifier.application.intake_ports import (
    AlertsTopic,
    BrokerAway,
    IntakeRequests,
    KnownSchools,
    PartnerBodies,
)
from notifier.domain.idempotency import Receipt
from notifier.domain.partner_rights import Aim, confine
from shared.events.alerts import Audience, PartnerAlert
from shared.kernel.clock import Clock, in_paris
from shared.kernel.refusals import Refused

EXPIRES_WITHIN_MAX = timedelta(days=90)
HELD_S = 15.0
"""Longer than a publication may take: whoever holds the right has an answer before it lapses."""
WAIT_S = 10.0
POLL_S = 0.05

PARTNER_UNKNOWN = Refused("partner_unknown")
BROKER_AWAY = Refused("broker_away")
IN_THE_PAST = Refused("expires_in_the_past")
TOO_FAR = Refused("expires_too_far")


@dataclass(frozen=True, slots=True, kw_only=True)
class Accept:
    """A partner's alert as it came; its audience may still be wider than the partner's rights.

    `body_digest` is of what the partner wrote, before anything was added to it.
    """

    alert: PartnerAlert
    key: str
    body_digest: bytes


@dataclass(frozen=True, slots=True, kw_only=True)
class JudgeAlert:
    """Decide whether a partner may say this to these schools now, and write its limits out."""

    partners: PartnerBodies
    schools: KnownSchools
    clock: Clock

    async def __call__(self, alert: PartnerAlert) -> PartnerAlert | Refused:
        now = self.clock.now()
        refused = _deadline_refused(alert.expires_at, now)
        if refused:
            return refused
        body = await self.partners.body_of(alert.partner_id)
        if body is None:
            return PARTNER_UNKNOWN
        asked = alert.audience
        aim = confine(
            Aim(asked.uais, asked.kinds, asked.departements),
            body,
            await self.schools.known(),
            in_paris(now).date(),
        )
        return aim if isinstance(aim, Refused) else _aimed(alert, aim)


def _deadline_refused(expires_at: datetime, now: datetime) -> Refused | None:
    if expires_at <= now:
        return IN_THE_PAST
    return TOO_FAR if expires_at > now + EXPIRES_WITHIN_MAX else None


def _aimed(alert: PartnerAlert, aim: Aim) -> PartnerAlert:
    audience = Audience(
        uais=aim.uais,
        kinds=aim.kinds,
        departements=aim.departements,
        profiles=alert.audience.profiles,
        transported_only=alert.audience.transported_only,
    )
    return alert.model_copy(update={"audience": audience})


@dataclass(frozen=True, slots=True, kw_only=True)
class AcceptAlert:
    """Accept an alert once: the same key and body again give the same receipt, and the same single event.

    Nothing is promised before Kafka has the event. When Kafka is away the request is remembered, and the next
    try with the same key publishes the event with the identity that the first try gave it.
    """

    judge: JudgeAlert
    requests: IntakeRequests
    topic: AlertsTopic
    clock: Clock
    monotonic: Callable[[], float]

    async def __call__(self, command: Accept) -> Receipt | Refused:
        alert = command.alert
        receipt: Receipt | Refused | None = await self.requests.find(alert.partner_id, command.key)
        if receipt is None:
            receipt = await self._reserved(command)
        if isinstance(receipt, Refused):
            return receipt
        return receipt.judge(command.body_digest) or await self._published(receipt)

    async def _reserved(self, command: Accept) -> Receipt | Refused:
        judged = await self.judge(command.alert)
        if isinstance(judged, Refused):
            return judged
        return await self.requests.reserve(
            Receipt(
                partner_id=judged.partner_id,
                key=command.key,
                body_digest=command.body_digest,
                alert_id=judged.alert_id,
                event=judged.written(),
                accepted_at=self.clock.now(),
            )
        )

    async def _published(self, receipt: Receipt) -> Receipt | Refused:
        deadline = self.monotonic() + WAIT_S
        while not receipt.published:
            if await self.requests.hold(receipt, HELD_S):
                return await self._publish(receipt)
            if self.monotonic() >= deadline:
                return BROKER_AWAY
            await asyncio.sleep(POLL_S)  # a twin of this request is publishing it: its answer is ours
            receipt = await self.requests.find(receipt.partner_id, receipt.key) or receipt
        return receipt

    async def _publish(self, receipt: Receipt) -> Receipt | Refused:
        try:
            await self.topic.publish(receipt)
        except BrokerAway:
            await self.requests.release(receipt)
            return BROKER_AWAY
        await self.requests.mark_published(receipt)
        return receipt
