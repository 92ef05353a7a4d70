"""`ent.alerts`: a partner of the school speaks to families (R41–R43)."""

from typing import Annotated, ClassVar, Literal

from pydantic import StringConstraints

from shared.events.base import EventData, EventId, Exact, Instant, Link, Name, Text, Uai

Category = Annotated[str, StringConstraints(min_length=1, max_length=50, pattern=r"^[a-z][a-z0-9_-]*$")]
EstablishmentKind = Literal["college", "lycee", "agricole", "cfa"]
Profile = Literal["eleve", "parent", "enseignant", "personnel"]


class Audience(Exact):
    """Whom an alert is for: every filter that is given must hold; one left out lets everybody through.

    A filter that this reader does not know is never dropped: the alert would reach more people than meant.
    """

    uais: tuple[Uai, ...] | None = None
    kinds: tuple[EstablishmentKind, ...] | None = None
    departements: tuple[Annotated[str, StringConstraints(min_length=1, max_length=3)], ...] | None = None
    profiles: tuple[Profile, ...] | None = None
    transported_only: bool = False


class PartnerAlert(EventData):
    """A warning, a survey, or whatever a partner may think of next: `category` is an open list (R43)."""

    event_type: ClassVar[str] = "fr.ent.partner.alert.v1"
    topic: ClassVar[str] = "ent.alerts"

    alert_id: EventId
    partner_id: Name
    category: Category
    severity: Literal["urgent", "normal"]
    title: Name
    body: Text
    audience: Audience
    expires_at: Instant
    url: Link | None = None

    @property
    def key(self) -> str:
        return self.alert_id
