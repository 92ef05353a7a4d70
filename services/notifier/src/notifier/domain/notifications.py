"""What was asked to be told, to whom, and until when."""

from dataclasses import dataclass, field
from datetime import datetime
from typing import Literal
from uuid import UUID

from notifier.domain.deliveries import CHANNELS, DeliveryChannel
from notifier.domain.letters import CodePurpose, Letter, SecurityFact, SenderKind
from notifier.domain.people import Attachment, Person
from shared.consent import Occasion, PartnerBody
from shared.kernel.ids import derived_id

NotificationKind = Literal["message", "alert", "code", "security"]
LaneName = Literal["codes", "urgent", "normal", "bulk"]
SEALED_KINDS: tuple[NotificationKind, ...] = ("code", "security")
"""Those that bring their own destination, whatever is known about the person."""


def notification_id(event_source: str, event_id: str) -> UUID:
    """One event, one notification, however often the event is seen."""
    return derived_id("notification", event_source, event_id)


def lane_of(kind: NotificationKind, *, urgent: bool) -> LaneName:
    """A code never waits behind messages, nor an urgent alert behind a survey."""
    if kind == "code":
        return "codes"
    if urgent:
        return "urgent"
    return "normal" if kind == "message" else "bulk"


@dataclass(frozen=True, slots=True, kw_only=True)
class Content:
    """What will be written; a code, and the destination of a code or of a security notice, are elsewhere, sealed."""

    sender_name: str = ""
    sender_kind: SenderKind = "portal"
    title: str = ""
    category: str | None = None
    body: str | None = None
    url: str | None = None
    purpose: CodePurpose | None = None
    channel: DeliveryChannel | None = None
    """The one channel that the owner of a code asked for, or that a security notice is for."""
    fact: SecurityFact | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class AudienceFilter:
    """Whom an alert is for: every filter that is given must hold; one left out lets everybody through."""

    uais: frozenset[str] | None = None
    kinds: frozenset[str] | None = None
    departements: frozenset[str] | None = None
    profiles: frozenset[str] | None = None
    transported_only: bool = False

    def includes(self, profile: str, place: Attachment) -> bool:
        """Whether somebody of this profile is meant through this school."""
        return (
            (self.uais is None or place.uai in self.uais)
            and (self.kinds is None or place.school.kind in self.kinds)
            and (self.departements is None or place.school.departement in self.departements)
            and (self.profiles is None or profile in self.profiles)
            and (not self.transported_only or place.transported)
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class Notification:
    """One event to tell. `partner` is an alert's body as it now stands.

    `sealed` is a code with its destination, or the destination of a security notice, under CODE_KEYS.
    """

    id: UUID
    event_source: str
    event_id: str
    origin_id: str
    kind: NotificationKind
    urgent: bool
    content: Content
    occurred_at: datetime
    expires_at: datetime
    audience: AudienceFilter | None = None
    partner_id: str | None = None
    partner: PartnerBody | None = None
    establishment_uai: str | None = None
    sealed: str | None = field(default=None, repr=False)
    withdrawn: bool = False

    @property
    def lane(self) -> LaneName:
        return lane_of(self.kind, urgent=self.urgent)

    @property
    def channels(self) -> tuple[DeliveryChannel, ...]:
        """The channels to consider for each person."""
        return CHANNELS if self.content.channel is None else (self.content.channel,)

    @property
    def occasion(self) -> Occasion:
        """The notification as consent sees it."""
        return Occasion(self.kind, urgent=self.urgent, expires_at=self.expires_at, partner=self.partner)

    def places_of(self, person: Person) -> tuple[Attachment, ...]:
        """The schools through which this person is meant."""
        if self.audience is not None:
            return tuple(p for p in person.attachments if self.audience.includes(person.profile, p))
        place = person.attachment(self.establishment_uai)
        return () if place is None else (place,)

    def letter(self, code: str | None = None) -> Letter:
        """What all its recipients will read."""
        said = self.content
        return Letter(
            notification_id=self.id,
            kind=self.kind,
            sender_name=said.sender_name,
            sender_kind=said.sender_kind,
            title=said.title,
            sent_at=self.occurred_at,
            urgent=self.urgent,
            category=said.category,
            body=said.body,
            url=said.url,
            expires_at=self.expires_at if self.kind != "message" else None,
            purpose=said.purpose,
            code=code,
            fact=said.fact,
        )
