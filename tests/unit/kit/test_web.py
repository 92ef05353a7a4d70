import httpx
import pytest
from fastapi import APIRouter
from pydantic import BaseModel

from shared.kit.health import Health
from shared.kit.web import BODY_BYTES_MAX, ProblemError, application, service_app


class Order(BaseModel):
    amount: int


def a_client(health: Health | None = None) -> httpx.AsyncClient:
    router = APIRouter()

    @router.post("/orders")
    async def order(order: Order) -> dict[str, int]:
        return {"amount": order.amount}

    @router.get("/teapot")
    async def teapot() -> None:
        raise ProblemError(418, "teapot", "Short and stout.", headers={"Retry-After": "5"}, handle="here")

    @router.get("/broken")
    async def broken() -> None:
        raise RuntimeError("sonia@example.org")

    @router.get("/leave/{token}")
    async def leave(token: str) -> None:
        raise RuntimeError("broken")

    @router.get("/people/{name:path}")
    async def person(name: str) -> dict[str, str]:
        return {"name": name}

    app = service_app("test", health=health or Health(), routers=[router])
    transport = httpx.ASGITransport(app, raise_app_exceptions=False)
    return httpx.AsyncClient(transport=transport, base_url="http://test")


async def test_liveness_answers_even_when_nothing_is_ready() -> None:
    health = Health()
    health.add("database", never_well)
    async with a_client(health) as client:
        assert (await client.get("/health/live")).status_code == 200
        ready = await client.get("/health/ready")

    assert ready.status_code == 503
    assert ready.json()["faults"] == {"database": "is away"}


async def never_well() -> str:
    return "is away"


async def test_a_check_that_raises_makes_the_service_unready() -> None:
    async def raises() -> str | None:
        raise ConnectionRefusedError

    health = Health()
    health.add("kafka", raises)

    assert await health.faults() == {"kafka": "ConnectionRefusedError"}


async def test_a_leaving_service_is_unready_at_once() -> None:
    health = Health(leaving=True)

    assert await health.faults() == {"service": "is leaving"}


@pytest.mark.parametrize(
    ("method", "path", "status", "slug"),
    [
        ("GET", "/nowhere", 404, "not_found"),
        ("GET", "/orders", 405, "method_not_allowed"),
        ("GET", "/teapot", 418, "teapot"),
        ("GET", "/broken", 500, "internal"),
    ],
)
async def test_every_refusal_is_a_problem_document(method: str, path: str, status: int, slug: str) -> None:
    async with a_client() as client:
        answer = await client.request(method, path)

    assert answer.status_code == status
    assert answer.headers["content-type"] == "application/problem+json"
    assert answer.json()["type"] == f"urn:carillon:problem:{slug}"
    assert answer.json()["status"] == status


async def test_nobody_is_sent_to_the_host_that_a_request_names() -> None:
    """A slash too many led there, with the form that was being sent, and in clear text behind a proxy."""
    async with a_client() as client:
        answers = [
            await client.request(method, "/teapot/", headers={"Host": "elsewhere.example"})
            for method in ("GET", "POST")
        ]

    assert [(answer.status_code, answer.headers.get("location")) for answer in answers] == [(404, None)] * 2


@pytest.mark.parametrize("path", ["/people/%00", "/people/a%0Ab", "/people/%7f", "/%00"])
async def test_nothing_is_at_an_address_with_control_characters(path: str) -> None:
    async with a_client() as client:
        answer = await client.get(path)

    assert (answer.status_code, answer.json()["type"]) == (404, "urn:carillon:problem:not_found")
    assert answer.headers["x-content-type-options"] == "nosniff"


async def test_a_broken_handler_tells_nothing_of_its_inside() -> None:
    async with a_client() as client:
        answer = await client.get("/broken")

    assert "sonia" not in answer.text


async def test_what_breaks_is_told_without_the_token_in_its_address(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    log = _Log()
    monkeypatch.setattr(application, "log", log)

    async with a_client() as client:
        await client.get("/leave/canary-token")

    assert log.told == [("request.broken", "/leave/{token}")]


class _Log:
    """Keeps what the application says, and of which address."""

    def __init__(self) -> None:
        self.told: list[tuple[str, str]] = []

    def error(self, event: str, *, path: str, exc_info: Exception) -> None:
        assert str(exc_info) == "broken"
        self.told.append((event, path))


async def test_values_that_fail_are_named_and_not_repeated() -> None:
    async with a_client() as client:
        answer = await client.post("/orders", json={"amount": "sonia@example.org"})

    assert answer.status_code == 422
    assert answer.json()["errors"] == [{"field": "body.amount", "reason": "int_parsing"}]
    assert "sonia" not in answer.text


async def test_a_body_over_the_limit_is_refused_before_it_is_read_whole() -> None:
    async with a_client() as client:
        answer = await client.post("/orders", content=b"x" * (BODY_BYTES_MAX + 1))

    assert answer.status_code == 413
    assert answer.headers["content-type"] == "application/problem+json"


async def test_every_answer_carries_the_safe_headers() -> None:
    async with a_client() as client:
        answer = await client.get("/health/live")

    assert answer.headers["x-content-type-options"] == "nosniff"
    assert "frame-ancestors 'none'" in answer.headers["content-security-policy"]
    assert answer.headers["cache-control"] == "no-store"
