"""The rules of a password, character by character (R17–R21, A13, A14)."""

import re
import unicodedata
from functools import cache

import pytest
from hypothesis import given
from hypothesis import strategies as st

from auth.domain.password_faults import PasswordFault, form_faults
from auth.domain.password_policy import RULES, Rule, composed, judge, uncounted

PRINTED_SPECIALS = (
    *(
        "!",
        '"',
        "#",
        "%",
        "&",
        "'",
        "(",
        ")",
        "*",
        "+",
        ",",
        "-",
        ".",
        "/",
        ":",
        ";",
        "<",
        "=",
        ">",
        "?",
        "@",
    ),
    *("[", "\\", "_", "{", "}", "|"),
)
"""The leaflet's list, typed here once more: 26 characters and the backslash."""

NOT_SPECIAL = (
    "$",
    "]",
    "^",
    "~",
    "`",
    "€",
    "£",
    "§",
    "°",
    "¨",
    "µ",
    "¤",
    "²",
    "«",
    "»",
    "–",
    "…",
    "½",
    "好",
    " ",
)
"""Welcome in a password, and no special of the list."""

REFERENCE = [
    ("Abcdef1!", ()),
    ("Abcde1!", ("length",)),
    ("abcdef1!", ("upper",)),
    ("ABCDEF1!", ("lower",)),
    ("Abcdefg!", ("digit",)),
    ("Abcdefg1", ("special",)),
    ("Abcdef1$", ("special",)),
    ("Abcdef1]", ("special",)),
    ("Abcdef1~", ("special",)),
    ("Abcdef1\\", ()),
    ("Abcd 1_€é", ()),
    ("Éléphant1?", ()),
]
"""The table of the requirements, as it stands there."""

LENGTHS = [
    ("Aa1!", ("length",)),
    ("Aa1!bcd", ("length",)),
    ("Aa1!bcde", ()),
    ("Aa1!" + "b" * 123, ()),
    ("Aa1!" + "b" * 124, ()),
    ("Aa1!" + "b" * 125, ("too_long",)),
    ("Aa1!" + "b" * 996, ("too_long",)),
    ("Aa1!" + "é" * 124, ()),
    ("Aa1!" + "e\u0301" * 124, ()),
    ("Aa1!" + "e\u0301" * 125, ("too_long",)),
    ("Aa1!" + "é" * 3, ("length",)),
    ("Aa1!" + "e\u0301" * 3, ("length",)),
    ("Aa1!" + "e\u0301" * 4, ()),
    ("Aa1!😀😀😀", ("length",)),
    ("Aa1!😀😀😀😀", ()),
]
"""Characters are counted in the composed form: seven are refused, eight accepted, 128 accepted, 129 refused."""

LETTERS = [
    ("É234567!", ("lower",)),
    ("E\u0301234567!", ("lower",)),
    ("é234567!", ("upper",)),
    ("e\u0301234567!", ("upper",)),
    ("Éa23456!", ()),
    ("Aé23456!", ()),
    ("ÉÉÉÉÉ12!", ("lower",)),
    ("œuvres1!", ("upper",)),
    ("Œuvres1!", ()),
    ("ŒUVRES1!", ("lower",)),
    ("çŒ12345!", ()),
    ("ß2345678!", ("upper",)),
    ("ẞß234567!", ()),
    ("яЯ234567!", ()),
    ("λΛ234567!", ()),
    ("ǅ2345678!", ("lower", "upper")),
    ("ª2345678!", ("lower", "upper")),
    ("好好好好好12!", ("lower", "upper")),
    ("12345678!", ("lower", "upper")),
    ("ⓐⒶ234567!", ("lower", "upper")),
]
"""A letter is small or capital as Unicode says (Ll, Lu), in any script; title case, ordinals and signs are neither."""

DIGITS = [(f"Abcdefg{digit}!", ()) for digit in "0123456789"] + [
    (f"Abcdefg{other}!", ("digit",)) for other in ("٣", "७", "³", "①", "Ⅷ", "½", "８", "𝟗")
]
"""A digit is one of ten; other scripts', raised and circled ones are none."""

SEVERAL = [
    ("", ("length", "lower", "upper", "digit", "special")),
    ("abc", ("length", "upper", "digit", "special")),
    ("ABC", ("length", "lower", "digit", "special")),
    ("123", ("length", "lower", "upper", "special")),
    ("!!!", ("length", "lower", "upper", "digit")),
    ("aaaaaaaa", ("upper", "digit", "special")),
    ("AAAAAAAA", ("lower", "digit", "special")),
    ("11111111", ("lower", "upper", "special")),
    ("!!!!!!!!", ("lower", "upper", "digit")),
    ("        ", ("lower", "upper", "digit", "special")),
    (" Abcdef1! ", ()),
    ("        Aa1!", ()),
    ("a" * 129, ("upper", "digit", "special", "too_long")),
]
UNSEEN = [
    (f"Abcdef1!{unseen}", ("unprintable",))
    for unseen in (
        "\t",
        "\n",
        "\r",
        "\x00",
        "\x7f",
        "\x85",
        "\xa0",
        "\u200b",
        "\u200d",
        "\u202e",
        "\u2028",
        "\ufeff",
    )
] + [(f"Abcdef1!{unseen}", ("unprintable",)) for unseen in ("\ue000", "\ud800", "\u3000", "\U000e0041")]
"""What cannot be seen cannot be typed again: controls, marks of direction, spaces that are none of the space bar."""

