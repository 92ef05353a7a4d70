"""Slips as a printer gets them: pages counted, the code scanned, nothing cut off, whatever the names."""

from collections.abc import Iterator
from datetime import UTC, datetime
from io import BytesIO
from typing import Any

import pytest
import zxingcpp
from PIL import Image
from pypdf import PdfReader

from auth.application.slip_ports import School
from auth.domain.slips import Slip
from auth.entrypoints.slip_documents import HtmlSlips, PerSheet, content_policy
from tests.chromium import axe_violations, chromium, opened_page, screenshot

__all__ = ["chromium"]

ADDRESS = "https://ent.auvergnerhonealpes.example.org"
LONG_SCHOOL = (
    "Cité scolaire internationale et lycée polyvalent Marguerite-Durand-d'Été de Saint-Germain-des-Fossés"
)
LONGEST = {
    "first_name": "Marie-Charlotte Élisabeth",
    "last_name": "de Villeneuve-Beauregard de Saint-Germain-des-Fossés",
    "identifier": "marie-charlotte-elisabeth.de-villeneuve-beauregard-de-saint12",
    "class_name": "1re STI2D groupe B",
    "children": ("Marie-Charlotte Élisabeth", "Pierre-Emmanuel"),
    "profile": "parent",
}
PLAIN = {
    "first_name": "Léo",
    "last_name": "Vial",
    "identifier": "leo.vial",
    "class_name": "6e B",
    "profile": "eleve",
}
HIDDEN = """() => [...document.querySelectorAll(".slip")].flatMap((slip) => {
  const edge = slip.getBoundingClientRect();
  return [...slip.querySelectorAll("h2, dd, dt, li, footer p, .qr, .school")].filter((part) => {
    const box = part.getBoundingClientRect();
    const shown = getComputedStyle(part).display !== "none";
    return shown && (box.height < 4 || box.bottom > edge.bottom || box.right > edge.right
      || part.scrollHeight > part.clientHeight + 2 && part.clientHeight > 0);
  }).map((part) => part.outerHTML.slice(0, 80));
})"""


def a_slip(number: int, **given: Any) -> Slip:
    common = {
        "person_id": f"E{number}",
        "children": (),
        "first_password": "Bcdf-ghjk-mnpr-2345",
        "expires_at": datetime(2027, 2, 22, 5, 5, tzinfo=UTC),
    }
    return Slip(**(common | given))


def document(
    per_sheet: PerSheet, count: int, school: str = "Collège Les Tilleuls-Dorés", **given: Any
) -> str:
    page = HtmlSlips(School(uai="0690001T", name=school), address=ADDRESS, per_sheet=per_sheet)
    slips = [a_slip(number, **(given or PLAIN)) for number in range(count)]
    return page.begin() + page.add(slips) + page.end()


@pytest.fixture
def paper(chromium: Any) -> Iterator[Any]:
    with opened_page(chromium, width=794) as page:
        yield page


@pytest.mark.parametrize(
    ("per_sheet", "count", "sheets"),
    [(1, 3, 3), (2, 4, 2), (2, 5, 3), (8, 8, 1), (8, 9, 2), (8, 17, 3)],
)
def test_the_printer_gets_exactly_the_sheets_that_are_needed(
    paper: Any, per_sheet: PerSheet, count: int, sheets: int
) -> None:
    paper.set_content(document(per_sheet, count))

    pdf = PdfReader(BytesIO(paper.pdf(prefer_css_page_size=True, print_background=True)))

    assert len(pdf.pages) == sheets
    assert [round(float(side) / 72 * 25.4) for side in pdf.pages[0].mediabox[2:]] == [210, 297]
    assert sum(page.extract_text().count("Bcdf-ghjk-mnpr-2345") for page in pdf.pages) == count


@pytest.mark.requirement("R1")
@pytest.mark.parametrize("per_sheet", [1, 2, 8])
def test_a_telephone_reads_the_address_of_the_portal_from_every_slip(paper: Any, per_sheet: PerSheet) -> None:
    paper.set_content(document(per_sheet, per_sheet))
    paper.emulate_media(media="print")
    paper.set_viewport_size({"width": 794, "height": 1123})

    read = zxingcpp.read_barcodes(Image.open(BytesIO(paper.screenshot())))

    assert [code.text for code in read] == [ADDRESS] * per_sheet


@pytest.mark.parametrize("per_sheet", [1, 2, 8])
@pytest.mark.parametrize(("school", "given"), [("Collège Y", PLAIN), (LONG_SCHOOL, LONGEST)])
def test_nothing_is_cut_off_whatever_the_names(
    paper: Any, per_sheet: PerSheet, school: str, given: dict[str, Any]
) -> None:
    paper.set_content(document(per_sheet, per_sheet, school, **given))
    paper.emulate_media(media="print")

    assert paper.evaluate(HIDDEN) == []
    screenshot(paper, f"slips-{per_sheet}-{len(school)}", widths=(794,), schemes=("light",))


def test_the_page_has_no_fault_and_obeys_the_policy_it_is_sent_with(paper: Any) -> None:
    html = document(8, 9, LONG_SCHOOL, **LONGEST)
    refused: list[str] = []
    paper.on("console", lambda message: refused.append(message.text))
    paper.route(
        "**/fiches",
        lambda route: route.fulfill(
            body=html,
            content_type="text/html; charset=utf-8",
            headers={"Content-Security-Policy": content_policy()},
        ),
    )

    paper.goto("http://ent.test/fiches")

    assert axe_violations(paper) == []
    assert refused == []
    assert paper.evaluate("getComputedStyle(document.querySelector('.sheet')).display") == "grid"
