"""What a partner sends and reads, as OpenAPI shows it."""

from typing import Annotated, Literal

from pydantic import AwareDatetime, BaseModel, ConfigDict, Field, StringConstraints, ValidationError

from notifier.domain.partner_status import Status
from shared.events.alerts import Audience, Category, EstablishmentKind, PartnerAlert, Profile
from shared.events.base import Instant, Link, Uai

UAIS_MAX = 5_000
DEPARTEMENTS_MAX = 120
ERRORS_MAX = 20

OwnId = Annotated[
    str, StringConstraints(min_length=1, max_length=100, pattern=r"^[A-Za-z0-9][A-Za-z0-9._~-]*$")
]
# one line, something to read in it, no control character: it may become a subject
Title = Annotated[
    str, StringConstraints(min_length=1, max_length=200, pattern=r"^[^\x00-\x1f\x7f-\x9f\u2028\u2029]*$")
]
Body = Annotated[
    str, StringConstraints(min_length=1, max_length=20_000, pattern=r"^[^\x00-\x08\x0b\x0c\x0e-\x1f\x7f]*$")
]
Departement = Annotated[str, StringConstraints(min_length=1, max_length=3, pattern=r"^[0-9AB]+$")]


class _Sent(BaseModel):
    """Read strictly: an unknown field is a mistake of the caller's, a number is not a text."""

    model_config = ConfigDict(extra="forbid", strict=True, frozen=True, hide_input_in_errors=True)


class AudienceAsked(_Sent):
    """Whom the alert is for. Every filter that is given must hold.

    A filter that is left out lets the whole of the partner's territory through; an empty list is refused, so
    that a list that came out empty by accident never becomes everybody.
    """

    uais: Annotated[list[Uai], Field(min_length=1, max_length=UAIS_MAX)] | None = None
    kinds: Annotated[list[EstablishmentKind], Field(min_length=1, max_length=4)] | None = None
    departements: Annotated[list[Departement], Field(min_length=1, max_length=DEPARTEMENTS_MAX)] | None = None
    profiles: Annotated[list[Profile], Field(min_length=1, max_length=4)] | None = None
    transported_only: bool = False


class AlertRequest(_Sent):
    """The data of `fr.ent.partner.alert.v1` without `partner_id`, which the access token tells."""

    alert_id: OwnId | None = Field(default=None, description="The partner's own id; made here when left out.")
    category: Category
    severity: Literal["urgent", "normal"]
    title: Title
    body: Body
    audience: AudienceAsked
    expires_at: Instant = Field(description="RFC 3339, in the future and within 90 days.")
    url: Link | None = None

    def alert(self, partner_id: str, alert_id: str) -> PartnerAlert:
        """The event's data; the audience is still as the partner wrote it."""
        sent = self.model_dump(exclude={"alert_id", "audience"})
        audience = Audience.model_validate(self.audience.model_dump())
        return PartnerAlert(partner_id=partner_id, alert_id=alert_id, audience=audience, **sent)


class AlertAccepted(BaseModel):
    """The alert is durable: it will be sent once to whoever agreed."""

    alert_id: str
    status: Literal["accepted"] = "accepted"
    accepted_at: AwareDatetime
    expires_at: AwareDatetime
    audience: Audience = Field(description="The audience with this partner's limits written out.")


class AlertWithdrawn(BaseModel):
    """Nothing more of the alert leaves; what has left is not called back."""

    alert_id: str
    status: Literal["withdrawn"] = "withdrawn"


Count = Annotated[
    int | None,
    Field(description="People, rounded down to a multiple of 5; null = fewer than 5, possibly none.", ge=5),
]


class ChannelCounts(BaseModel):
    """Deliveries of one channel by state."""

    waiting: Count
    sent: Count
    delivered: Count
    bounced: Count
    ambiguous: Count
    failed: Count
    expired: Count
    suppressed: Count
    suppressed_by_reason: dict[str, int] = Field(
        description="Only the reasons that concern 5 people or more."
    )


class AlertState(BaseModel):
    """Where the alert stands, and blind counts."""

    alert_id: str
    status: Status
    accepted_at: AwareDatetime
    expires_at: AwareDatetime
    channels: dict[Literal["email", "sms"], ChannelCounts]


class ChannelForecast(BaseModel):
    """Who would be reached on one channel: at once, later (allowed hours), or not, and why not."""

    send: Count
    later: Count
    silent: Count
    silent_by_reason: dict[str, int] = Field(description="Only the reasons that concern 5 people or more.")


class AlertForecast(BaseModel):
    """What would happen. Nothing was sent and nothing was kept."""

    dry_run: Literal[True] = True
    people: Count
    audience: Audience
    channels: dict[Literal["email", "sms"], ChannelForecast]


class Fault(BaseModel):
    """One value that is not acceptable; the value itself is never repeated."""

    field: str
    reason: str


class Problem(BaseModel):
    """A problem document (RFC 9457)."""

    type: str = Field(description="urn:carillon:problem:<slug>", pattern=r"^urn:carillon:problem:[a-z0-9_]+$")
    title: str
    status: int
    detail: str
    errors: list[Fault] | None = None


def faults_of(refusal: ValidationError) -> list[dict[str, str]]:
    """Which fields failed and on what rule."""
    return [
        {"field": ".".join(str(part) for part in fault["loc"]) or "body", "reason": fault["type"]}
        for fault in refusal.errors(include_url=False, include_context=False, include_input=False)[
            :ERRORS_MAX
        ]
    ]
