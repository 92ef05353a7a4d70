"""A partner asks, before sending, how many would be reached: the very decision of the router, nothing sent."""

import asyncio
from collections import Counter
from collections.abc import AsyncIterator, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime

from notifier.application.accept_alert import PARTNER_UNKNOWN, JudgeAlert
from notifier.application.report_alert import coarse
from notifier.application.route_alerts import PAGE_PEOPLE_MAX, alert_notification
from notifier.application.stores import People
from notifier.domain.deliveries import CHANNELS, DeliveryChannel
from notifier.domain.judging import Ruling, judge
from notifier.domain.masking import told
from notifier.domain.notifications import AudienceFilter, Notification
from shared.consent import Defer, PartnerBody, Skip, SmsRules, Verdict
from shared.events.alerts import Audience, PartnerAlert
from shared.kernel.clock import Clock
from shared.kernel.refusals import Refused

ESTIMATES_AT_ONCE_MAX = 2
"""An estimate reads the whole audience: the router's own reading comes first."""

SEND_NOW = "send"
LATER = "later"


@dataclass(frozen=True, slots=True)
class ChannelEstimate:
    """Who would be reached at once, who later, and why the others would not; none is under five."""

    send: int | None
    later: int | None
    silent: int | None
    reasons: Mapping[str, int]


@dataclass(frozen=True, slots=True)
class Estimate:
    """`people` are those of the audience; each is judged once per channel."""

    audience: Audience
    people: int | None
    channels: Mapping[str, ChannelEstimate]


@dataclass(frozen=True, slots=True, kw_only=True)
class EstimateAlert:
    """Count an audience as it streams by; the rights are checked as for a real alert."""

    judge: JudgeAlert
    people: People
    rules: SmsRules
    clock: Clock
    turns: asyncio.Semaphore = field(default_factory=lambda: asyncio.Semaphore(ESTIMATES_AT_ONCE_MAX))

    async def __call__(self, alert: PartnerAlert) -> Estimate | Refused:
        judged = await self.judge(alert)
        if isinstance(judged, Refused):
            return judged
        body = await self.judge.partners.body_of(judged.partner_id)
        if body is None:
            return PARTNER_UNKNOWN
        supposed = _supposed(judged, body, self.clock.now())
        async with self.turns:
            return await self._counted(judged.audience, supposed)

    async def _counted(self, audience: Audience, supposed: Notification) -> Estimate:
        counted = {channel: Counter[str]() for channel in CHANNELS}
        people = 0
        async for rulings in judge_audience(self.people, supposed, self.rules):
            people += 1
            for channel, ruling in rulings.items():
                counted[channel][_word(ruling.verdict)] += 1
        return Estimate(
            audience=audience,
            people=told(people),
            channels={channel: _estimate(words) for channel, words in counted.items()},
        )


async def judge_audience(
    people: People, notification: Notification, rules: SmsRules
) -> AsyncIterator[dict[DeliveryChannel, Ruling]]:
    """Everybody in the audience, once each, judged as the router would at `occurred_at`."""
    occasion, after = notification.occasion, ""
    while page := await people.page(notification.audience or AudienceFilter(), after, PAGE_PEOPLE_MAX):
        known = await people.known(page)
        for person_id in page:
            yield judge(notification, occasion, known.get(person_id), notification.occurred_at, rules)
        after = page[-1]


def _supposed(alert: PartnerAlert, body: PartnerBody, now: datetime) -> Notification:
    """The notification that the alert would become, were it sent now."""
    supposed = alert_notification(alert, source="", event_id=alert.alert_id, time=now)
    return replace(supposed, partner=body)


def _word(verdict: Verdict) -> str:
    if isinstance(verdict, Skip):
        return verdict.reason
    return LATER if isinstance(verdict, Defer) else SEND_NOW


def _estimate(words: Counter[str]) -> ChannelEstimate:
    reasons = {word: people for word, people in words.items() if word not in {SEND_NOW, LATER}}
    return ChannelEstimate(
        send=told(words[SEND_NOW]),
        later=told(words[LATER]),
        silent=told(sum(reasons.values())),
        reasons=coarse(reasons),
    )
