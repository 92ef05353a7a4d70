"""Who is a partner of which school, where, and from when."""

from datetime import date
from typing import get_args

import pytest

from shared.consent import (
    BodyKind,
    EstablishmentKind,
    PartnerBody,
    School,
    Territory,
    is_partner,
    partners_sentence,
)
from shared.consent import partner_bodies as bodies_of
from shared.consent.partners import read_matrix
from tests.unit.consent.examples import (
    ACADEMIE,
    AURA,
    BODIES,
    COLLEGE,
    DEPARTEMENT,
    LYCEE,
    NOON,
    REGION,
    SCHOOLS,
)

TODAY = NOON.date()


@pytest.mark.requirement("R33", "R34", "R35", "R36", "A1")
@pytest.mark.parametrize(
    ("kind", "bodies"),
    [
        ("college", ("departement", "academie")),
        ("lycee", ("region", "academie")),
        ("agricole", ("region", "enseignement_agricole")),
        ("cfa", ("region", "dreets")),
    ],
)
def test_the_partners_are_exactly_those_printed(
    kind: EstablishmentKind, bodies: tuple[BodyKind, ...]
) -> None:
    partners = {body for body in get_args(BodyKind) if is_partner(BODIES[body], SCHOOLS[kind], TODAY)}

    assert bodies_of(kind, TODAY) == bodies
    assert partners == set(bodies)


@pytest.mark.requirement("R32", "R33", "R34", "R35", "R36")
@pytest.mark.parametrize(
    ("kind", "sentence"),
    [
        ("college", "Pour un collège : le conseil départemental et l'académie"),
        ("lycee", "Pour un lycée : le conseil régional et l'académie"),
        ("agricole", "Pour un établissement agricole : le conseil régional et l'enseignement agricole"),
        ("cfa", "Pour un CFA : le conseil régional et la DREETS (ex-Direccte)"),
    ],
)
def test_the_help_says_it_as_the_leaflet_prints_it(kind: EstablishmentKind, sentence: str) -> None:
    assert partners_sentence(kind, TODAY) == sentence


@pytest.mark.requirement("A1")
def test_the_body_is_the_one_of_the_schools_territory() -> None:
    elsewhere = School("college", "75", "Paris", "Île-de-France")

    assert is_partner(DEPARTEMENT, COLLEGE, TODAY)
    assert not is_partner(DEPARTEMENT, elsewhere, TODAY)
    assert not is_partner(ACADEMIE, elsewhere, TODAY)


@pytest.mark.requirement("A2")
def test_a_region_is_no_partner_of_a_college_though_its_territory_holds_it() -> None:
    assert is_partner(REGION, LYCEE, TODAY)
    assert not is_partner(REGION, COLLEGE, TODAY)


def test_a_body_without_a_territory_is_nobodys_partner() -> None:
    assert not is_partner(PartnerBody("region", Territory()), LYCEE, TODAY)


def test_an_inactive_body_is_nobodys_partner() -> None:
    retired = PartnerBody("region", REGION.territory, active=False)

    assert not is_partner(retired, LYCEE, TODAY)


def test_a_body_may_be_kept_to_some_kinds_of_establishment() -> None:
    for_cfa_only = PartnerBody("region", REGION.territory, kinds=frozenset({"cfa"}))

    assert is_partner(for_cfa_only, SCHOOLS["cfa"], TODAY)
    assert not is_partner(for_cfa_only, LYCEE, TODAY)


def test_being_allowed_a_kind_makes_no_partner_outside_the_matrix() -> None:
    ambitious = PartnerBody("region", Territory(regions=frozenset({AURA})), kinds=frozenset({"college"}))

    assert not is_partner(ambitious, COLLEGE, TODAY)


DATED = """
[bodies]
departement = "le conseil départemental"
academie = "l'académie"
region = "le conseil régional"
enseignement_agricole = "l'enseignement agricole"
dreets = "la DREETS (ex-Direccte)"
[establishments]
college = "un collège"
lycee = "un lycée"
agricole = "un établissement agricole"
cfa = "un CFA"
[[partners]]
establishment = "college"
body = "departement"
from = 2020-09-01
until = 2026-09-01
[[partners]]
establishment = "college"
body = "region"
from = 2026-09-01
"""


@pytest.mark.requirement("A2")
def test_a_change_of_the_matrix_takes_effect_on_its_day() -> None:
    matrix = read_matrix(DATED)

    assert matrix.bodies_of("college", date(2026, 8, 31)) == ("departement",)
    assert matrix.bodies_of("college", date(2026, 9, 1)) == ("region",)
    assert not matrix.joins(REGION, COLLEGE, date(2026, 8, 31))
    assert matrix.joins(REGION, COLLEGE, date(2026, 9, 1))


@pytest.mark.parametrize(
    ("known", "mistaken"),
    [('establishment = "college"', 'establishment = "école"'), ('"region"', '"mairie"')],
)
def test_a_word_that_nobody_knows_stops_the_reading(known: str, mistaken: str) -> None:
    with pytest.raises(ValueError, match="matrix"):
        read_matrix(DATED.replace(known, mistaken))
