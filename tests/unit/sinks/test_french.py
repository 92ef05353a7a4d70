from datetime import UTC, datetime

import pytest

from carillon.sinks.viewer import french

NOON_S = datetime(2026, 11, 24, 11, 0, tzinfo=UTC).timestamp()  # 12 h in Paris


@pytest.mark.parametrize(
    ("at", "words"),
    [
        (datetime(2026, 11, 24, 5, 5, tzinfo=UTC), "6 h 05"),
        (datetime(2026, 11, 23, 22, 59, tzinfo=UTC), "hier à 23 h 59"),
        (datetime(2026, 11, 23, 23, 0, tzinfo=UTC), "0 h 00"),
        (datetime(2026, 11, 1, 5, 0, tzinfo=UTC), "dimanche 1er novembre à 6 h 00"),
        (datetime(2026, 7, 14, 4, 30, tzinfo=UTC), "mardi 14 juillet à 6 h 30"),
    ],
)
def test_an_instant_is_said_as_one_says_it_in_paris(at: datetime, words: str) -> None:
    assert french.when(at.timestamp(), NOON_S).replace("\N{NO-BREAK SPACE}", " ") == words


def test_an_instant_is_said_to_the_second() -> None:
    said = french.exactly(datetime(2026, 11, 24, 5, 5, 9, tzinfo=UTC).timestamp())

    assert said.replace("\N{NO-BREAK SPACE}", " ") == "mardi 24 novembre 2026 à 6 h 05 min 09 s"


@pytest.mark.parametrize(
    ("size_bytes", "words"),
    [(0, "0 octet"), (812, "812 octets"), (1_024, "1 ko"), (8_600, "8,4 ko"), (1_258_291, "1,2 Mo")],
)
def test_a_size_is_said_in_french_units(size_bytes: int, words: str) -> None:
    assert french.size(size_bytes).replace("\N{NO-BREAK SPACE}", " ") == words


def test_numbers_are_grouped_by_three() -> None:
    assert french.number(200_000) == "200\N{NARROW NO-BREAK SPACE}000"


@pytest.mark.parametrize(
    ("e164", "words"),
    [("+33639981234", "06 39 98 12 34"), ("+32470123456", "+32470123456"), ("36180", "36180")],
)
def test_a_french_number_is_written_in_pairs(e164: str, words: str) -> None:
    assert french.phone(e164).replace("\N{NO-BREAK SPACE}", " ") == words
