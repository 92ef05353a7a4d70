"""All that the first connection can do, apart from its password."""

from dataclasses import dataclass

from auth.application.accept_charters import AcceptCharters
from auth.application.ask_charters_again import AskChartersAgain
from auth.application.finish_first_connection import FinishFirstConnection
from auth.application.read_first_connection import ReadFirstConnection


@dataclass(frozen=True, slots=True, kw_only=True)
class FirstConnection:
    """Its use cases, by what they do."""

    read: ReadFirstConnection
    accept: AcceptCharters
    finish: FinishFirstConnection
    ask_again: AskChartersAgain
