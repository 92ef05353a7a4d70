"""A partner speaks to an audience of any size: routed page by page, the most urgent alert first at every page."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from notifier.application.route import Carry, Draft
from notifier.application.stores import AlertUnderWay, Notifications, People, Step
from notifier.domain.notifications import AudienceFilter, Content, Notification, notification_id
from shared.consent import SmsRules
from shared.events.alerts import Audience, PartnerAlert
from shared.events.envelope import Event
from shared.kernel.clock import Clock

PAGE_PEOPLE_MAX = 2_000


@dataclass(frozen=True, slots=True, kw_only=True)
class KeepAlerts:
    """Write alerts down as work to do; the event is then safe and its offset may be committed."""

    notifications: Notifications
    clock: Clock

    async def __call__(self, events: Sequence[Event[PartnerAlert]]) -> None:
        await self.notifications.keep([_read(event) for event in events], self.clock.now())


@dataclass(frozen=True, slots=True, kw_only=True)
class RouteAlerts:
    """Route one page of the most pressing alert; answers whether there was any work.

    Nothing holds an audience in memory, and an urgent alert waits for no more than the page in hand of a
    survey for half a million people. A page done twice (two routers, a crash) is written once.
    """

    notifications: Notifications
    people: People
    carry: Carry
    rules: SmsRules
    clock: Clock
    router_id: UUID

    async def __call__(self) -> bool:
        alert = await self.notifications.next_alert(self.router_id)
        if alert is None:
            return False
        await self.carry(await self._page(alert))
        return True

    async def _page(self, alert: AlertUnderWay) -> Draft:
        notification = alert.notification
        page = await self.people.page(notification.audience or AudienceFilter(), alert.after, PAGE_PEOPLE_MAX)
        people = await self.people.known(page)
        draft = Draft(self.clock.now(), self.rules)
        expected = draft.decide(notification, page, people)
        upto = page[-1] if page else alert.after
        draft.steps.append(Step(notification, alert.after, upto, expected, whole=len(page) < PAGE_PEOPLE_MAX))
        return draft


def _read(event: Event[PartnerAlert]) -> Notification:
    if event.data is None:
        raise ValueError("an alert is never a tombstone")
    return alert_notification(event.data, source=event.source, event_id=event.id, time=event.time)


def alert_notification(alert: PartnerAlert, *, source: str, event_id: str, time: datetime) -> Notification:
    """The alert as something to tell; its partner is looked up when it is routed and when it is sent."""
    return Notification(
        id=notification_id(source, event_id),
        event_source=source,
        event_id=event_id,
        origin_id=alert.alert_id,
        kind="alert",
        urgent=alert.severity == "urgent",
        content=Content(
            sender_kind="partner",
            title=alert.title,
            category=alert.category,
            body=alert.body,
            url=alert.url,
        ),
        occurred_at=time,
        expires_at=alert.expires_at,
        audience=audience_filter(alert.audience),
        partner_id=alert.partner_id,
    )


def audience_filter(audience: Audience) -> AudienceFilter:
    """The audience of an event, as the rule that people are compared with."""

    def listed(values: Sequence[str] | None) -> frozenset[str] | None:
        return None if values is None else frozenset(values)

    return AudienceFilter(
        uais=listed(audience.uais),
        kinds=listed(audience.kinds),
        departements=listed(audience.departements),
        profiles=listed(audience.profiles),
        transported_only=audience.transported_only,
    )
