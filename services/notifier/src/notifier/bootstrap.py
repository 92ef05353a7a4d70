"""Wiring: the one place that knows concrete classes."""

import time
from collections.abc import Sequence
from dataclasses import dataclass, field
from random import Random
from typing import Any, Self
from uuid import UUID

import asyncpg
from pydantic import field_validator, model_validator

from notifier.adapters.alert_ledger import PostgresAlertLedger
from notifier.adapters.alerts_topic import KafkaAlertsTopic
from notifier.adapters.facts_book import FactsBook
from notifier.adapters.facts_store import KnownFacts
from notifier.adapters.history_store import HistoryStore
from notifier.adapters.intake_store import PostgresIntakeRequests
from notifier.adapters.lease_store import LeaseStore
from notifier.adapters.ledger_store import LedgerStore
from notifier.adapters.mail_composer import TemplateMailComposer
from notifier.adapters.mime import mailbox
from notifier.adapters.notifications_store import NotificationsStore
from notifier.adapters.orders_topic import LaneTopics
from notifier.adapters.partner_rights import ProjectedPartnerBodies, ProjectedSchools
from notifier.adapters.relay_urls import SmtpRelay, TwilioGateway, read_gateways, read_relays
from notifier.adapters.sms_composer import PlainSmsComposer
from notifier.adapters.smtp_mails import SmtpMails
from notifier.adapters.topic_ends import TopicEnds
from notifier.adapters.twilio_sms import TwilioSms
from notifier.application.accept_alert import AcceptAlert, JudgeAlert
from notifier.application.await_facts import AwaitFacts
from notifier.application.desk import Budget, SendingDesk
from notifier.application.estimate_alert import EstimateAlert
from notifier.application.follow_facts import FACTS, FollowFacts
from notifier.application.judge_again import JudgeAgain
from notifier.application.keep_lease import KeepLease
from notifier.application.ports import Mails, TextMessages
from notifier.application.record_outcomes import RecordOutcomes
from notifier.application.report_alert import ReportAlert
from notifier.application.reports import Histories
from notifier.application.route import Carry, RouteOwn
from notifier.application.route_alerts import KeepAlerts, RouteAlerts
from notifier.application.route_codes import RouteCodes
from notifier.application.route_continuously import RouteContinuously
from notifier.application.route_messages import RouteMessages
from notifier.application.route_security import RouteSecurity
from notifier.application.send import SendOnce
from notifier.application.stores import Desk
from notifier.application.sweep import Sweep
from notifier.application.withdraw_alert import WithdrawAlert
from notifier.domain.deliveries import DeliveryChannel
from notifier.domain.notifications import LaneName
from notifier.domain.tenure import Tenure
from notifier.settings import NotifierSettings
from shared.kernel.ids import uuid7
from shared.kit.connections import Runtime
from shared.kit.sealing import Sealer

LEASE_MARGIN_SHARE = 0.2
"""How much earlier than the database a worker stops trusting its own lease."""


class CheckedSettings(NotifierSettings):
    """The settings as the service reads them: what only an adapter can judge is judged here too."""

    @field_validator("mail_from")
    @classmethod
    def _a_mailbox(cls, value: str) -> str:
        mailbox(value)
        return value

    @model_validator(mode="after")
    def _providers_can_be_read(self) -> Self:
        for name, read in (("SMTP_RELAYS", self.relays), ("SMS_GATEWAYS", self.gateways)):
            try:
                read()
            except ValueError as why:
                raise ValueError(f"{name} is wrong: {why}") from None
        return self

    def relays(self) -> tuple[SmtpRelay, ...]:
        """The mail relays. Clear text in local use only."""
        return read_relays(self.smtp_relays.get_secret_value(), local=self.local)

    def gateways(self) -> tuple[TwilioGateway, ...]:
        """The SMS gateways. Clear text in local use only."""
        return read_gateways(self.sms_gateways.get_secret_value(), local=self.local)


@dataclass(frozen=True, slots=True)
class Providers:
    """The two ways out of one lane."""

    mails: Mails
    texts: TextMessages


