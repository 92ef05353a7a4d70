"""The six digits that a person reads in a mail or an SMS and types back (A19)."""

import secrets
import unicodedata
from datetime import timedelta

CODE_DIGITS = 6
CODE_LIFE = timedelta(minutes=10)
"""From its issue, on the server's clock; the deadline itself is already too late."""

CODE_TRIES_MAX = 5
"""For one code, wherever they come from; the sixth is refused even when it is right."""

CODE_TYPED_MAX = 100
"""Characters of what was typed that are looked at."""


def new_code() -> str:
    """Each of the million codes is as likely as another; zeros in front count."""
    return str(secrets.randbelow(10**CODE_DIGITS)).zfill(CODE_DIGITS)


def read_code(typed: str) -> str | None:
    """What was typed, without the spaces that people put between groups; none when it cannot be a code."""
    text = "".join(unicodedata.normalize("NFKC", typed[:CODE_TYPED_MAX]).split())
    return text if len(text) == CODE_DIGITS and text.isascii() and text.isdigit() else None
