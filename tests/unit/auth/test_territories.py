"""Where a structure of the directory lies and what kind it is."""

import pytest

from auth.adapters.territories_file import read_territories
from auth.domain.directory_entry import Said
from auth.domain.faults import Fault
from auth.domain.territories import Establishment

TERRITORIES = read_territories()
SAID: Said = {
    "uai": "0690001T",
    "name": "COLLEGE-JEAN MACE-ac-LYON",
    "type": "COLLEGE",
    "ministry": "MINISTERE DE L'EDUCATION NATIONALE",
    "academie": "LYON",
}


def _judged(**said: str | list[str]) -> Establishment | list[Fault]:
    return TERRITORIES.establishment(7, SAID | said)


def test_a_structure_is_described_as_an_accounts_file_would() -> None:
    assert _judged() == Establishment(
        uai="0690001T",
        name="COLLEGE-JEAN MACE",
        kind="college",
        departement="69",
        academie="Lyon",
        region="Auvergne-Rhône-Alpes",
    )


@pytest.mark.parametrize(
    ("written", "kind"),
    [
        ("COLLEGE", "college"),
        ("COLLEGE CLIMATIQUE", "college"),
        ("Collège", "college"),
        ("SECTION ENSEIGNT GEN. ET PROF. ADAPTE", "college"),
        ("LYCEE D ENSEIGNEMENT GENERAL", "lycee"),
        ("LYCEE ENSEIGNT GENERAL ET TECHNOLOGIQUE", "lycee"),
        ("LYCEE POLYVALENT", "lycee"),
        ("LYCEE PROFESSIONNEL", "lycee"),
        ("LPO LYCEE DES METIERS", "lycee"),
        ("SECTION D ENSEIGNEMENT PROFESSIONNEL", "lycee"),
        ("ETABLISSEMENT REGIONAL D'ENSEIGNT ADAPTE", "lycee"),
        ("ETAB REGIONAL/LYCEE ENSEIGNEMENT ADAPTE", "lycee"),
        ("LYCEE ENS GENERAL TECHNO PROF AGRICOLE", "agricole"),
        ("LYCEE PROFESSIONNEL AGRICOLE", "agricole"),
        ("MAISON FAMILIALE RURALE EDUCATION ORIENT", "agricole"),
        ("CFA", "cfa"),
        ("CFA AGRICOLE", "cfa"),
        ("CENTRE DE FORMATION D'APPRENTIS", "cfa"),
        ("CENTRE D INFORMATION ET D ORIENTATION", None),
        ("ECOLE MATERNELLE", None),
        ("", None),
    ],
)
def test_the_directorys_words_give_the_kind(written: str, kind: str | None) -> None:
    assert TERRITORIES.kind(written, "MINISTERE DE L'EDUCATION NATIONALE") == kind


@pytest.mark.parametrize(
    ("written", "kind"), [("LYCEE PROFESSIONNEL", "agricole"), ("COLLEGE", "agricole"), ("CFA", "cfa")]
)
def test_the_schools_of_the_ministry_of_agriculture_are_agricultural(written: str, kind: str) -> None:
    assert TERRITORIES.kind(written, "MINISTERE DE L'AGRICULTURE") == kind


@pytest.mark.parametrize(
    ("uai", "departement", "academie", "region"),
    [
        ("0010001A", "01", "Lyon", "Auvergne-Rhône-Alpes"),
        ("0630001A", "63", "Clermont-Ferrand", "Auvergne-Rhône-Alpes"),
        ("0750001A", "75", "Paris", "Île-de-France"),
        ("6200001A", "2A", "Corse", "Corse"),
        ("7200001A", "2B", "Corse", "Corse"),
        ("9740001A", "974", "La Réunion", "La Réunion"),
        ("9840001A", "987", "Polynésie française", "Polynésie française"),
    ],
)
def test_the_national_code_gives_the_territory(
    uai: str, departement: str, academie: str, region: str
) -> None:
    judged = _judged(uai=uai, academie="")

    assert isinstance(judged, Establishment)
    assert (judged.departement, judged.academie, judged.region) == (departement, academie, region)


def test_an_academie_that_is_known_is_believed_and_another_is_told_from_the_code() -> None:
    known, unknown = _judged(academie="AIX-MARSEILLE"), _judged(academie="TEST")

    assert isinstance(known, Establishment)
    assert isinstance(unknown, Establishment)
    assert (known.academie, unknown.academie) == ("Aix-Marseille", "Lyon")


def test_everything_wrong_with_a_structure_is_told() -> None:
    assert _judged(uai="69", name="", type="CIRQUE") == [
        Fault(7, "establishment_uai", "6•••", "not_a_uai"),
        Fault(7, "establishment_name", "", "empty"),
        Fault(7, "establishment_kind", "CI•••", "unknown_kind"),
    ]
    assert _judged(uai="9990001A") == [Fault(7, "departement", "99•••", "unknown_departement")]


def test_every_departement_of_the_mainland_lies_somewhere() -> None:
    codes = {territory.departement for territory in TERRITORIES.by_prefix.values()}

    assert {f"{number:02d}" for number in range(1, 96)} - {"20"} <= codes
    assert len(codes) == len(TERRITORIES.by_prefix)
