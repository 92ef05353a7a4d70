"""Letters for tests: what is not said is plausible."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID

from notifier.domain.letters import Letter, MailRecipient, SmsRecipient
from shared.kernel.addresses import EmailAddress, PhoneNumber

DAWN = datetime(2026, 11, 24, 5, 5, tzinfo=UTC)  # 6 h 05 in Paris
MAIL_FROM = "ma classe 69 <ne-pas-repondre@ent.example.org>"
PUBLIC_URL = "https://ent.example.org"


class StoppedClock:
    """Always 6 h 05 in Paris."""

    def now(self) -> datetime:
        return DAWN


def a_message(**changes: Any) -> Letter:
    message = Letter(
        notification_id=UUID(int=7),
        kind="message",
        sender_name="Mme Anne-Françoise Lefèvre",
        sender_kind="person",
        title="Réunion parents-professeurs de la 3ᵉ B",
        school_name="Collège Jean-Moulin",
        url="https://ent.example.org/messagerie/42",
        sent_at=DAWN,
    )
    return replace(message, **changes)


def an_alert(**changes: Any) -> Letter:
    alert = Letter(
        notification_id=UUID(int=8),
        kind="alert",
        category="weather",
        urgent=True,
        sender_name="Région Auvergne-Rhône-Alpes",
        sender_kind="partner",
        title="Transports scolaires suspendus demain",
        body="En raison du verglas, les cars ne circulent pas demain.\n\nLes établissements restent ouverts.\n"
        "La reprise vous sera annoncée ici.",
        url="https://transports.example.org/info",
        sent_at=DAWN,
        expires_at=DAWN + timedelta(hours=13),
    )
    return replace(alert, **changes)


def a_survey(**changes: Any) -> Letter:
    survey = an_alert(
        category="survey",
        urgent=False,
        sender_name="Conseil départemental du Rhône",
        title="Enquête sur la restauration scolaire",
        body="Votre avis compte : dix questions, cinq minutes.",
        url="https://enquetes.example.org/cantine",
    )
    return replace(survey, **changes)


def a_code(**changes: Any) -> Letter:
    code = Letter(
        notification_id=UUID(int=9),
        kind="code",
        sender_name="ENT",
        sender_kind="portal",
        title="",
        purpose="recovery",
        code="482913",
        sent_at=DAWN,
        expires_at=DAWN + timedelta(minutes=10),
    )
    return replace(code, **changes)


def a_security_notice(**changes: Any) -> Letter:
    notice = Letter(
        notification_id=UUID(int=10),
        kind="security",
        sender_name="",
        sender_kind="portal",
        title="",
        fact="password_changed",
        urgent=True,
        sent_at=DAWN,
        expires_at=DAWN + timedelta(days=3),
    )
    return replace(notice, **changes)


def sonia(**changes: Any) -> MailRecipient:
    person = MailRecipient(
        to=EmailAddress("sonia@example.org"),
        person_id="p-1",
        first_name="Sonia",
        school_name="Lycée Ampère",
        children=("Inès",),
    )
    return replace(person, **changes)


def her_phone(**changes: Any) -> SmsRecipient:
    phone = SmsRecipient(to=PhoneNumber("+33639980001"), person_id="p-1", school_name="Collège Jean-Moulin")
    return replace(phone, **changes)
