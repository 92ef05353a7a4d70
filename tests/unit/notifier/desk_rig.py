"""A desk on fakes that work, with a clock and a lease moved by hand."""

import time
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from random import Random
from typing import Self
from uuid import uuid4

from notifier.adapters.mail_composer import TemplateMailComposer
from notifier.adapters.sms_composer import PlainSmsComposer
from notifier.application.desk import Budget, SendingDesk
from notifier.application.judge_again import JudgeAgain
from notifier.application.record_outcomes import RecordOutcomes
from notifier.application.send import SendOnce
from notifier.application.stores import Desk
from notifier.application.sweep import Sweep
from notifier.domain.deliveries import DeliveryChannel, DeliveryKey, State
from notifier.domain.notifications import Notification
from notifier.domain.people import Person
from notifier.domain.tenure import Tenure
from shared.kit.sealing import Sealer, new_key
from tests.fakes.known import FakeNotifications, FakePeople
from tests.fakes.ledger import FakeLedger, LedgerTable, Row
from tests.fakes.mails import FakeMails
from tests.fakes.sms import FakeTextMessages
from tests.unit.notifier.examples import ALL_EVENTS, NOON
from tests.waiting import eventually


@dataclass
class HandClock:
    """The service's clock, moved by hand."""

    at: datetime = NOON

    def now(self) -> datetime:
        return self.at


@dataclass
class DeskRig:
    """One worker's desks for e-mail and SMS of the lane `normal`."""

    people: FakePeople = field(default_factory=FakePeople)
    notifications: FakeNotifications = field(default_factory=FakeNotifications)
    mails: FakeMails = field(default_factory=FakeMails)
    texts: FakeTextMessages = field(default_factory=FakeTextMessages)
    table: LedgerTable = field(default_factory=LedgerTable)
    clock: HandClock = field(default_factory=HandClock)
    sealer: Sealer = field(default_factory=lambda: Sealer(new_key()))
    lease_gap_s: float = 0.0

    def __post_init__(self) -> None:
        self.tenure = Tenure(15, 3, lambda: time.monotonic() + self.lease_gap_s)
        self.tenure.renewed(time.monotonic())
        worker_id = uuid4()
        self.table.alive.add(worker_id)
        self.ledger = FakeLedger(self.table, worker_id, self.tenure)
        self.record = RecordOutcomes(ledger=self.ledger, gather_s=0.001)
        self.desks: dict[DeliveryChannel, SendingDesk] = {
            "email": self._desk("email"),
            "sms": self._desk("sms"),
        }
        self.sweep = Sweep(
            desks=list(self.desks.values()), ledger=self.ledger, tenure=self.tenure, clock=self.clock
        )

    async def __aenter__(self) -> Self:
        await self.record.start()
        for desk in self.desks.values():
            await desk.start()
        return self

    async def __aexit__(self, *_: object) -> None:
        for desk in self.desks.values():
            await desk.stop()
        await self.record.stop()

    def knows(self, notification: Notification, *people: Person) -> None:
        self.notifications.kept[notification.id] = notification
        self.people.people |= {person.person_id: person for person in people}

    async def order(self, *keys: DeliveryKey) -> None:
        for channel, desk in self.desks.items():
            await desk.take_orders([key for key in keys if key.channel == channel])

    async def in_doubt(self, key: DeliveryKey) -> None:
        """Order a delivery whose answer is lost."""
        await self.order(key)
        await self.ends(key, State.AMBIGUOUS)

    async def a_minute_later(self) -> None:
        """Look again at what is in doubt."""
        self.clock.at += timedelta(minutes=1)
        await self.sweep()

    async def ends(self, key: DeliveryKey, state: State) -> Row:
        """Wait until a delivery is in a state."""
        await eventually(
            lambda: key in self.table.rows and self.table.rows[key].state is state, within_s=5, what=state
        )
        return self.table.rows[key]

    def _desk(self, channel: DeliveryChannel) -> SendingDesk:
        return SendingDesk(
            desk=Desk("normal", channel),
            budget=Budget(tries_max=4, in_flight_max=300),
            ledger=self.ledger,
            judge=JudgeAgain(
                notifications=self.notifications,
                people=self.people,
                rules=ALL_EVENTS,
                clock=self.clock,
                monotonic=time.monotonic,
                random=Random(1),
            ),
            send=self._send(),
            record=self.record,
            tenure=self.tenure,
        )

    def _send(self) -> SendOnce:
        return SendOnce(
            mails=self.mails,
            texts=self.texts,
            mail_composer=TemplateMailComposer(
                mail_from="ENT <ent@example.org>", public_url="https://ent.example.org", clock=self.clock
            ),
            sms_composer=PlainSmsComposer(clock=self.clock),
            seals=self.sealer,
            ledger=self.ledger,
            clock=self.clock,
            random=Random(1),
            monotonic=time.monotonic,
        )
