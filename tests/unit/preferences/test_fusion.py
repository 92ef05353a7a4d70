"""The strictest preference wins, whichever account is asked first, and what each account had is given back (A22)."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from preferences.domain.boxes import Asked
from preferences.domain.fusion import Boxes, Fusion, settled, strictest
from preferences.domain.preferences import Preferences
from shared.consent import Choices
from tests.unit.preferences.builders import COLLEGE, LYCEE

pytestmark = [pytest.mark.requirement("R61"), pytest.mark.requirement("A22")]

EVERYTHING = Choices(email_information=True, establishment_notices=True, partner_notices=True)
SCHOOL_ONLY = EVERYTHING._replace(partner_notices=False)
UAIS = (COLLEGE, LYCEE, "0690003C")

choices = st.builds(Choices, st.booleans(), st.booleans(), st.booleans(), st.booleans())
accounts = st.dictionaries(st.sampled_from(UAIS), choices)


def mine(boxes: Boxes) -> Preferences:
    return Preferences(person_id="P1", version=1, choices=boxes)


NONE = Fusion(person_id="P1")


def test_where_one_account_chose_its_boxes_hold() -> None:
    assert strictest({COLLEGE: SCHOOL_ONLY}, {LYCEE: EVERYTHING}) == {COLLEGE: SCHOOL_ONLY, LYCEE: EVERYTHING}


def test_where_both_chose_a_box_counts_only_if_both_ticked_it() -> None:
    assert strictest({COLLEGE: SCHOOL_ONLY}, {COLLEGE: EVERYTHING}) == {COLLEGE: SCHOOL_ONLY}


@pytest.mark.requirement("R50")
def test_no_sms_of_either_holds_everywhere() -> None:
    fused = strictest({COLLEGE: EVERYTHING}, {LYCEE: EVERYTHING._replace(sms_refused=True)})

    assert {uai: boxes.sms_refused for uai, boxes in fused.items()} == {COLLEGE: True, LYCEE: True}


@given(accounts, accounts)
def test_it_does_not_matter_which_account_comes_first(one: Boxes, other: Boxes) -> None:
    assert strictest(one, other) == strictest(other, one)


@given(accounts, accounts, accounts)
def test_nor_in_which_order_three_are_fused(one: Boxes, other: Boxes, third: Boxes) -> None:
    assert strictest(strictest(one, other), third) == strictest(one, other, third)


@given(accounts)
def test_fused_with_itself_an_account_stays_what_it_was_but_for_sms(one: Boxes) -> None:
    assert strictest(one, one) == strictest(one)
    assert strictest(strictest(one)) == strictest(one)


@given(accounts, accounts)
def test_nothing_is_sent_that_an_account_which_chose_there_would_not_send(one: Boxes, other: Boxes) -> None:
    refused = any(boxes.sms_refused for account in (one, other) for boxes in account.values())

    for uai, fused in strictest(one, other).items():
        who_chose = [account[uai] for account in (one, other) if uai in account]
        assert all(_sends_no_more(fused, chosen) for chosen in who_chose)
        assert fused.sms_refused is refused


def _sends_no_more(fused: Choices, chosen: Choices) -> bool:
    return all(theirs or not ours for ours, theirs in zip(fused[:3], chosen[:3], strict=True))


@given(accounts, accounts)
def test_undone_at_once_it_gives_back_exactly_what_there_was(one: Boxes, other: Boxes) -> None:
    before = mine(one)

    fused, fusion = settled(before, NONE, {"P2": other}, UAIS)
    undone, gone = settled(fused, fusion, {}, UAIS)

    assert undone == before
    assert gone == NONE


@given(accounts, accounts, accounts)
def test_one_of_two_fusions_undone_leaves_the_other_alone(one: Boxes, other: Boxes, third: Boxes) -> None:
    first, fusion = settled(mine(one), NONE, {"P2": other}, UAIS)
    both, fusion = settled(first, fusion, {"P2": other, "P3": third}, UAIS)

    left, fusion = settled(both, fusion, {"P3": third}, UAIS)

    assert left == settled(mine(one), NONE, {"P3": third}, UAIS)[0]
    assert fusion.attached_ids == ("P3",)


def test_a_choice_made_since_stands_when_the_fusion_is_undone() -> None:
    fused, fusion = settled(mine({COLLEGE: EVERYTHING}), NONE, {"P2": {COLLEGE: SCHOOL_ONLY}}, UAIS)
    chosen = fused.choose(COLLEGE, Asked(establishment_notices=False))

    undone, _ = settled(chosen, fusion, {}, [COLLEGE])

    assert undone.boxes(COLLEGE) == Choices(email_information=True)


def test_a_choice_for_a_school_that_leaves_with_the_other_account_leaves_with_it() -> None:
    fused, fusion = settled(mine({COLLEGE: EVERYTHING}), NONE, {"P2": {LYCEE: SCHOOL_ONLY}}, UAIS)
    chosen = fused.choose(LYCEE, Asked(partner_notices=True))

    undone, _ = settled(chosen, fusion, {}, [COLLEGE])

    assert undone.choices == {COLLEGE: EVERYTHING}


def test_a_fusion_is_unconfirmed_until_it_is_confirmed_and_again_when_another_account_comes() -> None:
    _, fusion = settled(mine({}), NONE, {"P2": {}}, UAIS)
    confirmed = Fusion(person_id="P1", attached_ids=("P2",), confirmed=True)

    _, grown = settled(mine({}), confirmed, {"P2": {}, "P3": {}}, UAIS)
    _, shrunk = settled(
        mine({}), Fusion(person_id="P1", attached_ids=("P2", "P3"), confirmed=True), {"P2": {}}, UAIS
    )

    assert (fusion.unconfirmed, grown.unconfirmed, shrunk.unconfirmed, NONE.unconfirmed) == (
        True,
        True,
        False,
        False,
    )
