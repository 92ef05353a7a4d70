import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from auth.domain.identifiers import STEM_LENGTH_MAX, identifier, identifier_stem


@pytest.mark.parametrize(
    ("first_name", "last_name", "stem"),
    [
        ("Léo", "Vial", "leo.vial"),
        ("Élodie", "N'Guyen de la Tour", "elodie.nguyen-de-la-tour"),
        ("Jean-Luc", "Œuvrard", "jean-luc.oeuvrard"),
        ("Maïwenn", "Müller Straße", "maiwenn.muller-strasse"),
        ("Łukasz", "Çelik", "lukasz.celik"),
        ("李", "Wang", "wang"),
        ("李", "王", "compte"),
    ],
)
def test_a_stem_is_first_name_and_last_name_in_ascii(first_name: str, last_name: str, stem: str) -> None:
    assert identifier_stem(first_name, last_name) == stem


def test_the_second_holder_of_a_stem_has_the_number_two() -> None:
    assert [identifier("leo.vial", number) for number in (1, 2, 3)] == ["leo.vial", "leo.vial2", "leo.vial3"]


@given(st.text(max_size=80), st.text(max_size=80))
def test_any_names_give_a_stem_without_digits(first_name: str, last_name: str) -> None:
    stem = identifier_stem(first_name, last_name)

    assert re.fullmatch(r"[a-z.\-]+", stem)
    assert len(stem) <= STEM_LENGTH_MAX
