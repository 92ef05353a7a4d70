"""What each kind of entry says, read from a real document; and entries nobody can understand."""

from pathlib import Path

import pytest

from auth.adapters.aaf_delivery import open_delivery
from auth.domain.directory_attributes import ATTRIBUTES, READ, said_of
from auth.domain.directory_entry import BadEntry, Entry, Kind, Operation, Place, tidy_key
from auth.domain.faults import Fault
from auth.domain.identifiers import identifier_stem
from shared.kernel.refusals import Refused
from tests.aaf_delivery import (
    as_directory,
    delete,
    document,
    modify,
    pupil,
    relation,
    secretary,
    structure,
    teacher,
)


def _items(folder: Path, *entries: str) -> list[Entry | BadEntry | Refused]:
    delivery = open_delivery(as_directory(folder / "d", {"a.xml": document(*entries)}))
    assert not isinstance(delivery, Refused)
    return list(delivery.entries())


def _one(folder: Path, entry: str) -> Entry:
    (read,) = _items(folder, entry)
    assert isinstance(read, Entry)
    return read


def test_a_pupil_says_his_schools_his_class_and_who_answers_for_him(tmp_path: Path) -> None:
    entry = _one(tmp_path, pupil())

    assert (entry.number, entry.place, entry.operation, entry.kind, entry.key) == (
        1,
        Place(0, 4),
        Operation.ADD,
        Kind.PUPIL,
        "1001",
    )
    assert entry.said == {
        "last_name": "Vial",
        "first_name": "Léo",
        "birth_date": "31/03/2014",
        "transported": "oui",
        "structures": ["4242"],
        "classes": ["4242$6EME A"],
        "relations": ["2001$1", "2002$1", "2003$0"],
        "authority": ["2001", "2002"],
    }


@pytest.mark.requirement("R46")
def test_a_relation_says_how_to_reach_him(tmp_path: Path) -> None:
    assert _one(tmp_path, relation()).said == {
        "last_name": "Vial",
        "first_name": "Sonia",
        "birth_date": "",
        "email": "sonia.vial@example.org",
        "phone_home": "04 99 00 00 01",
        "phone_work": "",
        "phone_mobile": "06 39 98 00 01",
    }


def test_staff_say_what_they_do_and_where(tmp_path: Path) -> None:
    teaches, writes = _items(tmp_path, teacher(), secretary())

    assert isinstance(teaches, Entry)
    assert isinstance(writes, Entry)
    assert teaches.said["functions"] == ["4242$ENS"]
    assert teaches.said["taught"] == ["4242"]
    assert teaches.said["teaches"] == "O"
    assert writes.said["functions"] == ["4242$ADM"]


def test_a_structure_says_its_national_code_its_name_and_its_nature(tmp_path: Path) -> None:
    entry = _one(tmp_path, structure())

    assert (entry.kind, entry.key) == (Kind.STRUCTURE, "4242")
    assert entry.said["uai"] == "0690001T"
    assert entry.said["type"] == "COLLEGE"


def test_a_modification_says_only_what_it_names_and_a_deletion_nothing(tmp_path: Path) -> None:
    changed, gone = _items(tmp_path, modify("PersRelEleve", "2001", mail=""), delete("Eleve", "1001"))

    assert isinstance(changed, Entry)
    assert isinstance(gone, Entry)
    assert (changed.operation, changed.said) == (Operation.MODIFY, {"email": ""})
    assert (gone.operation, gone.key, gone.said) == (Operation.DELETE, "1001", {})


def test_kinds_may_stand_mixed_in_one_document_and_others_are_passed_over(tmp_path: Path) -> None:
    foreign = structure().replace("<value>EtabEducNat</value>", "<value>MatiereEducNat</value>")
    path = as_directory(tmp_path / "d", {"a.xml": document(relation(), foreign, structure(), pupil())})
    delivery = open_delivery(path)
    assert not isinstance(delivery, Refused)

    kinds = [entry.kind for entry in delivery.entries() if isinstance(entry, Entry)]

    assert kinds == [Kind.RELATION, Kind.STRUCTURE, Kind.PUPIL]
    assert delivery.passed_over == 1


LEVEL = """<addRequest>
<operationalAttributes></operationalAttributes>
<identifier><id>10010012110</id></identifier>
<attributes>
<attr name="ENTMefJointure"><value>10010012110</value></attr>
<attr name="ENTLibelleMef"><value>6EME</value></attr>
</attributes>
</addRequest>
"""


