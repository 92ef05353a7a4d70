"""The SMS gateway, asked by Twilio's own client."""

import asyncio
import base64
from collections.abc import AsyncIterator, Awaitable
from datetime import UTC, datetime, timedelta
from typing import Any
from urllib.parse import parse_qsl

import httpx
import pytest
from twilio.base.exceptions import TwilioRestException
from twilio.http.async_http_client import AsyncTwilioHttpClient
from twilio.request_validator import RequestValidator
from twilio.rest import Client

from carillon.sinks.process import Sinks, SinkSettings, running
from carillon.sinks.sms.credentials import Credentials

SID, TOKEN = "AC" + "0" * 32, "a-token-for-tests"
INES, JEAN = "+33639980001", "+33639980002"
SETTINGS = SinkSettings(
    smtp_port=0, sms_port=0, viewer_port=0, seed=1, sms_credentials=Credentials(SID, TOKEN)
)
PATIENCE_S = 10


@pytest.fixture
async def sinks() -> AsyncIterator[Sinks]:
    async with running(SETTINGS) as opened:
        yield opened


@pytest.fixture
async def twilio(sinks: Sinks) -> AsyncIterator[Client]:
    async with AsyncTwilioHttpClient() as http:
        yield a_client(sinks, http)


def a_client(sinks: Sinks, http: AsyncTwilioHttpClient, token: str = TOKEN) -> Client:
    client = Client(SID, token, http_client=http)
    client.api.base_url = f"http://127.0.0.1:{sinks.sms_door.port}"
    return client


async def a_fault(sinks: Sinks, **fault: object) -> None:
    async with httpx.AsyncClient(base_url=f"http://127.0.0.1:{sinks.viewer_door.port}") as viewer:
        assert (await viewer.post("/api/faults", json={"kind": "sms", **fault})).status_code == 201


def send(twilio: Client, to: str = INES, body: str = "Bonjour", **more: Any) -> Awaitable[Any]:
    return twilio.messages.create_async(to=to, from_="CARILLON", body=body, **more)


async def post(sinks: Sinks, form: dict[str, str], **more: Any) -> httpx.Response:
    async with httpx.AsyncClient(base_url=f"http://127.0.0.1:{sinks.sms_door.port}") as http:
        return await http.post(f"/2010-04-01/Accounts/{SID}/Messages.json", data=form, **more)


async def test_a_message_is_accepted_as_twilio_accepts_it(sinks: Sinks, twilio: Client) -> None:
    message = await send(twilio, body="é" * 161, validity_period=300)

    assert message.sid.startswith("SM")
    assert (message.status, message.num_segments, message.to) == ("queued", "2", INES)
    (kept,) = sinks.letterbox.since(0)
    assert (kept.sender, kept.body, kept.validity_s) == ("CARILLON", "é" * 161, 300)


async def test_a_messaging_service_may_stand_for_the_sender(twilio: Client) -> None:
    message = await twilio.messages.create_async(to=INES, messaging_service_sid="MG1", body="Bonjour")

    assert (message.messaging_service_sid, message.from_) == ("MG1", None)


@pytest.mark.parametrize(
    ("changed", "code"),
    [
        ({"To": "0639980001"}, 21211), ({"To": ""}, 21604), ({"From": ""}, 21603), ({"From": "a name too long"}, 21212),
        ({"Body": ""}, 21602), ({"Body": "x" * 1_601}, 21617), ({"StatusCallback": "nowhere"}, 21609),
        ({"ValidityPeriod": "0"}, 20001), ({"ValidityPeriod": "²"}, 20001),
    ],
)  # fmt: skip
async def test_a_wrong_message_has_twilio_s_error_and_is_not_kept(
    sinks: Sinks, changed: dict[str, str], code: int
) -> None:
    answer = await post(sinks, {"To": INES, "From": "CARILLON", "Body": "x"} | changed, auth=(SID, TOKEN))

    error = answer.json()
    assert (answer.status_code, error["code"], error["status"]) == (400, code, 400)
    assert error["message"]
    assert error["more_info"].endswith(str(code))
    assert len(sinks.letterbox) == 0


async def test_wrong_credentials_are_refused(sinks: Sinks) -> None:
    async with AsyncTwilioHttpClient() as http:
        with pytest.raises(TwilioRestException) as refused:
            await send(a_client(sinks, http, token="another"))

    assert (refused.value.status, refused.value.code) == (401, 20003)
    for header in ({}, {"Authorization": "Basic !!!"}, {"Authorization": "Bearer x"}):
        assert (await post(sinks, {}, headers=header)).status_code == 401


async def test_another_account_s_path_is_refused(sinks: Sinks) -> None:
    pair = base64.b64encode(f"{SID}:{TOKEN}".encode()).decode()
    async with httpx.AsyncClient(base_url=f"http://127.0.0.1:{sinks.sms_door.port}") as http:
        answer = await http.get(
            "/2010-04-01/Accounts/AC9/Messages.json", headers={"Authorization": f"Basic {pair}"}
        )

    assert answer.status_code == 401


async def test_a_client_finds_again_what_it_sent(twilio: Client) -> None:
    started = datetime.now(UTC) - timedelta(seconds=5)
    first = await send(twilio, body="un")
    second = await send(twilio, body="deux")
    await send(twilio, to=JEAN)

    found = await twilio.messages.list_async(to=INES, date_sent_after=started)
    later = await twilio.messages.list_async(
        to=INES, date_sent_after=datetime.now(UTC) + timedelta(minutes=1)
    )

    assert [message.sid for message in found] == [second.sid, first.sid]
    assert later == []
    assert (await twilio.messages(first.sid).fetch_async()).body == "un"


