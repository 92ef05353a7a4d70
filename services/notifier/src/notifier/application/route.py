"""Routing, common to all kinds: a decision for each person and channel, orders out, silences written down."""

from collections.abc import Awaitable, Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime

from notifier.application.stores import Notifications, Orders, Silence, Step
from notifier.domain.attempts import silent_state
from notifier.domain.deliveries import DeliveryKey, State
from notifier.domain.judging import Ruling, judge
from notifier.domain.notifications import LaneName, Notification
from notifier.domain.people import Person
from shared.consent import Defer, Send, SmsRules
from shared.kernel.clock import Clock


@dataclass(slots=True)
class Draft:
    """Decisions made at one instant and not yet written."""

    now: datetime
    rules: SmsRules
    orders: list[tuple[LaneName, DeliveryKey]] = field(default_factory=list)
    silences: list[Silence] = field(default_factory=list)
    steps: list[Step] = field(default_factory=list)

    def decide(
        self, notification: Notification, person_ids: Iterable[str], people: Mapping[str, Person]
    ) -> int:
        """Add what each person gets on each channel; answers how many deliveries that makes.

        Somebody named by several of his accounts, which are fused, is one person, under the account that remains.
        """
        occasion, before = notification.occasion, len(self.orders) + len(self.silences)
        for person_id, person in _each_once(person_ids, people):
            rulings = judge(notification, occasion, person, self.now, self.rules)
            for channel, ruling in rulings.items():
                self._add(notification, DeliveryKey(notification.id, person_id, channel), ruling)
        return len(self.orders) + len(self.silences) - before

    def _add(self, notification: Notification, key: DeliveryKey, ruling: Ruling) -> None:
        verdict, lane = ruling.verdict, notification.lane
        if isinstance(verdict, Send):
            self.orders.append((lane, key))
            return
        state, due = State.DEFERRED, None
        if isinstance(verdict, Defer):
            due = verdict.until
        else:
            state = silent_state(verdict.reason)
        self.silences.append(Silence(key, lane, state, verdict.reason.value, ruling.uai, due))


def _each_once(
    person_ids: Iterable[str], people: Mapping[str, Person]
) -> Iterable[tuple[str, Person | None]]:
    meant: dict[str, Person | None] = {}
    for asked_id in person_ids:
        person = people.get(asked_id)
        meant.setdefault(asked_id if person is None else person.person_id, person)
    return meant.items()


@dataclass(frozen=True, slots=True, kw_only=True)
class Carry:
    """Bring a draft out: orders first, then the ledger.

    A crash in between publishes the orders again, which the ledger takes once; the other way round would lose them.
    """

    notifications: Notifications
    orders: Orders
    clock: Clock

    async def __call__(self, draft: Draft) -> None:
        await self.orders.publish(draft.orders)
        await self.notifications.step(draft.steps, draft.silences, self.clock.now())


@dataclass(frozen=True, slots=True, kw_only=True)
class RouteOwn:
    """Route notifications that are each one person's own, told at the one destination that they name."""

    notifications: Notifications
    carry: Carry
    rules: SmsRules
    clock: Clock

    async def __call__(
        self,
        read: Iterable[tuple[Notification, str]],
        known: Callable[[set[str]], Awaitable[Mapping[str, Person]]],
    ) -> None:
        """`read` pairs a notification with its owner; `known` is asked only about owners who are still to be told."""
        owned = {notification.id: (notification, owner) for notification, owner in read}
        unrouted = await self.notifications.keep([n for n, _ in owned.values()], self.clock.now())
        wanted = [owned[identity] for identity in owned if identity in unrouted]
        if not wanted:
            return
        people = await known({owner for _, owner in wanted})
        draft = Draft(self.clock.now(), self.rules)
        for notification, owner in wanted:
            expected = draft.decide(notification, [owner], people)
            draft.steps.append(Step(notification, "", "", expected, whole=True))
        await self.carry(draft)


def in_portions(
    notifications: Sequence[tuple[Notification, Sequence[str]]], people_max: int
) -> Iterable[list[tuple[Notification, Sequence[str]]]]:
    """Groups whose recipients together stay about `people_max`; one that is larger stands alone."""
    portion: list[tuple[Notification, Sequence[str]]] = []
    size = 0
    for notification, recipients in notifications:
        if portion and size + len(recipients) > people_max:
            yield portion
            portion, size = [], 0
        portion.append((notification, recipients))
        size += len(recipients)
    if portion:
        yield portion
