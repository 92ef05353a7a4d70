"""The pages of the first connection on a real database, and people who come with their slip."""

from collections.abc import Callable
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from functools import cached_property
from typing import Any

import asyncpg
import pytest
from fastapi import FastAPI

from auth.application.prove_account import Claim
from auth.application.sign_in import SignedIn
from auth.bootstrap import Auth, wired
from auth.domain.charters import Charter, CharterSet
from auth.entrypoints.pages.first_connection import first_connection_router
from auth.entrypoints.pages.portal import portal_router
from auth.entrypoints.pages.sign_in import sign_in_router
from auth.settings import AuthSettings
from shared.kit.health import Health
from shared.kit.web import service_app
from shared.kit.web.cookies import SESSION
from tests.browser import Browser
from tests.fakes.auth import AuditInMemory
from tests.integration.conftest import ServiceDatabase
from tests.integration.made_once import hashed, site_once

FIRST_PASSWORD = "Tulipe-42-Nuage"
CHOSEN = "Violette 7 sous la pluie!"
WIZARD = "/premiere-connexion"
PASSWORD, CONFIRMATION = "Mot de passe (*)", "Confirmation (*)"
SCHOOL = "insert into establishment values ('0690001T', 'Collège Jean-Macé', 'college', '69', 'Lyon', 'ARA')"
ACCOUNT = """
insert into account
    (person_id, profile, last_name, first_name, identifier, identifier_stem, identifier_number, created_at)
values ($1, $2, 'Vial', $3, $4, $4, 1, $5)
"""
ATTACHED = "insert into attachment (person_id, uai) values ($1, '0690001T')"
FIRST = """
insert into credential (person_id, password_hash, password_kind, first_expires_at) values ($1, $2, 'first', $3)
"""


def settings_of(dsn: str, **more: Any) -> AuthSettings:
    given = {"carillon_env": "local", "kafka_bootstrap_servers": "127.0.0.1:1"}
    return AuthSettings.model_validate({"database_url": dsn} | given | more)


@dataclass
class WizardScene:
    """Auth with its pages; `audit` is what its pages noted."""

    pool: asyncpg.Pool
    settings: AuthSettings
    audit: AuditInMemory = field(default_factory=AuditInMemory)
    auth: Auth = field(init=False)

    def __post_init__(self) -> None:
        self.auth = replace(wired(self.pool, self.settings), audit=self.audit)

    async def starts(self) -> None:
        await self.pool.execute(SCHOOL)

    @cached_property
    def app(self) -> FastAPI:
        site = replace(site_once(self.settings), auth_of=lambda _: self.auth)
        routers = [portal_router(site), sign_in_router(site), first_connection_router(site)]
        return service_app("auth", health=Health(), routers=routers, pages=site.pages)

    async def person(self, person_id: str, *, profile: str = "eleve", first_name: str = "Léo") -> None:
        """Somebody with a slip: the identifier is `<person_id>.vial`, the password FIRST_PASSWORD."""
        now = self.auth.clock.now()
        await self.pool.execute(
            ACCOUNT,
            person_id,
            profile,
            first_name,
            f"{person_id.lower()}.vial",
            datetime(2026, 9, 1, tzinfo=UTC),
        )
        await self.pool.execute(ATTACHED, person_id)
        await self.pool.execute(FIRST, person_id, hashed(FIRST_PASSWORD), now + timedelta(days=90))

    async def signed_in(self, person_id: str, password: str = FIRST_PASSWORD) -> Browser:
        """A browser with the person's session."""
        answer = await self.tries(person_id, password)
        assert isinstance(answer, SignedIn), answer
        browser = Browser(self.app)
        browser.cookies[SESSION] = answer.session_token
        return browser

    async def tries(self, person_id: str, password: str) -> Any:
        return await self.auth.sign_in(
            Claim(
                identifier=f"{person_id.lower()}.vial",
                password=password,
                source="192.0.2.1",
                device_token=None,
            )
        )

    async def arrives(self, person_id: str, *, profile: str = "eleve") -> Browser:
        """Somebody new, signed in, on the page of the wizard."""
        await self.person(person_id, profile=profile)
        browser = await self.signed_in(person_id)
        await browser.get("/premiere-connexion")
        return browser

    async def step(self, person_id: str) -> str:
        found: str = await self.pool.fetchval("select step from credential where person_id = $1", person_id)
        return found

    async def acceptances(self) -> list[tuple[str, str, str]]:
        rows = await self.pool.fetch(
            "select person_id, charter_id, version from charter_acceptance order by 1, 2"
        )
        return [tuple(row) for row in rows]

    def boxes(self, profile: str) -> dict[str, bool]:
        """Every box of a profile's charters, ticked."""
        return {charter.box: True for charter in self.charters.asked_of(profile)}

    @property
    def charters(self) -> CharterSet:
        return self.auth.first_connection.accept.charters

    def charters_become(self, change: Callable[[Charter], Charter]) -> None:
        """As after a new start with other files."""
        self.auth = wired_with(self.auth, CharterSet(charters=tuple(map(change, self.charters.charters))))


def wired_with(auth: Auth, charters: CharterSet) -> Auth:
    """The same service with other charters in force."""
    wizard = auth.first_connection
    changed = replace(
        wizard,
        read=replace(wizard.read, charters=charters),
        accept=replace(wizard.accept, charters=charters),
        ask_again=replace(wizard.ask_again, charters=charters),
    )
    return replace(auth, first_connection=changed)


@pytest.fixture
async def scene(service_database: ServiceDatabase, service_pool: Callable[..., Any]) -> WizardScene:
    settings = settings_of(service_database("auth"), tutorial_url="https://video.example.org/tutoriel")
    scene = WizardScene(await service_pool("auth"), settings)
    await scene.starts()
    return scene


async def at_password(scene: WizardScene, person: str = "E1", *, profile: str = "eleve") -> Browser:
    """Somebody new, past the charters."""
    browser = await scene.arrives(person, profile=profile)
    await browser.submit(scene.boxes(profile))
    return browser


async def chooses(browser: Browser, password: str = CHOSEN, confirmation: str | None = None) -> Browser:
    """Fill both fields and press the button."""
    again = password if confirmation is None else confirmation
    await browser.submit({PASSWORD: password, CONFIRMATION: again}, button="Valider")
    return browser


async def at_contacts(scene: WizardScene, person: str = "E1", *, profile: str = "eleve") -> Browser:
    """Somebody new, past the password."""
    return await chooses(await at_password(scene, person, profile=profile))


async def another_tab(scene: WizardScene, browser: Browser) -> Browser:
    """Tabs share their cookies, whichever receives them."""
    tab = Browser(scene.app)
    tab.cookies = browser.cookies
    await tab.get(WIZARD)
    return tab


async def same_browser(scene: WizardScene, browser: Browser) -> Browser:
    """The same cookies after the service has started again."""
    again = Browser(scene.app)
    again.cookies |= browser.cookies
    await again.get(WIZARD)
    return again
