"""A mail relay for tests: it records the bytes that arrive, and fails where it is told to."""

import asyncio
import base64
import ssl
from dataclasses import dataclass, field
from enum import Enum
from typing import Self


class Fault(Enum):
    """What a relay may do instead of answering."""

    HANG_UP = "hang_up"
    SAY_NOTHING = "say_nothing"
    TAKE_AND_HANG_UP = "take_and_hang_up"  # at the final dot: the mail is kept, the answer is lost


Answer = str | Fault


@dataclass(slots=True)
class Taken:
    """One mail in the relay's charge: the envelope, and the content as the sender meant it."""

    sender: str
    recipient: str
    content: bytes
    wire: bytes


@dataclass(slots=True)
class SmtpServer:
    """Listens on a free port of the loopback.

    `answers` overrides the answer to a step: `connect`, `ehlo`, `mail`, `rcpt`, `data`, `dot`, `rset`, `auth`.
    `refused` overrides it for one recipient only; connections up to number `cut_off` are never answered again.
    """

    tls: ssl.SSLContext | None = None
    implicit_tls: bool = False
    login: tuple[str, str] | None = None
    answers: dict[str, Answer] = field(default_factory=dict)
    refused: dict[str, str] = field(default_factory=dict)
    taken: list[Taken] = field(default_factory=list)
    commands: list[str] = field(default_factory=list)
    connections: int = 0
    cut_off: int = 0
    _server: asyncio.Server | None = None
    _writers: set[asyncio.StreamWriter] = field(default_factory=set)
    _port: int = 0

    @property
    def port(self) -> int:
        return self._port

    @property
    def open_connections(self) -> int:
        return len(self._writers)

    async def __aenter__(self) -> Self:
        await self.listen()
        return self

    async def __aexit__(self, *_: object) -> None:
        await self.deafen()

    async def listen(self) -> None:
        self._server = await asyncio.start_server(
            self._serve,
            "127.0.0.1",
            self._port,
            ssl=self.tls if self.implicit_tls else None,
            limit=1 << 20,
            backlog=512,
        )
        self._port = self._server.sockets[0].getsockname()[1]

    async def deafen(self) -> None:
        """Stop listening and drop every connection: what a machine that went away looks like."""
        if self._server is not None:
            self._server.close()
        self.drop_connections()
        while self._writers:
            await asyncio.sleep(0)

    def drop_connections(self) -> None:
        for writer in list(self._writers):
            writer.transport.abort()

    async def _serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self.connections += 1
        self._writers.add(writer)
        try:
            await _Session(self, reader, writer).run()
        except (OSError, asyncio.IncompleteReadError):
            pass  # whoever hangs up has his reasons
        finally:
            self._writers.discard(writer)
            writer.transport.abort()


class _Session:
    def __init__(
        self, server: SmtpServer, reader: asyncio.StreamReader, writer: asyncio.StreamWriter
    ) -> None:
        self._server = server
        self._reader = reader
        self._writer = writer
        self._sender = ""
        self._recipient = ""
        self._secure = server.implicit_tls
        self._number = server.connections

    async def run(self) -> None:
        await self._answer("connect", "220 test relay")
        while line := await self._reader.readline():
            command = line.decode("ascii").rstrip("\r\n")
            self._server.commands.append(command)
            verb = command.split(" ")[0].upper()
            if verb == "QUIT":
                return
            await getattr(self, f"_{verb.lower()}")(command)

    async def _ehlo(self, _command: str) -> None:
        lines = ["test relay", "8BITMIME"]
        if self._server.tls is not None and not self._secure:
            lines.append("STARTTLS")
        if self._server.login is not None:
            lines.append("AUTH PLAIN")
        text = "".join(f"250-{line}\r\n" for line in lines[:-1]) + f"250 {lines[-1]}"
        await self._answer("ehlo", text)

    async def _starttls(self, _command: str) -> None:
        assert self._server.tls is not None
        await self._answer("starttls", "220 go ahead")
        transport = self._writer.transport
        try:
            await self._writer.start_tls(self._server.tls)
        finally:
            if self._writer.transport is None:  # a failed handshake leaves the writer without any
                self._writer._transport = transport
        self._secure = True

    async def _auth(self, command: str) -> None:
        assert self._server.login is not None
        given = base64.b64decode(command.split(" ")[2]).decode().split("\x00")[1:]
        right = tuple(given) == self._server.login
        await self._answer("auth", "235 2.7.0 welcome" if right else "535 5.7.8 bad credentials")

    async def _mail(self, command: str) -> None:
        if self._sender:
            await self._write("503 5.5.1 nested MAIL")
            return
        if await self._answer("mail", "250 2.1.0 ok"):
            self._sender = command[command.index("<") + 1 : command.index(">")]

    async def _rcpt(self, command: str) -> None:
        recipient = command[command.index("<") + 1 : command.index(">")]
        if await self._answer("rcpt", self._server.refused.get(recipient, "250 2.1.5 ok")):
            self._recipient = recipient

    async def _rset(self, _command: str) -> None:
        self._sender = self._recipient = ""
        await self._answer("rset", "250 2.0.0 ok")

    async def _data(self, _command: str) -> None:
        if not await self._answer("data", "354 go on"):
            return
        wire = await self._reader.readuntil(b"\r\n.\r\n")
        taken = Taken(self._sender, self._recipient, _unstuffed(wire[:-3]), wire)
        self._sender = self._recipient = ""
        answer = self._server.answers.get("dot", "250 2.0.0 queued as T-1")
        if answer is Fault.TAKE_AND_HANG_UP or (isinstance(answer, str) and answer.startswith("250")):
            self._server.taken.append(taken)
        await self._answer("dot", "250 2.0.0 queued as T-1")

    async def _answer(self, step: str, usual: str) -> bool:
        """Whether the answer lets the transaction go on."""
        answer = self._server.answers.get(step, usual)
        if answer is Fault.SAY_NOTHING or self._number <= self._server.cut_off:
            await self._reader.read()
            raise ConnectionResetError
        if isinstance(answer, Fault):
            raise ConnectionResetError
        await self._write(answer)
        return answer[0] in "23"

    async def _write(self, line: str) -> None:
        self._writer.write(f"{line}\r\n".encode("ascii"))
        await self._writer.drain()


def _unstuffed(wire: bytes) -> bytes:
    lines = wire.split(b"\r\n")
    return b"\r\n".join(line[1:] if line.startswith(b".") else line for line in lines)
