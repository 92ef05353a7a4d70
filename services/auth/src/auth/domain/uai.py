"""The national code of an establishment: seven digits and a check letter."""

import re

_SHAPE = re.compile(r"\d{7}[A-Z]")
_LETTERS = "ABCDEFGHJKLMNPRSTUVWXYZ"
"""The 23 letters in use: I, O and Q look too much like digits."""


def has_uai_shape(text: str) -> bool:
    """Whether the text is written as a national code; the letter itself is judged by `has_right_letter`."""
    return text.isascii() and _SHAPE.fullmatch(text) is not None


def has_right_letter(uai: str) -> bool:
    """Whether the letter is the remainder of the seven digits by 23.

    A wrong letter is told and not refused: codes of test and provisional establishments often break the rule,
    and the code has no other use here than being the same everywhere.
    """
    return _LETTERS[int(uai[:7]) % len(_LETTERS)] == uai[7]
