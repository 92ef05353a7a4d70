"""One connection to a relay: a mail at a time, and always knowing how far that mail has come."""

import asyncio
import re
import ssl
from dataclasses import dataclass, field

import aiosmtplib
from aiosmtplib.protocol import SMTPProtocol, normalize_message_line_endings

from notifier.adapters.relay_urls import SmtpRelay
from notifier.adapters.smtp_replies import Reply, Step

_UNSENT_BYTES_MAX = 64 * 1024
_DRAIN_POLL_S = 0.01
_DOTTED = re.compile(rb"(?m)^\.")


class Unsuitable(Exception):
    """The relay cannot do what its settings demand: encrypt, show a certificate to trust, authenticate us."""


@dataclass(slots=True)
class Progress:
    """How far one mail has come; read after a failure to know what the failure means."""

    step: Step = Step.CONNECT


@dataclass(slots=True)
class SmtpConnection:
    """An open, greeted and authenticated session."""

    client: aiosmtplib.SMTP
    protocol: SMTPProtocol
    opened_at: float
    used_at: float
    mails: int = field(default=0)

    @property
    def is_alive(self) -> bool:
        """False once the end of the connection has been noticed; true proves nothing."""
        return self.protocol.is_connected

    async def begin(self, sender: str) -> Reply:
        """Say who sends: the first words about a mail."""
        return await self._say(Step.SENDER, f"MAIL FROM:<{sender}>")

    async def transact(self, recipient: str, content: bytes, progress: Progress) -> Reply:
        """Bring the mail that was begun to one recipient; the reply that refused it, or that to the final dot."""
        for step, command, wanted in (
            (Step.RECIPIENT, f"RCPT TO:<{recipient}>", 2),
            (Step.CONTENT, "DATA", 3),
        ):
            progress.step = step
            reply = await self._say(step, command)
            if reply.code // 100 != wanted:
                return reply
        progress.step = Step.BODY
        return await self._hand_over(content, progress)

    async def reset(self) -> bool:
        """Forget a half-made transaction; False when the relay will not."""
        return (await self._say(Step.SENDER, "RSET")).code == 250

    def leave(self) -> None:
        """Say goodbye without waiting for the answer: nothing is at stake."""
        try:
            self.protocol.write(b"QUIT\r\n")
        except aiosmtplib.SMTPServerDisconnected:
            return
        finally:
            self.client.close()

    def abort(self) -> None:
        """Drop the connection with whatever it still holds: a final dot in its buffer must not leave later."""
        transport = self.client.transport
        if isinstance(transport, asyncio.WriteTransport):
            transport.abort()
        self.client.close()

    async def _say(self, step: Step, command: str) -> Reply:
        code, text = await self.protocol.execute_command(command.encode("ascii"))
        return Reply(step, code, text)

    async def _hand_over(self, content: bytes, progress: Progress) -> Reply:
        """Write the content, then the dot: a loss while the content is still leaving is surely no acceptance."""
        body = _stuffed(content)
        if len(body) > _UNSENT_BYTES_MAX:
            self.protocol.write(body)
            await self._drained()
            body = b""
        self.protocol.write(body + b".\r\n")
        progress.step = Step.FINAL_DOT
        code, text = await self.protocol.read_response()
        return Reply(Step.FINAL_DOT, code, text)

    async def _drained(self) -> None:
        # Looked at and not waited for: the library keeps its way of waiting to itself, and this happens only
        # with a mail that is large and a relay that is slow.
        while self.protocol.is_connected and self._unsent_bytes() > _UNSENT_BYTES_MAX:
            await asyncio.sleep(_DRAIN_POLL_S)

    def _unsent_bytes(self) -> int:
        transport = self.protocol.transport
        return transport.get_write_buffer_size() if isinstance(transport, asyncio.WriteTransport) else 0


async def open_connection(
    relay: SmtpRelay, *, local_hostname: str, tls: ssl.SSLContext | None, timeout_s: float, now: float
) -> SmtpConnection:
    """Connect, encrypt and authenticate as the relay's settings demand; never less.

    Raises Unsuitable, aiosmtplib.SMTPException or OSError.
    """
    client = aiosmtplib.SMTP(
        hostname=relay.host,
        port=relay.port,
        username=relay.username,
        password=relay.password,
        local_hostname=local_hostname,
        timeout=timeout_s,
        use_tls=relay.security == "tls",
        start_tls=relay.security == "starttls",
        tls_context=tls if relay.security != "clear" else None,
    )
    try:
        await client.connect()
        if client.is_ehlo_or_helo_needed:
            await client.ehlo()
    except BaseException as failure:
        client.close()
        if _is_unsuitable(failure):
            raise Unsuitable from failure
        raise
    if client.protocol is None:
        raise aiosmtplib.SMTPServerDisconnected("the relay hung up after its greeting")
    return SmtpConnection(client, client.protocol, opened_at=now, used_at=now)


def _is_unsuitable(failure: BaseException) -> bool:
    """A TLS failure, or the plain exception with which the library says that an extension is missing."""
    if isinstance(failure, ssl.SSLError) or isinstance(failure.__cause__, ssl.SSLError):
        return True
    return type(failure) in {aiosmtplib.SMTPException, aiosmtplib.SMTPNotSupported}


def _stuffed(content: bytes) -> bytes:
    """The content as DATA wants it: CRLF line ends only, leading dots doubled (RFC 5321 §4.5.2)."""
    breaks = content.count(b"\r\n")
    if content.count(b"\n") != breaks or content.count(b"\r") != breaks or not content.endswith(b"\r\n"):
        content = normalize_message_line_endings(content)
    if content.startswith(b".") or b"\n." in content:
        content = _DOTTED.sub(b"..", content)
    return content
