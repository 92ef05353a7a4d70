"""`/api/auth/v1/fusions`, as preferences asks it: a bearer token, problem documents, one slug for each refusal."""

from collections.abc import AsyncIterator
from datetime import UTC, datetime
from pathlib import Path

import httpx
import pytest

from auth.bootstrap import opened
from auth.entrypoints.web import auth_app
from auth.settings import AuthSettings
from shared.kit.database import open_pool
from shared.kit.health import Health
from shared.kit.sealing import new_key
from tests.integration.conftest import ServiceDatabase
from tests.integration.fusion_scene import PASSWORD, FusionScene, a_family

pytestmark = pytest.mark.requirement("R61")

PATH = "/api/auth/v1/fusions"


class Portal:
    """The service over HTTP, the family behind it, and Sonia's session."""

    def __init__(self, http: httpx.AsyncClient, scene: FusionScene, token: str) -> None:
        self.http = http
        self.scene = scene
        self.token = token

    async def asks(
        self, method: str, path: str = "", body: object = None, token: str | None = None
    ) -> httpx.Response:
        headers = {"Authorization": f"Bearer {token or self.token}"}
        return await self.http.request(method, PATH + path, json=body, headers=headers)

    async def previews(self, person_id: str = "P2", password: str = PASSWORD) -> httpx.Response:
        identifier = await self.scene.identifier(person_id)
        return await self.asks("POST", "/preview", {"identifier": identifier, "password": password})

    async def attaches(self) -> httpx.Response:
        return await self.asks("POST", "", {"fusion_id": (await self.previews()).json()["fusion_id"]})


@pytest.fixture
async def portal(service_database: ServiceDatabase, tmp_path: Path) -> AsyncIterator[Portal]:
    settings = AuthSettings(  # the rest is as `carillon up` sets it
        carillon_env="local",
        database_url=service_database("auth"),
        kafka_bootstrap_servers="127.0.0.1:1",
        code_keys=new_key(),
    )
    app = auth_app(settings, Health())
    transport = httpx.ASGITransport(app)  # no lifespan: these tests are about HTTP and the database alone
    pool = await open_pool(settings.database_url.get_secret_value(), service="auth")
    try:
        scene = await a_family(pool, tmp_path)
        scene.school.clock.instant = datetime.now(UTC)
        async with (
            opened(settings) as auth,
            httpx.AsyncClient(transport=transport, base_url="http://auth") as http,
        ):
            app.state.auth = auth
            yield Portal(http, scene, await scene.session("P1"))
    finally:
        await pool.close()


def slug(answer: httpx.Response) -> tuple[int, str]:
    assert answer.headers["content-type"] == "application/problem+json", answer.text
    return answer.status_code, answer.json()["type"].removeprefix("urn:carillon:problem:")


async def test_sonia_previews_attaches_reads_and_undoes(portal: Portal) -> None:
    preview = await portal.previews()
    assert preview.status_code == 201
    assert [place["told"] for place in preview.json()["places"]] == ["Lycée du Parc — Inès"]

    fused = await portal.asks("POST", "", {"fusion_id": preview.json()["fusion_id"]})
    assert (fused.status_code, fused.json()["state"]) == (200, "fused")
    assert (await portal.asks("GET")).json() == {"fusions": [fused.json()]}

    undone = await portal.asks("DELETE", f"/{fused.json()['fusion_id']}")
    assert (undone.status_code, undone.json()["state"]) == (200, "undone")
    assert undone.headers["cache-control"] == "no-store"


@pytest.mark.parametrize(
    ("method", "path"), [("POST", "/preview"), ("POST", ""), ("GET", ""), ("DELETE", "/not-one")]
)
async def test_without_a_bearer_token_nobody_is_known(portal: Portal, method: str, path: str) -> None:
    with_cookie = await portal.http.request(
        method, PATH + path, headers={"Cookie": f"__Host-session={portal.token}"}
    )

    assert slug(with_cookie) == (401, "session_missing")
    assert with_cookie.headers["www-authenticate"] == 'Bearer realm="carillon"'


