"""`carillon-auth serve` on its own, for tests of its pages in a real browser: people at the step that a test is about."""

import os
import sys
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from itertools import count
from pathlib import Path
from typing import Any

import httpx

from auth.domain.sessions import new_token, session_digest
from carillon.infrastructure import EmbeddedBroker, EmbeddedPostgres, Process
from carillon.infrastructure.ports import free_port
from shared.kit.migrations import migrate_now
from shared.kit.sealing import new_key
from shared.kit.web.cookies import SESSION
from tests.chromium import opened_page
from tests.integration.made_once import hashed

READY_WITHIN_S = 60
FIRST_PASSWORD = "Tulipe-42-Nuage"
PERSON = """
insert into establishment values ('0690001T', 'Collège Jean-Macé', 'college', '69', 'Lyon', 'ARA')
    on conflict do nothing;
insert into account
    (person_id, profile, last_name, first_name, identifier, identifier_stem, identifier_number, created_at)
values ('{person}', '{profile}', 'Vial', 'Léo', '{person}.vial', '{person}', 1, now());
insert into attachment (person_id, uai) values ('{person}', '0690001T');
insert into credential (person_id, step, password_hash, password_kind, first_expires_at)
select '{person}', '{step}', '{hashed}', case when chosen then 'chosen' else 'first' end,
    case when not chosen then now() + interval '90 days' end
from (select '{step}' in ('contacts', 'active') as chosen) as passed;
insert into browser_session (session_id, token_digest, person_id, authenticated_at, last_seen_at, expires_at)
values (gen_random_uuid(), decode('{digest}', 'hex'), '{person}', now(), now(), now() + interval '12 hours');
"""


@dataclass(slots=True)
class AuthPages:
    """A running service; `postgres` holds its database `auth`."""

    url: str
    postgres: EmbeddedPostgres
    process: Process
    environment: Mapping[str, str]
    _numbers: Iterator[int] = field(default_factory=lambda: count(1))

    @contextmanager
    def visited_by(
        self,
        browser: Any,
        *,
        profile: str = "eleve",
        step: str = "charter",
        width: int = 768,
        scripts: bool = True,
    ) -> Iterator[Any]:
        """A page of the wizard, opened by somebody new who is signed in and at this step."""
        token = self.new_person(profile=profile, step=step)
        with opened_page(browser, width=width, scripts=scripts) as page:
            signed_in(page, token)
            page.emulate_media(reduced_motion="reduce")
            page.goto(f"{self.url}/premiere-connexion")
            yield page

    def new_person(self, *, profile: str, step: str) -> str:
        """Somebody with FIRST_PASSWORD, by then his own past step 2; the token of a session of theirs."""
        token, person = new_token(), f"x{next(self._numbers)}"
        self.sql(
            PERSON.format(
                person=person,
                profile=profile,
                step=step,
                hashed=hashed(FIRST_PASSWORD),
                digest=session_digest(token).hex(),
            )
        )
        return token

    def starts(self, **more: str) -> None:
        """Begin the process, with other settings for as long as it lives, and wait until it is ready."""
        self.process.environment = {**self.environment, **more}
        self.process.start()
        self.process.wait_until(lambda: _ready(self.url), within_s=READY_WITHIN_S)

    def ends(self) -> None:
        self.process.stop(within_s=30)

    def sql(self, script: str) -> str:
        return self.postgres.run_sql(script, database="auth")


def signed_in(page: Any, token: str) -> None:
    """Give a browser the cookie of a session."""
    cookie = {"name": SESSION, "value": token, "domain": "127.0.0.1", "path": "/"}
    page.context.add_cookies([cookie | {"secure": True, "httpOnly": True, "sameSite": "Lax"}])


@contextmanager
def auth_pages(folder: Path) -> Iterator[AuthPages]:
    """Serve until the end of the block, on a database and a broker of its own."""
    with EmbeddedPostgres(folder / "postgres", durable=False) as postgres, EmbeddedBroker() as broker:
        dsn = postgres.create_service_databases(("auth",))["auth"]
        migrate_now(dsn, "auth")
        port = free_port()
        process = Process(
            name="auth",
            command=[str(Path(sys.executable).with_name("carillon-auth")), "serve"],
            log=folder / "auth.log",
        )
        running = AuthPages(f"http://127.0.0.1:{port}", postgres, process, _environment(dsn, broker, port))
        try:
            running.starts()
            yield running
        finally:
            running.ends()


def _environment(dsn: str, broker: EmbeddedBroker, port: int) -> Mapping[str, str]:
    return {
        "PATH": os.environ["PATH"],
        "CARILLON_ENV": "local",
        "DATABASE_URL": dsn,
        "KAFKA_BOOTSTRAP_SERVERS": broker.bootstrap_servers,
        "KAFKA_IDEMPOTENCE": "false",
        "KAFKA_SESSION_TIMEOUT_MS": "6000",  # the embedded broker answers a join after half of it
        "CODE_KEYS": new_key(),
        "HTTP_PORT": str(port),
        "LOG_FORMAT": "json",
        "TUTORIAL_URL": "https://video.example.org/premiere-connexion",
    }


def _ready(url: str) -> bool:
    try:
        return httpx.get(f"{url}/health/ready", timeout=2).status_code == 200
    except httpx.TransportError:
        return False
