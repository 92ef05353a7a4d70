"""How many parts a text message takes on the air (3GPP TS 23.038 and 23.040)."""

from dataclasses import dataclass
from typing import Literal

GSM7_BASIC = frozenset(
    "@£$¥èéùìòÇ\nØø\rÅåΔ_ΦΓΛΩΠΨΣΘΞÆæßÉ !\"#¤%&'()*+,-./0123456789:;<=>?"
    "¡ABCDEFGHIJKLMNOPQRSTUVWXYZÄÖÑÜ§¿abcdefghijklmnopqrstuvwxyzäöñüà"
)
GSM7_EXTENDED = frozenset("^{}\\[~]|€\f")  # each takes an escape before it
_ONE_PART_UNITS = {"GSM-7": 160, "UCS-2": 70}
_MANY_PARTS_UNITS = {"GSM-7": 153, "UCS-2": 67}  # less the header that joins the parts

Alphabet = Literal["GSM-7", "UCS-2"]


@dataclass(frozen=True, slots=True)
class Parts:
    """`units` are septets in GSM-7 and 16-bit units in UCS-2; `room` is what the parts could hold."""

    alphabet: Alphabet
    count: int
    units: int
    room: int


def parts_of(body: str) -> Parts:
    """Fill the parts as a telephone does: what takes two units is never cut in the middle."""
    alphabet: Alphabet = "GSM-7" if all(c in GSM7_BASIC or c in GSM7_EXTENDED for c in body) else "UCS-2"
    widths = [_width(character, alphabet) for character in body]
    units = sum(widths)
    one_part = _ONE_PART_UNITS[alphabet]
    if units <= one_part:
        return Parts(alphabet, 1, units, one_part)
    part_max = _MANY_PARTS_UNITS[alphabet]
    count = _filled(widths, part_max)
    return Parts(alphabet, count, units, count * part_max)


def _width(character: str, alphabet: Alphabet) -> int:
    if alphabet == "GSM-7":
        return 2 if character in GSM7_EXTENDED else 1
    return 2 if ord(character) > 0xFFFF else 1


def _filled(widths: list[int], part_max: int) -> int:
    count, used = 1, 0
    for width in widths:
        if used + width > part_max:
            count, used = count + 1, 0
        used += width
    return count
