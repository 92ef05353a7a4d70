"""A partner speaks to an audience of any size: routed page by page, the most urgent alert first at every page."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from notifier.application.route import Carry, Draft
from notifier.application.stores import AlertUnderWay, Notifications, People, Step
from notifier.domain.notifications import AudienceFilter, Content, Notification, notification_id
from notifier.domain.people import Person
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

    Every account has one turn, as accounts were fused when the alert was kept: whatever is fused or undone between
    two pages, nobody's turn is missed and nobody has two.
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
        notification, after = alert.notification, alert.after
        audience = notification.audience or AudienceFilter()
        page = await self.people.page(audience, after, PAGE_PEOPLE_MAX, notification.id)
        whole = len(page) < PAGE_PEOPLE_MAX
        upto = page[-1] if page else after
        free = await self.people.set_free(audience, after, None if whole else upto, notification.id)
        asked = [*page, *free]
        draft = Draft(self.clock.now(), self.rules)
        expected = draft.decide(notification, asked, _under_own_id(await self.people.known(asked)))
        draft.steps.append(Step(notification, after, upto, expected, whole=whole))
        return draft


def _under_own_id(people: Mapping[str, Person]) -> dict[str, Person]:
    """An account that was taken in since the alert was kept has its own delivery.

    The other's turn may be over, and it may have been nobody's recipient then. Just before the wire, what is ordered
    for both is joined (`join_fused.py`).
    """
    return {asked_id: person._replace(person_id=asked_id) for asked_id, person in people.items()}


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
