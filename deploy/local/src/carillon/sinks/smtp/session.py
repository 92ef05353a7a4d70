"""One SMTP connection: bytes in, replies out in the order of the commands (RFC 2920)."""

import asyncio
from typing import cast

from carillon.sinks.smtp import replies
from carillon.sinks.smtp.conversation import Conversation
from carillon.sinks.smtp.framing import Framing, LineTooLong
from carillon.sinks.smtp.limits import INBOX_BYTES_MAX, SESSIONS_MAX
from carillon.sinks.smtp.replies import Reply, Then


class SmtpSession(asyncio.Protocol):
    """Joins the set of `sessions` while it is connected."""

    def __init__(self, conversation: Conversation, sessions: "set[SmtpSession]") -> None:
        self._conversation = conversation
        self._sessions = sessions
        self._framing = Framing()
        self._reading_content = False
        self._held: asyncio.TimerHandle | None = None
        self._over = False
        self.heard_at_s = 0.0

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self._transport = cast("asyncio.Transport", transport)
        self._loop = asyncio.get_running_loop()
        self.heard_at_s = self._loop.time()
        crowded = len(self._sessions) >= SESSIONS_MAX
        self._sessions.add(self)
        self._act_on(replies.TOO_MANY_SESSIONS if crowded else self._conversation.greet())

    def connection_lost(self, _exc: Exception | None) -> None:
        self._over = True
        self._sessions.discard(self)
        if self._held:
            self._held.cancel()

    def pause_writing(self) -> None:
        """A client that never reads its replies is not read either."""
        self._transport.pause_reading()

    def resume_writing(self) -> None:
        self._transport.resume_reading()

    def data_received(self, data: bytes) -> None:
        self.heard_at_s = self._loop.time()
        self._framing.feed(data)
        self._advance()

    def leave(self, reply: Reply) -> None:
        """Say a last word and hang up."""
        if not self._over:
            self._act_on(reply)

    def leave_if_idle(self) -> None:
        """Hang up between two mails; one under way is finished first."""
        if self._conversation.between_mails and not self._over:
            self._act_on(replies.DROP)

    def _advance(self) -> None:
        while not self._over and not self._held:
            reply = self._next_reply()
            if reply is None:
                break
            if reply.delay_s:
                self._held = self._loop.call_later(reply.delay_s, self._release, reply)
            else:
                self._act_on(reply)
        if self._held and len(self._framing) > INBOX_BYTES_MAX:
            self._transport.pause_reading()

    def _next_reply(self) -> Reply | None:
        if self._reading_content:
            content = self._framing.next_content()
            if content is None:
                return None
            self._reading_content = False
            return self._conversation.receive(content)
        try:
            line = self._framing.next_line()
        except LineTooLong:
            return replies.LINE_TOO_LONG
        return None if line is None else self._conversation.obey(line)

    def _release(self, reply: Reply) -> None:
        self._held = None
        self._act_on(reply)
        if not self._over:
            self._transport.resume_reading()
            self._advance()

    def _act_on(self, reply: Reply) -> None:
        if reply.then is Then.DROP:
            self._over = True
            self._transport.abort()
            return
        self._transport.write(reply.text.encode() + b"\r\n")
        self._reading_content = reply.then is Then.READ_CONTENT
        if reply.then is Then.CLOSE:
            self._over = True
            self._transport.close()
