"""The SMTP adapter on the wire: what each loss and each refusal means, and which connections are kept."""

import asyncio
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from notifier.adapters import smtp_pool
from notifier.adapters.smtp_mails import SmtpMails
from notifier.adapters.smtp_pool import AGE_S_MAX, IDLE_S_MAX, MAILS_MAX
from notifier.domain.breaker import FIRST_PAUSE_S, VOLUME_MIN
from notifier.domain.outcomes import Accepted, Outcome, Rejected, TryAgain, Unknown
from tests.fakes.certificates import contexts
from tests.fakes.smtp_server import Fault, SmtpServer
from tests.integration.channel_rigs import SENDER, a_mail, relay_at
from tests.waiting import eventually


class HandWoundClock:
    """Monotonic seconds, moved by the test."""

    def __init__(self) -> None:
        self.now_s = 1_000.0

    def __call__(self) -> float:
        return self.now_s


@pytest.fixture
async def server() -> AsyncIterator[SmtpServer]:
    async with SmtpServer() as server:
        yield server


@pytest.fixture
def clock() -> HandWoundClock:
    return HandWoundClock()


@pytest.fixture
async def mails(server: SmtpServer, clock: HandWoundClock) -> AsyncIterator[SmtpMails]:
    mails = SmtpMails([relay_at(server)], sender=SENDER, connections_max=4, monotonic=clock)
    await mails.start()
    yield mails
    await mails.stop()


async def test_mails_one_after_another_share_a_connection(server: SmtpServer, mails: SmtpMails) -> None:
    for _ in range(10):
        await mails.send(a_mail())

    assert (server.connections, len(server.taken)) == (1, 10)


async def test_never_more_connections_than_the_budget(server: SmtpServer, mails: SmtpMails) -> None:
    await asyncio.gather(*(mails.send(a_mail(f"p{n}@example.org")) for n in range(200)))

    assert server.connections <= 4 + 200 // MAILS_MAX


async def test_every_transaction_has_one_recipient_and_our_sender(
    server: SmtpServer, mails: SmtpMails
) -> None:
    await mails.send(a_mail("sonia@example.org"))

    assert server.commands[-3:] == [f"MAIL FROM:<{SENDER}>", "RCPT TO:<sonia@example.org>", "DATA"]


async def test_leading_dots_are_doubled_on_the_wire_and_nowhere_else(
    server: SmtpServer, mails: SmtpMails
) -> None:
    await mails.send(a_mail(content=b".a\r\n..b\r\nc.\r\n.\r\n"))

    assert server.taken[0].wire == b"..a\r\n...b\r\nc.\r\n..\r\n.\r\n"


async def test_bare_line_feeds_cannot_smuggle_a_second_mail(server: SmtpServer, mails: SmtpMails) -> None:
    await mails.send(a_mail(content=b"a\r\n\n.\nMAIL FROM:<evil@example.org>\r.\r"))

    assert len(server.taken) == 1
    assert server.taken[0].content.count(b"\n") == server.taken[0].content.count(b"\r\n")


async def test_a_connection_that_died_while_idle_costs_a_fresh_one_and_no_failure(
    server: SmtpServer, mails: SmtpMails
) -> None:
    await mails.send(a_mail())
    server.drop_connections()

    assert isinstance(await mails.send(a_mail()), Accepted)


