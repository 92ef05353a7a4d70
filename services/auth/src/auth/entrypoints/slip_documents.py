"""Slips as documents, group by group as they are made: a page to print, or a table for another program."""

import base64
import csv
import hashlib
import io
from collections.abc import Sequence
from typing import Literal, Protocol

import segno
from markupsafe import Markup

from auth.application.slip_ports import School
from auth.domain.slips import Slip
from auth.entrypoints.french_dates import french_instant
from shared.kit.texts import Catalogue, folder_of

PerSheet = Literal[1, 2, 8]
FOLDER = "slips"

COLUMNS = (
    *("person_id", "profile", "last_name", "first_name", "class"),
    *("identifier", "first_password", "address"),
)
FORMULA_STARTS = ("=", "+", "-", "@", "\t", "\r")
"""How a cell begins that a spreadsheet would carry out; such a cell gets an apostrophe, which shows it as text."""

LONG = {"name": 34, "identifier": 34, "school": 70}
"""Characters from which smaller type is used, so that everything stays on the slip."""


class SlipDocument(Protocol):
    """Texts to be put out one after the other; what `add` gives stands on its own if nothing follows."""

    def begin(self) -> str: ...

    def add(self, slips: Sequence[Slip]) -> str: ...

    def end(self) -> str: ...


class CsvSlips:
    """One line a slip, semicolons between the cells."""

    def __init__(self, address: str) -> None:
        self._address = address

    def begin(self) -> str:
        return _line(COLUMNS)

    def add(self, slips: Sequence[Slip]) -> str:
        return "".join(_line(self._cells(slip)) for slip in slips)

    def end(self) -> str:
        return ""

    def _cells(self, slip: Slip) -> Sequence[str]:
        who = (slip.person_id, slip.profile, slip.last_name, slip.first_name, slip.class_name)
        return (*who, slip.identifier, slip.first_password, self._address)


def _line(cells: Sequence[str]) -> str:
    text = io.StringIO()
    csv.writer(text, delimiter=";", lineterminator="\n").writerow([_harmless(cell) for cell in cells])
    return text.getvalue()


def _harmless(cell: str) -> str:
    return "'" + cell if cell.startswith(FORMULA_STARTS) else cell


class HtmlSlips:
    """A page that needs nothing else, for A4: one, two or eight slips a sheet.

    `left`: how many more slips were asked for than one page holds; it says so, on the screen alone.
    """

    def __init__(self, school: School, *, address: str, per_sheet: PerSheet, left: int = 0) -> None:
        self._school = school
        self._address = address
        self._per_sheet = per_sheet
        self._left = left
        self._count = 0
        from jinja2 import Environment, FileSystemLoader, StrictUndefined

        texts = Catalogue("auth")
        self._templates = Environment(
            loader=FileSystemLoader(folder_of("auth", "templates")),
            autoescape=True,
            undefined=StrictUndefined,
            trim_blocks=True,
            lstrip_blocks=True,
        )
        self._templates.globals |= {"say": texts.say, "school": school, "address": address}

    def begin(self) -> str:
        head = self._templates.get_template(f"{FOLDER}/head.html")
        return head.render(
            per_sheet=self._per_sheet,
            style=Markup(style()),  # noqa: S704 - a file of ours
            qr=_qr(self._address),
            left=self._left,
        )

    def add(self, slips: Sequence[Slip]) -> str:
        return "".join(self._one(slip) for slip in slips)

    def end(self) -> str:
        open_sheet = "</section>\n" if self._count % self._per_sheet else ""
        return f"{open_sheet}</main>\n</body>\n</html>\n"

    def _one(self, slip: Slip) -> str:
        """The slip, with the edges of the sheet that it begins or ends."""
        first = self._count % self._per_sheet == 0
        self._count += 1
        last = self._count % self._per_sheet == 0
        text = self._templates.get_template(f"{FOLDER}/slip.html").render(
            slip=slip,
            until=french_instant(slip.expires_at),
            long=self._long(slip),
        )
        return ('<section class="sheet">\n' if first else "") + text + ("</section>\n" if last else "")

    def _long(self, slip: Slip) -> Sequence[str]:
        lengths = {
            "name": len(slip.first_name) + len(slip.last_name),
            "identifier": len(slip.identifier),
            "school": len(self._school.name),
        }
        return [what for what, length in lengths.items() if length >= LONG[what]]


def style() -> str:
    """The style of the page, which stands in the page itself."""
    return (folder_of("auth", "templates") / FOLDER / "slips.css").read_text(encoding="utf-8")


def content_policy() -> str:
    """What a browser may do with the page: apply this one style, and nothing else."""
    digest = base64.b64encode(hashlib.sha256(style().encode()).digest()).decode()
    return f"default-src 'none'; style-src 'sha256-{digest}'; base-uri 'none'; frame-ancestors 'none'"


def _qr(address: str) -> dict[str, object]:
    """The address as a path of squares; four squares of margin, as ISO 18004 asks."""
    border = 4
    code = segno.make(address, error="m", micro=False)
    rows = code.matrix_iter(border=border)
    path = "".join(f"M{x} {y}.5h1" for y, row in enumerate(rows) for x, dark in enumerate(row) if dark)
    return {"size": code.symbol_size(border=border)[0], "path": path}
