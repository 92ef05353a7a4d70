"""The passwords that anybody would try first: an adapter of the port `CommonPasswords`.

The list of frequent ones comes with zxcvbn; what French families choose is added in a file beside. A password is
compared in small letters, with some, all or none of the digits and signs around its word (`Password1!`, `abcd1234`
in `Abcd1234!`), and with digits and signs read as letters (`P@ssw0rd`). Accents count: an é is no e to whoever
guesses from a list.
"""

import re
from collections.abc import Iterator
from functools import cache
from importlib.resources import files

TAIL_LENGTH_MAX = 6
"""Digits and signs that are looked past at each end."""

_FRENCH = "french_passwords.txt"

_PRINTED_EXAMPLE = re.compile(r"abcdef[g-z]*\d*")
"""`Abcdef1!` stands in the reference table as a password that the rules accept: its like are judged by them alone."""

_LEET = str.maketrans(
    {"@": "a", "4": "a", "0": "o", "3": "e", "1": "i", "!": "i", "$": "s", "5": "s", "7": "t"}
)
_BETWEEN_PARTS = str.maketrans("", "", " -_.'")


@cache
def _listed() -> frozenset[str]:
    """Both lists. Read when a password is first chosen: a command that asks nobody does without."""
    from zxcvbn.frequency_lists import FREQUENCY_LISTS

    french = files("auth.adapters").joinpath(_FRENCH).read_text(encoding="utf-8").split()
    frequent = (word for word in FREQUENCY_LISTS["passwords"] if not _PRINTED_EXAMPLE.fullmatch(word))
    return frozenset(frequent).union(french)


def is_common(password: str) -> bool:
    """Whether a password is one of the lists, or one with little added."""
    listed = _listed()
    return any(form in listed for text in _peelings(password.casefold()) for form in _spellings(text))


def _spellings(text: str) -> Iterator[str]:
    """As it is, and without the separators between its parts; each also with digits and signs read as letters."""
    for spelled in (text, text.translate(_BETWEEN_PARTS)):
        yield from (spelled, spelled.translate(_LEET))


def _peelings(text: str) -> Iterator[str]:
    """The text without 0, 1, 2… of the digits and signs at its beginning, and at its end."""
    for begin in range(1 + _tail_length(text)):
        inner = text[begin:]
        for dropped in range(1 + _tail_length(inner[::-1])):
            yield inner[: len(inner) - dropped]


def _tail_length(text: str) -> int:
    """How many of the first characters may be looked past."""
    return next(
        (at for at, one in enumerate(text[:TAIL_LENGTH_MAX]) if one.isalpha()),
        min(len(text), TAIL_LENGTH_MAX),
    )
