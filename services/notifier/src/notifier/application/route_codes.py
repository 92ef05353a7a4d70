"""A person asked for a code, now: it goes to the destination that was asked for, and to no other."""

from collections.abc import Sequence
from dataclasses import dataclass

from notifier.application.route import Carry, Draft
from notifier.application.stores import Notifications, Step
from notifier.domain.notifications import Content, Notification, notification_id
from shared.consent import SmsRules
from shared.events.codes import CodeIssued
from shared.events.envelope import Event
from shared.kernel.clock import Clock


@dataclass(frozen=True, slots=True, kw_only=True)
class RouteCodes:
    """Route codes without looking at anybody's choices; one whose deadline has passed is never sent (A7)."""

    notifications: Notifications
    carry: Carry
    rules: SmsRules
    clock: Clock

    async def __call__(self, events: Sequence[Event[CodeIssued]]) -> None:
        read = {notification.id: (notification, to) for notification, to in map(_read, events)}
        unrouted = await self.notifications.keep([n for n, _ in read.values()], self.clock.now())
        draft = Draft(self.clock.now(), self.rules)
        for identity, (notification, person_id) in read.items():
            if identity in unrouted:
                expected = draft.decide(notification, [person_id], {})
                draft.steps.append(Step(notification, "", "", expected, whole=True))
        if draft.steps:
            await self.carry(draft)


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
