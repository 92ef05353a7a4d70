from pathlib import Path

import pytest

from auth.adapters.charter_files import FILE_BYTES_MAX, read_charters
from auth.domain.charters import PROFILES, CharterSet, missing, tick_faults
from shared.kernel.refusals import Refused
from tests.unit.auth.charter_examples import CHARTER_FILE, a_charter, charter_directory, charters


def shipped() -> CharterSet:
    read = read_charters(None)
    assert isinstance(read, CharterSet), read
    return read


@pytest.mark.requirement("R8")
@pytest.mark.parametrize("profile", PROFILES)
def test_every_profile_has_a_charter_to_accept(profile: str) -> None:
    assert len(shipped().asked_of(profile)) == 1


@pytest.mark.requirement("R8")
def test_parents_may_read_the_charter_of_the_pupils_without_accepting_it() -> None:
    [pupils] = shipped().asked_of("eleve")

    assert shipped().shown_to("parent") == (pupils,)
    assert pupils not in shipped().asked_of("parent")


@pytest.mark.requirement("R8")
def test_pupils_are_told_that_their_charter_is_no_contract() -> None:
    [pupils] = shipped().asked_of("eleve")

    assert pupils.consequence.startswith("Ce n’est pas un contrat")


@pytest.mark.requirement("R8")
def test_the_charter_of_the_pupils_is_in_short_sentences() -> None:
    [pupils] = shipped().asked_of("eleve")
    words = [
        len(sentence.split())
        for part in pupils.parts
        for paragraph in part.paragraphs
        for sentence in paragraph.split(". ")
    ]

    assert max(words) <= 22


@pytest.mark.requirement("R9")
def test_a_box_left_empty_stands_in_the_way() -> None:
    asked = (a_charter("a"), a_charter("b"))

    assert tick_faults(asked, {"a": "1"}) == {"b": "unticked"}


@pytest.mark.requirement("R9", "R10")
def test_a_box_ticked_under_another_version_stands_in_the_way() -> None:
    assert tick_faults((a_charter("a", "2"),), {"a": "1"}) == {"a": "changed"}


@pytest.mark.requirement("R10")
def test_only_the_version_in_force_counts_as_accepted() -> None:
    second = a_charter("a", "2")

    assert missing((second,), {("a", "1")}) == (second,)
    assert missing((second,), {("a", "1"), ("a", "2")}) == ()


def test_what_is_asked_is_listed_by_profile() -> None:
    one = charters(a_charter("a", "2", profiles=("eleve", "parent")))

    assert one.demands() == (("eleve", "a", "2"), ("parent", "a", "2"))


def test_a_directory_replaces_the_charters_of_the_package(tmp_path: Path) -> None:
    read = read_charters(charter_directory(tmp_path))

    assert isinstance(read, CharterSet)
    assert [charter.charter_id for charter in read.charters] == ["tous"]


WRONG = {
    "not TOML": "id = ",
    "extra_forbidden": f'colour = "red"\n{CHARTER_FILE}',
    "`id`": CHARTER_FILE.replace('"tous"', '"Tous !"'),
    "`version`": CHARTER_FILE.replace('"1"', '"la première"'),
    "`profiles`": CHARTER_FILE.replace('"parent"', '"parents"'),
    "not empty": CHARTER_FILE.replace('"Il est personnel."', '" "'),
    "one paragraph": CHARTER_FILE.replace('"Il est personnel."', ""),
    "longer than": CHARTER_FILE + "#" * FILE_BYTES_MAX,
    "the id tous": CHARTER_FILE,
}


@pytest.mark.requirement("R8")
@pytest.mark.parametrize("said", WRONG)
def test_a_wrong_file_is_refused_with_its_name_and_its_fault(tmp_path: Path, said: str) -> None:
    refused = read_charters(charter_directory(tmp_path, zut=WRONG[said]))

    assert isinstance(refused, Refused)
    assert said in refused.detail
    assert "zut.toml" in refused.detail or said == "the id tous"


@pytest.mark.requirement("R8")
def test_a_file_with_something_missing_is_told_by_field(tmp_path: Path) -> None:
    refused = read_charters(charter_directory(tmp_path, zut='id = "zut"'))

    assert isinstance(refused, Refused)
    assert "zut.toml: version: missing" in refused.detail


def test_a_file_that_is_no_text_is_told(tmp_path: Path) -> None:
    (charter_directory(tmp_path) / "zut.toml").write_bytes(b"\xff\xfe")

    assert read_charters(tmp_path) == Refused("wrong_charter", "zut.toml: it is not UTF-8")


@pytest.mark.requirement("R8")
def test_a_profile_without_a_charter_is_told(tmp_path: Path) -> None:
    alone = CHARTER_FILE.replace('"parent", ', "")

    assert read_charters(charter_directory(tmp_path, tous=alone)) == Refused(
        "wrong_charter", "no file asks anything of the profile parent"
    )


def test_more_charters_than_anybody_reads_are_refused(tmp_path: Path) -> None:
    many = {f"c{n}": CHARTER_FILE.replace('"tous"', f'"c{n}"') for n in range(12)}

    refused = read_charters(charter_directory(tmp_path, **many))

    assert refused == Refused("wrong_charter", "there are more than 12 charters")