EACH_SPECIAL = [(f"Abcdefg1{special}", ()) for special in PRINTED_SPECIALS]
FIRST_SPECIAL = [(f"{special}1gfedcbA", ()) for special in PRINTED_SPECIALS]
ALONE_SPECIAL = [(special * 8, ("lower", "upper", "digit")) for special in PRINTED_SPECIALS]
NO_SPECIAL = [(f"Abcdefg1{other}", ("special",)) for other in NOT_SPECIAL]
BOTH = [(f"Abcdef1{other}!", ()) for other in NOT_SPECIAL]
CASES = [
    *(*REFERENCE, *LENGTHS, *LETTERS, *DIGITS, *SEVERAL, *UNSEEN),
    *(*EACH_SPECIAL, *FIRST_SPECIAL, *ALONE_SPECIAL, *NO_SPECIAL, *BOTH),
]


def test_the_table_is_large_enough_and_names_every_special() -> None:
    assert len(CASES) >= 200
    assert len(set(PRINTED_SPECIALS)) == 27


@pytest.mark.requirement("R17", "R18", "R19", "R20", "R21")
@pytest.mark.parametrize(("password", "broken"), CASES, ids=[str(n) for n in range(len(CASES))])
def test_a_password_breaks_these_rules_and_no_other(password: str, broken: tuple[str, ...]) -> None:
    assert judge(password) == broken


@pytest.mark.requirement("R21")
@pytest.mark.parametrize("other", [other for other in NOT_SPECIAL if other != "µ"])
def test_a_character_that_does_not_count_is_told(other: str) -> None:
    assert uncounted(f"Abcdefg1{other}!") == other


def test_what_does_not_count_is_told_once_and_in_order() -> None:
    assert uncounted("€a$b€ $\\_1É") == "€$ "


@pytest.mark.requirement("R23")
def test_each_fault_is_said_beside_its_field() -> None:
    faults = form_faults("abc", "abd")

    assert faults == (
        PasswordFault("password", "length"),
        PasswordFault("password", "upper"),
        PasswordFault("password", "digit"),
        PasswordFault("password", "special"),
        PasswordFault("confirmation", "different"),
    )


@pytest.mark.requirement("R15")
def test_both_fields_are_mandatory() -> None:
    assert form_faults("", "") == (
        PasswordFault("password", "missing"),
        PasswordFault("confirmation", "missing"),
    )


@pytest.mark.requirement("R22")
@pytest.mark.parametrize("confirmation", ["Abcdef1?", "abcdef1!", "Abcdef1! ", " Abcdef1!"])
def test_a_confirmation_that_differs_is_refused(confirmation: str) -> None:
    assert form_faults("Abcdef1!", confirmation) == (PasswordFault("confirmation", "different"),)


def test_an_accent_typed_in_two_ways_is_the_same_accent() -> None:
    assert form_faults("Éléphant1?", unicodedata.normalize("NFD", "Éléphant1?")) == ()


def _oracle(password: str) -> set[str]:
    """The rules once more, written another way: by the case of each character, on the composed text."""
    text = unicodedata.normalize("NFC", password)
    kinds = [unicodedata.category(character) for character in text]
    wanted = {
        "length": not len(text) < 8,
        "lower": "Ll" in kinds,
        "upper": "Lu" in kinds,
        "digit": not set("0123456789").isdisjoint(text),
        "special": not set(PRINTED_SPECIALS).isdisjoint(text),
        "too_long": not len(text) > 128,
        "unprintable": all(
            kind[0] not in "CZ" or character == " " for kind, character in zip(kinds, text, strict=True)
        ),
    }
    return {slug for slug, holds in wanted.items() if not holds}


@given(st.text(st.one_of(st.sampled_from("aZ0!$éÉ\u0301 ~`]^\\"), st.characters()), max_size=140))
def test_any_text_is_judged_as_the_oracle_judges_it(password: str) -> None:
    assert set(judge(password)) == _oracle(password)


@given(st.text(max_size=40))
def test_the_form_in_which_it_is_typed_changes_nothing(password: str) -> None:
    assert judge(unicodedata.normalize("NFD", password)) == judge(unicodedata.normalize("NFC", password))


@cache
def _letters(category: str) -> str:
    """The characters of CASES in a Unicode category, which scripts write `\\p{…}` and Python's own expressions do not know."""
    typed = {character for password, _ in CASES for character in composed(password)}
    return f"[{''.join(each for each in typed if unicodedata.category(each) == category)}]"


def _compiled(pattern: str) -> re.Pattern[str]:
    """A pattern of the page for Python: the same but for categories; `s` and `u` are DOTALL and what str is anyway."""
    return re.compile(re.sub(r"\\p\{(\w\w)\}", lambda named: _letters(named[1]), pattern), re.DOTALL)


@pytest.mark.parametrize("rule", RULES, ids=lambda rule: rule.slug)
def test_the_pattern_of_a_printed_rule_says_on_the_page_what_the_server_says(rule: Rule) -> None:
    pattern = _compiled(rule.pattern)

    said = {password: pattern.search(composed(password)) is None for password, _ in CASES}

    assert said == {password: rule.slug in broken for password, broken in CASES}


def test_the_page_lists_the_printed_rules_in_their_order() -> None:
    assert [rule.slug for rule in RULES] == ["length", "lower", "upper", "digit", "special"]
