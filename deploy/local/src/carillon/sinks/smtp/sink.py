"""The mail side of the sinks: makes sessions and looks after them."""

import asyncio

from carillon.sinks.faults import Faults
from carillon.sinks.letterbox import Letterbox
from carillon.sinks.smtp import replies
from carillon.sinks.smtp.conversation import Conversation
from carillon.sinks.smtp.limits import IDLE_S_MAX
from carillon.sinks.smtp.session import SmtpSession

LOOK_ROUND_S = 10.0


class SmtpSink:
    """Every session shares one letterbox and one list of faults."""

    def __init__(self, *, letterbox: Letterbox, faults: Faults, name: str = "carillon.localhost") -> None:
        self._letterbox = letterbox
        self._faults = faults
        self._name = name
        self.sessions: set[SmtpSession] = set()

    def new_session(self) -> SmtpSession:
        conversation = Conversation(name=self._name, letterbox=self._letterbox, faults=self._faults)
        return SmtpSession(conversation, self.sessions)

    def hang_up_idle(self) -> None:
        for session in tuple(self.sessions):
            session.leave_if_idle()

    def say_goodbye(self) -> None:
        for session in tuple(self.sessions):
            session.leave(replies.LEAVING)

    async def send_sleepers_away(self) -> None:
        """For ever: close the sessions that have said nothing for `IDLE_S_MAX`."""
        while True:
            await asyncio.sleep(LOOK_ROUND_S)
            oldest_s = asyncio.get_running_loop().time() - IDLE_S_MAX
            for session in tuple(self.sessions):
                if session.heard_at_s < oldest_s:
                    session.leave(replies.TOO_SLOW)
