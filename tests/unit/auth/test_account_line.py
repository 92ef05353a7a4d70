from datetime import date
from typing import get_args

import pytest
from hypothesis import given
from hypothesis import strategies as st

from auth.domain.account_line import AccountLine, read_line
from auth.domain.accounts_file import COLUMNS, Layout
from auth.domain.faults import Fault, Reason
from shared.events.accounts import AccountChanged, Attachment
from tests.unit.auth.examples import PARENT, READERS, TODAY, judged, judged_of


@pytest.mark.requirement("R5")
def test_a_line_in_order_is_a_person_at_an_establishment() -> None:
    line = judged()

    assert isinstance(line, AccountLine)
    assert (line.person_id, line.profile, line.uai, line.class_name) == ("E1", "eleve", "0690001T", "6A")
    assert line.birth_date == date(2014, 3, 31)
    assert line.transported


def test_numbers_are_read_as_families_write_them() -> None:
    line = judged_of(PARENT, phone_home="04 99 00 12 34", phone_work="0033499001235")

    assert isinstance(line, AccountLine)
    assert (line.phone_home, line.phone_work, line.phone_mobile) == (
        "+33499001234",
        "+33499001235",
        "+33639980001",
    )
    assert line.children == ("E1",)


@pytest.mark.parametrize(
    ("cells", "column", "reason"),
    [
        ({"person_id": ""}, "person_id", "empty"),
        ({"person_id": "a b"}, "person_id", "not_a_person_id"),
        ({"person_id": "x" * 65}, "person_id", "not_a_person_id"),
        ({"profile": "prof"}, "profile", "unknown_profile"),
        ({"last_name": "  "}, "last_name", "empty"),
        ({"last_name": "x" * 201}, "last_name", "too_long"),
        ({"first_name": "Lé\x07o"}, "first_name", "control_character"),
        ({"birth_date": "31/02/2014"}, "birth_date", "not_a_date"),
        ({"birth_date": "2014-3-1"}, "birth_date", "not_a_date"),
        ({"birth_date": "2026-09-02"}, "birth_date", "impossible_date"),
        ({"birth_date": "1899-12-31"}, "birth_date", "impossible_date"),
        ({"establishment_uai": "690001T"}, "establishment_uai", "not_a_uai"),
        ({"establishment_kind": "ecole"}, "establishment_kind", "unknown_kind"),
        ({"children": "E2"}, "children", "children_without_parent"),
        ({"email": "leo@"}, "email", "not_an_address"),
        ({"phone_mobile": "0899 12 34 56"}, "phone_mobile", "premium_number"),
        ({"phone_mobile": "3615"}, "phone_mobile", "short_number"),
        ({"phone_home": "bonjour"}, "phone_home", "not_a_number"),
        ({"transported": "peut-être"}, "transported", "not_yes_or_no"),
    ],
)
def test_a_wrong_cell_is_told_with_its_column(cells: dict[str, str], column: str, reason: str) -> None:
    faults = judged(**cells)

    assert isinstance(faults, list)
    assert [(fault.line, fault.column, fault.reason) for fault in faults] == [(2, column, reason)]


def test_all_faults_of_a_line_are_told_at_once() -> None:
    faults = judged(profile="?", email="?", birth_date="?")

    assert isinstance(faults, list)
    assert {fault.column for fault in faults} == {"profile", "email", "birth_date"}


def test_both_ways_of_writing_a_date_are_read() -> None:
    french, iso = judged(birth_date="31/03/2014"), judged(birth_date="2014-03-31")

    assert isinstance(french, AccountLine)
    assert french == iso


def test_born_today_is_possible() -> None:
    assert isinstance(judged(birth_date="01/09/2026"), AccountLine)


def test_a_report_never_shows_a_whole_value() -> None:
    faults = judged(email="sonia.vial(at)example.org", phone_mobile="06 39 98 00", birth_date="1")

    assert isinstance(faults, list)
    assert [fault.value for fault in faults] == ["•••", "so•••", "06•••"]


def test_spaces_around_and_inside_are_put_in_order_and_text_is_composed() -> None:
    line = judged(last_name="  De  la   Tour ", first_name="Le\u0301o")

    assert isinstance(line, AccountLine)
    assert (line.last_name, line.first_name) == ("De la Tour", "Léo")


def test_trailing_empty_cells_do_no_harm_and_missing_ones_do() -> None:
    layout = Layout(len(COLUMNS), {name: place for place, name in enumerate(COLUMNS)})
    short = read_line(7, ["E1"], layout, READERS, today=TODAY)

    assert short == [Fault(7, "", f"1 / {len(COLUMNS)}", "wrong_number_of_cells")]


@given(st.lists(st.text(max_size=30), min_size=len(COLUMNS), max_size=len(COLUMNS) + 2))
def test_any_cells_are_a_person_or_faults_with_known_reasons(cells: list[str]) -> None:
    layout = Layout(len(COLUMNS), {name: place for place, name in enumerate(COLUMNS)})

    read = read_line(2, cells, layout, READERS, today=TODAY)

    if isinstance(read, list):
        assert read
        assert {fault.reason for fault in read} <= set(get_args(Reason))


@given(st.lists(st.text(max_size=30), min_size=6, max_size=6))
def test_whatever_is_accepted_can_be_told_to_others(texts: list[str]) -> None:
    names = ("person_id", "last_name", "first_name", "establishment_name", "departement", "class")
    line = judged(**dict(zip(names, texts, strict=True)))

    if isinstance(line, AccountLine):
        place = Attachment(
            uai=line.uai,
            name=line.establishment_name,
            kind="college",
            departement=line.departement,
            academie=line.academie,
            region=line.region,
            classes=(line.class_name,) if line.class_name else (),
        )
        told = AccountChanged(
            person_id=line.person_id,
            version=1,
            state="active",
            profile="eleve",
            last_name=line.last_name,
            first_name=line.first_name,
            establishments=(place,),
        )
        assert AccountChanged.read(told.written()) == told
