"""The first password on a slip: right by the five rules, hard to guess, easy to read and to type."""

import re
from datetime import UTC, datetime, timedelta
from itertools import product
from math import log2
from random import Random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from auth.domain.first_passwords import (
    CAPITALS,
    DIGITS,
    GROUP_LENGTH,
    LETTER_GROUPS,
    LETTERS,
    NEVER_PRINTED,
    expires_at,
    first_password,
)
from auth.domain.password_policy import LENGTH_MIN, judge

SEEDS = st.integers(min_value=0, max_value=2**64)


@pytest.mark.requirement("R5", "R17", "R18", "R19", "R20", "R21")
@given(SEEDS)
def test_it_keeps_the_five_rules_that_everybodys_password_keeps(seed: int) -> None:
    password = first_password(Random(seed).choice)

    assert judge(password) == ()
    assert len(password) > LENGTH_MIN


@given(SEEDS)
def test_groups_are_of_letters_or_of_digits_and_no_character_looks_like_another(seed: int) -> None:
    password = first_password(Random(seed).choice)

    assert re.fullmatch(r"[A-Z][a-z]{3}-[a-z]{4}-[a-z]{4}-[2-9]{4}", password)
    assert not set(password) & set("0O1lIio")


@given(SEEDS)
def test_it_says_nothing_a_pupil_should_not_carry(seed: int) -> None:
    password = first_password(Random(seed).choice).lower()

    assert not set(password) & set("aeiouy")
    assert not any(rude in password for rude in NEVER_PRINTED)


def test_a_rude_group_is_drawn_again_as_a_whole() -> None:
    drawn = iter("Bdfdp"[:1] + "pdb" + "Bcdf" + "ghjk" + "mnpr" + "2345")

    assert first_password(lambda _: next(drawn)) == "Bcdf-ghjk-mnpr-2345"


def test_it_holds_sixty_bits_that_nobody_can_guess() -> None:
    def groups(initials: str) -> int:
        made = ("".join(each).lower() for each in product(initials, *[LETTERS] * (GROUP_LENGTH - 1)))
        return sum(not any(rude in group for rude in NEVER_PRINTED) for group in made)

    bits = (
        log2(groups(CAPITALS))
        + (LETTER_GROUPS - 1) * log2(groups(LETTERS))
        + GROUP_LENGTH * log2(len(DIGITS))
    )

    assert bits >= 60


@pytest.mark.requirement("A20")
def test_it_lives_for_ninety_days() -> None:
    noon = datetime(2026, 11, 24, 12, tzinfo=UTC)

    assert expires_at(noon) - noon == timedelta(days=90)
