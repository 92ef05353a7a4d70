"""Instants as a family reads them: Europe/Paris, in French."""

from datetime import datetime

from shared.kernel.clock import in_paris

_DAYS = ("lundi", "mardi", "mercredi", "jeudi", "vendredi", "samedi", "dimanche")
_MONTHS = (
    *("janvier", "février", "mars", "avril", "mai", "juin"),
    *("juillet", "août", "septembre", "octobre", "novembre", "décembre"),
)


def french_instant(instant: datetime) -> str:
    """`lundi 22 février 2027 à 6 h 05`; the hour is never cut at the end of a line."""
    there = in_paris(instant)
    day = "1er" if there.day == 1 else str(there.day)
    date = f"{_DAYS[there.weekday()]} {day} {_MONTHS[there.month - 1]} {there.year}"
    return f"{date} à {there.hour}\u00a0h\u00a0{there.minute:02d}"