@dataclass(slots=True, kw_only=True)
class Notifier:
    """Everything of one process, made once it is connected."""

    settings: CheckedSettings
    runtime: Runtime
    worker_id: UUID = field(default_factory=uuid7)
    monotonic: Any = time.monotonic
    random: Random = field(default_factory=Random)
    tenure: Tenure = field(init=False)

    def __post_init__(self) -> None:
        period_s = self.settings.worker_lease_s
        self.tenure = Tenure(period_s, period_s * LEASE_MARGIN_SHARE, self.monotonic)

    @property
    def known_facts(self) -> KnownFacts:
        return KnownFacts(self.runtime.pool)

    @property
    def notifications(self) -> NotificationsStore:
        return NotificationsStore(self.runtime.pool)

    @property
    def ledger(self) -> LedgerStore:
        return LedgerStore(self.runtime.pool, self.worker_id, self.tenure)

    def keep_lease(self) -> KeepLease:
        lease = LeaseStore(self.runtime.pool, self.worker_id)
        return KeepLease(lease=lease, tenure=self.tenure, monotonic=self.monotonic)

    def follow_facts(self) -> FollowFacts:
        return FollowFacts(book=FactsBook(self.runtime.pool))

    def fact_ends(self) -> TopicEnds:
        return TopicEnds(self.runtime.kafka, tuple(FACTS))

    def await_facts(self, ends: TopicEnds) -> AwaitFacts:
        return AwaitFacts(ends=ends, positions=self.known_facts)

    def route_messages(self) -> RouteMessages:
        return RouteMessages(
            notifications=self.notifications,
            people=self.known_facts,
            carry=self._carry(),
            rules=self.settings.sms_rules,
            clock=self.runtime.clock,
            life=self.settings.message_life,
        )

    def keep_alerts(self) -> KeepAlerts:
        return KeepAlerts(notifications=self.notifications, clock=self.runtime.clock)

    def route_alerts(self) -> RouteContinuously:
        return RouteContinuously(
            route_page=RouteAlerts(
                notifications=self.notifications,
                people=self.known_facts,
                carry=self._carry(),
                rules=self.settings.sms_rules,
                clock=self.runtime.clock,
                router_id=self.worker_id,
            )
        )

    def route_codes(self) -> RouteCodes:
        return RouteCodes(route=self._route_own())

    def route_security(self) -> RouteSecurity:
        return RouteSecurity(route=self._route_own(), people=self.known_facts)

    def _route_own(self) -> RouteOwn:
        return RouteOwn(
            notifications=self.notifications,
            carry=self._carry(),
            rules=self.settings.sms_rules,
            clock=self.runtime.clock,
        )

    def record_outcomes(self) -> RecordOutcomes:
        return RecordOutcomes(ledger=self.ledger)

    def providers(self, lane: LaneName) -> Providers:
        tries_max, settings = self.settings.tries_max(lane), self.settings
        sender = mailbox(settings.mail_from)[1]
        return Providers(
            SmtpMails(settings.relays(), sender=sender, connections_max=tries_max, monotonic=self.monotonic),
            TwilioSms(settings.gateways(), requests_max=tries_max, monotonic=self.monotonic),
        )

    def desk(
        self, lane: LaneName, channel: DeliveryChannel, providers: Providers, record: RecordOutcomes
    ) -> SendingDesk:
        return SendingDesk(
            desk=Desk(lane, channel),
            budget=Budget(self.settings.tries_max(lane), self.settings.in_flight_max),
            ledger=self.ledger,
            judge=self._judge_again(),
            send=self._send_once(providers),
            record=record,
            tenure=self.tenure,
        )

    def sweep(self, desks: Sequence[SendingDesk]) -> Sweep:
        return Sweep(desks=desks, ledger=self.ledger, tenure=self.tenure, clock=self.runtime.clock)

    def accept_alert(self) -> AcceptAlert:
        runtime = self.runtime
        return AcceptAlert(
            judge=self._judge_alert(),
            requests=PostgresIntakeRequests(runtime.pool),
            topic=KafkaAlertsTopic(runtime.producer),
            clock=runtime.clock,
            monotonic=self.monotonic,
        )

    def estimate_alert(self) -> EstimateAlert:
        return EstimateAlert(
            judge=self._judge_alert(),
            people=self.known_facts,
            rules=self.settings.sms_rules,
            clock=self.runtime.clock,
        )

    def report_alert(self) -> ReportAlert:
        pool = self.runtime.pool
        return ReportAlert(
            requests=PostgresIntakeRequests(pool), ledger=PostgresAlertLedger(pool), clock=self.runtime.clock
        )

    def withdraw_alert(self) -> WithdrawAlert:
        pool = self.runtime.pool
        return WithdrawAlert(
            requests=PostgresIntakeRequests(pool),
            keep=self.keep_alerts(),
            ledger=PostgresAlertLedger(pool),
            clock=self.runtime.clock,
        )

    def _judge_alert(self) -> JudgeAlert:
        pool = self.runtime.pool
        return JudgeAlert(
            partners=ProjectedPartnerBodies(pool), schools=ProjectedSchools(pool), clock=self.runtime.clock
        )

    def _carry(self) -> Carry:
        orders = LaneTopics(self.runtime.producer, self.runtime.clock)
        return Carry(notifications=self.notifications, orders=orders, clock=self.runtime.clock)

    def _judge_again(self) -> JudgeAgain:
        return JudgeAgain(
            notifications=self.notifications,
            people=self.known_facts,
            rules=self.settings.sms_rules,
            clock=self.runtime.clock,
            monotonic=self.monotonic,
            random=self.random,
        )

    def _send_once(self, providers: Providers) -> SendOnce:
        settings, clock = self.settings, self.runtime.clock
        return SendOnce(
            mails=providers.mails,
            texts=providers.texts,
            mail_composer=TemplateMailComposer(
                mail_from=settings.mail_from, public_url=settings.public_url, clock=clock
            ),
            sms_composer=PlainSmsComposer(clock=clock),
            seals=Sealer(settings.code_keys.get_secret_value()),
            ledger=self.ledger,
            clock=clock,
            random=self.random,
            monotonic=self.monotonic,
        )


def histories(pool: asyncpg.Pool) -> Histories:
    """The ledger, for the commands that read it."""
    return HistoryStore(pool)
