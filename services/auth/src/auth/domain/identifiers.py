"""The identifier printed on a slip: first name, full stop, last name, in ASCII; a number when taken.

It is given once and kept for life: a new name does not change it. The stem holds no digit, so a stem followed
by a number is never another person's stem.
"""

import re

from auth.domain.names import plain

STEM_LENGTH_MAX = 60
NAMELESS = "compte"

_APART = re.compile(r"[\s\-\u2010-\u2015_]+")
_FOREIGN = re.compile(r"[^a-z\-]")


def identifier_stem(first_name: str, last_name: str) -> str:
    """`Élodie`, `N'Guyen de la Tour` → `elodie.nguyen-de-la-tour`."""
    parts = [part for part in (_ascii(first_name), _ascii(last_name)) if part]
    stem = ".".join(parts)[:STEM_LENGTH_MAX].strip(".-")
    return stem or NAMELESS


def identifier(stem: str, number: int) -> str:
    """The first holder of a stem has no number, the second has 2."""
    return stem if number == 1 else f"{stem}{number}"


def _ascii(name: str) -> str:
    return _FOREIGN.sub("", _APART.sub("-", plain(name))).strip("-")
