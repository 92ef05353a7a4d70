"""Passwords that a schoolmate would try first: the identifier, the names, the school, with or without a tail (A14)."""

import re
from collections.abc import Iterator
from dataclasses import dataclass

from auth.domain.names import letters

TAIL_LENGTH_MAX = 10
"""Digits and signs before and after a word that make it no other word: `Dupont2009!`, a date of birth with its dots. A
longer run is more than a tail."""

PART_LENGTH_MIN = 3
FIRST_PASSWORD_TRIES_MAX = 4
"""The hash of the first password is all that is known of it: each form of the new one costs as much as a sign-in."""

_GENERIC = (
    "college lycee cfa lp lpo lgt legta epl clg lyc ecole institution etablissement ensemble scolaire agricole general"
    " generale technologique technique professionnel professionnelle polyvalent polyvalente prive privee public municipal"
    " de du des d la le les l et a au aux saint sainte"
)
GENERIC = frozenset(_GENERIC.split())
"""Words that schools share: the rest is the name by which people call theirs."""

_TAILS = re.compile(rf"^[\W\d_]{{0,{TAIL_LENGTH_MAX}}}(.*?)[\W\d_]{{0,{TAIL_LENGTH_MAX}}}$", re.DOTALL)
_BETWEEN_WORDS = re.compile(r"[\W_]+")


@dataclass(frozen=True, slots=True, kw_only=True)
class PersonalWords:
    """What is known of a person to everybody around."""

    identifier: str
    first_name: str
    last_name: str
    schools: tuple[str, ...]


def without_tails(password: str) -> str:
    """The word inside: `Dupont2009!` → `Dupont`."""
    found = _TAILS.match(password)
    return found[1] if found else password


def is_personal(password: str, words: PersonalWords) -> str | None:
    """`identifier`, `name` or `school` when the password is little more than that; none when it is its own."""
    forms = {letters(password), letters(without_tails(password))} - {""}
    if forms & set(_identifier_forms(words)):
        return "identifier"
    if forms & set(_name_forms(words)):
        return "name"
    return "school" if forms & set(_school_forms(words)) else None


def shortened(password: str) -> Iterator[str]:
    """A password, and itself less one, two… of the digits and signs at its end: what may hide the first one.

    Each also with the one capital that a first password is printed with, whatever case it was retyped in.
    """
    for dropped in range(FIRST_PASSWORD_TRIES_MAX):
        text = password[: len(password) - dropped]
        if not text or (dropped and password[len(text)].isalpha()):
            return
        yield from dict.fromkeys((text, text.capitalize()))


def _identifier_forms(words: PersonalWords) -> Iterator[str]:
    yield letters(words.identifier)
    yield letters(without_tails(words.identifier))


def _name_forms(words: PersonalWords) -> Iterator[str]:
    first, last = letters(words.first_name), letters(words.last_name)
    yield from (first, last, first + last, last + first)
    for name in (words.first_name, words.last_name):
        yield from (part for part in _parts(name) if len(part) >= PART_LENGTH_MIN)


def _school_forms(words: PersonalWords) -> Iterator[str]:
    for school in words.schools:
        yield letters(school)
        yield "".join(part for part in _parts(school) if part not in GENERIC)


def _parts(name: str) -> list[str]:
    return [letters(part) for part in _BETWEEN_WORDS.split(name)]