async def test_a_long_list_comes_page_by_page(twilio: Client) -> None:
    sent = [(await send(twilio, body=str(n))).sid for n in range(7)]

    found = await twilio.messages.list_async(to=INES, from_="CARILLON", page_size=3)

    assert [message.sid for message in found] == sent[::-1]


async def test_an_unknown_message_is_not_found(twilio: Client) -> None:
    with pytest.raises(TwilioRestException) as refused:
        await twilio.messages("SM" + "0" * 32).fetch_async()

    assert (refused.value.status, refused.value.code) == (404, 20404)


@pytest.mark.parametrize("query", ["PageSize=0", "PageSize=x", "Page=-1", "DateSent%3E=yesterday"])
async def test_a_wrong_list_is_refused(sinks: Sinks, query: str) -> None:
    async with httpx.AsyncClient(
        base_url=f"http://127.0.0.1:{sinks.sms_door.port}", auth=(SID, TOKEN)
    ) as http:
        answer = await http.get(f"/2010-04-01/Accounts/{SID}/Messages.json?{query}")

    assert (answer.status_code, answer.json()["code"]) == (400, 20001)


async def test_the_sender_is_called_back_with_signed_states_in_order(sinks: Sinks, twilio: Client) -> None:
    calls = asyncio.Queue()

    async def listen(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        head = (await reader.readuntil(b"\r\n\r\n")).decode()
        length = next(
            int(line[15:]) for line in head.split("\r\n") if line.lower().startswith("content-length:")
        )
        body = (await reader.readexactly(length)).decode()
        writer.write(b"HTTP/1.1 204 No Content\r\nConnection: close\r\n\r\n")
        writer.close()
        await calls.put((head, dict(parse_qsl(body))))

    server = await asyncio.start_server(listen, "127.0.0.1", 0)
    url = f"http://127.0.0.1:{server.sockets[0].getsockname()[1]}/hooks/twilio/status?delivery=7"
    async with server, asyncio.timeout(PATIENCE_S):
        message = await send(twilio, status_callback=url)
        received = [await calls.get(), await calls.get()]

    assert [form["MessageStatus"] for _, form in received] == ["sent", "delivered"]
    for head, form in received:
        lines = [line.partition(": ") for line in head.split("\r\n")]
        signature = next(value for name, _, value in lines if name.lower() == "x-twilio-signature")
        assert RequestValidator(TOKEN).validate(url, form, signature)
        assert form["MessageSid"] == message.sid


@pytest.mark.parametrize(
    ("mode", "status", "code", "kept"),
    [
        ("429", 429, 20429, 0), ("500_before", 500, 20500, 0), ("500_after", 500, 20500, 1),
        ("reject_4xx", 400, 21614, 0), ("reject_5xx", 503, 20503, 0),
    ],
)  # fmt: skip
async def test_a_fault_answers_as_twilio_would(
    sinks: Sinks, twilio: Client, mode: str, status: int, code: int, kept: int
) -> None:
    await a_fault(sinks, mode=mode, for_address=INES)

    with pytest.raises(TwilioRestException) as refused:
        await send(twilio)
    await send(twilio, to=JEAN)

    assert (refused.value.status, refused.value.code) == (status, code)
    assert len(sinks.letterbox) == kept + 1


async def test_too_many_says_when_to_come_back(sinks: Sinks) -> None:
    await a_fault(sinks, mode="429")

    answer = await post(sinks, {"To": INES}, auth=(SID, TOKEN))

    assert int(answer.headers["retry-after"]) >= 1


async def test_a_drop_after_data_keeps_the_message_and_answers_nothing(sinks: Sinks) -> None:
    await a_fault(sinks, mode="drop_after_data")

    with pytest.raises((httpx.RemoteProtocolError, httpx.ReadError)):
        await post(sinks, {"To": INES, "From": "CARILLON", "Body": "gardé"}, auth=(SID, TOKEN))

    assert [sms.body for sms in sinks.letterbox.since(0)] == ["gardé"]


async def test_a_refusal_for_an_address_keeps_nothing(sinks: Sinks) -> None:
    await a_fault(sinks, mode="refuse", for_address=INES)

    with pytest.raises((httpx.RemoteProtocolError, httpx.ReadError)):
        await post(sinks, {"To": INES, "From": "CARILLON", "Body": "x"}, auth=(SID, TOKEN))

    assert len(sinks.letterbox) == 0


async def test_a_refusal_of_everything_refuses_connections(sinks: Sinks) -> None:
    await a_fault(sinks, mode="refuse")

    with pytest.raises(httpx.ConnectError):
        await post(sinks, {})


async def test_slow_answers_late(sinks: Sinks, twilio: Client) -> None:
    await a_fault(sinks, mode="slow", slow_seconds=0.3)
    started_s = asyncio.get_running_loop().time()

    await send(twilio)

    assert asyncio.get_running_loop().time() - started_s >= 0.29


async def test_what_is_not_twilio_s_is_not_found(sinks: Sinks) -> None:
    async with httpx.AsyncClient(base_url=f"http://127.0.0.1:{sinks.sms_door.port}") as http:
        assert (await http.get("/")).json()["code"] == 20404
        assert (await http.put(f"/2010-04-01/Accounts/{SID}/Messages.json")).status_code == 405
