"""Journey 4: Mme Vial prints a class; what she hands out opens accounts, once printed is printed, one slip is made again."""

import re
from dataclasses import dataclass
from io import BytesIO
from math import ceil
from typing import Any

import pytest
import zxingcpp
from PIL import Image
from pypdf import PdfReader

from carillon.sample.people import VIAL
from tests.chromium import chromium
from tests.e2e.journey import CHARTER, IDENTIFIER, NEXT_STEP, PASSWORD, Cast, Walk, walking
from tests.e2e.portal import Portal
from tests.html_tree import plain

__all__ = ["chromium"]

DESK = "/etablissement/"
PER_SHEET = 8
PRINTABLE = re.compile(r"(?P<name>.+) \((?P<count>\d+) à imprimer\)")
PAPER = {"width": 794, "height": 1123}
"""A4 at 96 dots to the inch."""


@dataclass(frozen=True, slots=True)
class Printed:
    """A slip as it is read."""

    name: str
    whose: str
    identifier: str
    password: str


def slips_on(walk: Walk) -> list[Printed]:
    parts = ("h2", ".whose p:first-child", ".identifier", ".password")
    return [
        Printed(*(plain(slip.locator(part).inner_text()) for part in parts))
        for slip in walk.page.locator(".slip").all()
    ]


def open_desk(walk: Walk, cast: Cast, *, later_s: int = 0) -> None:
    """`later_s`: how long ago she gave her password."""
    walk.sign_in(cast.person(VIAL))
    if later_s:
        walk.portal.pass_time(later_s)
    walk.go(DESK)


def classes(walk: Walk) -> dict[str, int]:
    """How many slips there are to print, class by class."""
    if not walk.page.get_by_label("Classe", exact=True).count():
        return {}
    options = [plain(each) for each in walk.page.locator("select option").all_inner_texts()]
    found = [PRINTABLE.fullmatch(each) for each in options]
    return {each["name"]: int(each["count"]) for each in found if each}


def print_class(walk: Walk, name: str) -> None:
    option = walk.page.locator("select option").filter(has_text=f"{name} (").inner_text()
    walk.page.get_by_label("Classe", exact=True).select_option(label=option)
    walk.page.get_by_role("radio", name="8 : des étiquettes à découper").check()
    walk.press("Imprimer les fiches")


def reissue(walk: Walk, name: str) -> None:
    """Look somebody of the school up, and have the slip made again."""
    walk.go(DESK)
    walk.fill("Nom ou prénom", name)
    walk.press("Chercher")
    walk.photograph("fiches-trouve")
    walk.page.locator(".found a").filter(has_text=name).first.click()
    walk.photograph("fiches-personne")
    walk.page.get_by_role("button", name="Refaire la fiche").click()


def opens(portal: Portal, chromium: Any, slip: Printed) -> tuple[str, str]:
    """Where the credentials of a slip lead, and to whose account."""
    with walking(portal, chromium) as walk:
        walk.go("/")
        walk.type(IDENTIFIER, slip.identifier)
        walk.type(PASSWORD, slip.password)
        walk.press("Se connecter")
        name = walk.page.locator(".account-name")
        return walk.path, plain(name.inner_text()).upper() if name.count() else ""


@pytest.mark.requirement("R5", "R6")
def test_a_class_is_printed_handed_out_and_one_slip_made_again(
    portal: Portal, cast: Cast, chromium: Any
) -> None:
    with walking(portal, chromium, width=1280) as walk:
        open_desk(walk, cast, later_s=601)
        before = classes(walk)
        name = max(before, key=lambda each: before[each])
        walk.photograph("fiches")
        print_class(walk, name)
        _confirms_when_asked(walk, cast.person(VIAL).password)
        print_class(walk, name)
        printed = slips_on(walk)
        walk.look("fiches-a-imprimer")
        _is_a_paper(walk, portal, before[name])

        pupil = next(slip for slip in printed if slip.whose == "Élève")
        walk.go(DESK)
        after = classes(walk)
        reissue(walk, pupil.name.split()[0])
        (again,) = slips_on(walk)

        assert len(printed) == before[name]
        assert len({slip.password for slip in printed}) == len(printed)
        assert name not in after
        assert all(after[each] <= before[each] for each in after)
        assert (again.identifier, again.name) == (pupil.identifier, pupil.name)
        assert opens(portal, chromium, pupil) == ("/connexion", "")
        assert opens(portal, chromium, again) == (NEXT_STEP, pupil.name.upper())
        assert opens(portal, chromium, printed[-1]) == (NEXT_STEP, printed[-1].name.upper())


def _confirms_when_asked(walk: Walk, password: str) -> None:
    assert walk.path == "/connexion/confirmer"
    walk.photograph("confirmer")
    walk.fill(PASSWORD, "Pas le bon 7!")
    walk.press("Continuer")
    walk.photograph("confirmer-refuse")
    assert walk.errors == ["Ce n'est pas votre mot de passe. Réessayez."]
    walk.fill(PASSWORD, password)
    walk.press("Continuer")
    assert walk.path.startswith(DESK)


def _is_a_paper(walk: Walk, portal: Portal, count: int) -> None:
    """Eight on a sheet; a telephone reads the portal's address from each."""
    pdf = PdfReader(BytesIO(walk.page.pdf(prefer_css_page_size=True, print_background=True)))
    walk.page.emulate_media(media="print")
    walk.page.set_viewport_size(PAPER)
    read = zxingcpp.read_barcodes(Image.open(BytesIO(walk.page.screenshot(full_page=True))))
    walk.page.emulate_media(media="screen")

    assert len(pdf.pages) == ceil(count / PER_SHEET)
    assert {code.text for code in read} == {portal.front}
    assert len(read) == count


@pytest.mark.requirement("R5")
def test_a_teacher_without_the_right_is_told_whom_to_ask(portal: Portal, cast: Cast, chromium: Any) -> None:
    with walking(portal, chromium) as walk:
        walk.sign_in(cast.settled("enseignant"))
        status = walk.go(DESK)
        walk.photograph("fiches-sans-droit")

        assert status == 403
        assert walk.heading == "Cette page ne vous est pas ouverte"
        assert CHARTER not in walk.text
