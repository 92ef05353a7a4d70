"""How an SMS is counted, spelled and cut."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from notifier.domain.sms_text import Measure, cheapest, cleaned, fitted, measure

PRINTED = "Alerte intempéries : transports scolaires suspendus demain. Consultez l'ENT."
BEFORE, AFTER = "ENT Collège Jean-Moulin: ", ". Infos sur l'ENT."


def test_the_printed_example_is_76_units_in_one_part() -> None:
    assert measure(PRINTED) == Measure("gsm7", 76, 1)


def test_a_single_circumflex_makes_the_whole_text_ucs2_hence_two_parts() -> None:
    assert measure(f"{PRINTED} Fenêtre") == Measure("ucs2", 84, 2)


@pytest.mark.parametrize(
    ("text", "alphabet", "units", "parts"),
    [
        ("", "gsm7", 0, 1),
        ("é" * 160, "gsm7", 160, 1),
        ("é" * 161, "gsm7", 161, 2),
        ("é" * 306, "gsm7", 306, 2),
        ("é" * 307, "gsm7", 307, 3),
        ("€" * 80, "gsm7", 160, 1),
        ("€" * 81, "gsm7", 162, 2),
        ("€" * 153, "gsm7", 306, 3),  # 76 escapes a part: none is torn, so a unit of each is lost
        ("ê" * 70, "ucs2", 70, 1),
        ("ê" * 71, "ucs2", 71, 2),
        ("ê" * 135, "ucs2", 135, 3),
        ("🎉" * 35, "ucs2", 70, 1),
        ("🎉" * 36, "ucs2", 72, 2),
    ],
)
def test_units_and_parts(text: str, alphabet: str, units: int, parts: int) -> None:
    assert measure(text) == Measure(alphabet, units, parts)


@pytest.mark.parametrize(
    ("text", "plain"),
    [
        ("L’élève « Zoé » est à l’œuvre…", "L'élève \"Zoé\" est à l'oeuvre..."),
        ("Départ – 8 h 05 — quai n° 2", "Départ - 8 h 05 - quai no 2"),
        ("un\r\ndeux\u2028trois\x00\x9bquatre", "un deux trois quatre"),
        ("Bravo 🎉👩‍👧 à tous", "Bravo à tous"),
        ("12 500 €", "12 500 €"),
        ("  ", ""),
    ],
)
def test_typographic_signs_take_their_plain_form(text: str, plain: str) -> None:
    assert cleaned(text) == plain


def test_accents_stay_when_they_cost_no_further_part() -> None:
    assert cheapest("Fenêtre ouverte") == "Fenêtre ouverte"


def test_accents_that_gsm7_lacks_go_when_they_would_cost_a_part() -> None:
    assert cheapest(f"{PRINTED} Fenêtre à Noël, ça gèle") == f"{PRINTED} Fenetre à Noel, ca gèle"


def test_a_text_that_fits_is_left_whole() -> None:
    text = fitted(BEFORE, "transports scolaires suspendus mardi 24", AFTER)

    assert text == "ENT Collège Jean-Moulin: transports scolaires suspendus mardi 24. Infos sur l'ENT."


def test_a_title_too_long_is_cut_on_a_word_and_the_way_to_more_stays() -> None:
    text = fitted(BEFORE, "transports scolaires suspendus sur toute la Métropole de Lyon " * 4, AFTER)

    assert text == (
        "ENT Collège Jean-Moulin: transports scolaires suspendus sur toute la Métropole de Lyon transports "
        "scolaires suspendus sur toute la Métropole... Infos sur l'ENT."
    )
    assert measure(text).parts == 1


def test_a_script_that_gsm7_cannot_write_may_take_two_parts_and_no_more() -> None:
    text = fitted("ENT: ", "Родительское собрание в понедельник " * 10, AFTER)

    assert measure(text).parts == 2
    assert text.endswith("... Infos sur l'ENT.")


@given(st.text(max_size=300))
def test_whatever_the_title_a_text_keeps_to_two_parts_and_to_one_in_gsm7(title: str) -> None:
    text = fitted(BEFORE, cleaned(title), AFTER)

    assert measure(text).parts <= (1 if measure(text).alphabet == "gsm7" else 2)
    assert text.startswith("ENT Coll")
    assert text.endswith(" Infos sur l'ENT.")
    assert text.isprintable()
