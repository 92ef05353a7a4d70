"""A message reached ENT mailboxes: every recipient who agreed is told, with no human action (R38)."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta

from notifier.application.route import Carry, Draft, in_portions
from notifier.application.stores import Notifications, People, Step
from notifier.domain.notifications import Content, Notification, notification_id
from shared.consent import SmsRules
from shared.events.envelope import Event
from shared.events.messages import MessageReceived
from shared.kernel.clock import Clock

PEOPLE_AT_ONCE = 5_000


@dataclass(frozen=True, slots=True, kw_only=True)
class RouteMessages:
    """Route a batch of messages: many small ones cost one question about people and one transaction."""

    notifications: Notifications
    people: People
    carry: Carry
    rules: SmsRules
    clock: Clock
    life: timedelta

    async def __call__(self, events: Sequence[Event[MessageReceived]]) -> None:
        read = {n.id: (n, recipients) for n, recipients in map(self._read, events)}
        unrouted = await self.notifications.keep([n for n, _ in read.values()], self.clock.now())
        wanted = [pair for identity, pair in read.items() if identity in unrouted]
        for portion in in_portions(wanted, PEOPLE_AT_ONCE):
            await self._route(portion)

    async def _route(self, portion: Sequence[tuple[Notification, Sequence[str]]]) -> None:
        people = await self.people.known({person for _, recipients in portion for person in recipients})
        draft = Draft(self.clock.now(), self.rules)
        for notification, recipients in portion:
            expected = draft.decide(notification, recipients, people)
            draft.steps.append(Step(notification, "", "", expected, whole=True))
        await self.carry(draft)

    def _read(self, event: Event[MessageReceived]) -> tuple[Notification, Sequence[str]]:
        message = event.data
        if message is None:
            raise ValueError("a message is never a tombstone")
        notification = Notification(
            id=notification_id(event.source, event.id),
            event_source=event.source,
            event_id=event.id,
            origin_id=message.message_id,
            kind="message",
            urgent=message.urgent,
            content=Content(
                sender_name=message.sender.display_name,
                sender_kind=message.sender.kind,
                title=message.subject,
                url=message.url,
            ),
            occurred_at=event.time,
            expires_at=event.time + self.life,
            establishment_uai=message.establishment_uai,
        )
        return notification, tuple(dict.fromkeys(message.recipients))
