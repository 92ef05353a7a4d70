"""Encryption towards a relay: it comes before anything else is said, and nobody unvouched for gets anything."""

import ssl
from pathlib import Path

import pytest

from notifier.adapters.smtp_mails import SmtpMails
from notifier.domain.outcomes import Accepted, TryAgain
from tests.fakes.certificates import contexts
from tests.fakes.smtp_server import SmtpServer
from tests.integration.channel_rigs import SENDER, a_mail, relay_at


async def test_starttls_comes_before_anything_else_is_said(tmp_path: Path) -> None:
    server_tls, trusting = contexts(tmp_path)
    async with SmtpServer(tls=server_tls, login=("carillon", "pâss")) as server:
        relay = relay_at(server, security="starttls", username="carillon", password="pâss")
        mails = SmtpMails([relay], sender=SENDER, tls=trusting)

        assert isinstance(await mails.send(a_mail()), Accepted)
        await mails.stop()

    verbs = [command.split(" ")[0] for command in server.commands]
    assert verbs[:6] == ["EHLO", "STARTTLS", "EHLO", "AUTH", "MAIL", "RCPT"]


async def test_tls_from_the_first_byte(tmp_path: Path) -> None:
    server_tls, trusting = contexts(tmp_path)
    async with SmtpServer(tls=server_tls, implicit_tls=True) as server:
        mails = SmtpMails([relay_at(server, security="tls")], sender=SENDER, tls=trusting)

        assert isinstance(await mails.send(a_mail()), Accepted)
        await mails.stop()


@pytest.mark.parametrize(("security", "implicit"), [("tls", True), ("starttls", False)])
async def test_a_certificate_that_nobody_vouches_for_gets_nothing(
    tmp_path: Path, security: str, implicit: bool
) -> None:
    server_tls, _ = contexts(tmp_path)
    async with SmtpServer(tls=server_tls, implicit_tls=implicit) as server:
        mails = SmtpMails(
            [relay_at(server, security=security)], sender=SENDER, tls=ssl.create_default_context()
        )

        outcome = await mails.send(a_mail())

    assert outcome == TryAgain("relay_unsuitable", "relay-1", 120.0)
    assert not any("MAIL" in command for command in server.commands)


async def test_a_relay_that_does_not_offer_starttls_gets_nothing() -> None:
    async with SmtpServer() as server:
        mails = SmtpMails([relay_at(server, security="starttls")], sender=SENDER)

        outcome = await mails.send(a_mail())

    assert outcome == TryAgain("relay_unsuitable", "relay-1", 120.0)
    assert not any("MAIL" in command for command in server.commands)
