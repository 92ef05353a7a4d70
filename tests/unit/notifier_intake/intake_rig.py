"""The whole intake over HTTP, in one process, on fakes."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from itertools import count
from typing import Any, cast

import httpx
from fastapi import FastAPI

from notifier.application.accept_alert import AcceptAlert, JudgeAlert
from notifier.application.estimate_alert import EstimateAlert
from notifier.application.intake_ports import Caller
from notifier.application.report_alert import ReportAlert
from notifier.application.route_alerts import KeepAlerts
from notifier.application.stores import Notifications
from notifier.application.withdraw_alert import WithdrawAlert
from notifier.domain.people import Attachment, Contact, Person
from notifier.entrypoints.web.not_yet import not_yet_router
from notifier.entrypoints.web.partner_api import PartnerIntake, partner_router
from shared.consent import Choices, PartnerBody, School, SmsRules, Territory
from shared.kit.health import Health
from shared.kit.web import service_app
from tests.fakes.intake import (
    FakeAlertLedger,
    FakeAlertsTopic,
    FakeIntakeRequests,
    FakePartnerBodies,
    FakePeople,
    FakeSchools,
    FakeTokens,
    KeptAlerts,
)

NOON = datetime(2026, 11, 24, 11, 0, tzinfo=UTC)
COLLEGE = School("college", "69", "Lyon", "Auvergne-Rhône-Alpes")
LYCEE = School("lycee", "69", "Lyon", "Auvergne-Rhône-Alpes")
LYCEE_IN_ISERE = School("lycee", "38", "Grenoble", "Auvergne-Rhône-Alpes")
LYCEE_IN_PARIS = School("lycee", "75", "Paris", "Île-de-France")
SCHOOLS = {
    "0690001A": COLLEGE,
    "0690002B": LYCEE,
    "0380003C": LYCEE_IN_ISERE,
    "0750004D": LYCEE_IN_PARIS,
}
REGION = PartnerBody("region", Territory(regions=frozenset({"Auvergne-Rhône-Alpes"})))
METROPOLE = PartnerBody("departement", Territory(departements=frozenset({"69"})))


class FixedClock:
    def now(self) -> datetime:
        return NOON


def an_alert(**changes: Any) -> dict[str, Any]:
    """The body of a request that is in order."""
    return {
        "category": "weather",
        "severity": "urgent",
        "title": "Alerte intempéries : transports scolaires suspendus",
        "body": "Les cars ne circulent pas demain matin.",
        "audience": {"uais": ["0690002B"]},
        "expires_at": (NOON + timedelta(days=1)).isoformat(),
    } | changes


def a_person(number: int, *, uai: str = "0690002B", partners: bool = True, sms_proved: bool = True) -> Person:
    choices = Choices(email_information=True, establishment_notices=True, partner_notices=partners)
    return Person(
        person_id=f"p{number:04}",
        account_open=True,
        profile="parent",
        first_name="Zoé",
        email=Contact("zoe@example.org", "proved"),
        sms=Contact("+33612345678", "proved" if sms_proved else "unproved"),
        attachments=(Attachment(uai, "Lycée", SCHOOLS[uai], transported=False, choices=choices),),
    )


@dataclass
class IntakeRig:
    """Everything behind the door, to be looked at and to be broken."""

    tokens: FakeTokens = field(default_factory=FakeTokens)
    bodies: FakePartnerBodies = field(
        default_factory=lambda: FakePartnerBodies({"region": REGION, "lyon": METROPOLE})
    )
    requests: FakeIntakeRequests = field(default_factory=FakeIntakeRequests)
    topic: FakeAlertsTopic = field(default_factory=FakeAlertsTopic)
    ledger: FakeAlertLedger = field(default_factory=FakeAlertLedger)
    people: FakePeople = field(default_factory=FakePeople)
    kept: KeptAlerts = field(default_factory=KeptAlerts)
    seconds: float = 0.0
    opened: bool = True
    numbers: Iterator[int] = field(default_factory=lambda: count(1))

    def __post_init__(self) -> None:
        for partner in ("region", "lyon", "nobody"):
            scopes = frozenset({"alerts:write", "alerts:read"})
            self.tokens.callers[f"token-{partner}"] = Caller(
                client_id=f"{partner}-program", partner_id=partner, scopes=scopes
            )
        self.tokens.callers["token-poor"] = Caller(
            client_id="poor", partner_id="region", scopes=frozenset({"other"})
        )

    def app(self) -> FastAPI:
        clock = FixedClock()
        judge = JudgeAlert(partners=self.bodies, schools=FakeSchools(SCHOOLS), clock=clock)
        keep = KeepAlerts(notifications=cast("Notifications", self.kept), clock=clock)
        intake = PartnerIntake(
            accept=AcceptAlert(
                judge=judge,
                requests=self.requests,
                topic=self.topic,
                clock=clock,
                monotonic=lambda: self.seconds,
            ),
            estimate=EstimateAlert(
                judge=judge,
                people=self.people,
                rules=SmsRules(),
                clock=clock,
            ),
            report=ReportAlert(requests=self.requests, ledger=self.ledger, clock=clock),
            withdraw=WithdrawAlert(requests=self.requests, keep=keep, ledger=self.ledger, clock=clock),
            tokens=self.tokens,
            new_id=lambda: f"alert-{next(self.numbers)}",
        )
        routers = [
            partner_router(lambda: intake if self.opened else None, monotonic=lambda: self.seconds),
            not_yet_router(),
        ]
        return service_app("notifier", health=Health(), routers=routers)

    def client(self, partner: str = "region", **headers: str) -> httpx.AsyncClient:
        return httpx.AsyncClient(
            transport=httpx.ASGITransport(self.app(), raise_app_exceptions=False),
            base_url="http://intake.test",
            headers={"authorization": f"Bearer token-{partner}", **headers},
        )
