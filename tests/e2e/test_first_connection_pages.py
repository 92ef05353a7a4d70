"""The wizard in a real browser: the rules while one types, the keyboard alone, narrow windows, every state by axe."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from auth.domain.password_policy import RULES, judge, uncounted
from tests.chromium import (
    axe_violations_in_both_schemes,
    chromium,
    focus_order,
    focused,
    screenshot,
    scrolls_sideways,
)
from tests.e2e.auth_pages import AuthPages
from tests.e2e.journey import CHOSEN, CONTACTS, NEW, is_reached
from tests.html_tree import plain
from tests.unit.auth.charter_examples import charter_directory
from tests.unit.auth.test_password_policy import CASES

__all__ = ["chromium"]

PASSWORD, CONFIRMATION = "#champ-mot_de_passe", "#champ-confirmation"
JUDGED_WHILE_TYPING = """([field, typed]) => typed.map((password) => {
    const input = document.querySelector(field);
    input.value = password;
    input.dispatchEvent(new Event("input", { bubbles: true }));
    const states = [...document.querySelectorAll("[data-rule]")].map((each) => [each.dataset.rule, each.dataset.state]);
    return { verdicts: Object.fromEntries(states), told: document.querySelector("[data-uncounted]").innerText };
})"""
"""What the page says of each password, one after the other, without leaving it."""
VERDICTS = """() => Object.fromEntries(
    [...document.querySelectorAll("[data-rule]")].map((each) => [each.dataset.rule, each.dataset.state]))"""
TYPED = [password for password, broken in CASES if "unprintable" not in broken]
"""The cases of the server's table, but for those that no field takes."""
STATES = [
    ("charter", "eleve"),
    ("charter", "parent"),
    ("password", "eleve"),
    ("contacts", "eleve"),
    ("contacts", "parent"),
]


@pytest.fixture
def at_password(auth: AuthPages, chromium: Any) -> Iterator[Any]:
    with auth.visited_by(chromium, step="password") as page:
        yield page


def hint(page: Any) -> str:
    return plain(page.inner_text("[data-uncounted]"))


@pytest.mark.requirement("R16", "R17", "R18", "R19", "R20", "R21")
def test_the_page_judges_as_the_server_does_while_one_types(at_password: Any) -> None:
    said = at_password.evaluate(JUDGED_WHILE_TYPING, [PASSWORD, TYPED])

    assert dict(zip(TYPED, (each["verdicts"] for each in said), strict=True)) == {
        password: {rule.slug: "unmet" if rule.slug in judge(password) else "met" for rule in RULES}
        for password in TYPED
    }


@pytest.mark.requirement("R21")
def test_characters_that_do_not_count_are_told_as_on_the_server(at_password: Any) -> None:
    said = at_password.evaluate(JUDGED_WHILE_TYPING, [PASSWORD, TYPED])

    for password, told in zip(TYPED, (plain(each["told"]) for each in said), strict=True):
        assert bool(told) == bool(uncounted(password)), password
        assert all(plain(each) in told for each in uncounted(password) if not each.isspace()), password


@pytest.mark.requirement("R21")
def test_a_dollar_is_said_not_to_count(at_password: Any) -> None:
    at_password.fill(PASSWORD, "Abcdef1$")
    one = hint(at_password)
    at_password.fill(PASSWORD, "Abcdef1$ €")
    several = hint(at_password)
    at_password.fill(PASSWORD, "Abcdef1!")

    assert one == "$ ne compte pas comme caractère spécial."
    assert several == "L'espace, $, € ne comptent pas comme caractères spéciaux."
    assert hint(at_password) == ""


@pytest.mark.requirement("R16")
def test_the_rules_are_there_before_anything_is_typed(at_password: Any) -> None:
    assert at_password.locator("[data-rule]").count() == 5
    assert at_password.evaluate(VERDICTS) == dict.fromkeys([rule.slug for rule in RULES])


@pytest.mark.requirement("R16")
def test_a_rule_that_is_met_is_said_in_words_and_counted_once(at_password: Any) -> None:
    at_password.fill(PASSWORD, "abcdefgh")

    first = plain(at_password.inner_text("[data-rule=length]"))
    left = plain(at_password.text_content("[data-rules-left]"))

    assert first == "Inclure au moins 8 caractères (respecté)"
    assert left == "Il reste 3 règles à respecter."


@pytest.mark.requirement("R22")
def test_the_confirmation_is_judged_when_it_can_no_longer_become_right(at_password: Any) -> None:
    said = []
    at_password.fill(PASSWORD, CHOSEN)
    for typed in (CHOSEN[:3], CHOSEN, CHOSEN + "x"):
        at_password.fill(CONFIRMATION, typed)
        said.append(plain(at_password.inner_text("[data-same]")))

    assert said == [
        "",
        "La confirmation est identique.",
        "La confirmation n'est pas identique au mot de passe.",
    ]


@pytest.mark.requirement("R22")
def test_a_confirmation_left_half_way_is_told(at_password: Any) -> None:
    at_password.fill(PASSWORD, CHOSEN)
    at_password.fill(CONFIRMATION, CHOSEN[:3])
    at_password.focus(PASSWORD)

    assert plain(at_password.inner_text("[data-same]")).startswith("La confirmation n'est pas identique")