async def test_a_kept_connection_that_was_cut_off_in_silence_costs_a_fresh_one_and_no_failure(
    server: SmtpServer, mails: SmtpMails, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(smtp_pool, "KEPT_ANSWER_S_MAX", 0.1)
    await mails.send(a_mail())
    server.cut_off = server.connections

    assert isinstance(await mails.send(a_mail()), Accepted)
    assert server.connections == 2


async def test_a_relay_that_says_421_to_an_idle_connection_gets_a_fresh_one(
    server: SmtpServer, mails: SmtpMails
) -> None:
    await mails.send(a_mail())
    server.answers["mail"] = "421 4.4.2 idle for too long"

    outcome = await mails.send(a_mail())

    assert outcome == TryAgain("relay_closing", "relay-1")
    assert server.connections == 2


@pytest.mark.parametrize("wait_s", [AGE_S_MAX, IDLE_S_MAX])
async def test_old_and_idle_connections_are_left(
    server: SmtpServer, mails: SmtpMails, clock: HandWoundClock, wait_s: float
) -> None:
    await mails.send(a_mail())
    clock.now_s += wait_s
    await mails.send(a_mail())

    await eventually(lambda: server.commands.count("QUIT") == 1)
    assert server.connections == 2


async def test_a_connection_is_left_after_its_share_of_mails(server: SmtpServer, mails: SmtpMails) -> None:
    for _ in range(MAILS_MAX + 1):
        await mails.send(a_mail())

    assert server.connections == 2


async def test_a_cancelled_send_takes_its_connection_with_it(server: SmtpServer, mails: SmtpMails) -> None:
    server.answers["rcpt"] = Fault.SAY_NOTHING
    sending = asyncio.ensure_future(mails.send(a_mail("first@example.org")))
    await eventually(lambda: any("RCPT" in command for command in server.commands))
    sending.cancel()
    await asyncio.wait([sending])
    server.answers.clear()

    outcome = await mails.send(a_mail("second@example.org"))

    assert sending.cancelled()
    assert isinstance(outcome, Accepted)
    assert [mail.recipient for mail in server.taken] == ["second@example.org"]
    await eventually(lambda: server.open_connections == 1)


@pytest.mark.parametrize(
    ("step", "meaning"),
    [
        ("connect", TryAgain("timed_out", "relay-1")),
        ("mail", TryAgain("timed_out", "relay-1")),
        ("rcpt", TryAgain("timed_out", "relay-1")),
        ("data", TryAgain("timed_out", "relay-1")),
        ("dot", Unknown("timed_out", "relay-1")),
    ],
)
async def test_silence_means_not_accepted_until_the_final_dot_has_left(
    server: SmtpServer, mails: SmtpMails, step: str, meaning: Outcome
) -> None:
    server.answers[step] = Fault.SAY_NOTHING

    assert await mails.send(a_mail(deadline_s=0.2)) == meaning
    await eventually(lambda: server.open_connections == 0)


async def test_a_loss_while_a_large_mail_is_still_leaving_is_no_acceptance(mails: SmtpMails) -> None:
    async def swallow_the_beginning(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        writer.write(b"220 hello\r\n")
        for answer in (b"250 relay\r\n", b"250 ok\r\n", b"250 ok\r\n", b"354 go on\r\n"):
            await reader.readline()
            writer.write(answer)
        await reader.read(1000)
        await asyncio.sleep(0.2)  # the rest fills every buffer on the way, and stays in ours
        writer.transport.abort()

    slow = await asyncio.start_server(swallow_the_beginning, "127.0.0.1", 0, limit=4096)
    stalled = SmtpServer()
    stalled._port = slow.sockets[0].getsockname()[1]
    over_slow = SmtpMails([relay_at(stalled)], sender=SENDER)

    outcome = await over_slow.send(a_mail(content=b"x" * 76 + b"\r\n" + b"y" * 20_000_000 + b"\r\n"))

    assert outcome == TryAgain("connection_lost", "relay-1")
    slow.close()


async def test_a_large_mail_arrives_whole(server: SmtpServer, mails: SmtpMails) -> None:
    content = b"".join(b"%06d%s\r\n" % (number, b"x" * 60) for number in range(12_000))

    assert isinstance(await mails.send(a_mail(content=content)), Accepted)
    assert server.taken[0].content == content


@pytest.mark.parametrize(
    ("step", "answer", "meaning"),
    [
        ("rcpt", "550 5.1.1 no such user", Rejected("address_unknown", "relay-1", contact_dead=True)),
        ("rcpt", "550 5.1.8 bad sender", Rejected("sender_refused", "relay-1")),
        ("rcpt", "550 5.7.1 spam", Rejected("policy_refused", "relay-1")),
        ("rcpt", "550 no", Rejected("refused", "relay-1")),
        ("rcpt", "552 5.2.2 over quota", TryAgain("mailbox_full", "relay-1", 900.0)),
        ("rcpt", "451 4.3.0 no disk", TryAgain("relay_busy", "relay-1")),
        ("rcpt", "451 wait", TryAgain("greylisted", "relay-1", 60.0)),
        ("data", "554 5.5.1 no", Rejected("protocol_refused", "relay-1")),
        ("dot", "550 5.1.1 after all no", Rejected("address_unknown", "relay-1", contact_dead=True)),
        ("dot", "554 5.6.0 bad content", Rejected("content_refused", "relay-1")),
        ("dot", "452 4.3.1 full", TryAgain("relay_busy", "relay-1")),
        ("mail", "553 5.7.1 not your address", TryAgain("relay_refuses_us", "relay-1", 120.0)),
        ("connect", "554 go away", TryAgain("relay_refuses_us", "relay-1", 120.0)),
        ("connect", "421 too many of you", TryAgain("relay_closing", "relay-1")),
        ("rcpt", "999 what", TryAgain("relay_gibberish", "relay-1")),
        ("dot", "999 what", Unknown("relay_gibberish", "relay-1")),
        ("dot", "what", Unknown("relay_gibberish", "relay-1")),
    ],
)
async def test_what_a_refusal_means(
    server: SmtpServer, mails: SmtpMails, step: str, answer: str, meaning: Outcome
) -> None:
    server.answers[step] = answer

    assert await mails.send(a_mail()) == meaning


async def test_one_refused_person_does_not_cost_the_others_their_connection(
    server: SmtpServer, mails: SmtpMails
) -> None:
    server.refused["nobody@example.org"] = "550 5.1.1 no such user"

    for address in ("a@example.org", "nobody@example.org", "b@example.org"):
        await mails.send(a_mail(address))

    assert [mail.recipient for mail in server.taken] == ["a@example.org", "b@example.org"]
    assert server.connections == 1


async def test_the_reference_is_what_the_relay_said_without_the_address(
    server: SmtpServer, mails: SmtpMails
) -> None:
    server.answers["dot"] = "250 2.6.0 queued as Q-17 for sonia@example.org"

    assert await mails.send(a_mail("sonia@example.org")) == Accepted("relay-1", "2.6.0 queued as Q-17 for •")


async def test_an_address_that_smtp_cannot_write_is_refused_without_asking(
    server: SmtpServer, mails: SmtpMails
) -> None:
    assert await mails.send(a_mail("zoé@example.org")) == Rejected("address_unusable", "")
    assert server.connections == 0


async def test_a_wrong_password_is_our_fault_and_opens_the_breaker_at_once(tmp_path: Path) -> None:
    server_tls, trusting = contexts(tmp_path)
    async with SmtpServer(tls=server_tls, login=("carillon", "right")) as server:
        relay = relay_at(server, security="starttls", username="carillon", password="wrong")
        mails = SmtpMails([relay], sender=SENDER, tls=trusting)

        outcomes = [await mails.send(a_mail()), await mails.send(a_mail())]

    assert outcomes[0] == TryAgain("relay_refuses_us", "relay-1", 120.0)
    assert isinstance(outcomes[1], TryAgain)
    assert not outcomes[1].asked
    assert mails.states == {"relay-1": "open"}


async def test_a_relay_that_keeps_failing_is_left_alone_and_then_asked_once(
    server: SmtpServer, mails: SmtpMails, clock: HandWoundClock
) -> None:
    server.answers["mail"] = Fault.HANG_UP
    for _ in range(VOLUME_MIN):
        await mails.send(a_mail())
    connections = server.connections
    refused = await mails.send(a_mail())
    server.answers.clear()
    clock.now_s += FIRST_PAUSE_S

    probe = await mails.send(a_mail())

    assert refused == TryAgain("no_relay_available", "", FIRST_PAUSE_S, asked=False)
    assert server.connections == connections + 1
    assert isinstance(probe, Accepted)
    assert mails.states == {"relay-1": "closed"}


async def test_refused_people_never_open_the_breaker(server: SmtpServer, mails: SmtpMails) -> None:
    server.answers["rcpt"] = "550 5.1.1 no such user"

    for _ in range(60):
        await mails.send(a_mail())

    assert mails.states == {"relay-1": "closed"}


async def test_a_relay_that_comes_back_is_found_again(server: SmtpServer, mails: SmtpMails) -> None:
    await server.deafen()
    away = await mails.send(a_mail())
    await server.listen()

    assert away == TryAgain("unreachable", "relay-1")
    assert isinstance(await mails.send(a_mail()), Accepted)


async def test_stopping_leaves_every_connection(server: SmtpServer, mails: SmtpMails) -> None:
    await asyncio.gather(*(mails.send(a_mail(f"p{n}@example.org")) for n in range(20)))

    await mails.stop()

    await eventually(lambda: server.open_connections == 0)
