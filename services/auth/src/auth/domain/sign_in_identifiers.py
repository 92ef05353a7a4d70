"""An identifier as people type it from a slip, and the key under which guesses against it are counted."""

import hashlib
import unicodedata

TYPED_LENGTH_MAX = 200
_KEY_PREFIX = b"carillon identifier\x00"


def normalised(typed: str) -> str:
    """What is looked up, for what was typed.

    Compatibility forms are plain letters, ASCII capitals are small ones, spaces around and what cannot be seen are
    gone: a telephone capitalises the first letter and adds a space after a word; identifiers hold neither.
    """
    text = unicodedata.normalize("NFKC", typed[:TYPED_LENGTH_MAX])
    visible = "".join(character for character in text if unicodedata.category(character)[0] != "C").strip()
    return "".join(character.lower() if character.isascii() else character for character in visible)


def account_key(identifier: str) -> bytes:
    """The same for a known and an unknown identifier, and no list of who was tried."""
    return hashlib.sha256(_KEY_PREFIX + identifier.encode("utf-8", "surrogatepass")).digest()
