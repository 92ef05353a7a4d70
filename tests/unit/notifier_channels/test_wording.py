"""Text from people, made fit to be quoted; and French dates."""

from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from notifier.domain.wording import (
    cut,
    enumerated,
    header_line,
    one_line,
    paragraphs,
    spoken_date,
    spoken_time,
)


@given(st.text())
def test_one_line_is_one_printable_line_and_cleaning_twice_changes_nothing(text: str) -> None:
    line = one_line(text)

    assert line.splitlines() in ([], [line])
    assert all(sign.isprintable() or sign in "\u200c\u200d" for sign in line)
    assert one_line(line) == line


@given(st.text(alphabet="=? aé\r\n"))
def test_nothing_in_a_header_line_reads_as_an_encoded_word(text: str) -> None:
    assert "=?" not in header_line(text)


@pytest.mark.parametrize("text", ["Zoé", "Anne-Françoise Lefèvre", "d'Ærøskøbing", "عائشة", "3ᵉ B"])
def test_ordinary_names_are_left_as_they_are(text: str) -> None:
    assert one_line(text) == text


def test_paragraphs_keep_their_lines() -> None:
    assert paragraphs("\n\nUn.\r\nDeux.\x00\n\n\n\nTrois.\u2028Quatre.\n") == [
        ["Un.", "Deux."],
        ["Trois.", "Quatre."],
    ]


@pytest.mark.parametrize("text", ["", " ", "\n\n"])
def test_an_empty_text_has_no_paragraph(text: str) -> None:
    assert paragraphs(text) == []


@given(st.text(), st.integers(2, 80))
def test_a_cut_text_never_exceeds_its_length(text: str, length_max: int) -> None:
    assert len(cut(text, length_max)) <= length_max


@pytest.mark.parametrize(
    ("names", "words"),
    [
        ((), ""),
        (("Inès",), "Inès"),
        (("Inès", "Léo"), "Inès et Léo"),
        (("Inès", "Léo", "Zoé"), "Inès, Léo et Zoé"),
    ],
)
def test_names_are_enumerated_as_one_says_them(names: tuple[str, ...], words: str) -> None:
    assert enumerated(names) == words


@pytest.mark.parametrize(
    ("instant", "words"),
    [
        (datetime(2026, 11, 24, 5, 5, tzinfo=UTC), "mardi 24 novembre à 6 h 05"),
        (datetime(2026, 8, 1, 16, 0, tzinfo=UTC), "samedi 1er août à 18 h"),
        (datetime(2026, 12, 31, 23, 30, tzinfo=UTC), "vendredi 1er janvier à 0 h 30"),
    ],
)
def test_dates_are_said_as_in_paris(instant: datetime, words: str) -> None:
    assert spoken_date(instant).replace("\u00a0", " ") == words


def test_the_hour_never_stands_apart_from_its_minutes() -> None:
    assert " " not in spoken_time(datetime(2026, 11, 24, 5, 5, tzinfo=UTC))
