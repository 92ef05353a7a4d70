"""Whatever the front leads to: nobody gets further than their first connection (`docs/interfaces.md`, Pages)."""

from collections.abc import AsyncIterator
from typing import Any

import pytest

from activation.entrypoints import serve as activation
from activation.settings import ActivationSettings
from carillon.front.routes import paths_of
from notifier.bootstrap import CheckedSettings
from notifier.entrypoints.roles import ROLES
from notifier.entrypoints.service import notifier_app
from preferences.entrypoints import serve as preferences
from preferences.settings import PreferencesSettings
from shared.kit.health import Health
from shared.kit.sealing import new_key
from shared.kit.web.cookies import SESSION
from tests.browser import Browser
from tests.fakes.introspection import IntrospectionServer, a_session

TOKEN = "s" * 43
OPEN = ("/hooks",)
"""Asked by gateways, which are nobody's browser."""
PAGES = {
    "preferences": ("/preferences", "/preferences/resume"),
    "activation": ("/m", "/m/"),
    "notifier": ("/partenaire", "/partenaire/alertes"),
}
GATED = [
    (service, below)
    for service in PAGES
    for path in paths_of(service)
    if path not in OPEN
    for below in (path, f"{path}/", f"{path}/anything/below")
]
METHODS = ("GET", "HEAD", "POST", "PUT", "DELETE")


def an_app(service: str, auth: IntrospectionServer) -> Any:
    common: dict[str, Any] = {
        "carillon_env": "local",
        "database_url": "postgresql://unused@127.0.0.1/unused",
        "kafka_bootstrap_servers": "127.0.0.1:9",
        "auth_url": auth.url,
    }
    if service == "preferences":
        return preferences.application(PreferencesSettings(**common), Health())
    if service == "activation":
        return activation.application(ActivationSettings(**common), Health())
    own: dict[str, Any] = {
        "mail_from": "ENT <ent@example.org>",
        "smtp_relays": "smtp://127.0.0.1:9",
        "sms_gateways": "twilio+http://AC1:token@127.0.0.1:9?from=CARILLON",
        "code_keys": new_key(),
    }
    return notifier_app(CheckedSettings(**common, **own), Health(), ROLES)


@pytest.fixture
async def auth() -> AsyncIterator[IntrospectionServer]:
    async with IntrospectionServer({TOKEN: a_session()}) as auth:
        yield auth


def a_browser(service: str, auth: IntrospectionServer, *, signed_in: bool = True, **headers: str) -> Browser:
    browser = Browser(an_app(service, auth), headers=headers)
    if signed_in:
        browser.cookies[SESSION] = TOKEN
    return browser


def test_every_service_but_auth_is_looked_at() -> None:
    assert {service for service, _ in GATED} == PAGES.keys()
    assert all(paths_of(service) for service in (*PAGES, "auth"))


@pytest.mark.parametrize(("service", "path"), GATED)
async def test_before_the_end_of_a_first_connection_nothing_opens(
    auth: IntrospectionServer, service: str, path: str
) -> None:
    auth.known[TOKEN] = a_session("contacts")

    async with a_browser(service, auth) as browser, a_browser(service, auth, Accept="*/*") as program:
        answers = [await program._visit(method, path) for method in METHODS]
        page = await browser.get(path)

    assert {answer.status for answer in answers} == {403}
    assert answers[0].response.json()["step"] == "contacts"
    assert page.status == 403
    assert page.links["Continuer ma première connexion"] == "/premiere-connexion"


@pytest.mark.parametrize(("service", "path"), [(s, path) for s, paths in PAGES.items() for path in paths])
async def test_a_page_that_is_not_there_yet_says_so_to_who_is_signed_in_and_sends_the_others_to_sign_in(
    auth: IntrospectionServer, service: str, path: str
) -> None:
    async with a_browser(service, auth) as browser, a_browser(service, auth, signed_in=False) as stranger:
        page = await browser.get(path)
        sent = await stranger._send("GET", path, None)

    assert page.status == 501
    assert page.headings == ["Cette page arrive bientôt"]
    assert "SONIA DURAND" in page.text
    assert (sent.status_code, sent.headers["location"]) == (303, f"/connexion?suite={path}")


@pytest.mark.parametrize(("service", "path"), [(s, path) for s, paths in PAGES.items() for path in paths])
async def test_a_program_without_a_session_is_told_in_a_problem_document(
    auth: IntrospectionServer, service: str, path: str
) -> None:
    async with a_browser(service, auth, signed_in=False, Accept="application/json") as program:
        answer = await program.get(path)

    assert answer.status == 501
    assert answer.response.json()["type"] == "urn:carillon:problem:not_offered_yet"


async def test_a_partner_program_is_judged_by_its_token_and_no_cookie(auth: IntrospectionServer) -> None:
    auth.known[TOKEN] = a_session("charter")

    async with a_browser("notifier", auth, Authorization="Bearer x", Accept="*/*") as program:
        answer = await program.get("/api/partner/v1/alerts/a1")

    assert answer.status == 503  # not connected in this test: past the gate, and refused by the intake itself
    assert auth.asked == []
