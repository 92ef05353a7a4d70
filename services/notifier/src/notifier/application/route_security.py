"""Something touched the safety of an account: each contact that was proved by then is told, and no other."""

from collections.abc import Sequence
from dataclasses import dataclass

from notifier.application.route import RouteOwn
from notifier.application.stores import People
from notifier.domain.notifications import Content, Notification, notification_id
from shared.events.envelope import Event
from shared.events.security import SecurityNoticed


@dataclass(frozen=True, slots=True, kw_only=True)
class RouteSecurity:
    """Route security notices: not optional by e-mail, by SMS unless their owner refuses SMS (R50, A7).

    Each notice is one event with one destination of its own, so that an old address is told as well as the new.
    """

    route: RouteOwn
    people: People

    async def __call__(self, events: Sequence[Event[SecurityNoticed]]) -> None:
        await self.route(map(_read, events), self.people.known)


def _read(event: Event[SecurityNoticed]) -> tuple[Notification, str]:
    notice = event.data
    if notice is None:
        raise ValueError("a security notice is never a tombstone")
    notification = Notification(
        id=notification_id(event.source, event.id),
        event_source=event.source,
        event_id=event.id,
        origin_id=notice.notice_id,
        kind="security",
        urgent=True,
        content=Content(fact=notice.fact, channel=notice.channel),
        occurred_at=notice.occurred_at,
        expires_at=notice.expires_at,
        sealed=notice.sealed,
    )
    return notification, notice.person_id
