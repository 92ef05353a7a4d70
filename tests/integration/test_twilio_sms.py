"""The SMS adapter on the wire: what is posted, and what each refusal and each loss means."""

import asyncio
import logging
from collections.abc import AsyncIterator

import pytest

from notifier.adapters.twilio_sms import TwilioSms
from notifier.application.ports import OutgoingSms
from notifier.domain.breaker import FIRST_PAUSE_S, VOLUME_MIN
from notifier.domain.outcomes import Accepted, Outcome, Rejected, TryAgain, Unknown
from shared.kernel.addresses import PhoneNumber
from tests.fakes.twilio_server import TwilioServer
from tests.integration.channel_rigs import an_sms, gateway_at
from tests.waiting import eventually

MESSAGING_SERVICE = "MG" + "0" * 32


@pytest.fixture
async def server() -> AsyncIterator[TwilioServer]:
    async with TwilioServer() as server:
        yield server


@pytest.fixture
async def sms(server: TwilioServer) -> AsyncIterator[TwilioSms]:
    sms = TwilioSms([gateway_at(server)], answer_s_max=0.5)
    await sms.start()
    yield sms
    await sms.stop()


async def test_what_is_posted(server: TwilioServer, sms: TwilioSms) -> None:
    await sms.send(OutgoingSms(PhoneNumber("+33639980001"), "ENT Collège X: essai.", 540))

    assert server.taken[0].form == {
        "To": "+33639980001",
        "From": "CARILLON",
        "Body": "ENT Collège X: essai.",
        "ValidityPeriod": "540",
    }


async def test_a_text_without_an_end_has_no_validity_period(server: TwilioServer, sms: TwilioSms) -> None:
    await sms.send(OutgoingSms(PhoneNumber("+33639980001"), "essai", None))

    assert "ValidityPeriod" not in server.taken[0].form


async def test_a_messaging_service_chooses_the_sender_itself(server: TwilioServer) -> None:
    sms = TwilioSms([gateway_at(server, sender=MESSAGING_SERVICE)])
    await sms.start()

    await sms.send(an_sms())
    await sms.stop()

    assert server.taken[0].form["MessagingServiceSid"] == MESSAGING_SERVICE
    assert "From" not in server.taken[0].form


@pytest.mark.parametrize(
    ("status", "code", "meaning"),
    [
        (400, 21211, Rejected("number_unknown", "gateway-1", contact_dead=True)),
        (400, 21614, Rejected("number_not_mobile", "gateway-1", contact_dead=True)),
        (400, 21610, Rejected("number_opted_out", "gateway-1", contact_dead=True)),
        (400, 21408, Rejected("country_not_allowed", "gateway-1")),
        (400, 21611, TryAgain("gateway_queue_full", "gateway-1", 60.0)),
        (400, 29999, Rejected("refused", "gateway-1")),
        (401, 20003, TryAgain("gateway_refuses_us", "gateway-1", 120.0)),
        (404, 20404, TryAgain("gateway_refuses_us", "gateway-1", 120.0)),
        (429, 20429, TryAgain("gateway_busy", "gateway-1")),
        (500, 20500, Unknown("gateway_error", "gateway-1")),
        (503, 0, Unknown("gateway_error", "gateway-1")),
        (302, 0, Unknown("gateway_gibberish", "gateway-1")),
    ],
)
async def test_what_a_refusal_means(
    server: TwilioServer, sms: TwilioSms, status: int, code: int, meaning: Outcome
) -> None:
    server.mode = (status, code)

    assert await sms.send(an_sms()) == meaning
    assert server.posts == 1


@pytest.mark.parametrize(
    ("mode", "reason"),
    [
        ("silent", "timed_out"),
        ("hang_up", "connection_lost"),
        ("lost_after", "connection_lost"),
        ("500_after", "gateway_error"),
        ("gibberish", "connection_lost"),
    ],
)
async def test_once_the_request_has_left_no_clear_answer_means_unknown_and_nothing_is_posted_twice(
    server: TwilioServer, sms: TwilioSms, mode: str, reason: str
) -> None:
    server.mode = mode

    assert await sms.send(an_sms()) == Unknown(reason, "gateway-1")
    assert server.posts == 1


async def test_a_refused_connection_proves_that_nothing_was_accepted(
    server: TwilioServer, sms: TwilioSms
) -> None:
    await server.deafen()

    assert await sms.send(an_sms()) == TryAgain("unreachable", "gateway-1")


async def test_a_wrong_token_opens_the_breaker_at_once(server: TwilioServer, sms: TwilioSms) -> None:
    server.auth_token = "changed"

    outcomes = [await sms.send(an_sms()), await sms.send(an_sms())]

    assert outcomes[0] == TryAgain("gateway_refuses_us", "gateway-1", 120.0)
    assert isinstance(outcomes[1], TryAgain)
    assert not outcomes[1].asked
    assert server.posts == 1


async def test_a_gateway_that_keeps_failing_is_left_alone_and_the_other_takes_over() -> None:
    async with TwilioServer(mode=(500, 20500)) as bad, TwilioServer() as good:
        seconds = [0.0]
        sms = TwilioSms([gateway_at(bad, "bad"), gateway_at(good, "good")], monotonic=lambda: seconds[0])
        await sms.start()
        for _ in range(VOLUME_MIN):
            await sms.send(an_sms())

        outcome = await sms.send(an_sms())
        bad.mode = "accept"
        seconds[0] += FIRST_PAUSE_S
        probe = await sms.send(an_sms())
        await sms.stop()

    assert isinstance(outcome, Accepted)
    assert outcome.provider == "good"
    assert isinstance(probe, Accepted)
    assert probe.provider == "bad"


async def test_a_cancelled_send_leaves_the_adapter_working(server: TwilioServer, sms: TwilioSms) -> None:
    server.mode = "silent"
    sending = asyncio.ensure_future(sms.send(an_sms()))
    await eventually(lambda: server.posts == 1)
    sending.cancel()
    await asyncio.wait([sending])
    server.mode = "accept"

    assert isinstance(await sms.send(an_sms()), Accepted)


async def test_neither_number_nor_text_nor_token_reaches_a_log(
    server: TwilioServer, sms: TwilioSms, caplog: pytest.LogCaptureFixture
) -> None:
    with caplog.at_level(logging.DEBUG):
        since = an_sms()
        await sms.send(since)
        server.mode = (400, 21211)
        await sms.send(since)

    assert not any(
        word in caplog.text for word in ("+3363998", "essai", server.auth_token, server.account_sid)
    )
