"""Who may activate the mobile application."""

import pytest

from activation.domain.people import AccountState, Person, Profile, WhyNot, profiles_offered, why_not

OFFERED = profiles_offered(staff_too=False)


def a_person(profile: Profile, state: AccountState = AccountState.ACTIVE) -> Person:
    return Person(person_id="P1", version=1, state=state, profile=profile)


@pytest.mark.requirement("R79")
@pytest.mark.requirement("A24")
@pytest.mark.parametrize("profile", [Profile.PUPIL, Profile.PARENT, Profile.TEACHER])
def test_the_three_printed_profiles_may_activate(profile: Profile) -> None:
    assert why_not(a_person(profile), OFFERED) is None


@pytest.mark.requirement("A24")
def test_other_staff_may_activate_where_the_deployer_says_so() -> None:
    staff = a_person(Profile.STAFF)

    assert why_not(staff, OFFERED) is WhyNot.PROFILE_NOT_OFFERED
    assert why_not(staff, profiles_offered(staff_too=True)) is None


@pytest.mark.parametrize("state", [AccountState.SUSPENDED, AccountState.CLOSED])
def test_an_account_that_is_not_open_activates_nothing(state: AccountState) -> None:
    assert why_not(a_person(Profile.PARENT, state), OFFERED) is WhyNot.ACCOUNT_NOT_OPEN
