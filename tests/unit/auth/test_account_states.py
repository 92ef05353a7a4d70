import pytest

from auth.domain.account_states import NEXT, AccountState, empties_a_school, empties_too_much
from tests.unit.auth.pictures import drawn_under


def test_the_picture_in_the_readme_is_the_table() -> None:
    assert drawn_under("The life of an account") == {
        (str(here), str(there)) for here, nexts in NEXT.items() for there in nexts
    }


def test_every_state_leads_somewhere() -> None:
    assert set(NEXT) == set(AccountState)


@pytest.mark.parametrize(
    ("absent", "present", "too_much"), [(0, 0, False), (10, 100, False), (11, 100, True), (1, 1, True)]
)
def test_more_than_a_tenth_absent_is_too_much(absent: int, present: int, too_much: bool) -> None:
    assert empties_too_much(absent, present) is too_much


@pytest.mark.parametrize(
    ("absent", "present", "emptied"),
    [(9, 9, False), (10, 10, True), (10, 20, False), (11, 20, True), (0, 0, False)],
)
def test_more_than_half_of_a_school_and_ten_people_is_a_school_emptied(
    absent: int, present: int, emptied: bool
) -> None:
    assert empties_a_school(absent, present) is emptied