def test_entries_without_a_category_that_hold_nothing_we_read_are_passed_over_and_counted(
    tmp_path: Path,
) -> None:
    path = as_directory(tmp_path / "d", {"a.xml": document(LEVEL, pupil(), LEVEL)})
    delivery = open_delivery(path)
    assert not isinstance(delivery, Refused)

    read = list(delivery.entries())

    assert [entry.key for entry in read if isinstance(entry, Entry)] == ["1001"]
    assert (len(read), delivery.passed_over) == (1, 2)


@pytest.mark.parametrize(
    ("entry", "fault"),
    [
        (
            delete("Eleve", "1001").replace('name="categoriePersonne"', 'name="autre"'),
            Fault(1, "operationalAttributes", "", "no_category"),
        ),
        (pupil(""), Fault(1, "id", "", "no_identifier")),
        (pupil("9" * 65), Fault(1, "ENTPersonJointure", "99•••", "not_a_person_id")),
        (
            pupil("1001").replace("<id>1001</id>", "<id>1002</id>"),
            Fault(1, "ENTPersonJointure", "10•••", "two_identifiers"),
        ),
        (
            pupil().replace('name="categoriePersonne"', 'name="autre"'),
            Fault(1, "operationalAttributes", "", "no_category"),
        ),
        (pupil(sn="x" * 300_000), Fault(1, "", "", "entry_too_large")),
    ],
)
def test_an_entry_that_cannot_be_understood_is_told_with_its_place(
    tmp_path: Path, entry: str, fault: Fault
) -> None:
    assert _items(tmp_path, entry) == [BadEntry(Place(0, 4), fault)]


@pytest.mark.parametrize(
    ("coded", "kept"),
    [
        ("2001$1$1$1$1$0", "2001$1"),
        ("2001$1$1$2$1$0", "2001$1"),
        ("2001$1$1$0$1$1", "2001$0"),
        ("2001$7$1$1$1$0", "2001$0"),
        ("2001$70$1$1$1$0", "2001$0"),
        ("2001$10$1$1$1$0", "2001$1"),
        ("AC-LYON$2001$1$0$1$0$0", "AC-LYON$2001$1"),
        ("2001$1", "2001$0"),
        ("$1$1$1$1$1", None),
    ],
)
def test_the_fourth_field_of_a_relation_tells_who_is_responsible_by_law(coded: str, kept: str | None) -> None:
    said = said_of(Kind.PUPIL, {"ENTElevePersRelEleve": [coded]})

    assert said == {"relations": [] if kept is None else [kept]}


def test_a_mobile_for_messages_stands_in_for_one_that_is_missing() -> None:
    said = said_of(Kind.RELATION, {"mobile": [""], "ENTPersonMobileSMS": ["06 39 98 00 09"]})

    assert said == {"phone_mobile": "06 39 98 00 09"}


@pytest.mark.parametrize(
    ("written", "meant", "stem"),
    [
        ("D&amp;apos;AGO", "D'AGO", "lea.dago"),
        ("D&amp;#39;AGO", "D'AGO", "lea.dago"),
        ("NO&amp;Euml;L", "NOËL", "lea.noel"),
        ("D&apos;AGO", "D'AGO", "lea.dago"),
        ("ARTS&amp;LETTRES", "ARTS&LETTRES", "lea.artslettres"),
        ("A&amp;notB", "A&notB", "lea.anotb"),
        ("D&amp;amp;apos;AGO", "D&apos;AGO", "lea.daposago"),
    ],
)
def test_entities_that_were_escaped_twice_are_read_as_meant(
    tmp_path: Path, written: str, meant: str, stem: str
) -> None:
    entry = pupil(sn="NOM", givenName="Léa", ENTEleveClasses="4242$NOM").replace("NOM", written)

    said = _one(tmp_path, entry).said

    assert (said["last_name"], said["classes"]) == (meant, [f"4242${meant}"])
    assert identifier_stem("Léa", str(said["last_name"])) == stem


@pytest.mark.parametrize(
    ("written", "key"), [(" 12 34 ", "1234"), ("1234", "1234"), ("e\u0301\u00a01", "é1")]
)
def test_a_key_is_tidied_as_a_person_id_is_written(written: str, key: str) -> None:
    assert tidy_key(written) == key


def test_the_report_names_attributes_that_are_read() -> None:
    assert set(ATTRIBUTES.values()) <= READ
