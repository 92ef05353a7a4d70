"""The three routers on one set of known facts."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from notifier.application.route import Carry, RouteOwn
from notifier.application.route_alerts import KeepAlerts, RouteAlerts
from notifier.application.route_codes import RouteCodes
from notifier.application.route_messages import RouteMessages
from notifier.application.route_security import RouteSecurity
from notifier.application.stores import Notifications, Orders, People
from shared.consent import SmsRules
from shared.events.alerts import Audience, PartnerAlert
from shared.events.base import EventData
from shared.events.codes import CodeIssued
from shared.events.envelope import Event
from shared.events.messages import MessageReceived, Sender
from shared.events.security import SecurityNoticed
from tests.unit.notifier.examples import COLLEGE, NOON, SOMEBODY, URGENT_ONLY


@dataclass
class HandClock:
    """The service's clock, moved by hand."""

    at: datetime = NOON

    def now(self) -> datetime:
        return self.at


@dataclass
class RoutingRig:
    notifications: Notifications
    people: People
    orders: Orders
    rules: SmsRules = URGENT_ONLY
    clock: HandClock = field(default_factory=HandClock)

    def __post_init__(self) -> None:
        common: dict[str, Any] = {
            "notifications": self.notifications,
            "carry": Carry(notifications=self.notifications, orders=self.orders, clock=self.clock),
            "rules": self.rules,
            "clock": self.clock,
        }
        self.messages = RouteMessages(**common, people=self.people, life=timedelta(hours=72))
        self.codes = RouteCodes(route=RouteOwn(**common))
        self.security = RouteSecurity(route=RouteOwn(**common), people=self.people)
        self.keep = KeepAlerts(notifications=self.notifications, clock=self.clock)
        self.alerts = RouteAlerts(**common, people=self.people, router_id=SOMEBODY)


def an_event(data: EventData, event_id: str) -> Event[Any]:
    return Event(event_id, "/ent", data.event_type, NOON, data.key, data)


def a_message_to(
    *recipients: str, event_id: str = "m1", uai: str = COLLEGE, urgent: bool = True
) -> Event[Any]:
    data = MessageReceived(
        message_id=event_id,
        establishment_uai=uai,
        sender=Sender(kind="person", display_name="M. Roche"),
        subject="Sortie",
        recipients=recipients,
        urgent=urgent,
        url="https://ent.example.org/1",
    )
    return an_event(data, event_id)


def an_alert_for(
    event_id: str = "a1", *, uais: Sequence[str] | None = None, urgent: bool = False, **more: Any
) -> Event[Any]:
    data = PartnerAlert(
        alert_id=event_id,
        partner_id="academie-lyon",
        category="weather",
        severity="urgent" if urgent else "normal",
        title="Neige",
        body="Pas de car.",
        audience=Audience(uais=None if uais is None else tuple(uais), **more),
        expires_at=NOON + timedelta(hours=12),
    )
    return an_event(data, event_id)


def a_code_for(person_id: str, event_id: str = "c1", *, expires_at: datetime | None = None) -> Event[Any]:
    data = CodeIssued(
        code_id=event_id,
        person_id=person_id,
        purpose="recovery",
        channel="sms",
        sealed="sealed",
        expires_at=expires_at or NOON + timedelta(minutes=10),
    )
    return an_event(data, event_id)


def a_security_notice_for(person_id: str, event_id: str = "s1", **change: Any) -> Event[Any]:
    values: dict[str, Any] = {
        "notice_id": event_id,
        "person_id": person_id,
        "fact": "password_changed",
        "channel": "email",
        "sealed": "sealed",
        "occurred_at": NOON,
        "expires_at": NOON + timedelta(days=3),
    }
    return an_event(SecurityNoticed(**(values | change)), event_id)
