"""Connections to one relay, kept while they are good and thrown away as soon as they are not."""

import asyncio
import ssl
from collections.abc import Callable
from dataclasses import dataclass, field

import aiosmtplib

from notifier.adapters.relay_urls import SmtpRelay
from notifier.adapters.smtp_connection import Progress, SmtpConnection, Unsuitable, open_connection
from notifier.adapters.smtp_replies import Reply, Step
from notifier.application.ports import OutgoingMail

AGE_S_MAX = 60.0
IDLE_S_MAX = 20.0
MAILS_MAX = 100
CONNECT_S_MAX = 10.0
KEPT_ANSWER_S_MAX = 3.0  # a kept connection that is silent for so long was cut off somewhere on the way

LOSSES = (aiosmtplib.SMTPException, OSError, Unsuitable)
"""Ways in which a connection fails without an answer about the mail; a timeout is an OSError too."""


@dataclass(slots=True)
class SmtpPool:
    """Lends one connection to one mail at a time. The caller bounds how many mails there are at once.

    After any cancellation, timeout, loss or 421 the connection is dropped: nobody knows whose answer would
    come next on it. A kept connection that turns out to have died costs one fresh connection, not a failure.
    """

    relay: SmtpRelay
    sender: str
    monotonic: Callable[[], float]
    tls: ssl.SSLContext | None = None
    _idle: list[SmtpConnection] = field(default_factory=list, init=False)
    _sweep: asyncio.TimerHandle | None = field(default=None, init=False)
    _closed: bool = field(default=False, init=False)

    @property
    def name(self) -> str:
        """The relay's own."""
        return self.relay.name

    @property
    def idle(self) -> int:
        """How many connections wait for a mail."""
        return len(self._idle)

    async def deliver(self, mail: OutgoingMail, progress: Progress) -> Reply:
        """Bring one mail to the relay. Raises one of LOSSES; `progress` then says how far it had come."""
        kept = self._take()
        if kept is not None:
            reply = await self._on_kept(kept, mail, progress)
            if reply is not None:
                return reply
            self.close_idle()  # they have sat there as long
        progress.step = Step.CONNECT
        return await self._on(await self._open(), mail, progress)

    def start(self) -> None:
        """Accept connections into keeping again."""
        self._closed = False

    def close(self) -> None:
        """Let every idle connection go; those in use go when their mail is done."""
        self._closed = True
        self.close_idle()

    def close_idle(self) -> None:
        """Leave the connections that nobody uses."""
        while self._idle:
            self._idle.pop().leave()

    async def _on_kept(self, kept: SmtpConnection, mail: OutgoingMail, progress: Progress) -> Reply | None:
        """None when the connection had died while it was idle: the relay has not heard of this mail."""
        try:
            reply = await self._on(kept, mail, progress, first_answer_s_max=KEPT_ANSWER_S_MAX)
        except LOSSES:
            if progress.step > Step.SENDER:
                raise
            return None
        return None if reply.code == 421 and reply.step is Step.SENDER else reply

    async def _on(
        self,
        connection: SmtpConnection,
        mail: OutgoingMail,
        progress: Progress,
        *,
        first_answer_s_max: float | None = None,
    ) -> Reply:
        try:
            progress.step = Step.SENDER
            async with asyncio.timeout(first_answer_s_max):
                reply = await connection.begin(self.sender)
            if reply.code // 100 == 2:
                reply = await connection.transact(mail.to.value, mail.content, progress)
            if reply.code == 421:
                connection.abort()
                return reply
            clean = reply.step is Step.FINAL_DOT or await self._is_clean(connection)
        except BaseException:
            connection.abort()
            raise
        connection.mails += 1
        self._keep(connection) if clean else connection.leave()
        return reply

    async def _is_clean(self, connection: SmtpConnection) -> bool:
        """Whether a refused transaction could be forgotten. Its own failure must not hide the refusal."""
        try:
            return await connection.reset()
        except LOSSES:
            return False

    async def _open(self) -> SmtpConnection:
        return await open_connection(
            self.relay,
            local_hostname=self.sender.rpartition("@")[2],
            tls=self.tls,
            timeout_s=CONNECT_S_MAX,
            now=self.monotonic(),
        )

    def _take(self) -> SmtpConnection | None:
        """The connection used last, so that those in excess grow old and go."""
        while self._idle:
            connection = self._idle.pop()
            if connection.is_alive and not self._is_old(connection):
                return connection
            connection.leave()
        return None

    def _keep(self, connection: SmtpConnection) -> None:
        connection.used_at = self.monotonic()
        if self._closed or connection.mails >= MAILS_MAX or not connection.is_alive:
            connection.leave()
            return
        self._idle.append(connection)
        if self._sweep is None:
            self._sweep = asyncio.get_running_loop().call_later(IDLE_S_MAX, self._leave_old)

    def _leave_old(self) -> None:
        self._sweep = None
        connections, self._idle = self._idle, []
        for connection in connections:
            if self._is_old(connection) or not connection.is_alive:
                connection.leave()
            else:
                self._idle.append(connection)
        if self._idle:
            self._sweep = asyncio.get_running_loop().call_later(IDLE_S_MAX, self._leave_old)

    def _is_old(self, connection: SmtpConnection) -> bool:
        now = self.monotonic()
        return now - connection.opened_at >= AGE_S_MAX or now - connection.used_at >= IDLE_S_MAX
