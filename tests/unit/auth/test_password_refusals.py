"""Passwords that keep the printed rules and are refused all the same: one's own words, and everybody's (A14)."""

import pytest

from auth.adapters.common_passwords import is_common
from auth.domain.password_personal import PersonalWords, is_personal, shortened, without_tails

LEO = PersonalWords(
    identifier="leo.vial-dupont2",
    first_name="Léo",
    last_name="Vial-Dupont",
    schools=("Collège Jean-Moulin", "Lycée général et technologique du Parc"),
)


@pytest.mark.parametrize(
    ("password", "slug"),
    [
        ("Leo.Vial-Dupont2", "identifier"),
        ("leo.vial-dupont2", "identifier"),
        ("LEO.VIAL-DUPONT2!", "identifier"),
        ("Leo.vial-dupont1!", "identifier"),
        ("!Leo.vial-dupont", "identifier"),
        ("Dupont2009!", "name"),
        ("Dupont-2009", "name"),
        ("dupont1!A1", None),
        ("Léo12345!", "name"),
        ("Leo2011!!", "name"),
        ("Leovialdupont1!", "identifier"),
        ("VialDupontLéo1!", "name"),
        ("Vial Dupont 1!", "name"),
        ("2009!Vial", "name"),
        ("CollègeJeanMoulin1!", "school"),
        ("Jean-Moulin69!", "school"),
        ("JEANMOULIN1!", "school"),
        ("Parc2026!", "school"),
        ("LyceeGeneralEtTechnologiqueDuParc1!", "school"),
        ("Jean-Mermoz69!", None),
        ("Dupontel-2009!", None),
        ("Vialissime 7 nuages!", None),
        ("Dupont20092010!", "name"),
        ("Leo12052012!", "name"),
        ("Dupont-12.05.2012!", None),
        ("Abcdef1!", None),
        ("12345678!", None),
    ],
)
def test_what_a_schoolmate_would_try_is_refused(password: str, slug: str | None) -> None:
    assert is_personal(password, LEO) == slug


def test_names_written_with_ligatures_and_in_other_scripts_are_seen() -> None:
    words = PersonalWords(
        identifier="chloe.boeuf", first_name="Хлоя", last_name="Bœuf", schools=("Cité scolaire Œuvre-Sœur",)
    )

    assert is_personal("BOEUF1234!", words) == "name"
    assert is_personal("Хлоя1234!", words) == "name"
    assert is_personal("Bœuf1234!", words) == "name"


def test_somebody_of_whom_little_is_known_may_use_any_word() -> None:
    nobody = PersonalWords(identifier="", first_name="", last_name="", schools=())

    assert is_personal("1234567!", nobody) is None
    assert is_personal("Tulipe-42-nuage!", nobody) is None


@pytest.mark.parametrize(
    "password",
    [
        "Password1!",
        "password",
        "P@ssw0rd1!",
        "PASSWORD123!",
        "!Password1",
        "Azerty123!",
        "AZERTY1!",
        "Azertyuiop1!",
        "Motdepasse1!",
        "Mot-de-passe1!",
        "Mot de passe 1!",
        "M0tdep@sse1!",
        "Bonjour1!",
        "Soleil69!",
        "Doudou2014!",
        "Loulou01!",
        "Jetaime1!",
        "Je t'aime1!",
        "Chocolat1!",
        "Marseille13!",
        "Football1!",
        "Pokemon1!",
        "Rentree2026!",
        "Maclasse69!",
        "Qwerty123!",
        "Welcome1!",
        "Iloveyou1!",
        "Abcd1234!",
        "Aa123456!",
        "1234567Aa!",
        "James12!",
        "Trustno1!",
    ],
)
def test_a_password_that_anybody_would_try_is_refused(password: str) -> None:
    assert is_common(password)


@pytest.mark.parametrize(
    "password",
    [
        "Abcdef1!",
        "Abcdef1\\",
        "Abcdefg1!",
        "Abcd 1_€é",
        "Éléphant1?",
        "Tulipe-42-nuage",
        "Trois petits chats 3!",
        "Kx7#mQv2",
        "Bonjour la compagnie 7!",
        "Password et compagnie1!",
    ],
)
def test_a_password_of_ones_own_goes_through(password: str) -> None:
    assert not is_common(password)


@pytest.mark.parametrize(
    ("password", "inside"),
    [
        ("Dupont2009!", "Dupont"),
        ("1!Dupont", "Dupont"),
        ("Dupont", "Dupont"),
        ("Dup0nt", "Dup0nt"),
        ("Dupont12.05.2012", "Dupont"),
        ("Dupont12345678901", "Dupont1"),
        ("12345678", ""),
    ],
)
def test_a_tail_is_at_most_ten_digits_and_signs(password: str, inside: str) -> None:
    assert without_tails(password) == inside


@pytest.mark.parametrize(
    ("password", "texts"),
    [
        ("Tulipe-42-nuage", ["Tulipe-42-nuage"]),
        ("Tulipe-42-nuage!", ["Tulipe-42-nuage!", "Tulipe-42-nuage"]),
        ("tulipe-42-NUAGE", ["tulipe-42-NUAGE", "Tulipe-42-nuage"]),
        (
            "Tulipe-42-nuage2026!",
            ["Tulipe-42-nuage2026!", "Tulipe-42-nuage2026", "Tulipe-42-nuage202", "Tulipe-42-nuage20"],
        ),
        ("12", ["12", "1"]),
    ],
)
def test_few_forms_of_a_password_are_tried_against_the_first_one(password: str, texts: list[str]) -> None:
    assert list(shortened(password)) == texts
