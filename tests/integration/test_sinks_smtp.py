"""The mail sink on the wire: by raw sockets, and by the client that the product uses."""

import asyncio
import contextlib
from collections.abc import AsyncIterator
from email.message import EmailMessage
from typing import Any

import aiosmtplib
import httpx
import pytest

from carillon.sinks.process import Sinks, SinkSettings, running
from carillon.sinks.smtp import conversation, limits

ANY_PORTS = SinkSettings(smtp_port=0, sms_port=0, viewer_port=0, seed=1)
PATIENCE_S = 10


@pytest.fixture
async def sinks() -> AsyncIterator[Sinks]:
    async with running(ANY_PORTS) as opened:
        yield opened


class Line:
    """A raw connection that reads whole replies."""

    def __init__(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self.reader, self.writer = reader, writer

    async def reply(self) -> str | None:
        lines = []
        while not lines or lines[-1][3:4] == "-":
            async with asyncio.timeout(PATIENCE_S):
                raw = await self.reader.readline()
            if not raw:
                return None
            assert raw.endswith(b"\r\n")
            lines.append(raw.decode().removesuffix("\r\n"))
        return "\n".join(lines)

    async def say(self, *commands: str) -> list[Any]:
        self.writer.write("".join(f"{command}\r\n" for command in commands).encode())
        return [await self.reply() for _ in commands]

    async def ask(self, command: str) -> Any:
        return (await self.say(command))[0]

    async def begin(self, recipient: str = "b@example.org") -> Any:
        await self.say("EHLO here", "MAIL FROM:<a@example.org>", f"RCPT TO:<{recipient}>")
        return await self.ask("DATA")

    async def ended(self) -> bool:
        async with asyncio.timeout(PATIENCE_S):
            with contextlib.suppress(ConnectionError):
                return await self.reader.read() == b""
        return True


@contextlib.asynccontextmanager
async def a_line(sinks: Sinks) -> AsyncIterator[Line]:
    reader, writer = await asyncio.open_connection("127.0.0.1", sinks.smtp_door.port)
    line = Line(reader, writer)
    try:
        yield line
    finally:
        writer.close()
        with contextlib.suppress(ConnectionError):
            await writer.wait_closed()


@contextlib.asynccontextmanager
async def a_greeted_line(sinks: Sinks) -> AsyncIterator[Line]:
    async with a_line(sinks) as line:
        assert (await line.reply()).startswith("220 ")
        yield line


async def a_fault(sinks: Sinks, **fault: object) -> None:
    async with httpx.AsyncClient(base_url=f"http://127.0.0.1:{sinks.viewer_door.port}") as viewer:
        answer = await viewer.post("/api/faults", json={"kind": "smtp", **fault})
        assert answer.status_code == 201, answer.text


async def no_more_faults(sinks: Sinks) -> None:
    async with httpx.AsyncClient(base_url=f"http://127.0.0.1:{sinks.viewer_door.port}") as viewer:
        await viewer.delete("/api/faults")


def a_client(sinks: Sinks) -> aiosmtplib.SMTP:
    return aiosmtplib.SMTP(
        hostname="127.0.0.1", port=sinks.smtp_door.port, use_tls=False, start_tls=False, timeout=PATIENCE_S
    )


def a_mail(to: str = "ines@example.org") -> EmailMessage:
    mail = EmailMessage()
    mail["From"], mail["To"], mail["Subject"] = "ent@example.org", to, "Essai"
    mail.set_content(".\n..deux points\nFin")
    return mail


async def test_ehlo_announces_what_the_sink_can_do(sinks: Sinks) -> None:
    async with a_greeted_line(sinks) as line:
        said = await line.ask("EHLO here")

    words = {entry[4:] for entry in said.split("\n")}
    assert {
        "8BITMIME",
        "PIPELINING",
        "ENHANCEDSTATUSCODES",
        "SMTPUTF8",
        f"SIZE {limits.SIZE_BYTES_MAX}",
    } <= words


async def test_a_mail_is_kept_as_it_was_sent_with_its_envelope(sinks: Sinks) -> None:
    async with a_greeted_line(sinks) as line:
        assert (await line.begin("ines@example.org")).startswith("354")
        assert (await line.ask("Subject: x\r\n\r\n..point\r\n...\r\nfin\r\n.")).startswith("250 2.0.0")

    (mail,) = sinks.letterbox.since(0)
    assert mail.raw == b"Subject: x\r\n\r\n.point\r\n..\r\nfin\r\n"
    assert (mail.sender, mail.recipients) == ("a@example.org", ("ines@example.org",))


async def test_a_pipelined_conversation_is_answered_in_order(sinks: Sinks) -> None:
    async with a_greeted_line(sinks) as line:
        replies = await line.say(
            "EHLO here", "MAIL FROM:<a@b.fr>", "RCPT TO:<c@d.fr>", "RCPT TO:<nobody>", "DATA", ".",
            "NOOP", "RSET", "QUIT",
        )  # fmt: skip
        assert await line.ended()

    assert [reply.split()[0][:3] for reply in replies] == [
        "250",
        "250",
        "250",
        "553",
        "354",
        "250",
        "250",
        "250",
        "221",
    ]


@pytest.mark.parametrize(
    ("commands", "last"),
    [
        (["MAIL FROM:<a@b.fr>"], "503 5.5.1"),
        (["EHLO x", "RCPT TO:<a@b.fr>"], "503 5.5.1"),
        (["EHLO x", "DATA"], "503 5.5.1"),
        (["EHLO x", "MAIL FROM:<a@b.fr>", "MAIL FROM:<a@b.fr>"], "503 5.5.1"),
        (["EHLO x", "MAIL FROM:<a@b.fr>", "DATA"], "554 5.5.1"),
        (["EHLO x", "MAIL FROM:<a@b.fr>", "RSET", "RCPT TO:<a@b.fr>"], "503 5.5.1"),
        (["EHLO x", "MAIL FROM:<a@b.fr>", "EHLO x", "RCPT TO:<a@b.fr>"], "503 5.5.1"),
        (["EHLO"], "501 5.5.4"),
        (["HELO x"], "250 "),
        (["ABRACADABRA"], "500 5.5.2"),
        (["STARTTLS"], "502 5.5.1"),
        (["VRFY ines"], "252 2.5.2"),
        (["HELP"], "214 2.0.0"),
        (["noop"], "250 2.0.0"),
        (["NOOP \x00"], "500 5.5.2"),
        (["EHLO x", f"MAIL FROM:<a@b.fr> SIZE={limits.SIZE_BYTES_MAX + 1}"], "552 5.3.4"),
    ],
)
async def test_each_command_has_its_reply(sinks: Sinks, commands: str, last: str) -> None:
    async with a_greeted_line(sinks) as line:
        replies = await line.say(*commands)

    assert replies[-1].startswith(last)


async def test_a_command_line_without_end_is_refused_and_the_line_closed(sinks: Sinks) -> None:
    async with a_greeted_line(sinks) as line:
        assert (await line.ask("NOOP " + "x" * 5_000)).startswith("500 5.5.2")
        assert await line.ended()


async def test_a_client_that_only_makes_mistakes_is_sent_away(sinks: Sinks) -> None:
    async with a_greeted_line(sinks) as line:
        replies = await line.say(*["NONSENSE"] * (limits.BAD_COMMANDS_MAX + 1))
        assert replies[-1].startswith("421 4.7.0")
        assert await line.ended()


async def test_recipients_above_the_limit_are_refused_one_by_one(
    sinks: Sinks, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(conversation, "RECIPIENTS_MAX", 2)
    async with a_greeted_line(sinks) as line:
        replies = await line.say("EHLO x", "MAIL FROM:<>", *[f"RCPT TO:<a{n}@b.fr>" for n in range(3)])

    assert replies[-1].startswith("452 4.5.3")


async def test_a_mail_above_the_size_is_refused_after_its_end_and_not_kept(sinks: Sinks) -> None:
    async with a_greeted_line(sinks) as line:
        await line.begin()
        line.writer.write((b"x" * 998 + b"\r\n") * (limits.SIZE_BYTES_MAX // 1_000 + 100))
        assert (await line.ask(".")).startswith("552 5.3.4")
        assert (await line.ask("NOOP")).startswith("250")

    assert len(sinks.letterbox) == 0


@pytest.mark.parametrize("body", ["a\nb", "x" * 999])
async def test_what_a_strict_relay_refuses_is_refused_and_not_kept(sinks: Sinks, body: str) -> None:
    async with a_greeted_line(sinks) as line:
        await line.begin()
        assert (await line.ask(f"{body}\r\n.")).startswith("554 5.6.0")

    assert len(sinks.letterbox) == 0


async def test_the_product_s_client_sends_many_mails_on_one_connection(sinks: Sinks) -> None:
    async with a_client(sinks) as client:
        for _ in range(5):
            await client.send_message(a_mail())

    kept = sinks.letterbox.since(0)
    assert [mail.recipients for mail in kept] == [("ines@example.org",)] * 5
    assert kept[0].raw.replace(b"\r\n", b"\n") == a_mail().as_bytes()


@pytest.mark.parametrize(("mode", "code"), [("reject_4xx", 451), ("reject_5xx", 550)])
async def test_a_rejection_comes_at_the_recipient_and_only_for_the_address_named(
    sinks: Sinks, mode: str, code: int
) -> None:
    await a_fault(sinks, mode=mode, for_address="INES@example.org")
    async with a_client(sinks) as client:
        with pytest.raises(aiosmtplib.SMTPRecipientsRefused) as refused:
            await client.send_message(a_mail())
        await client.send_message(a_mail("jean@example.org"))

    assert refused.value.recipients[0].code == code
    assert [mail.recipients for mail in sinks.letterbox.since(0)] == [("jean@example.org",)]


async def test_a_drop_after_data_keeps_the_mail_and_answers_nothing(sinks: Sinks) -> None:
    await a_fault(sinks, mode="drop_after_data")
    async with a_greeted_line(sinks) as line:
        await line.begin()
        line.writer.write(b"Subject: kept\r\n\r\n.\r\n")
        assert await line.ended()

    assert [mail.raw for mail in sinks.letterbox.since(0)] == [b"Subject: kept\r\n\r\n"]


async def test_slow_keeps_the_mail_at_once_and_answers_later_in_order(sinks: Sinks) -> None:
    await a_fault(sinks, mode="slow", slow_seconds=0.3)
    async with a_greeted_line(sinks) as line:
        await line.begin()
        started_s = asyncio.get_running_loop().time()
        replies = await line.say(".", "NOOP")

    assert [reply[:3] for reply in replies] == ["250", "250"]
    assert replies[0].endswith("kept as 1")
    assert asyncio.get_running_loop().time() - started_s >= 0.29


async def test_a_refusal_of_everything_refuses_connections_and_ends(sinks: Sinks) -> None:
    async with a_greeted_line(sinks) as idle:
        await a_fault(sinks, mode="refuse")
        assert await idle.ended()
    with pytest.raises(ConnectionRefusedError):
        await asyncio.open_connection("127.0.0.1", sinks.smtp_door.port)

    await no_more_faults(sinks)

    async with a_greeted_line(sinks) as line:
        assert (await line.ask("NOOP")).startswith("250")


async def test_a_refusal_opens_the_door_again_when_its_seconds_are_over(sinks: Sinks) -> None:
    await a_fault(sinks, mode="refuse", seconds=0.2)

    async with asyncio.timeout(PATIENCE_S):
        while True:
            with contextlib.suppress(OSError):
                async with a_greeted_line(sinks):
                    break
            await asyncio.sleep(0.02)


async def test_a_mail_under_way_when_the_door_is_shut_may_end(sinks: Sinks) -> None:
    async with a_greeted_line(sinks) as line:
        await line.begin()
        await a_fault(sinks, mode="refuse")
        assert (await line.ask(".")).startswith("250")
        line.writer.write(b"MAIL FROM:<a@example.org>\r\n")
        assert await line.ended()


async def test_a_refusal_for_a_share_hangs_up_at_the_greeting(sinks: Sinks) -> None:
    await a_fault(sinks, mode="refuse", share=0.5)
    greeted = []
    for _ in range(40):
        async with a_line(sinks) as line:
            with contextlib.suppress(ConnectionError):
                greeted.append(await line.reply())

    assert 5 < len([reply for reply in greeted if reply]) < 35


async def test_a_refusal_for_an_address_hangs_up_when_it_is_named(sinks: Sinks) -> None:
    await a_fault(sinks, mode="refuse", for_address="ines@example.org")
    async with a_greeted_line(sinks) as line:
        await line.say("EHLO x", "MAIL FROM:<>", "RCPT TO:<jean@example.org>")
        line.writer.write(b"RCPT TO:<ines@example.org>\r\n")
        assert await line.ended()