@pytest.mark.requirement("R9", "R23")
@pytest.mark.parametrize("step", ["charter", "password"])
def test_after_a_refusal_the_summary_has_the_focus_and_leads_to_the_field(
    auth: AuthPages, chromium: Any, step: str
) -> None:
    with auth.visited_by(chromium, step=step) as page:
        page.get_by_role("button", name="Valider").click()
        page.locator(".error-summary:focus").wait_for()
        at_summary = focused(page)
        page.keyboard.press("Tab")
        page.keyboard.press("Enter")
        field = page.evaluate("document.activeElement.id")
        screenshot(page, f"premiere-connexion-{step}-a-corriger")

        assert at_summary.startswith("Il reste")
        assert field.startswith("champ-")
        assert axe_violations_in_both_schemes(page) == []
        assert scrolls_sideways(page) == []


@pytest.mark.parametrize(("step", "profile"), STATES)
def test_every_step_is_accessible_and_fits(auth: AuthPages, chromium: Any, step: str, profile: str) -> None:
    with auth.visited_by(chromium, step=step, profile=profile) as page:
        screenshot(page, f"premiere-connexion-{step}-{profile}")

        assert axe_violations_in_both_schemes(page) == []
        assert scrolls_sideways(page) == []


def test_what_is_said_while_typing_is_accessible_and_fits(at_password: Any) -> None:
    at_password.fill(PASSWORD, "abc$ €")
    at_password.fill(CONFIRMATION, "autre")
    screenshot(at_password, "premiere-connexion-password-en-direct")
    halfway = axe_violations_in_both_schemes(at_password)
    at_password.fill(PASSWORD, CHOSEN)
    at_password.fill(CONFIRMATION, CHOSEN)
    screenshot(at_password, "premiere-connexion-password-juste")

    assert halfway + axe_violations_in_both_schemes(at_password) == []
    assert scrolls_sideways(at_password) == []


def test_the_charter_of_the_pupils_opened_by_a_parent_is_accessible(auth: AuthPages, chromium: Any) -> None:
    with auth.visited_by(chromium, profile="parent") as page:
        page.get_by_text("Lire aussi").click()
        screenshot(page, "premiere-connexion-charter-parent-ouverte", widths=(360,))

        assert axe_violations_in_both_schemes(page) == []
        assert scrolls_sideways(page) == []


@pytest.mark.requirement("R11", "R12", "R13")
@pytest.mark.parametrize(("width", "height"), [(320, 480), (320, 256)])
@pytest.mark.parametrize("profile", ["eleve", "parent", "enseignant"])
def test_box_and_buttons_of_every_step_are_reached_in_the_smallest_windows(
    auth: AuthPages, chromium: Any, width: int, height: int, profile: str
) -> None:
    """320 × 480, and 1280 × 1024 at 400 %: nothing covers them, nothing scrolls inside the page."""
    with auth.visited_by(chromium, profile=profile) as page:
        page.set_viewport_size({"width": width, "height": height})
        box = page.get_by_role("checkbox")
        valid, end = (page.get_by_role("button", name=name, exact=True) for name in ("Valider", "Terminer"))

        assert (is_reached(box), is_reached(valid), _inner_scrollers(page)) == (True, True, [])
        box.click()
        valid.click()
        assert plain(page.inner_text("h1")) == NEW
        assert (is_reached(valid), _inner_scrollers(page)) == (True, [])
        page.fill(PASSWORD, CHOSEN)
        page.fill(CONFIRMATION, CHOSEN)
        valid.click()
        assert plain(page.inner_text("h1")) == CONTACTS
        assert (is_reached(end), _inner_scrollers(page)) == (True, [])
        end.click()
        page.wait_for_url("**/?fait=first_connection_finished")
        assert page.evaluate("location.pathname") == "/"


@pytest.mark.requirement("R11", "R12", "R13")
def test_there_is_no_banner_and_the_foot_says_what_cookies_are_for(auth: AuthPages, chromium: Any) -> None:
    with auth.visited_by(chromium) as page:
        floating = page.evaluate(
            """() => [...document.querySelectorAll("body *")].filter((each) =>
            ["fixed", "sticky"].includes(getComputedStyle(each).position)).length"""
        )

        notice = page.get_by_text("cookies nécessaires à la connexion")
        page.get_by_role("link", name="Vos données").click()

        assert floating == 0
        assert page.get_by_role("dialog").count() == 0
        assert page.evaluate("location.pathname") == "/confidentialite"
        assert notice.is_visible()


@pytest.mark.requirement("R7", "R8", "R10")
def test_a_new_charter_at_the_next_start_stops_those_who_are_signed_in(
    auth: AuthPages, chromium: Any, tmp_path: Path
) -> None:
    """Afterwards whoever had finished goes straight back to the portal."""
    with auth.visited_by(chromium, step="active") as page:
        before = page.evaluate("location.pathname")
        auth.ends()
        auth.starts(CHARTERS_DIRECTORY=str(charter_directory(tmp_path)))
        try:
            refused = page.goto(f"{auth.url}/").status
            page.goto(f"{auth.url}/premiere-connexion")
            page.get_by_role("checkbox", name="Je l'ai lue").check()
            page.get_by_role("button", name="Valider").click()
            after = page.evaluate("location.pathname")
        finally:
            auth.ends()
            auth.starts()

    assert (before, refused, after) == ("/", 403, "/")


@pytest.mark.requirement("R7")
def test_the_tab_order_follows_the_page(at_password: Any) -> None:
    at_password.focus(PASSWORD)

    assert focus_order(at_password, 4) == [
        "Afficher le mot de passe",
        "Confirmation (*)",
        "Afficher le mot de passe",
        "Valider",
    ]


def _inner_scrollers(page: Any) -> list[str]:
    found: list[str] = page.evaluate(
        """() => [...document.querySelectorAll("main, main *")].filter((each) =>
        ["auto", "scroll"].includes(getComputedStyle(each).overflowY)).map((each) => each.outerHTML.slice(0, 80))"""
    )
    return found
