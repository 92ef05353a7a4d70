"""The sample académie: always the same, never a real address, and every kind of silence in it."""

import csv
import io
import json
import re
from collections import Counter
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from carillon.sample.choices import choices_of, habit_of
from carillon.sample.contacts import FICTION_FIXED, FICTION_MOBILE
from carillon.sample.establishments import ALWAYS, establishments
from carillon.sample.files import COLUMNS, ChoicesFile, partners, write_partners, write_sample
from carillon.sample.people import INES, LEO, SONIA, VIAL, people

SIZES = st.integers(min_value=3, max_value=400)
SEEDS = st.integers(min_value=0, max_value=10_000)


def the_lines(accounts: int, seed: int = 69) -> list[dict[str, str]]:
    target = io.StringIO()
    write_sample(accounts, target, lambda _: None, seed=seed)
    return list(csv.DictReader(io.StringIO(target.getvalue()), delimiter=";"))


@settings(max_examples=30, deadline=None)
@given(SIZES, SEEDS)
def test_a_size_is_kept_exactly_and_every_id_is_one_persons(accounts: int, seed: int) -> None:
    ids = [person.person_id for person in people(accounts, seed=seed)]

    assert len(ids) == accounts
    assert len(set(ids)) == accounts


@settings(max_examples=30, deadline=None)
@given(SIZES, SEEDS)
def test_no_line_can_reach_a_real_person(accounts: int, seed: int) -> None:
    for line in the_lines(accounts, seed):
        assert not line["email"] or line["email"].endswith("@example.org")
        for number in (line["phone_home"], line["phone_work"], line["phone_mobile"]):
            assert not number or (len(number) == 10 and number.startswith((*FICTION_FIXED, FICTION_MOBILE)))


@settings(max_examples=20, deadline=None)
@given(SIZES, SEEDS)
def test_no_choice_can_reach_a_real_person(accounts: int, seed: int) -> None:
    for person in people(accounts, seed=seed):
        for choice in choices_of(person, seed=seed):
            assert choice["email"] is None or choice["email"].endswith("@example.org")
            assert choice["phone"] is None or choice["phone"].startswith(FICTION_MOBILE)
            assert not choice["email_proved"] or choice["email"]


@settings(max_examples=20, deadline=None)
@given(SIZES, SEEDS)
def test_the_same_size_and_seed_give_the_same_people(accounts: int, seed: int) -> None:
    assert the_lines(accounts, seed) == the_lines(accounts, seed)


@settings(max_examples=20, deadline=None)
@given(SIZES, SEEDS)
def test_every_child_is_a_pupil_of_a_school_of_the_parent(accounts: int, seed: int) -> None:
    everybody = {person.person_id: person for person in people(accounts, seed=seed)}

    for person in everybody.values():
        mine = {place.establishment.uai for place in person.places}
        for child in person.children:
            assert everybody[child].profile == "eleve"
            assert {place.establishment.uai for place in everybody[child].places} <= mine


def test_the_columns_are_those_of_the_accounts_file() -> None:
    assert COLUMNS == (
        "person_id",
        "profile",
        "last_name",
        "first_name",
        "birth_date",
        "establishment_uai",
        "establishment_name",
        "establishment_kind",
        "departement",
        "academie",
        "region",
        "class",
        "children",
        "email",
        "phone_home",
        "phone_work",
        "phone_mobile",
        "transported",
    )


def test_sonia_has_a_child_in_a_college_and_one_in_a_lycee() -> None:
    lines = [line for line in the_lines(3) if line["person_id"] == SONIA]

    assert [line["establishment_kind"] for line in lines] == ["college", "lycee"]
    assert {line["children"] for line in lines} == {f"{LEO} {INES}"}


def test_madame_vial_works_at_the_college_of_leo() -> None:
    lines = {line["person_id"]: line for line in the_lines(4)}

    assert (lines[VIAL]["last_name"], lines[VIAL]["profile"]) == ("Vial", "personnel")
    assert lines[VIAL]["establishment_uai"] == lines[LEO]["establishment_uai"]


def test_the_five_schools_are_of_four_kinds() -> None:
    assert Counter(school.kind for school in ALWAYS) == {"college": 2, "lycee": 1, "agricole": 1, "cfa": 1}
    assert all(school.departement == "69" and school.academie == "Lyon" for school in ALWAYS)


def test_a_great_academie_has_schools_with_codes_of_their_own() -> None:
    codes = [school.uai for school in establishments(1_100)]

    assert len(set(codes)) == 1_100
    assert all(re.fullmatch(r"\d{7}[A-Z]", code) for code in codes)


def test_every_profile_and_every_habit_has_its_examples_in_the_default_size() -> None:
    sample = list(people(320))
    habits = [habit_of(person) for person in sample]

    assert {person.profile for person in sample} == {"eleve", "parent", "enseignant", "personnel"}
    assert any(habit is None for habit in habits)
    chosen = [habit for habit in habits if habit is not None]
    for silence in (
        lambda habit: habit.sms_refused,
        lambda habit: not habit.proved,
        lambda habit: not habit.gives_email,
        lambda habit: not habit.email_information,
        lambda habit: not habit.partner_notices,
        lambda habit: not habit.establishment_notices,
    ):
        assert any(silence(habit) for habit in chosen)


def test_a_choices_file_goes_on_in_pieces(tmp_path: Path) -> None:
    with ChoicesFile(tmp_path / "choices.jsonl", lines_max=2) as target:
        for number in range(5):
            target.add({"person_id": f"P{number}"})

    pieces = {path.name: path.read_text().splitlines() for path in tmp_path.iterdir()}
    assert {name: len(lines) for name, lines in pieces.items()} == {
        "choices.jsonl": 2,
        "choices-2.jsonl": 2,
        "choices-3.jsonl": 1,
    }


def test_partners_have_no_secret_in_the_repository_and_one_each_in_a_stack(tmp_path: Path) -> None:
    target = tmp_path / "partners.json"

    made = write_partners(target)

    assert not any("client_secret" in partner for partner in partners())
    assert len({partner["client_secret"] for partner in made}) == len(made)
    assert all(len(partner["client_secret"]) >= 32 for partner in made)
    assert target.stat().st_mode & 0o077 == 0
    assert write_partners(target) == made


@pytest.mark.requirement("R33")
def test_every_body_of_the_matrix_has_a_partner() -> None:
    bodies = {partner["body"] for partner in partners()}

    assert bodies == {"departement", "academie", "region", "enseignement_agricole", "dreets"}


def test_a_choice_says_only_what_preferences_reads() -> None:
    choices: list[dict[str, Any]] = []
    write_sample(50, io.StringIO(), choices.append)

    assert {tuple(sorted(choice)) for choice in choices} == {
        (
            "email",
            "email_information",
            "email_proved",
            "establishment_notices",
            "partner_notices",
            "person_id",
            "phone",
            "phone_proved",
            "sms_refused",
            "uai",
        )
    }
    assert all(json.dumps(choice) for choice in choices)
