"""Text from people, made fit to be quoted: no control signs, no tricks, whole words; and French dates."""

import re
import unicodedata
from datetime import datetime

from shared.kernel.clock import in_paris

NBSP = "\u00a0"
_SPACES = re.compile(r"\s+")
_LINE_ENDS = re.compile(r"\r\n|[\n\r\v\f\x1c-\x1e\x85\u2028\u2029]")
_ENCODED_WORD = re.compile(r"=+\?+")
_JOINERS = {"\u200c", "\u200d"}  # parts of words and of emoji
_BLANK_LINES = re.compile(r"\n{3,}")
_CUT_TAIL = " ,;:.!?-–—«(·"

_DAYS = ("lundi", "mardi", "mercredi", "jeudi", "vendredi", "samedi", "dimanche")
_MONTHS = (
    "janvier", "février", "mars", "avril", "mai", "juin", "juillet", "août",
    "septembre", "octobre", "novembre", "décembre",
)  # fmt: skip


def one_line(text: str) -> str:
    """A person's words on one line, without controls, bidirectional overrides or private-use signs."""
    if _is_clean(text):
        return text
    kept = "".join(sign if _is_safe(sign) else " " for sign in unicodedata.normalize("NFC", text))
    return _SPACES.sub(" ", kept).strip()


def header_line(text: str) -> str:
    """One line fit for a header: nothing in it can be taken for an encoded word (RFC 2047)."""
    return _SPACES.sub(" ", _ENCODED_WORD.sub("", one_line(text))).strip()


def paragraphs(text: str) -> list[list[str]]:
    """A person's text as paragraphs of lines, each line cleaned."""
    lines = "\n".join(_without_controls(line) for line in _LINE_ENDS.split(text))
    blocks = _BLANK_LINES.sub("\n\n", lines).strip("\n").split("\n\n")
    return [block.split("\n") for block in blocks if block.strip()]


def cut(text: str, length_max: int) -> str:
    """The text within the length, cut after a whole word and marked with an ellipsis."""
    if len(text) <= length_max:
        return text
    head = text[:length_max]
    at = head.rfind(" ")
    return (head[:at] if at > length_max // 2 else head[:-1]).rstrip(_CUT_TAIL) + "…"


def enumerated(words: tuple[str, ...]) -> str:
    """« Inès », « Inès et Léo », « Inès, Léo et Zoé »."""
    if len(words) < 2:
        return "".join(words)
    return f"{', '.join(words[:-1])} et {words[-1]}"


def spoken_time(instant: datetime) -> str:
    """« 6 h 05 », as a clock on a wall in Paris."""
    local = in_paris(instant)
    minutes = f"{NBSP}{local.minute:02d}" if local.minute else ""
    return f"{local.hour}{NBSP}h{minutes}"


def spoken_date(instant: datetime) -> str:
    """« mardi 24 novembre à 6 h 05 »."""
    local = in_paris(instant)
    day = "1er" if local.day == 1 else str(local.day)
    return f"{_DAYS[local.weekday()]} {day}{NBSP}{_MONTHS[local.month - 1]} à {spoken_time(instant)}"


def short_date(instant: datetime) -> str:
    """« 24/11 à 6 h 05 », where every sign counts."""
    local = in_paris(instant)
    return f"{local.day:02d}/{local.month:02d} à {spoken_time(instant)}"


def _without_controls(line: str) -> str:
    return "".join(sign if _is_safe(sign) else " " for sign in unicodedata.normalize("NFC", line)).rstrip()


def _is_clean(text: str) -> bool:
    """Whether a text is as `one_line` would leave it: nearly every name is, and this looks at it ten times faster."""
    return (
        text.isprintable()
        and "  " not in text
        and not text.startswith(" ")
        and not text.endswith(" ")
        and unicodedata.is_normalized("NFC", text)
    )


def _is_safe(sign: str) -> bool:
    """Everything but controls, invisible formatting, surrogates, private use and unassigned signs."""
    return unicodedata.category(sign)[0] != "C" or sign in _JOINERS
