"""The first password, printed on a slip: drawn at random, easy to read aloud and to type on a telephone (R5, A20).

`Bdfk-mnrt-cvwx-4729`: a capital, letters, then digits. Groups are of letters or of digits, never of both, and the
last dash stands on the same keyboard of a telephone as the digits. No letter looks like another one, there is no
vowel to make a word with, and the capital is one whose shape differs from its small letter. It keeps the five rules
that everybody's password keeps, so nothing has to be relaxed for it.
"""

from collections.abc import Callable
from datetime import datetime, timedelta

FIRST_PASSWORD_LIFE = timedelta(days=90)

CAPITALS = "BDFGHJMNRT"
LETTERS = "bcdfghjkmnprstvwxz"
DIGITS = "23456789"
GROUP_LENGTH = 4
LETTER_GROUPS = 3
SEPARATOR = "-"
"""One of the 27 specials, so that the rule about them is kept by what makes it readable."""

NEVER_PRINTED = ("fdp", "kkk", "ntm", "pd", "ss", "tg")
"""Insults that need no vowel: a pupil's slip does not carry them."""

Choose = Callable[[str], str]
"""Draws one of the characters of a text, each as likely as the others; `secrets.choice` where it matters."""


def first_password(choose: Choose) -> str:
    """A new one: more than 60 bits that nobody can guess."""
    first = _letters(choose, CAPITALS)
    others = [_letters(choose, LETTERS) for _ in range(LETTER_GROUPS - 1)]
    digits = "".join(choose(DIGITS) for _ in range(GROUP_LENGTH))
    return SEPARATOR.join([first, *others, digits])


def expires_at(made_at: datetime) -> datetime:
    """When a first password made now stops opening anything; that instant itself is already too late."""
    return made_at + FIRST_PASSWORD_LIFE


def _letters(choose: Choose, initials: str) -> str:
    """A group, drawn again as a whole when it says what it should not."""
    while True:
        group = choose(initials) + "".join(choose(LETTERS) for _ in range(GROUP_LENGTH - 1))
        if not any(rude in group.lower() for rude in NEVER_PRINTED):
            return group
