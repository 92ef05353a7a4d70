"""The wizard page by page, as a browser without scripts meets it, on a real database."""

import asyncio
from dataclasses import replace

import pytest

from tests.browser import Browser
from tests.integration.wizard_scene import (
    CHOSEN,
    CONFIRMATION,
    PASSWORD,
    WIZARD,
    WizardScene,
    another_tab,
    at_contacts,
    at_password,
    chooses,
    same_browser,
    scene,
)

__all__ = ["scene"]


@pytest.mark.requirement("R6", "R7", "R8", "R14", "R25")
async def test_somebody_goes_from_the_slip_to_the_open_portal(scene: WizardScene) -> None:
    browser = await scene.arrives("E1")
    first = browser.shown
    second = await browser.submit(scene.boxes("eleve"), button="Valider")
    third = await browser.submit({PASSWORD: CHOSEN, CONFIRMATION: CHOSEN}, button="Valider")
    await browser.submit(button="Terminer")

    assert [page.headings[0] for page in (first, second, third)] == [
        "Acceptation de la charte",
        "Changement de mot de passe",
        "Contact et préférences",
    ]
    assert await scene.step("E1") == "active"
    assert (browser.shown.status, browser.shown.path) == (200, "/?fait=first_connection_finished")
    assert browser.shown.headings[0] == "Bonjour Léo"


@pytest.mark.requirement("R7")
async def test_every_step_shows_the_three_and_marks_the_current_one(scene: WizardScene) -> None:
    browser = await scene.arrives("E1")

    [stepper] = browser.shown.tree.of_class("stepper")
    [current] = [each for each in stepper if each.get("aria-current") == "step"]

    assert "1 Chartes d'utilisation" in current.text
    assert "2 Changement de mot de passe" in stepper.text
    assert "3 Contact et préférences" in stepper.text


@pytest.mark.requirement("R2")
async def test_the_help_leads_to_the_video_tutorial(scene: WizardScene) -> None:
    browser = await scene.arrives("E1")

    assert browser.shown.links["Tutoriel vidéo"] == "https://video.example.org/tutoriel"


@pytest.mark.requirement("R2")
async def test_without_a_tutorial_the_help_does_not_pretend(scene: WizardScene) -> None:
    scene.settings = scene.settings.model_copy(update={"tutorial_url": ""})

    browser = await scene.arrives("E1")

    assert "vidéo" not in browser.shown.text


async def test_no_line_of_a_charter_breaks_before_a_colon(scene: WizardScene) -> None:
    browser = await scene.arrives("E1")

    assert "J’en parle à un adulte\N{NO-BREAK SPACE}: mes parents" in browser.shown.html


@pytest.mark.requirement("R9")
async def test_validating_without_the_tick_is_refused_and_records_nothing(scene: WizardScene) -> None:
    browser = await scene.arrives("E1")

    page = await browser.submit(button="Valider")

    assert page.status == 422
    assert page.errors == ["Cochez la case pour continuer : « J'ai lu la charte des élèves »."]
    assert (await scene.acceptances(), await scene.step("E1")) == ([], "charter")


@pytest.mark.requirement("R9")
async def test_ticking_without_validating_records_nothing(scene: WizardScene) -> None:
    browser = await scene.arrives("E1")
    browser.shown.form().fill("J'ai lu la charte des élèves", value=True)

    await browser.get(WIZARD)

    assert (await scene.acceptances(), await scene.step("E1")) == ([], "charter")
    assert browser.shown.form().value_of("J'ai lu la charte des élèves") is None


@pytest.mark.requirement("R8", "R10")
@pytest.mark.parametrize(
    ("profile", "charter"),
    [("eleve", "eleves"), ("parent", "parents"), ("enseignant", "personnels"), ("personnel", "personnels")],
)
async def test_each_profile_accepts_its_own_charter(scene: WizardScene, profile: str, charter: str) -> None:
    await at_password(scene, "X1", profile=profile)

    assert await scene.acceptances() == [("X1", charter, "2026-09")]


@pytest.mark.requirement("R8")
async def test_a_parent_reads_the_charter_of_the_pupils_and_has_no_box_for_it(scene: WizardScene) -> None:
    browser = await scene.arrives("P1", profile="parent")

    assert "Lire aussi : La charte des élèves" in browser.shown.text
    assert browser.shown.form().labels() == ["J'ai lu la charte des parents et je m'engage à la respecter"]


@pytest.mark.requirement("R9", "R10")
async def test_a_charter_that_changed_while_it_was_read_is_shown_again(scene: WizardScene) -> None:
    browser = await scene.arrives("E1")
    scene.charters_become(lambda charter: replace(charter, version="2027"))
    form = browser.shown.form()
    form.fill("J'ai lu la charte des élèves", value=True)
    browser = await same_browser(scene, browser)

    page = await browser.post(f"{WIZARD}/charte", dict(form.sent_by(None)))

    assert page.errors == ["Ce texte vient de changer. Relisez-le, puis cochez la case."]
    assert await scene.acceptances() == []


