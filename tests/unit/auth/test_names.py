"""Names as people compare them."""

import pytest

from auth.domain.names import letters, plain
from auth.domain.territories import words


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("Lœtitia", "LOETITIA"),
        ("Cœur", "Coeur"),
        ("ǼLFRIC", "ælfric"),
        ("Straße", "STRASSE"),
        ("Işıl", "IŞIL"),
        ("Zoë", "Zoe\N{COMBINING DIAERESIS}"),
    ],
)
def test_case_accents_and_ligatures_make_no_other_word(one: str, other: str) -> None:
    assert plain(one) == plain(other) != ""


def test_a_plain_name_keeps_its_spaces_and_signs() -> None:
    assert plain("Cœur d'Élan-Noël") == "coeur d'elan-noel"


@pytest.mark.parametrize("written", ["Jean-Noël", "JEANNOEL", " jean noël ", "Jean\N{HYPHEN}Noël"])
def test_the_letters_of_a_name_are_the_same_however_it_is_joined(written: str) -> None:
    assert letters(written) == "jeannoel"


def test_letters_of_every_script_stay() -> None:
    assert letters("Иван") == "иван"


def test_the_directorys_words_spell_ligatures_out() -> None:
    assert words("collège Sacré-Cœur") == "COLLEGE SACRE COEUR"