async def test_a_session_that_is_over_is_nobodys(portal: Portal) -> None:
    answer = await portal.asks("GET", token="a" * 43)

    assert slug(answer) == (401, "session_over")


async def test_an_old_password_is_asked_for_again(portal: Portal) -> None:
    await portal.scene.pool.execute(
        "update browser_session set authenticated_at = authenticated_at - interval '10 minutes'"
    )

    assert slug(await portal.previews()) == (403, "step_up_required")


async def test_the_first_connection_comes_first_and_says_where(portal: Portal) -> None:
    await portal.scene.pool.execute("update credential set step = 'contacts' where person_id = 'P1'")

    answer = await portal.asks("GET")

    assert slug(answer) == (403, "first_connection_unfinished")
    assert (answer.json()["next_step"], answer.json()["step"]) == ("/premiere-connexion", "contacts")


async def test_refusals_of_the_second_slip(portal: Portal) -> None:
    await portal.scene.password("E1")

    assert slug(await portal.previews("E1")) == (409, "pupil_and_parent")
    assert slug(await portal.previews("P1")) == (409, "same_account")
    assert slug(await portal.previews("P2", "wrong")) == (403, "wrong_credentials")


async def test_too_many_wrong_passwords_wait(portal: Portal) -> None:
    answers = [await portal.previews("P2", "wrong") for _ in range(6)]

    assert slug(answers[-1]) == (429, "too_many_tries")
    assert 1 <= int(answers[-1].headers["retry-after"]) <= 15


async def test_while_an_import_is_at_work_the_caller_is_asked_to_come_back(portal: Portal) -> None:
    preview = await portal.previews()

    async with portal.scene.school.directory.importing():
        answer = await portal.asks("POST", "", {"fusion_id": preview.json()["fusion_id"]})

    assert slug(answer) == (503, "directory_busy")
    assert answer.headers["retry-after"] == "5"


@pytest.mark.parametrize("body", [{}, {"fusion_id": "x"}, [], {"identifier": "a", "password": ""}, "\udc80"])
async def test_a_body_that_is_not_one_is_said_so_without_its_values(portal: Portal, body: object) -> None:
    content = b"\xff" if isinstance(body, str) else None
    headers = {"Authorization": f"Bearer {portal.token}"}

    for path in ("/preview", ""):
        answer = await portal.http.post(
            PATH + path, headers=headers, content=content, json=None if content else body
        )
        assert slug(answer) == (422, "unacceptable")


async def test_what_is_not_a_fusion_is_not_found(portal: Portal) -> None:
    assert slug(await portal.asks("DELETE", "/not-one")) == (404, "unknown_fusion")
    unknown = {"fusion_id": "00000000-0000-0000-0000-000000000000"}
    assert slug(await portal.asks("POST", "", unknown)) == (404, "unknown_fusion")


async def test_while_the_service_connects_it_says_later(portal: Portal) -> None:
    settings = AuthSettings(
        carillon_env="local",
        database_url="postgresql://nowhere",
        kafka_bootstrap_servers="127.0.0.1:1",
        code_keys=new_key(),
    )
    transport = httpx.ASGITransport(auth_app(settings, Health()))
    async with httpx.AsyncClient(transport=transport, base_url="http://auth") as http:
        answer = await http.get(PATH, headers={"Authorization": f"Bearer {portal.token}"})

    assert slug(answer) == (503, "away")


async def test_the_description_names_the_four_requests_and_their_refusals(portal: Portal) -> None:
    described = (await portal.http.get("/api/auth/openapi.json")).json()

    paths = {path: set(methods) for path, methods in described["paths"].items() if path.startswith(PATH)}
    assert paths == {PATH: {"post", "get"}, f"{PATH}/preview": {"post"}, f"{PATH}/{{fusion_id}}": {"delete"}}
    preview = described["paths"][f"{PATH}/preview"]["post"]
    assert {"201", "401", "403", "409", "422", "429", "503"} == set(preview["responses"])
    assert preview["security"] == [{"session": []}]
    assert "session" in described["components"]["securitySchemes"]
