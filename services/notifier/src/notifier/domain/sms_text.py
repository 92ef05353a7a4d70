"""SMS arithmetic and spelling: GSM-7 while it costs nothing of meaning, few parts, whole words (3GPP 23.038)."""

import re
import unicodedata
from dataclasses import dataclass

_BASIC = frozenset(
    "@£$¥èéùìòÇ\nØø\rÅåΔ_ΦΓΛΩΠΨΣΘΞÆæßÉ !\"#¤%&'()*+,-./0123456789:;<=>?"
    "¡ABCDEFGHIJKLMNOPQRSTUVWXYZÄÖÑÜ§¿abcdefghijklmnopqrstuvwxyzäöñüà"
)
_EXTENDED = frozenset("\f^{}\\[~]|€")  # each costs an escape as well

# Same meaning, other signs: always replaced.
_SPELLINGS = str.maketrans(
    {
        "’": "'", "‘": "'", "ʼ": "'", "′": "'", "´": "'", "`": "'",
        "“": '"', "”": '"', "„": '"', "″": '"',
        "–": "-", "—": "-", "‑": "-", "‐": "-", "−": "-", "·": "-", "•": "-",
        "…": "...", "œ": "oe", "Œ": "OE", "ﬁ": "fi", "ﬂ": "fl", "№": "No", "°": "o",
        "×": "x", "÷": "/", "½": "1/2", "¼": "1/4", "¾": "3/4", "²": "2", "³": "3",
    }
)  # fmt: skip
_GUILLEMETS = re.compile(r"«\s*|\s*»")
_SPACES = re.compile(r"\s+")
_CUT_TAIL = " ,;:.-–—'\"("


@dataclass(frozen=True, slots=True)
class Measure:
    """How long a text is for the network: units of its alphabet and the parts that they fill."""

    alphabet: str
    units: int
    parts: int


_LIMITS = {"gsm7": (160, 153), "ucs2": (70, 67)}


def measure(text: str) -> Measure:
    """Count a text as the network will: septets when every sign is GSM-7, else UTF-16 units for all of it."""
    if all(sign in _BASIC or sign in _EXTENDED for sign in text):
        return _measured("gsm7", [1 + (sign in _EXTENDED) for sign in text])
    return _measured("ucs2", [1 + (ord(sign) > 0xFFFF) for sign in text])


def cleaned(text: str) -> str:
    """One line, no control or invisible sign, no emoji, typographic signs in their plain form."""
    plain = _GUILLEMETS.sub('"', unicodedata.normalize("NFC", text)).translate(_SPELLINGS)
    kept = "".join(sign if _is_kept(sign) else " " for sign in plain)
    return _SPACES.sub(" ", kept).strip()


def without_accents(text: str) -> str:
    """Letters outside GSM-7 lose their accent (ê → e, ç → c); é è à ù stay, being in it."""
    return "".join(sign if sign in _BASIC or sign in _EXTENDED else _bare(sign) for sign in text)


def cheapest(text: str) -> str:
    """The text with its accents when they cost no further part, without them when they would."""
    bare = without_accents(text)
    return bare if measure(bare).parts < measure(text).parts else text


def fitted(before: str, title: str, after: str, *, parts_max: int = 1) -> str:
    """`before + title + after` in at most `parts_max` parts: the title alone is cut, on a word.

    All accents when everything fits; without those that GSM-7 lacks when that makes it fit; a cut after that.
    A text that GSM-7 cannot write at all may take two parts.
    """
    whole = cheapest(before + title + after)
    if measure(whole).parts <= parts_max:
        return whole
    before, title, after = (without_accents(piece) for piece in (before, title, after))
    allowed = parts_max if measure(before + title + after).alphabet == "gsm7" else max(2, parts_max)
    if measure(before + title + after).parts <= allowed:
        return before + title + after
    after = after.removeprefix(".")  # the cut ends with dots of its own
    return before + _cut(before, title, after, allowed) + after


def _cut(before: str, title: str, after: str, parts_max: int) -> str:
    low, high = 0, len(title)
    while low < high:
        middle = (low + high + 1) // 2
        if measure(f"{before}{title[:middle]}...{after}").parts <= parts_max:
            low = middle
        else:
            high = middle - 1
    return on_a_word(title, low) + "..."


def on_a_word(text: str, length_max: int) -> str:
    """The longest beginning of the text within the length that ends with a whole word, if one does."""
    if len(text) <= length_max:
        return text
    head = text[: length_max + 1]
    at = head.rfind(" ")
    return (head[:at] if at > length_max // 2 else head[:length_max]).rstrip(_CUT_TAIL)


def _measured(alphabet: str, costs: list[int]) -> Measure:
    alone, chained = _LIMITS[alphabet]
    units = sum(costs)
    return Measure(alphabet, units, 1 if units <= alone else _chained_parts(costs, chained))


def _chained_parts(costs: list[int], room: int) -> int:
    """A sign of two units is never torn between two parts, so parts are filled one sign after another."""
    parts, left = 1, room
    for cost in costs:
        if cost > left:
            parts, left = parts + 1, room
        left -= cost
    return parts


def _is_kept(sign: str) -> bool:
    category = unicodedata.category(sign)
    return category[0] in "LNP" or category in {"Sc", "Sm", "Mn", "Mc"} or sign in _BASIC - {"\n", "\r"}


def _bare(sign: str) -> str:
    letters = [mark for mark in unicodedata.normalize("NFD", sign) if not unicodedata.combining(mark)]
    bare = "".join(letters)
    return bare if bare and all(letter in _BASIC for letter in bare) else sign
