"""The three doors of the sinks in one event loop, from the first port to the last goodbye."""

import asyncio
import random
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass

from carillon.sinks.doors import Door
from carillon.sinks.faults import FaultKind, Faults
from carillon.sinks.letterbox import BYTES_MAX, MESSAGES_MAX, Letterbox
from carillon.sinks.sms.callbacks import StatusCallbacks
from carillon.sinks.sms.credentials import Credentials
from carillon.sinks.sms.gateway import SmsGateway
from carillon.sinks.smtp.sink import SmtpSink
from carillon.sinks.viewer.app import viewer_app
from carillon.sinks.web import WebSessions

DOOR_RETRY_S = 0.5


@dataclass(frozen=True, slots=True, kw_only=True)
class SinkSettings:
    """Port 0 takes a free one; `seed` makes the faults' dice repeat themselves."""

    host: str = "127.0.0.1"
    smtp_port: int = 2525
    sms_port: int = 8427
    viewer_port: int = 8425
    messages_max: int = MESSAGES_MAX
    bytes_max: int = BYTES_MAX
    seed: int | None = None
    sms_credentials: Credentials | None = None


class PortTaken(Exception):
    """A port belongs to somebody else; the text names it."""


class Sinks:
    """Everything of the running process that a caller may want to see."""

    def __init__(self, settings: SinkSettings) -> None:
        self.letterbox = Letterbox(
            now_s=time.time, messages_max=settings.messages_max, bytes_max=settings.bytes_max
        )
        self.faults = Faults(now_s=time.monotonic, chance=random.Random(settings.seed))  # noqa: S311 - dice, not secrets
        self.callbacks = StatusCallbacks(now_s=time.time)
        self._mail = SmtpSink(letterbox=self.letterbox, faults=self.faults)
        gateway = SmsGateway(
            letterbox=self.letterbox,
            faults=self.faults,
            callbacks=self.callbacks,
            credentials=settings.sms_credentials,
        )
        self._sms = WebSessions(gateway.app())
        self._viewer = WebSessions(
            viewer_app(
                letterbox=self.letterbox,
                faults=self.faults,
                callbacks=self.callbacks,
                faults_changed=self.follow_faults,
            )
        )
        self.smtp_door = Door(self._mail.new_session, host=settings.host, port=settings.smtp_port)
        self.sms_door = Door(self._sms.new_session, host=settings.host, port=settings.sms_port)
        self.viewer_door = Door(self._viewer.new_session, host=settings.host, port=settings.viewer_port)
        self.looked_after: asyncio.Task[None]
        self._following = asyncio.Lock()
        self._faults_changed = asyncio.Event()

    async def open(self) -> None:
        """Take every port before opening any. Raises PortTaken."""
        doors = (self.smtp_door, self.sms_door, self.viewer_door)
        for door in doors:
            try:
                door.take()
            except OSError as refused:
                await self.close()
                raise PortTaken(f"port {door.port} cannot be used: {refused.strerror}") from refused
        for door in doors:
            await door.open()

    async def look_after(self) -> None:
        """For ever: the callbacks, the sleepers and the doors that a fault keeps shut."""
        async with asyncio.TaskGroup() as tasks:
            tasks.create_task(self.callbacks.run())
            tasks.create_task(self._mail.send_sleepers_away())
            tasks.create_task(self._keep_doors())

    async def follow_faults(self) -> float | None:
        """Shut and open the doors as the faults ask; gives the seconds until they may ask otherwise."""
        async with self._following:
            self._faults_changed.set()
            smtp_s = await self._keep_door("smtp", self.smtp_door, self._mail)
            sms_s = await self._keep_door("sms", self.sms_door, self._sms)
        return min((seconds for seconds in (smtp_s, sms_s) if seconds), default=None)

    async def _keep_doors(self) -> None:
        while True:
            look_again_s = await self.follow_faults()
            self._faults_changed.clear()
            with suppress(TimeoutError):
                async with asyncio.timeout(look_again_s):
                    await self._faults_changed.wait()

    async def _keep_door(self, kind: FaultKind, door: Door, behind: SmtpSink | WebSessions) -> float:
        closed_s = self.faults.closed_for_s(kind)
        if closed_s:
            await door.shut()
            behind.hang_up_idle()
            return closed_s
        try:
            await door.open()
        except OSError:  # somebody took the port while it was shut
            return DOOR_RETRY_S
        return 0.0

    async def close(self) -> None:
        for door in (self.smtp_door, self.sms_door, self.viewer_door):
            await door.leave()
        self._mail.say_goodbye()
        self._sms.hang_up_idle()
        self._viewer.hang_up_idle()


@asynccontextmanager
async def running(settings: SinkSettings) -> AsyncIterator[Sinks]:
    """Open sinks for as long as the block lasts."""
    sinks = Sinks(settings)
    await sinks.open()
    sinks.looked_after = asyncio.create_task(sinks.look_after())
    try:
        yield sinks
    finally:
        sinks.looked_after.cancel()
        await asyncio.gather(sinks.looked_after, return_exceptions=True)
        await sinks.close()
