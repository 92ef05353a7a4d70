"""`carillon-auth import` with a delivery of the school directory, as an operator types it."""

from pathlib import Path

import pytest

from tests.aaf_delivery import (
    as_directory,
    as_tar,
    as_zip,
    delete,
    document,
    modify,
    pupil,
    relation,
    structure,
    teacher,
)
from tests.integration.conftest import ServiceDatabase
from tests.integration.test_auth_commands import Operator

FILES = {
    "ENT_069_Complet_20260901_Eleve_0000.xml": document(pupil("1001"), pupil("1002", givenName="Inès")),
    "ENT_069_Complet_20260901_EtabEducNat_0000.xml": document(structure()),
    "ENT_069_Complet_20260901_PersEducNat_0000.xml": document(teacher()),
    "ENT_069_Complet_20260901_PersRelEleve_0000.xml": document(
        relation("2001"), relation("2002", givenName="Marc")
    ),
    "ficAlimMENESR.dtd": b"<!ELEMENT ficAlimMENESR (addRequest)*>",
}


@pytest.fixture
def operator(service_database: ServiceDatabase) -> Operator:
    return Operator(service_database("auth"))


async def test_a_delivery_in_any_packing_is_imported_once(operator: Operator, tmp_path: Path) -> None:
    first = await operator.runs("import", str(as_zip(tmp_path / "a.zip", FILES)), "--complete")
    second = await operator.runs("import", str(as_tar(tmp_path / "b.tar.gz", FILES)), "--complete")
    third = await operator.runs("import", str(as_directory(tmp_path / "c", FILES)))

    assert (first.code, first.complained) == (0, "")
    assert "Livraison d'annuaire : 4 fichiers." in first.said
    assert "Comptes créés : 5 ;" in first.said
    for again in (second, third):
        assert again.code == 0, again.complained
        assert "Rien n'a changé : tout était déjà dans l'annuaire." in again.said


async def test_changes_are_imported_after_it_and_refused_as_complete(
    operator: Operator, tmp_path: Path
) -> None:
    await operator.runs("import", str(as_directory(tmp_path / "a", FILES)), "--complete")
    changes = as_directory(
        tmp_path / "b",
        {
            "ENT_Delta.xml": document(
                modify("Eleve", "1002", givenName="Inès-Anne"), delete("PersEducNat", "3001")
            )
        },
    )

    refused = await operator.runs("import", str(changes), "--complete")
    asked = await operator.runs("import", str(changes))
    done = await operator.runs("import", str(changes), "--yes")

    assert (refused.code, asked.code, done.code) == (1, 1, 0)
    assert "elle ne peut pas être complète" in refused.complained
    assert "Cette livraison fait partir 1 des 5 personnes" in asked.complained
    assert "modifiés : 1 ; revenus : 0 ; notés absents : 1." in done.said


async def test_bad_entries_are_told_by_place_and_masked(operator: Operator, tmp_path: Path) -> None:
    path = as_directory(
        tmp_path / "a",
        FILES
        | {
            "Z.xml": document(
                relation("2009", mobile="0899123456"), pupil("1009", ENTElevePersRelEleve="2009$1$1$1$1$0")
            )
        },
    )

    refused = await operator.runs("import", str(path))
    partial = await operator.runs("import", str(path), "--partial")

    assert refused.code == 1
    assert "Z.xml, ligne 4, attribut mobile, valeur « 08••• » : les numéros surtaxés" in refused.said
    assert "0899" not in refused.said + refused.complained
    assert partial.code == 0
    assert "Comptes créés : 6 ;" in partial.said


@pytest.mark.parametrize(
    ("files", "sentence"),
    [
        ({"a.xml": document(pupil(), doctype='<!DOCTYPE f [<!ENTITY a "b">]>')}, "des entités, ce qui est refusé : a.xml"),
        ({"a.xml": document(pupil())[:-60]}, "Le XML n'est pas lisible : a.xml, ligne"),
        ({"a.xml": b"<html/>"}, "n'est pas une livraison d'annuaire"),
        ({"a.txt": b"-"}, "aucun fichier XML de livraison"),
    ],
)  # fmt: skip
async def test_a_delivery_that_cannot_be_read_is_refused_with_a_sentence(
    operator: Operator, tmp_path: Path, files: dict[str, bytes], sentence: str
) -> None:
    ended = await operator.runs("import", str(as_directory(tmp_path / "d", files)))

    assert ended.code == 1
    assert sentence in ended.complained
    assert "Rien n'a été changé." in ended.complained
    assert "Traceback" not in ended.complained
