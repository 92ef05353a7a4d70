"""The desk page by page, as a browser without scripts meets it: who may, what is counted, what is printed once."""

import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from auth.entrypoints.pages import desk
from auth.entrypoints.slip_documents import content_policy
from tests.browser import Browser, Shown
from tests.integration.auth_scene import pupil
from tests.integration.conftest import ServiceDatabase
from tests.integration.desk_scene import LYCEE_UAI, OTHER, UAI, VIAL, DeskScene
from tests.integration.wizard_scene import settings_of

DESK = f"/etablissement/{UAI}"
PASSWORD = re.compile(r"[A-Z][a-z]{3}-[a-z]{4}-[a-z]{4}-[2-9]{4}")
STEP_UP_S = 600


@pytest.fixture
async def scene(
    service_database: ServiceDatabase, service_pool: Callable[..., Any], tmp_path: Path
) -> DeskScene:
    scene = DeskScene(await service_pool("auth"), settings_of(service_database("auth")), tmp_path)
    await scene.opens()
    return scene


async def prints(browser: Browser, class_: str = "6A (3 à imprimer)") -> Shown:
    await browser.get(DESK)
    return await browser.submit({"Classe": class_}, action=f"{DESK}/fiches", button="Imprimer les fiches")


@pytest.mark.requirement("R5")
async def test_the_desk_shows_how_far_everybody_has_come(scene: DeskScene) -> None:
    browser = await scene.browser()

    page = await browser.get("/etablissement/")

    assert page.path == DESK
    assert page.headings[0] == "Fiches de connexion"
    assert "Collège Jean-Macé" in page.text
    rows = {cells[0]: cells[1:] for cells in table(page)}
    assert rows == {
        "5B": ["1", "1", "0", "0", "0"],
        "6A": ["3", "3", "0", "0", "0"],
        "Sans classe": ["2", "0", "0", "0", "2"],
    }
    assert "4, dont 4 sans fiche" in page.text


def table(page: Shown) -> list[list[str]]:
    return [
        [cell.text.strip() for cell in row.all("th", "td")]
        for body in page.tree.all("tbody")
        for row in body.all("tr")
    ]


@pytest.mark.requirement("R5")
async def test_a_class_is_printed_once_and_its_passwords_open_its_accounts(scene: DeskScene) -> None:
    browser = await scene.browser()

    printed = await prints(browser)
    again = await browser.get(DESK)

    passwords = PASSWORD.findall(printed.html)
    assert printed.status == 200
    assert len(passwords) == 3
    assert await scene.entered("E1", passwords[0])
    headers = printed.response.headers
    assert headers["cache-control"] == "no-store"
    assert headers["content-security-policy"] == content_policy()
    assert "content-disposition" not in headers
    assert "6A" not in again.form(f"{DESK}/fiches").controls[1].choices
    assert not PASSWORD.search(again.html)


async def test_those_of_no_class_have_a_choice_of_their_own(scene: DeskScene) -> None:
    await scene.pool.execute("delete from credential where person_id = $1", OTHER)
    browser = await scene.browser()

    printed = await prints(browser, "Sans classe (1 à imprimer)")

    assert "Ousmane VIAL" in printed.text
    assert len(PASSWORD.findall(printed.html)) == 1


async def test_without_a_class_nothing_is_printed_and_the_field_says_so(scene: DeskScene) -> None:
    browser = await scene.browser()
    await browser.get(DESK)

    page = await browser.submit({}, action=f"{DESK}/fiches")

    assert page.status == 422
    assert page.errors == ["Choisissez la classe dont vous voulez les fiches."]
    assert await scene.pool.fetchval("select count(*) from credential") == 2


async def test_printing_asks_for_the_password_after_ten_minutes(scene: DeskScene) -> None:
    browser = await scene.browser()
    await browser.get(DESK)
    scene.clock.forward(STEP_UP_S)

    asked = await browser.submit({"Classe": "6A (3 à imprimer)"}, action=f"{DESK}/fiches")
    back = await browser.submit({"Mot de passe": scene.passwords[VIAL]})
    printed = await prints(browser)

    assert asked.path.startswith("/connexion/confirmer")
    assert back.path.startswith(DESK)
    assert len(PASSWORD.findall(printed.html)) == 3


