"""Names as people compare them: `LOETITIA` typed by a school and « Lœtitia » on a slip are one first name."""

import unicodedata

_SPELLED = str.maketrans({"œ": "oe", "æ": "ae", "ø": "o", "đ": "d", "ð": "d", "ł": "l", "þ": "th", "ı": "i"})
"""Letters that Unicode does not take apart; case folding has spelled out `ß` before."""


def plain(text: str) -> str:
    """Without case or accents, ligatures in two letters, the rest as it stands: `Cœur d'Élan` → `coeur d'elan`."""
    apart = unicodedata.normalize("NFKD", text).casefold().translate(_SPELLED)
    return "".join(sign for sign in apart if not unicodedata.combining(sign))


def letters(text: str) -> str:
    """Likewise, letters and digits alone, in any script: `Jean-Noël` and `JEANNOEL` → `jeannoel`."""
    return "".join(sign for sign in plain(text) if sign.isalnum())
