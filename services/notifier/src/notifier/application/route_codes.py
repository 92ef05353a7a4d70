"""A person asked for a code, now: it goes to the destination that was asked for, and to no other."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from notifier.application.route import RouteOwn
from notifier.domain.notifications import Content, Notification, notification_id
from notifier.domain.people import Person
from shared.events.codes import CodeIssued
from shared.events.envelope import Event


@dataclass(frozen=True, slots=True, kw_only=True)
class RouteCodes:
    """Route codes without looking at anybody's choices; one whose deadline has passed is never sent (A7)."""

    route: RouteOwn

    async def __call__(self, events: Sequence[Event[CodeIssued]]) -> None:
        await self.route(map(_read, events), _nobody)


async def _nobody(_: set[str]) -> Mapping[str, Person]:
    """Whoever a code is for, nothing about him counts."""
    return {}


def _read(event: Event[CodeIssued]) -> tuple[Notification, str]:
    code = event.data
    if code is None:
        raise ValueError("a code is never a tombstone")
    notification = Notification(
        id=notification_id(event.source, event.id),
        event_source=event.source,
        event_id=event.id,
        origin_id=code.code_id,
        kind="code",
        urgent=True,
        content=Content(purpose=code.purpose, channel=code.channel),
        occurred_at=event.time,
        expires_at=code.expires_at,
        sealed=code.sealed,
    )
    return notification, code.person_id
