"""The help beside R31's box names the partners of each kind of establishment, and only those."""

from datetime import date

import pytest

from preferences.domain.partners import partners_of
from shared.consent import EstablishmentKind

TODAY = date(2026, 3, 2)


@pytest.mark.requirement("R32")
@pytest.mark.parametrize(
    ("kind", "partners"),
    [
        pytest.param(
            "college",
            ("le conseil départemental", "l'académie"),
            marks=pytest.mark.requirement("R33"),
        ),
        pytest.param("lycee", ("le conseil régional", "l'académie"), marks=pytest.mark.requirement("R34")),
        pytest.param(
            "agricole",
            ("le conseil régional", "l'enseignement agricole"),
            marks=pytest.mark.requirement("R35"),
        ),
        pytest.param(
            "cfa",
            ("le conseil régional", "la DREETS (ex-Direccte)"),
            marks=pytest.mark.requirement("R36"),
        ),
    ],
)
def test_the_partners_are_exactly_the_printed_two(kind: EstablishmentKind, partners: tuple[str, ...]) -> None:
    assert partners_of(kind, TODAY) == partners


def test_nobody_was_a_partner_before_the_matrix_began() -> None:
    assert partners_of("college", date(2020, 8, 31)) == ()