async def test_a_form_from_elsewhere_prints_nothing(scene: DeskScene) -> None:
    browser = await scene.browser()
    await browser.get(DESK)

    for path in (f"{DESK}/fiches", f"{DESK}/personne/E1"):
        refused = await browser.post(path, {"classe": "classe:6A", "par_feuille": "8"}, csrf=False)
        assert refused.status == 403

    assert await scene.pool.fetchval("select count(*) from credential") == 2


@pytest.mark.requirement("A20")
async def test_somebody_found_by_name_gets_another_slip_and_his_old_password_dies(scene: DeskScene) -> None:
    browser = await scene.browser()
    old = PASSWORD.findall((await prints(browser)).html)[0]
    await browser.get(DESK)

    found = await browser.submit({"Nom ou prénom": "leo vial"}, action=f"{DESK}#chercher")
    await browser.follow("Léo VIAL")
    warned = browser.shown
    printed = await browser.submit(button="Refaire la fiche")

    assert "Fiche imprimée, mot de passe pas encore changé" in found.text
    assert "son mot de passe cesse de marcher dès maintenant" in warned.text
    (new,) = PASSWORD.findall(printed.html)
    assert not await scene.entered("E1", old)
    assert await scene.entered("E1", new)


async def test_a_page_of_one_slip_loaded_again_leaves_the_slip_on_the_paper_alive(scene: DeskScene) -> None:
    browser = await scene.browser()
    await browser.get(f"{DESK}/personne/E1")
    sent = dict(browser.shown.form(f"{DESK}/personne/E1").sent_by(None))
    (printed,) = PASSWORD.findall((await browser.submit(button="Faire la fiche")).html)

    again = await browser.post(f"{DESK}/personne/E1", sent)

    assert not PASSWORD.findall(again.html)
    assert "Il n'y avait plus aucune fiche à imprimer" in again.said
    assert await scene.entered("E1", printed)


