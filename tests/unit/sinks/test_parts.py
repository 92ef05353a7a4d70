import pytest

from carillon.sinks.sms.parts import parts_of


@pytest.mark.parametrize(
    ("body", "alphabet", "count", "units"),
    [
        ("a" * 160, "GSM-7", 1, 160),
        ("a" * 161, "GSM-7", 2, 161),
        ("a" * 306, "GSM-7", 2, 306),
        ("a" * 307, "GSM-7", 3, 307),
        ("Prévu à 6 h, café offert", "GSM-7", 1, 24),
        ("€" * 80, "GSM-7", 1, 160),
        ("€" * 81, "GSM-7", 2, 162),
        ("ê" * 70, "UCS-2", 1, 70),
        ("ê" * 71, "UCS-2", 2, 71),
        ("🙂" * 35, "UCS-2", 1, 70),
        ("🙂" * 36, "UCS-2", 2, 72),
    ],
)
def test_a_text_takes_as_many_parts_as_its_alphabet_asks(
    body: str, alphabet: str, count: int, units: int
) -> None:
    parts = parts_of(body)

    assert (parts.alphabet, parts.count, parts.units) == (alphabet, count, units)


def test_an_escaped_character_is_never_cut_between_two_parts() -> None:
    body = "a" * 152 + "€" + "a" * 151  # 305 septets, yet the euro does not fit at the end of the first part

    assert parts_of(body).count == 2
    assert parts_of(body + "aa").count == 3


def test_a_surrogate_pair_is_never_cut_between_two_parts() -> None:
    body = "ê" * 66 + "🙂" + "ê" * 65

    assert parts_of(body).count == 2
    assert parts_of(body + "ê").count == 3
