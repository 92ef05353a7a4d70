"""The pages of auth without its broker, and the people of its database."""

from collections.abc import AsyncIterator
from dataclasses import dataclass
from functools import cache

import pytest
from fastapi import FastAPI

from auth.bootstrap import opened
from auth.entrypoints.web import auth_app
from auth.settings import AuthSettings
from shared.kit.health import Health
from shared.kit.sealing import new_key
from tests.browser import Browser
from tests.integration.conftest import ServiceDatabase
from tests.integration.sign_in_scene import CHOSEN, SignInScene
from tests.integration.wizard_scene import settings_of

SERVICE = ("carillon-services", "service-secret-0123456789abcdefgh")
KEY = new_key()
TUTORIAL = "https://ent.example.org/tutoriel"


@dataclass(slots=True)
class Place:
    """The service's pages, and the people of its database."""

    app: FastAPI
    scene: SignInScene

    def browser(self) -> Browser:
        return Browser(self.app)

    async def signs_in(
        self, identifier: str, password: str = CHOSEN, *, browser: Browser | None = None, go_on: str = ""
    ) -> Browser:
        browser = browser or self.browser()
        await browser.get("/connexion" + (f"?suite={go_on}" if go_on else ""))
        await browser.submit({"Identifiant": identifier, "Mot de passe": password})
        return browser


@cache
def _app() -> FastAPI:
    """Without its lifespan: no broker is needed here. The database is given to it for each test."""
    return auth_app(_settings("postgresql://unused"), Health())


def _settings(dsn: str) -> AuthSettings:
    return settings_of(dsn, introspection_client_secret=SERVICE[1], code_keys=KEY, tutorial_url=TUTORIAL)


@pytest.fixture
async def place(service_database: ServiceDatabase) -> AsyncIterator[Place]:
    async with opened(_settings(service_database("auth"))) as auth:
        _app().state.auth = auth
        scene = SignInScene(auth.pool)
        scene.clock.instant = auth.clock.now()
        yield Place(_app(), scene)
