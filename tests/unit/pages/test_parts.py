"""The parts of pages say the same thing to the eye and to a screen reader."""

import pytest

from tests.browser import Browser, Shown
from tests.html_tree import Element, plain
from tests.unit.pages.specimen_app import specimen_app


async def shown(path: str) -> Shown:
    async with Browser(specimen_app()) as browser:
        return await browser.get(path)


def with_id(page: Shown, name: str) -> Element:
    return next(each for each in page.tree if each.get("id") == name)


async def test_a_step_is_told_by_words_and_not_by_colour_alone() -> None:
    page = await shown("/etape")

    steps = page.tree.of_class("stepper")[0].all("li")

    assert [plain(step.text) for step in steps] == [
        "1 Charte d'utilisation (terminée)",
        "22 Changement de mot de passe (en cours)",
        "33 Contact et préférences (à venir)",
    ]
    assert [step.get("aria-current") for step in steps] == ["", "step", ""]


async def test_a_fault_is_beside_its_field_and_in_the_summary_that_leads_to_it() -> None:
    page = await shown("/planche?fautes=1")

    field = with_id(page, "champ-code")
    summary = page.tree.of_class("error-summary")[0]

    assert field.get("aria-invalid") == "true"
    assert with_id(page, field.get("aria-describedby")).text == (
        "À corriger : Ce code n'est pas le bon. Il vous reste 4 essais."
    )
    assert "#champ-code" in [link.get("href") for link in summary.all("a")]
    assert summary.get("tabindex") == "-1"
    assert len(page.errors) == 6


async def test_every_link_of_the_summary_leads_to_a_field() -> None:
    page = await shown("/planche?fautes=1")

    links = [link.get("href") for link in page.tree.of_class("error-summary")[0].all("a")]
    there = {each.get("id") for each in page.tree.all("input", "select", "textarea")}

    assert {link.removeprefix("#") for link in links} - there == set()


async def test_a_title_tells_that_there_is_something_to_correct() -> None:
    async with Browser(specimen_app()) as browser:
        await browser.get("/connexion")
        page = await browser.submit({"Identifiant": "ines", "Mot de passe": "faux"})

    assert (page.status, page.title) == (422, "À corriger : Connexion – ma classe69")


async def test_a_password_is_never_sent_back() -> None:
    async with Browser(specimen_app()) as browser:
        await browser.get("/connexion")
        page = await browser.submit({"Identifiant": "ines", "Mot de passe": "Secret-canari-1"})

    assert page.form().value_of("Identifiant") == "ines"
    assert "canari" not in page.html


@pytest.mark.parametrize(
    ("path", "field", "expected"),
    [
        ("/connexion", "identifiant", "username"),
        ("/connexion", "mot_de_passe", "current-password"),
        ("/etape", "mot_de_passe", "new-password"),
        ("/planche", "adresse", "email"),
        ("/planche", "code", "one-time-code"),
    ],
)
async def test_a_field_tells_browsers_what_it_is_for(path: str, field: str, expected: str) -> None:
    page = await shown(path)

    assert with_id(page, f"champ-{field}").get("autocomplete") == expected


async def test_no_field_has_its_label_inside() -> None:
    page = await shown("/planche")

    assert [each for each in page.tree if each.get("placeholder")] == []


async def test_the_rules_of_a_password_are_read_with_its_field() -> None:
    page = await shown("/etape")

    rules = with_id(page, "regles-mot_de_passe")

    assert "regles-mot_de_passe" in with_id(page, "champ-mot_de_passe").get("aria-describedby")
    assert rules.text.splitlines()[0] == "Votre mot de passe doit respecter les règles suivantes :"
    assert len(rules.all("li")) == 5


async def test_a_tick_box_tells_its_consequence() -> None:
    page = await shown("/planche")

    box = with_id(page, "champ-charte")

    assert (
        with_id(page, box.get("aria-describedby")).text
        == "Sans cet accord, l'espace ne peut pas être ouvert."
    )


async def test_a_code_is_shown_in_groups_and_spelled_to_those_who_listen() -> None:
    page = await shown("/planche")

    code = page.tree.of_class("code")[0]

    assert [plain(group.text) for group in code.of_class("code-group")] == ["482", "913"]
    assert [plain(each.text) for each in code.of_class("unseen")] == ["4 8 2 9 1 3"]


async def test_a_link_to_change_says_what_it_changes() -> None:
    page = await shown("/planche")

    assert page.links["Modifier : Téléphone"] == "/preferences/telephone"


async def test_a_cell_keeps_the_name_of_its_column_when_a_table_becomes_cards() -> None:
    page = await shown("/planche")

    cells = page.tree.all("td")

    assert [cell.get("data-label") for cell in cells[:2]] == ["Classe", "Première connexion"]
    assert {each.get("role") for each in page.tree.all("table", "tr", "th", "td")} == {
        "table",
        "row",
        "rowheader",
        "columnheader",
        "cell",
    }


async def test_the_current_tab_is_a_link_that_says_so() -> None:
    page = await shown("/planche")

    tabs = page.tree.of_class("tabs")[0].all("a")

    assert [tab.text for tab in tabs if tab.get("aria-current") == "page"] == ["Résumé"]


async def test_help_leads_to_the_tutorial_of_the_deployer() -> None:
    page = await shown("/connexion")

    assert page.links["Tutoriel vidéo"] == "https://tutoriel.example/premiere-connexion"
