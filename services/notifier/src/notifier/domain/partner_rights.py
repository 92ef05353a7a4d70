"""Where a partner may speak: an audience with one element outside is refused whole, and says nothing of why.

An element is outside when it is foreign and when it does not exist: the same answer for both, so that the
intake never tells which schools there are.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import get_args

from shared.consent import (
    EstablishmentKind,
    PartnerBody,
    School,
    Territory,
    is_partner,
    partner_bodies,
)
from shared.kernel.refusals import Refused

OUTSIDE = Refused("audience_outside_rights")
NOBODY_KNOWN = Refused("territory_unknown")


@dataclass(frozen=True, slots=True)
class Aim:
    """Which schools an alert is for: every filter that is given must hold; none is no filter."""

    uais: tuple[str, ...] | None = None
    kinds: tuple[EstablishmentKind, ...] | None = None
    departements: tuple[str, ...] | None = None


def confine(aim: Aim, body: PartnerBody, schools: Mapping[str, School], on: date) -> Aim | Refused:
    """The same aim with the partner's limits written out, or `audience_outside_rights`.

    What the partner left out becomes explicit: without schools, the départements and kinds of establishment
    that are the partner's on that day. Whoever reads the event needs no territory to know whom it is for.
    """
    kinds = kinds_of(body, on)
    departements = departements_of(body.territory, schools)
    if not (
        body.active
        and _all_inside(aim.uais, {uai for uai, school in schools.items() if is_partner(body, school, on)})
        and _all_inside(aim.kinds, kinds)
        and _all_inside(aim.departements, departements)
    ):
        return OUTSIDE
    if aim.uais is not None:
        return aim
    if not departements:
        return NOBODY_KNOWN
    return Aim(
        kinds=aim.kinds or tuple(kind for kind in get_args(EstablishmentKind) if kind in kinds),
        departements=aim.departements or tuple(sorted(departements)),
    )


def kinds_of(body: PartnerBody, on: date) -> set[EstablishmentKind]:
    """The kinds of establishment that the matrix, and the partner's own rights, give it on a day (R33–R36)."""
    return {
        kind
        for kind in get_args(EstablishmentKind)
        if body.kind in partner_bodies(kind, on) and (body.kinds is None or kind in body.kinds)
    }


def departements_of(territory: Territory, schools: Mapping[str, School]) -> set[str]:
    """The départements that lie whole in a territory, as far as the known schools tell."""
    seen = {school.departement for school in schools.values()}
    crossed = {school.departement for school in schools.values() if not _covers(territory, school)}
    return (seen - crossed) | territory.departements


def _covers(territory: Territory, school: School) -> bool:
    return (
        school.departement in territory.departements
        or school.academie in territory.academies
        or school.region in territory.regions
    )


def _all_inside(asked: tuple[str, ...] | None, allowed: set[str] | set[EstablishmentKind]) -> bool:
    return asked is None or set(asked) <= set(allowed)
