"""The people, notifications and claims of the notifier's tests; each test names only what matters to it."""

from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID

from notifier.domain.attempts import Claim
from notifier.domain.deliveries import DeliveryChannel, DeliveryKey
from notifier.domain.notifications import AudienceFilter, Content, Notification, notification_id
from notifier.domain.people import Attachment, Contact, Person
from shared.consent import Choices, EstablishmentKind, PartnerBody, School, SmsRules, Territory

NOON = datetime(2026, 11, 24, 11, 0, tzinfo=UTC)  # 12:00 in Paris
NIGHT = datetime(2026, 11, 24, 22, 0, tzinfo=UTC)  # 23:00 in Paris
URGENT_ONLY = SmsRules("urgent")
ALL_EVENTS = SmsRules("all")
EVERYTHING = Choices(email_information=True, establishment_notices=True, partner_notices=True)
NOTHING = Choices()
ACADEMIE = PartnerBody("academie", Territory(academies=frozenset({"Lyon"})))

COLLEGE = "0690001A"
LYCEE = "0690002B"


def a_place(
    uai: str = COLLEGE,
    *,
    kind: EstablishmentKind = "college",
    choices: Choices = EVERYTHING,
    transported: bool = False,
) -> Attachment:
    school = School(kind, "69", "Lyon", "Auvergne-Rhône-Alpes")
    return Attachment(uai, f"École {uai}", school, transported, choices)


def a_person(person_id: str = "sonia", *places: Attachment, **change: Any) -> Person:
    person = Person(
        person_id=person_id,
        account_open=True,
        profile="parent",
        first_name="Sonia",
        email=Contact(f"{person_id}@example.org", "proved"),
        sms=Contact("+33639980001", "proved"),
        attachments=places or (a_place(),),
    )
    return person._replace(**change)


def a_message(event_id: str = "m1", **change: Any) -> Notification:
    values: dict[str, Any] = {
        "id": notification_id("/ent", event_id),
        "event_source": "/ent",
        "event_id": event_id,
        "origin_id": event_id,
        "kind": "message",
        "urgent": False,
        "content": Content(
            sender_name="M. Roche", sender_kind="person", title="Sortie", url="https://ent.example.org/1"
        ),
        "occurred_at": NOON,
        "expires_at": NOON + timedelta(hours=72),
        "establishment_uai": COLLEGE,
    }
    return Notification(**(values | change))


def an_alert(event_id: str = "a1", **change: Any) -> Notification:
    values: dict[str, Any] = {
        "kind": "alert",
        "content": Content(sender_kind="partner", title="Neige", body="Pas de car.", category="weather"),
        "audience": AudienceFilter(),
        "partner_id": "academie-lyon",
        "partner": ACADEMIE,
        "establishment_uai": None,
    }
    return a_message(event_id, **(values | change))


def a_code(
    event_id: str = "c1", *, channel: DeliveryChannel = "email", sealed: str = "sealed", **change: Any
) -> Notification:
    values: dict[str, Any] = {
        "kind": "code",
        "urgent": True,
        "content": Content(purpose="recovery", channel=channel),
        "sealed": sealed,
        "establishment_uai": None,
        "expires_at": NOON + timedelta(minutes=10),
    }
    return a_message(event_id, **(values | change))


def a_security_notice(
    event_id: str = "s1", *, channel: DeliveryChannel = "email", sealed: str = "sealed", **change: Any
) -> Notification:
    values: dict[str, Any] = {
        "kind": "security",
        "urgent": True,
        "content": Content(fact="password_changed", channel=channel),
        "sealed": sealed,
        "establishment_uai": None,
    }
    return a_message(event_id, **(values | change))


def a_key(person_id: str = "sonia", channel: DeliveryChannel = "email", event_id: str = "m1") -> DeliveryKey:
    return DeliveryKey(notification_id("/ent", event_id), person_id, channel)


def a_claim(key: DeliveryKey | None = None, **change: Any) -> Claim:
    values: dict[str, Any] = {"key": key or a_key(), "lane": "normal", "claimed_at": NOON, "tenure": 1}
    return Claim(**(values | change))


SOMEBODY = UUID("018f0000-0000-7000-8000-000000000001")
