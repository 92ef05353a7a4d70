"""The front: what goes where, what stays behind, and what a family sees when a service is away."""

import asyncio
import base64
import hashlib
import json
import re
from collections.abc import AsyncIterator, Sequence
from typing import Any

import httpx
import pytest
from hypothesis import given
from hypothesis import strategies as st

from carillon.front.headers import end_to_end, for_upstream
from carillon.front.proxy import REQUEST_BYTES_MAX, Front
from carillon.front.routes import NOT_THERE, service_for

UPSTREAMS = {name: f"http://{name}.test" for name in ("auth", "preferences", "activation", "notifier")}


@pytest.mark.parametrize(
    ("path", "service"),
    [
        ("/", "auth"),
        ("/oauth/token", "auth"),
        ("/connexion", "auth"),
        ("/deconnexion", "auth"),
        ("/premiere-connexion", "auth"),
        ("/mot-de-passe-oublie", "auth"),
        ("/etablissement/", "auth"),
        ("/preferences", "preferences"),
        ("/preferences/mes-preferences", "preferences"),
        ("/desabonnement/abc", "preferences"),
        ("/m/", "activation"),
        ("/api/mobile/v1/activate", "activation"),
        ("/partenaire/", "notifier"),
        ("/api/partner/v1/alerts", "notifier"),
        ("/api/notifier/v1/people/P1/notifications", "notifier"),
        ("/hooks/twilio/status", "notifier"),
        ("/health/ready", None),
        ("/metrics", None),
        ("/preferences2", None),
        ("/api/other", None),
        ("/oauth/../metrics", None),
        ("/m/./../health/live", None),
        ("/m\\..\\metrics", None),
        ("//metrics", None),
    ],
)
def test_each_path_has_its_service_or_none(path: str, service: str | None) -> None:
    assert service_for(path) == service


@given(st.text(max_size=60))
def test_no_path_leads_to_a_port_of_the_operators(tail: str) -> None:
    for secret in ("/health", "/metrics"):
        assert service_for(secret + tail) is None


def test_what_belongs_to_one_hop_stays_there() -> None:
    headers = [
        (b"Connection", b"keep-alive, X-Odd"),
        (b"x-odd", b"1"),
        (b"Upgrade", b"h2c"),
        (b"Accept", b"*/*"),
    ]

    assert end_to_end(headers) == [(b"accept", b"*/*")]


def test_a_client_cannot_say_where_it_comes_from() -> None:
    headers = [(b"host", b"ent.test"), (b"x-forwarded-for", b"6.6.6.6"), (b"forwarded", b"for=6.6.6.6")]

    told = dict(for_upstream(headers, client="127.0.0.1", scheme="http"))

    assert told == {
        b"host": b"ent.test",
        b"x-forwarded-for": b"127.0.0.1",
        b"x-forwarded-host": b"ent.test",
        b"x-forwarded-proto": b"http",
    }


class Upstream(httpx.AsyncBaseTransport):
    """A service that remembers what it was asked, and answers what it was told to."""

    def __init__(self, answer: httpx.Response | Exception) -> None:
        self.answer = answer
        self.asked: list[httpx.Request] = []
        self.bodies: list[bytes] = []

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        self.asked.append(request)
        self.bodies.append(await request.aread())
        if isinstance(self.answer, Exception):
            raise self.answer
        return httpx.Response(self.answer.status_code, headers=self.answer.headers, stream=self.answer.stream)


def an_answer(status: int, headers: Sequence[tuple[str, str]] = (), content: bytes = b"") -> httpx.Response:
    """An answer that is still to be streamed, as a real transport gives it."""
    return httpx.Response(status, headers=list(headers), stream=httpx.ByteStream(content))


def front_of(upstream: Upstream) -> httpx.AsyncClient:
    return httpx.AsyncClient(
        transport=httpx.ASGITransport(Front(UPSTREAMS, upstream)), base_url="http://ent.test"
    )


async def test_a_request_and_its_answer_pass_unchanged() -> None:
    upstream = Upstream(an_answer(201, [("set-cookie", "a=1"), ("set-cookie", "b=2")], b"bonjour"))
    async with front_of(upstream) as front:
        answer = await front.post("/oauth/token?x=%2F1&y=%C3%A9", content=b"grant=1")

    assert (answer.status_code, answer.content) == (201, b"bonjour")
    assert answer.headers.get_list("set-cookie") == ["a=1", "b=2"]
    assert str(upstream.asked[0].url) == "http://auth.test/oauth/token?x=%2F1&y=%C3%A9"
    assert upstream.bodies == [b"grant=1"]