async def test_a_page_that_cannot_hold_all_slips_says_how_many_are_left(
    scene: DeskScene, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(desk, "SLIPS_AT_ONCE_MAX", 2)
    browser = await scene.browser()

    first = await prints(browser)
    second = await prints(browser, "6A (1 à imprimer)")

    assert (len(PASSWORD.findall(first.html)), len(PASSWORD.findall(second.html))) == (2, 1)
    assert "il en reste une." in first.text
    assert "il en reste" not in second.text


async def test_a_class_that_is_gone_has_nothing_to_print(scene: DeskScene) -> None:
    browser = await scene.browser()
    await browser.get(DESK)

    page = await browser.post(f"{DESK}/fiches", {"classe": "classe:7Z", "par_feuille": "8"})

    assert page.path.startswith(DESK)
    assert "Il n'y avait plus aucune fiche à imprimer" in page.said


async def test_the_password_is_asked_for_on_the_way_to_somebody_with_an_odd_id(scene: DeskScene) -> None:
    await scene.joins(pupil("E/1?é%2F#", first_name="Jade"))
    browser = await scene.browser()
    found = (await browser.get(f"{DESK}?nom=Jade")).links
    await browser.get(next(href for href in found.values() if "/personne/" in href))
    scene.clock.forward(STEP_UP_S)
    asked = await browser.submit(button="Faire la fiche")

    back = await browser.submit({"Mot de passe": scene.passwords[VIAL]})

    assert asked.path.startswith("/connexion/confirmer")
    assert back.headings[0] == "Fiche de connexion : Jade VIAL"


async def test_a_ligature_typed_in_two_letters_finds_the_pupil(scene: DeskScene) -> None:
    await scene.joins(pupil("E9", first_name="Lœtitia", last_name="Cœur"))
    browser = await scene.browser()

    page = await browser.get(f"{DESK}?nom=COEUR+loetitia")

    assert "/etablissement/0690001T/personne/E9" in page.links.values()


async def test_signing_in_leads_back_to_the_search_that_was_asked_for(scene: DeskScene) -> None:
    browser = Browser(scene.app)
    await browser.get(f"{DESK}?nom=In%C3%A8s+Vial")
    identifier = await scene.pool.fetchval("select identifier from account where person_id = $1", VIAL)

    page = await browser.submit({"Identifiant": identifier, "Mot de passe": scene.passwords[VIAL]})

    assert page.path == f"{DESK}?nom=In%C3%A8s+Vial"


async def test_nobody_of_that_name_is_told_with_what_to_do(scene: DeskScene) -> None:
    browser = await scene.browser()

    page = await browser.get(f"{DESK}?nom=Personne")

    assert "Personne de ce nom dans l'établissement" in page.text


async def test_the_password_of_somebody_is_on_no_page(scene: DeskScene) -> None:
    browser = await scene.browser()

    pages = [await browser.get(path) for path in (DESK, f"{DESK}?nom=vial", f"{DESK}/personne/{OTHER}")]

    assert "Personne ne peut lire le mot de passe actuel" in pages[-1].text
    assert not any(scene.passwords[OTHER] in page.html or "argon2" in page.html for page in pages)


@pytest.mark.parametrize("person", [VIAL, OTHER])
async def test_without_the_right_a_desk_and_no_desk_look_the_same(scene: DeskScene, person: str) -> None:
    browser = await scene.browser(person)
    existing, missing = LYCEE_UAI, "0690099Z"

    pages = {uai: await browser.get(f"/etablissement/{uai}") for uai in (existing, missing)}
    before = scene.audit.events.count("authz_fail")
    people = [await browser.get(f"/etablissement/{uai}/personne/L1") for uai in (existing, missing)]

    assert [page.status for page in (*pages.values(), *people)] == [403] * 4
    assert pages[existing].html == pages[missing].html
    assert people[0].html == people[1].html
    assert scene.audit.lines[0] == ("authz_fail", {"person_id": person, "page": "desk"})
    assert scene.audit.events.count("authz_fail") == before + 2


async def test_without_the_right_nothing_is_printed(scene: DeskScene) -> None:
    clerk = await scene.browser(VIAL)
    await clerk.get(DESK)

    refused = await clerk.post(
        f"/etablissement/{LYCEE_UAI}/fiches", {"classe": "classe:6A", "par_feuille": "8"}
    )
    one = await clerk.post(f"/etablissement/{LYCEE_UAI}/personne/L1", {})

    assert (refused.status, one.status) == (403, 403)
    assert await scene.pool.fetchval("select count(*) from credential") == 2


async def test_a_right_ends_with_the_place_at_the_school_or_when_taken_back(scene: DeskScene) -> None:
    browser = await scene.browser()
    assert (await browser.get(DESK)).status == 200

    await scene.pool.execute("update attachment set absent_since = now() where person_id = $1", VIAL)
    assert (await browser.get(DESK)).status == 403
    await scene.pool.execute("update attachment set absent_since = null where person_id = $1", VIAL)
    await scene.auth.desk.revoke(VIAL, UAI, revoked_by="ops")

    assert (await browser.get(DESK)).status == 403


async def test_somebody_of_another_school_is_not_found_at_this_one(scene: DeskScene) -> None:
    browser = await scene.browser()

    page = await browser.get(f"{DESK}/personne/L1")

    assert page.status == 404
    assert "Cette personne n'est pas dans l'établissement" in page.text


async def test_who_is_not_signed_in_is_led_to_the_sign_in_and_back(scene: DeskScene) -> None:
    page = await Browser(scene.app).get(DESK)

    assert page.path == f"/connexion?suite={DESK}"


@pytest.mark.requirement("R6")
async def test_before_the_end_of_the_first_connection_there_is_no_desk(scene: DeskScene) -> None:
    browser = await scene.browser()
    await scene.pool.execute("update credential set step = 'charter' where person_id = $1", VIAL)

    page = await browser.get(DESK)

    assert page.status == 403
    assert "Continuer ma première connexion" in page.text
