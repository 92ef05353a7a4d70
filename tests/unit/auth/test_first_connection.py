import pytest

from auth.domain.first_connection import (
    MOVES,
    NEXT,
    IllegalStep,
    Standing,
    Step,
    after_charters,
    after_contacts,
    after_password,
    after_sign_in,
    moved,
)
from tests.unit.auth.pictures import drawn_under


def standing(*, accepted: bool, chosen: bool, finished: bool) -> Standing:
    return Standing(charters_accepted=accepted, password_chosen=chosen, finished=finished)


def test_the_picture_in_the_readme_is_the_table() -> None:
    assert drawn_under("The first connection") == {(str(here), str(there)) for here, there in MOVES}


def test_every_step_leads_somewhere() -> None:
    assert set(NEXT) == set(Step)


@pytest.mark.requirement("R6")
def test_a_new_first_password_may_be_handed_out_at_any_step() -> None:
    assert all(Step.PROVISIONED in nexts for nexts in NEXT.values())


@pytest.mark.requirement("R7")
@pytest.mark.parametrize("here", list(Step))
@pytest.mark.parametrize("there", list(Step))
def test_a_move_that_is_not_in_the_table_raises(here: Step, there: Step) -> None:
    if (here, there) in MOVES:
        assert moved(here, there) is there
    else:
        with pytest.raises(IllegalStep):
            moved(here, there)


@pytest.mark.requirement("R7")
def test_nobody_skips_the_password_or_the_contacts_on_the_way_to_the_portal() -> None:
    assert Step.ACTIVE not in NEXT[Step.PROVISIONED] | NEXT[Step.PASSWORD]


@pytest.mark.requirement("R6", "R7")
def test_a_first_sign_in_leads_to_the_charters() -> None:
    due = after_sign_in(Step.PROVISIONED, standing(accepted=False, chosen=False, finished=False))

    assert due is Step.CHARTER


@pytest.mark.requirement("R7")
def test_charters_that_were_accepted_before_are_not_asked_again() -> None:
    due = after_sign_in(Step.PROVISIONED, standing(accepted=True, chosen=False, finished=False))

    assert due is Step.PASSWORD


@pytest.mark.requirement("R7")
def test_the_three_steps_follow_each_other() -> None:
    assert after_charters(password_chosen=False, finished=False) is Step.PASSWORD
    assert after_password() is Step.CONTACTS
    assert after_contacts() is Step.ACTIVE


@pytest.mark.requirement("R7", "R8")
def test_a_new_charter_brings_an_active_person_to_step_one_and_straight_back() -> None:
    asked = after_sign_in(Step.ACTIVE, standing(accepted=False, chosen=True, finished=True))

    assert asked is Step.CHARTER
    assert after_charters(password_chosen=True, finished=True) is Step.ACTIVE


@pytest.mark.requirement("R7", "R8")
def test_a_new_charter_in_the_middle_leads_back_to_where_the_person_was() -> None:
    assert after_charters(password_chosen=True, finished=False) is Step.CONTACTS


@pytest.mark.requirement("R6")
@pytest.mark.parametrize("here", [Step.CHARTER, Step.PASSWORD, Step.CONTACTS, Step.ACTIVE])
def test_signing_in_again_leaves_a_person_at_the_step_that_is_due(here: Step) -> None:
    done = {
        Step.CHARTER: standing(accepted=False, chosen=False, finished=False),
        Step.PASSWORD: standing(accepted=True, chosen=False, finished=False),
        Step.CONTACTS: standing(accepted=True, chosen=True, finished=False),
        Step.ACTIVE: standing(accepted=True, chosen=True, finished=True),
    }

    assert after_sign_in(here, done[here]) is here