async def test_one_persons_cookie_is_never_sent_for_another() -> None:
    upstream = Upstream(an_answer(200, [("set-cookie", "session=sonia")]))
    front = Front(UPSTREAMS, upstream)
    for _ in range(2):
        async with httpx.AsyncClient(
            transport=httpx.ASGITransport(front), base_url="http://ent.test"
        ) as somebody:
            await somebody.get("/connexion")

    assert all("cookie" not in asked.headers for asked in upstream.asked)


async def test_a_redirect_goes_back_to_the_browser() -> None:
    upstream = Upstream(an_answer(303, [("location", "/connexion")]))
    async with front_of(upstream) as front:
        answer = await front.get("/preferences")

    assert (answer.status_code, answer.headers["location"]) == (303, "/connexion")
    assert len(upstream.asked) == 1


@pytest.mark.parametrize(
    ("failure", "status", "slug"),
    [
        (httpx.ConnectError("refused"), 503, "service_away"),
        (httpx.ConnectTimeout("slow"), 503, "service_away"),
        (httpx.ReadTimeout("silent"), 502, "service_failed"),
        (httpx.RemoteProtocolError("gone"), 502, "service_failed"),
    ],
)
async def test_a_service_that_is_away_is_said_with_a_problem_document(
    failure: Exception, status: int, slug: str
) -> None:
    async with front_of(Upstream(failure)) as front:
        answer = await front.get("/preferences")

    assert answer.status_code == status
    assert answer.headers["content-type"] == "application/problem+json"
    assert answer.json()["type"] == f"urn:carillon:problem:{slug}"


async def test_a_browser_at_an_unknown_path_gets_a_page_and_never_that_path() -> None:
    upstream = Upstream(an_answer(404))
    async with front_of(upstream) as front:
        answer = await front.get("/metrics?a=b", headers={"Accept": "text/html,*/*;q=0.8"})

    assert answer.status_code == 404
    assert [str(asked.url) for asked in upstream.asked] == [f"http://auth.test{NOT_THERE}"]


async def test_an_unknown_path_is_a_problem_document_and_asks_nobody() -> None:
    upstream = Upstream(an_answer(200))
    async with front_of(upstream) as front:
        answer = await front.get("/metrics")

    assert answer.status_code == 404
    assert answer.json()["status"] == 404
    assert upstream.asked == []


@pytest.mark.parametrize("declared", [True, False])
async def test_a_body_that_is_too_large_is_refused(declared: bool) -> None:
    async def chunks() -> AsyncIterator[bytes]:
        for _ in range(REQUEST_BYTES_MAX // 65_536 + 1):
            yield b"x" * 65_536

    content: Any = b"x" * (REQUEST_BYTES_MAX + 1) if declared else chunks()
    async with front_of(Upstream(an_answer(200))) as front:
        answer = await front.post("/oauth/token", content=content)

    assert answer.status_code == 413
    assert answer.json()["type"] == "urn:carillon:problem:body_too_large"


async def test_an_answer_cut_short_is_not_made_to_look_whole() -> None:
    class Broken(httpx.AsyncByteStream):
        async def __aiter__(self) -> AsyncIterator[bytes]:
            yield b"half"
            raise httpx.ReadError("gone")

    sent: list[dict[str, Any]] = []
    front = Front(UPSTREAMS, Upstream(httpx.Response(200, stream=Broken())))
    scope = {
        "type": "http",
        "method": "GET",
        "scheme": "http",
        "path": "/connexion",
        "raw_path": b"/connexion",
        "query_string": b"",
        "headers": [],
        "client": ("127.0.0.1", 1),
    }

    async def send(message: Any) -> None:
        sent.append(message)

    with pytest.raises(ConnectionAbortedError):
        await front(scope, asyncio.Event().wait, send)  # type: ignore[arg-type]  # a plain ASGI send

    assert not any(message.get("more_body") is False for message in sent)
    assert json.dumps([message["type"] for message in sent]).count("start") == 1


async def test_a_browser_is_shown_a_page_when_a_service_is_away() -> None:
    async with front_of(Upstream(httpx.ConnectError("refused"))) as front:
        answer = await front.get("/connexion", headers={"accept": "text/html,*/*;q=0.8"})

    style = re.search("<style>(.*)</style>", answer.text)
    assert style is not None
    digest = base64.b64encode(hashlib.sha256(style[1].encode()).digest()).decode()
    assert (answer.status_code, answer.headers["retry-after"]) == (503, "5")
    assert answer.headers["content-type"] == "text/html; charset=utf-8"
    assert f"'sha256-{digest}'" in answer.headers["content-security-policy"]
    assert "Réessayez dans une minute." in answer.text
