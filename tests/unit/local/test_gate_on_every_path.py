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
GATED = {
    service: [
        below
        for path in paths_of(service)
        if path not in OPEN
        for below in (path, f"{path}/", f"{path}/anything/below")
    ]
    for service in PAGES
}
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


def a_browser(app: Any, *, signed_in: bool = True, **headers: str) -> Browser:
    browser = Browser(app, headers=headers)
    if signed_in:
        browser.cookies[SESSION] = TOKEN
    return browser


def test_every_service_but_auth_is_looked_at() -> None:
    assert all(GATED.values())
    assert all(paths_of(service) for service in (*PAGES, "auth"))


@pytest.mark.parametrize("service", PAGES)
async def test_before_the_end_of_a_first_connection_nothing_opens(
    auth: IntrospectionServer, service: str
) -> None:
    auth.known[TOKEN] = a_session("contacts")
    app, told = an_app(service, auth), {}

    async with a_browser(app) as browser, a_browser(app, Accept="*/*") as program:
        for path in GATED[service]:
            answers = [await program._visit(method, path) for method in METHODS]
            page = await browser.get(path)
            told[path] = (
                [answer.status for answer in answers],
                answers[0].response.json()["step"],
                page.status,
                page.links.get("Continuer ma première connexion"),
            )

    closed = ([403] * len(METHODS), "contacts", 403, "/premiere-connexion")
    assert told == dict.fromkeys(GATED[service], closed)


@pytest.mark.parametrize("service", PAGES)
async def test_a_page_that_is_not_there_yet_says_so_to_who_is_signed_in_and_sends_the_others_to_sign_in(
    auth: IntrospectionServer, service: str
) -> None:
    app, told = an_app(service, auth), {}

    async with a_browser(app) as browser, a_browser(app, signed_in=False) as stranger:
        for path in PAGES[service]:
            page = await browser.get(path)
            sent = await stranger._send("GET", path, None)
            told[path] = (
                (page.status, page.headings, "SONIA DURAND" in page.text),
                (sent.status_code, sent.headers["location"]),
            )

    assert told == {
        path: ((501, ["Cette page arrive bientôt"], True), (303, f"/connexion?suite={path}"))
        for path in PAGES[service]
    }


@pytest.mark.parametrize("service", PAGES)
async def test_a_program_without_a_session_is_told_in_a_problem_document(
    auth: IntrospectionServer, service: str
) -> None:
    async with a_browser(an_app(service, auth), signed_in=False, Accept="application/json") as program:
        answers = {path: await program.get(path) for path in PAGES[service]}

    told = {path: (answer.status, answer.response.json()["type"]) for path, answer in answers.items()}
    assert told == dict.fromkeys(PAGES[service], (501, "urn:carillon:problem:not_offered_yet"))


async def test_a_partner_program_is_judged_by_its_token_and_no_cookie(auth: IntrospectionServer) -> None:
    auth.known[TOKEN] = a_session("charter")

    app = an_app("notifier", auth)

    async with a_browser(app, Authorization="Bearer x", Accept="*/*") as program:
        answer = await program.get("/api/partner/v1/alerts/a1")

    assert answer.status == 503  # not connected in this test: past the gate, and refused by the intake itself
    assert auth.asked == []
