"""Which two accounts are one person's, and the life of a fusion."""

from dataclasses import replace
from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from auth.application.fusion_ports import DETAILS
from auth.domain.fusion import (
    NEXT,
    FusibleAccount,
    FusionState,
    IllegalFusion,
    Place,
    moved,
    why_not,
)
from auth.entrypoints.fusion_answers import STATUSES
from tests.unit.auth.pictures import drawn_under

pytestmark = [pytest.mark.requirement("R61"), pytest.mark.requirement("A22")]

SONIA = FusibleAccount(
    person_id="P1",
    identifier="sonia.vial",
    profile="parent",
    first_name="Sonia",
    birth_date=None,
    suspended=False,
    fused=False,
    takes_in=False,
)
OTHER = replace(SONIA, person_id="P2", identifier="sonia.vial2")
BORN = date(1984, 5, 1)


def test_two_accounts_of_one_person_may_be_fused() -> None:
    assert why_not(SONIA, OTHER) is None


@pytest.mark.parametrize(
    ("one", "other", "reason"),
    [
        (SONIA, SONIA, "same_account"),
        (replace(SONIA, fused=True), OTHER, "already_fused"),
        (SONIA, replace(OTHER, fused=True), "already_fused"),
        (SONIA, replace(OTHER, takes_in=True), "already_fused"),
        (replace(SONIA, takes_in=True), OTHER, None),
        (SONIA, replace(OTHER, profile="eleve"), "pupil_and_parent"),
        (replace(SONIA, profile="eleve"), OTHER, "pupil_and_parent"),
        (replace(SONIA, profile="enseignant"), replace(OTHER, profile="personnel"), "different_profiles"),
        (SONIA, replace(OTHER, suspended=True), "suspended"),
        (replace(SONIA, suspended=True), OTHER, "suspended"),
        (SONIA, replace(OTHER, first_name="Paul"), "another_person"),
        (replace(SONIA, birth_date=BORN), replace(OTHER, birth_date=date(1984, 5, 2)), "another_person"),
        (replace(SONIA, birth_date=BORN), OTHER, None),
        (replace(SONIA, birth_date=BORN), replace(OTHER, birth_date=BORN), None),
    ],
)
def test_each_reason_has_its_case(one: FusibleAccount, other: FusibleAccount, reason: str | None) -> None:
    assert why_not(one, other) == reason


@pytest.mark.requirement("R3")
@given(st.booleans(), st.sampled_from(["Léo", "Sonia"]), st.none() | st.just(BORN))
def test_nothing_makes_a_pupil_and_a_parent_one_person(taken: bool, name: str, born: date | None) -> None:
    pupil = replace(OTHER, profile="eleve", first_name=name, birth_date=born)

    assert why_not(replace(SONIA, takes_in=taken), pupil) == "pupil_and_parent"


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("Élodie", "ELODIE"),
        ("Jean-Noël", "jean noel"),
        ("Inès", "Ines"),
        ("Lœtitia", "LOETITIA"),
        ("Lætitia", "Laetitia"),
        ("Иван", "иван"),
    ],
)
def test_case_accents_ligatures_and_hyphens_make_no_other_person(one: str, other: str) -> None:
    assert why_not(replace(SONIA, first_name=one), replace(OTHER, first_name=other)) is None


def test_names_in_other_scripts_are_not_all_the_same() -> None:
    assert why_not(replace(SONIA, first_name="Иван"), replace(OTHER, first_name="Ольга")) == "another_person"


def test_the_picture_in_the_readme_is_the_table() -> None:
    assert drawn_under("Fusion") == {
        (str(here), str(there)) for here, nexts in NEXT.items() for there in nexts
    }


def test_a_fusion_goes_only_where_the_table_leads() -> None:
    assert moved(FusionState.PROPOSED, FusionState.FUSED) is FusionState.FUSED
    with pytest.raises(IllegalFusion):
        moved(FusionState.UNDONE, FusionState.FUSED)


def test_every_reason_has_a_sentence_and_a_status() -> None:
    assert {STATUSES[reason] for reason in DETAILS} == {409}


@pytest.mark.parametrize(
    ("children", "told"),
    [(("Léo",), "Collège X — Léo"), (("Inès", "Léo"), "Collège X — Inès, Léo"), ((), "Collège X")],
)
def test_a_place_is_told_with_its_children(children: tuple[str, ...], told: str) -> None:
    assert Place(uai="0690001T", name="Collège X", children=children).told == told
