"""How long to wait before the next try."""

from random import Random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from notifier.domain.retries import DELAY_S_MAX, GREYLIST_DELAY_S, next_attempt_s


@pytest.mark.parametrize(
    ("attempt", "ceiling_s"), [(1, 2), (2, 4), (3, 8), (8, 256), (10, 900), (10_000, 900)]
)
def test_the_delay_is_anywhere_up_to_a_ceiling_that_doubles(attempt: int, ceiling_s: float) -> None:
    delays = [next_attempt_s(attempt, Random(seed)) for seed in range(500)]

    assert max(delays) <= ceiling_s
    assert max(delays) > ceiling_s * 0.95
    assert min(delays) < ceiling_s * 0.05


@given(st.integers(1, 50), st.integers(), st.floats(0, 10_000))
def test_a_providers_own_delay_is_a_floor(attempt: int, seed: int, retry_after_s: float) -> None:
    delay_s = next_attempt_s(attempt, Random(seed), retry_after_s)

    assert retry_after_s <= delay_s <= retry_after_s + DELAY_S_MAX


def test_a_greylisted_mail_comes_back_after_a_minute_at_least() -> None:
    assert next_attempt_s(1, Random(1), GREYLIST_DELAY_S) >= 60


def test_the_same_chance_gives_the_same_delay() -> None:
    assert next_attempt_s(3, Random(7)) == next_attempt_s(3, Random(7))
