"""The desk in a real browser: every state by axe, narrow windows, and slips that print as they were asked for."""

from collections.abc import Iterator
from io import BytesIO
from typing import Any

import pytest
from pypdf import PdfReader

from tests.chromium import axe_violations_in_both_schemes, chromium, screenshot, scrolls_sideways
from tests.e2e.auth_pages import AuthPages

__all__ = ["chromium"]

UAI = "0690001T"
PEOPLE = """
insert into account
    (person_id, profile, last_name, first_name, identifier, identifier_stem, identifier_number, created_at)
select 'e' || n, 'eleve', 'Rakotomalala-Andriamanjato', 'Léo', 'leo' || n, 'leo', n, now()
from generate_series(1, 40) as n;
insert into attachment (person_id, uai, class_name)
select 'e' || n, '0690001T', case when n % 2 = 0 then '6e A' else '5e « Segpa » groupe 2' end
from generate_series(1, 40) as n;
insert into desk_grant (person_id, uai, granted_at, granted_by) select person_id, uai, now(), 'test'
from attachment join account using (person_id) where profile = 'personnel' on conflict do nothing;
"""
GRANTED = PEOPLE[PEOPLE.index("insert into desk_grant") :]


@pytest.fixture(scope="module")
def school(auth: AuthPages) -> None:
    auth.new_person(profile="personnel", step="active")
    auth.sql(PEOPLE)


@pytest.fixture
def desk(auth: AuthPages, school: None, chromium: Any) -> Iterator[Any]:
    with auth.visited_by(chromium, profile="personnel", step="active", width=1280) as page:
        auth.sql(GRANTED)
        page.goto(f"{auth.url}/etablissement/")
        yield page


def asked_to_print(page: Any) -> None:
    page.select_option("select[name=classe]", index=1)
    page.get_by_role("button", name="Imprimer les fiches").click()
    page.locator(".slip").last.wait_for()


@pytest.mark.parametrize(
    ("name", "path"),
    [
        ("desk", ""),
        ("desk-found", "?nom=leo"),
        ("desk-nobody", "?nom=personne"),
        ("desk-somebody", "/personne/e1"),
        ("desk-stranger", "/personne/nobody"),
    ],
)
def test_the_desk_has_no_fault_and_fits_a_telephone(auth: AuthPages, desk: Any, name: str, path: str) -> None:
    desk.goto(f"{auth.url}/etablissement/{UAI}{path}")

    assert axe_violations_in_both_schemes(desk) == []
    assert scrolls_sideways(desk) == []
    screenshot(desk, name)


def test_a_class_that_was_not_chosen_is_said_beside_the_field(desk: Any) -> None:
    desk.get_by_role("button", name="Imprimer les fiches").click()

    assert desk.get_by_role("combobox").get_attribute("aria-invalid") == "true"
    assert axe_violations_in_both_schemes(desk) == []
    assert scrolls_sideways(desk) == []
    screenshot(desk, "desk-error", widths=(1280,))


def test_without_the_right_the_page_says_whom_to_ask(auth: AuthPages, chromium: Any) -> None:
    with auth.visited_by(chromium, profile="enseignant", step="active") as page:
        page.goto(f"{auth.url}/etablissement/{UAI}")

        assert "Cette page ne vous est pas ouverte" in page.inner_text("h1")
        assert axe_violations_in_both_schemes(page) == []
        assert scrolls_sideways(page) == []


@pytest.mark.requirement("R5")
def test_the_slips_of_a_class_print_eight_on_a_sheet(desk: Any) -> None:
    asked_to_print(desk)

    pdf = PdfReader(BytesIO(desk.pdf(prefer_css_page_size=True, print_background=True)))

    assert desk.locator(".slip").count() == 20
    assert len(pdf.pages) == 3
    assert desk.evaluate("getComputedStyle(document.querySelector('.sheet')).display") == "grid"
    screenshot(desk, "desk-slips", widths=(1280, 360), schemes=("light",))
