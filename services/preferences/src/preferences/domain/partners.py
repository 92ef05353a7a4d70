"""The help beside « Réception de notifications ENT des partenaires » (R32–R36)."""

from datetime import date

from shared.consent import EstablishmentKind, label_of_body, partner_bodies


def partners_of(kind: EstablishmentKind, on: date) -> tuple[str, ...]:
    """The partners of a kind of establishment on a day, named as in the leaflet, in its order."""
    return tuple(label_of_body(body) for body in partner_bodies(kind, on))
