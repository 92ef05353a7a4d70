"""The passwords that anybody would try first: an adapter of the port `CommonPasswords`.

The list of frequent ones comes with zxcvbn; what French families choose is added
in a file beside. The word is compared in
small letters, without the digits and signs around it (`Password1!`), and with digits and signs read as letters
(`P@ssw0rd`). Accents count: an é is no e to whoever guesses from a list.
"""

from functools import cache
from importlib.resources import files

from auth.domain.password_personal import without_tails

_FRENCH = "french_passwords.txt"

_LEET = str.maketrans(
    {"@": "a", "4": "a", "0": "o", "3": "e", "1": "i", "!": "i", "$": "s", "5": "s", "7": "t"}
)


@cache
def _listed() -> frozenset[str]:
    """Both lists. Read when a password is first chosen: a command that asks nobody does without."""
    from zxcvbn.frequency_lists import FREQUENCY_LISTS

    french = files("auth.adapters").joinpath(_FRENCH).read_text(encoding="utf-8").split()
    return frozenset(FREQUENCY_LISTS["passwords"]).union(french)


def is_common(password: str) -> bool:
    """Whether a password is one of the lists, or one with little added."""
    small = password.casefold()
    forms = {small, small.translate(_LEET)}
    for text in (small, *_peeled(small)):
        forms |= {text, text.translate(_LEET)}
    return not forms.isdisjoint(_listed())


def _peeled(text: str) -> list[str]:
    """The word inside, without and with the separators between its parts."""
    word = without_tails(text)
    return [word, "".join(character for character in word if character not in " -_.'")]