@pytest.mark.requirement("R7", "R10")
async def test_a_new_version_brings_a_live_session_back_to_step_one_and_then_to_the_portal(
    scene: WizardScene,
) -> None:
    browser = await at_contacts(scene)
    await browser.submit(button="Terminer")
    scene.charters_become(lambda charter: replace(charter, version="2027"))
    await scene.auth.first_connection.ask_again()

    browser = await same_browser(scene, browser)
    asked = await browser.get(WIZARD)
    await browser.submit(scene.boxes("eleve"))

    assert asked.headings[0] == "Acceptation de la charte"
    assert await scene.step("E1") == "active"
    assert browser.shown.path == "/"


@pytest.mark.requirement("R7", "R9")
async def test_two_tabs_that_accept_at_once_make_one_move_and_no_error(scene: WizardScene) -> None:
    first = await scene.arrives("E1")
    second = await another_tab(scene, first)

    pages = await asyncio.gather(first.submit(scene.boxes("eleve")), second.submit(scene.boxes("eleve")))

    assert [page.headings[0] for page in pages] == ["Changement de mot de passe"] * 2
    assert len(await scene.acceptances()) == 1


@pytest.mark.requirement("R25", "R54", "R56")
async def test_a_pupil_is_advised_to_give_the_address_of_the_parents(scene: WizardScene) -> None:
    browser = await at_contacts(scene)

    assert "Informations de contact et préférences :" in browser.shown.headings
    assert "Conseil : pour les élèves, inscrire le mail des parents !" in browser.shown.text
    assert "très important pour récupérer son mot de passe en cas d'oubli !" in browser.shown.text


@pytest.mark.requirement("R56")
async def test_a_parent_does_not_get_the_advice_for_pupils(scene: WizardScene) -> None:
    browser = await at_contacts(scene, "P1", profile="parent")

    assert "Conseil" not in browser.shown.text


@pytest.mark.requirement("R25")
async def test_the_last_step_does_not_pretend_to_take_contacts(scene: WizardScene) -> None:
    browser = await at_contacts(scene)

    assert browser.shown.form().labels() == []
    assert "Rien n'est enregistré ici." in browser.shown.text


@pytest.mark.requirement("R6", "R7")
@pytest.mark.parametrize("address", ["mot-de-passe", "contacts"])
async def test_a_form_for_a_later_step_changes_nothing_and_is_noted(scene: WizardScene, address: str) -> None:
    browser = await scene.arrives("E1")

    page = await browser.post(f"{WIZARD}/{address}", {"mot_de_passe": CHOSEN, "confirmation": CHOSEN})

    assert page.came_by == (f"{WIZARD}/{address}",)
    assert page.headings[0] == "Acceptation de la charte"
    assert await scene.step("E1") == "charter"
    assert scene.audit.events == ["sequence_fail"]


@pytest.mark.requirement("R7")
async def test_a_step_sent_again_leads_to_the_one_that_is_due(scene: WizardScene) -> None:
    browser = await scene.arrives("E1")
    sent = browser.shown.form()
    sent.fill("J'ai lu la charte des élèves", value=True)
    await browser.submit(scene.boxes("eleve"))

    page = await browser.post(f"{WIZARD}/charte", dict(sent.sent_by(None)))

    assert page.headings[0] == "Changement de mot de passe"


@pytest.mark.requirement("R6")
async def test_whoever_has_finished_is_sent_to_the_portal(scene: WizardScene) -> None:
    browser = await at_contacts(scene)
    await browser.submit(button="Terminer")

    shown = await browser.get(WIZARD)
    sent = await browser.post(f"{WIZARD}/contacts")

    assert (shown.path, sent.path) == ("/", "/")


@pytest.mark.requirement("R6")
async def test_a_stranger_is_sent_to_the_sign_in(scene: WizardScene) -> None:
    stranger = Browser(scene.app)

    visited = await stranger.get(WIZARD)
    sent = await stranger.post(f"{WIZARD}/charte", {"charte_eleves": "2026-09"})

    assert (visited.path, sent.path) == ("/connexion", "/connexion")


@pytest.mark.requirement("R6")
async def test_a_session_from_before_a_new_first_password_is_over(scene: WizardScene) -> None:
    browser = await scene.arrives("E1")
    await scene.pool.execute("update credential set step = 'provisioned'")

    page = await browser.get(WIZARD)

    assert page.path.partition("?")[0] == "/connexion"
    assert "Votre session est terminée. Connectez-vous pour continuer." in page.text
    assert await scene.pool.fetchval("select count(*) from browser_session") == 0


async def test_a_form_from_elsewhere_is_refused(scene: WizardScene) -> None:
    browser = await scene.arrives("E1")

    page = await browser.post(f"{WIZARD}/charte", {"charte_eleves": "2026-09", "csrf": "0" * 64})

    assert page.status == 403
    assert (await scene.acceptances(), await scene.step("E1")) == ([], "charter")


@pytest.mark.requirement("R6")
async def test_coming_back_later_shows_the_step_that_is_due(scene: WizardScene) -> None:
    await at_password(scene)

    another_day = await scene.signed_in("E1")

    assert (await another_day.get(WIZARD)).headings[0] == "Changement de mot de passe"


async def test_reloading_after_a_refused_form_leads_to_the_step(scene: WizardScene) -> None:
    browser = await chooses(await at_password(scene), "abc")

    page = await browser.get(browser.shown.path)

    assert (page.path, page.status) == (WIZARD, 200)
