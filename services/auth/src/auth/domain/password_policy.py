"""What a password must hold: the five lines of the leaflet, and the bounds around them (R17–R21, A13, A14).

One table serves the server and the hints of the page: `holds` judges here, `pattern` is the same rule for a script.
A password is judged, hashed and compared in its NFC form; nothing else about it is ever changed.
"""

import unicodedata
from collections.abc import Callable
from dataclasses import dataclass

LENGTH_MIN = 8
LENGTH_MAX = 128
SPECIALS = "!\"#%&'()*+,-./:;<=>?@[\\_{}|"
"""The leaflet's list: 26 characters beyond doubt, and the backslash (A13)."""

DIGITS = "0123456789"


def composed(password: str) -> str:
    """The form that is judged and hashed: an é is one character, however it was typed."""
    return unicodedata.normalize("NFC", password)


@dataclass(frozen=True, slots=True)
class Rule:
    """One line of the list on the page. `pattern` is a JavaScript regular expression for the flags `su`."""

    slug: str
    sentence_id: str
    pattern: str
    holds: Callable[[str], bool]


def _has_category(category: str) -> Callable[[str], bool]:
    return lambda password: any(unicodedata.category(character) == category for character in password)


def _has_one_of(characters: str) -> Callable[[str], bool]:
    return lambda password: any(character in characters for character in password)


RULES = (
    Rule("length", "password.rule.length", f"^.{{{LENGTH_MIN},}}$", lambda text: len(text) >= LENGTH_MIN),
    Rule("lower", "password.rule.lower", r"\p{Ll}", _has_category("Ll")),
    Rule("upper", "password.rule.upper", r"\p{Lu}", _has_category("Lu")),
    Rule("digit", "password.rule.digit", "[0-9]", _has_one_of(DIGITS)),
    Rule(
        "special",
        "password.rule.special",
        "[" + "".join(f"\\u{ord(character):04x}" for character in SPECIALS) + "]",
        _has_one_of(SPECIALS),
    ),
)
"""The five printed lines, in their order."""

BOUNDS = (
    ("too_long", lambda text: len(text) <= LENGTH_MAX),
    ("unprintable", str.isprintable),
)
"""What the leaflet does not print: no password is cut, so one has to end; and what cannot be seen cannot be retyped."""


def judge(password: str) -> tuple[str, ...]:
    """The slugs of the rules that a password breaks, in the order of the list; none for one that will do."""
    text = composed(password)
    broken = tuple(rule.slug for rule in RULES if not rule.holds(text))
    return broken + tuple(slug for slug, holds in BOUNDS if not holds(text))


def uncounted(password: str) -> str:
    """The characters that are welcome but are no special of the list, each once: `$`, `€`, a space, and so on."""
    text = composed(password)
    counted = SPECIALS + DIGITS
    found = (
        character
        for character in text
        if character not in counted and unicodedata.category(character) not in {"Ll", "Lu"}
    )
    return "".join(dict.fromkeys(found))
