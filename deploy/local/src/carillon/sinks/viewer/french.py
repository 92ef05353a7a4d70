"""Instants, sizes and numbers as a French reader writes them; Paris time."""

from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

PARIS = ZoneInfo("Europe/Paris")
_DAYS = ("lundi", "mardi", "mercredi", "jeudi", "vendredi", "samedi", "dimanche")
_MONTHS = (
    "janvier", "février", "mars", "avril", "mai", "juin",
    "juillet", "août", "septembre", "octobre", "novembre", "décembre",
)  # fmt: skip
_THIN_BLANK = "\N{NARROW NO-BREAK SPACE}"
_BLANK = "\N{NO-BREAK SPACE}"
_BYTES_IN_KO = 1_024


def number(value: int) -> str:
    """`8 412`, with a blank that does not break."""
    return f"{value:,}".replace(",", _THIN_BLANK)


def size(size_bytes: int) -> str:
    """`812 octets`, `8,4 ko`, `1,2 Mo`."""
    if size_bytes < _BYTES_IN_KO:
        return f"{size_bytes}{_BLANK}octet{'s' if size_bytes > 1 else ''}"
    unit, value = "ko", size_bytes / _BYTES_IN_KO
    if value >= _BYTES_IN_KO:
        unit, value = "Mo", value / _BYTES_IN_KO
    return f"{value:.1f}{_BLANK}{unit}".replace(".", ",").replace(",0", "")


def clock_time(at: datetime) -> str:
    """`6 h 05`."""
    return f"{at.hour}{_BLANK}h{_BLANK}{at.minute:02}"


def day(at: datetime) -> str:
    """`mardi 24 novembre`, and `1er` for the first of a month."""
    ordinal = "1er" if at.day == 1 else str(at.day)
    return f"{_DAYS[at.weekday()]} {ordinal} {_MONTHS[at.month - 1]}"


def when(instant_s: float, now_s: float) -> str:
    """How one says it: `6 h 05` today, `hier à 6 h 05`, `mardi 24 novembre à 6 h 05` before."""
    at, now = datetime.fromtimestamp(instant_s, PARIS), datetime.fromtimestamp(now_s, PARIS)
    if at.date() == now.date():
        return clock_time(at)
    if at.date() == now.date() - timedelta(days=1):
        return f"hier à {clock_time(at)}"
    return f"{day(at)} à {clock_time(at)}"


def exactly(instant_s: float) -> str:
    """`mardi 24 novembre 2026 à 6 h 05 min 12 s`."""
    at = datetime.fromtimestamp(instant_s, PARIS)
    return f"{day(at)} {at.year} à {clock_time(at)}{_BLANK}min{_BLANK}{at.second:02}{_BLANK}s"


def phone(number_e164: str) -> str:
    """`06 39 98 12 34` for a French number, the others as they are."""
    digits = number_e164.removeprefix("+33")
    if digits == number_e164 or len(digits) != len("639981234"):
        return number_e164
    national = f"0{digits}"
    return _BLANK.join(national[i : i + 2] for i in range(0, len(national), 2))
