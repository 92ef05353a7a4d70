"""A school's desk in a browser, on a real database: Mme Vial works there, and nobody else does."""

from dataclasses import dataclass, field, replace
from functools import cached_property
from pathlib import Path

import asyncpg
from fastapi import FastAPI

from auth.adapters.audit_log import write_audit_line
from auth.application.local_credentials import LocalOrder
from auth.application.prove_account import Claim
from auth.application.sign_in import SignedIn
from auth.bootstrap import Auth, wired
from auth.entrypoints.pages.desk import desk_router
from auth.entrypoints.pages.sign_in import sign_in_router
from auth.settings import AuthSettings
from shared.kernel.refusals import Refused
from shared.kit.health import Health
from shared.kit.web import service_app
from shared.kit.web.cookies import SESSION
from tests.browser import Browser
from tests.fakes.auth import AuditInMemory, HandClock
from tests.integration.auth_scene import LYCEE, AuthScene, noon, parent, pupil, staff
from tests.integration.made_once import site_once

UAI, LYCEE_UAI = "0690001T", LYCEE["establishment_uai"]
VIAL, OTHER = "S1", "S2"


@dataclass
class DeskScene:
    """`audit` is what the pages noted; the clock of sessions and passwords is moved by hand."""

    pool: asyncpg.Pool
    settings: AuthSettings
    folder: Path
    clock: HandClock = field(default_factory=noon)
    audit: AuditInMemory = field(default_factory=AuditInMemory)
    auth: Auth = field(init=False)
    passwords: dict[str, str] = field(default_factory=dict)

    def __post_init__(self) -> None:
        auth = wired(self.pool, self.settings)
        desk = auth.desk
        self.auth = replace(
            auth,
            clock=self.clock,
            audit=self.audit,
            sign_in=replace(
                auth.sign_in, clock=self.clock, prove=replace(auth.sign_in.prove, clock=self.clock)
            ),
            read_session=replace(auth.read_session, clock=self.clock),
            confirm_password=replace(
                auth.confirm_password, clock=self.clock, prove=replace(auth.prove_password, clock=self.clock)
            ),
            desk=replace(
                desk,
                make_slips=replace(desk.make_slips, clock=self.clock, audit=self.audit),
                open=replace(desk.open, audit=self.audit),
                grant=replace(desk.grant, clock=self.clock, audit=write_audit_line),
            ),
        )

    async def opens(self) -> None:
        """A collège with two classes, a lycée, and two people of the staff who can sign in."""
        await AuthScene(self.pool, self.folder, self.clock).done(
            pupil("E1"),
            pupil("E2", first_name="Zoé"),
            pupil("E3", first_name="Inès", **{"class": "5B"}),
            parent("P1", children="E1"),
            staff(VIAL, first_name="Hélène"),
            staff(OTHER, first_name="Ousmane"),
            pupil("L1", **LYCEE),
        )
        local = self.auth.desk.local_credentials
        assert local is not None
        people = (VIAL, OTHER)
        for told in await local(LocalOrder(first=0, ready=2, ready_people=people, desk_people=(VIAL,))):
            self.passwords[told.person_id] = told.password or ""

    async def joins(self, *lines: dict[str, str]) -> None:
        """More people, by a file of their own."""
        await AuthScene(self.pool, self.folder, self.clock).done(*lines)

    @cached_property
    def app(self) -> FastAPI:
        site = replace(site_once(self.settings), auth_of=lambda _: self.auth)
        routers = [sign_in_router(site), desk_router(site)]
        return service_app("auth", health=Health(), routers=routers, pages=site.pages)

    async def browser(self, person_id: str = VIAL) -> Browser:
        """Of somebody who has just signed in."""
        answer = await self.tries(person_id, self.passwords[person_id])
        assert isinstance(answer, SignedIn), answer
        browser = Browser(self.app)
        browser.cookies[SESSION] = answer.session_token
        return browser

    async def tries(self, person_id: str, password: str) -> object:
        identifier = await self.pool.fetchval(
            "select identifier from account where person_id = $1", person_id
        )
        return await self.auth.sign_in(
            Claim(identifier=identifier, password=password, source="192.0.2.1", device_token=None)
        )

    async def entered(self, person_id: str, password: str) -> bool:
        return not isinstance(await self.tries(person_id, password), Refused)
