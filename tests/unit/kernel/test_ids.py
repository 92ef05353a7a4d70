"""New identifiers sort by time; derived ones are always the same and never meet."""

from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from shared.kernel.ids import derived_id, uuid7
from shared.kernel.refusals import Refused


def test_a_new_identifier_is_a_version_7_uuid() -> None:
    made = uuid7()

    assert (made.version, made.variant) == (7, "specified in RFC 4122")


@given(st.integers(0, 2**48 - 2))
def test_a_later_identifier_sorts_after_an_earlier_one(instant_ms: int) -> None:
    assert uuid7(lambda: instant_ms) < uuid7(lambda: instant_ms + 1)


def test_a_thousand_identifiers_of_one_millisecond_all_differ() -> None:
    assert len({uuid7(lambda: 1_000) for _ in range(1_000)}) == 1_000


def test_a_derived_identifier_is_the_same_today_and_in_ten_years() -> None:
    assert derived_id("notification", "urn:ent:messagerie", "evt-1") == UUID(
        "2625c869-7990-5ce9-84ed-2745a6451510"
    )


parts = st.text(st.characters(exclude_categories=["Cc", "Cs"]), max_size=5)


@given(parts, parts, st.sampled_from("aé: "))
def test_moving_text_from_one_part_to_the_next_gives_another_identifier(a: str, b: str, moved: str) -> None:
    """Parts are printable, as CloudEvents wants its attributes: a control character separates them."""
    assert derived_id(a + moved, b) != derived_id(a, moved + b)


@pytest.mark.parametrize("slug", ["", "Not a slug", "1st", "é", "a-b"])
def test_a_refusal_has_a_slug_for_a_reason(slug: str) -> None:
    with pytest.raises(ValueError, match="slug"):
        Refused(slug)
