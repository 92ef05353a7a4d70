"""What the recovery of a password needs from the world, in words of the domain."""

from collections.abc import Sequence
from contextlib import AbstractAsyncContextManager
from dataclasses import dataclass, field
from datetime import datetime
from typing import Protocol
from uuid import UUID

from auth.domain.first_connection import Step
from auth.domain.recovery import Channel, ProvedContact, RecoveringAccount


@dataclass(frozen=True, slots=True, kw_only=True)
class ContactsOf:
    """Everything that a person has proved, as the preferences' `version` says it."""

    person_id: str
    version: int
    contacts: Sequence[ProvedContact]


class ProvedContacts(Protocol):
    """The contacts that people have proved, kept from what preferences tells."""

    async def follow(self, gone: Sequence[str], newer: Sequence[ContactsOf]) -> None:
        """Forget the gone, then write what is newer than what is there; together."""
        ...


@dataclass(frozen=True, slots=True, kw_only=True)
class NewRequest:
    """A request to keep. `identifier_key` and `source_key` are what requests are counted under."""

    flow: bytes
    identifier: str = field(repr=False)
    channel: Channel
    identifier_key: bytes
    source_key: bytes
    now: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class RequestAgain:
    """Another code for what the browser asked before, under another flow; the former flow goes on as well."""

    flow: bytes
    former: bytes
    source_key: bytes
    now: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class CodeToIssue:
    """`code` leaves sealed, with `contact`; only the digests are kept."""

    code_id: UUID
    code: str = field(repr=False)
    contact: ProvedContact
    digest: bytes
    destination_digest: bytes
    now: datetime


@dataclass(frozen=True, slots=True)
class Past:
    """How many codes were issued to the account and sent to the destination within their limits' times."""

    issued: int
    sent: int


class WaitingRequest(Protocol):
    """A request in hand: nobody else works at it, and it is done with when its block ends without an exception."""

    @property
    def account(self) -> RecoveringAccount | None:
        """None when the request names nobody."""
        ...

    @property
    def channel(self) -> Channel: ...

    @property
    def asked_at(self) -> datetime: ...

    async def past(self, destination_digest: bytes, now: datetime) -> Past:
        """Count, and let nobody else issue to the same account or destination until the block ends."""
        ...

    async def issue(self, code: CodeToIssue) -> None:
        """The former code of the account is dead, this one lives, and it is in the outbox."""
        ...


class RecoveryRequests(Protocol):
    """Requests for a code, kept at once and looked at afterwards."""

    async def ask(self, request: NewRequest) -> bool:
        """Count the request, and keep it with the account it names, if any; false beyond the source's limit.

        One statement, which does the same whoever is named.
        """
        ...

    async def ask_again(self, request: RequestAgain) -> bool | None:
        """Likewise; none when the former flow is over."""
        ...

    def next_waiting(self, now: datetime) -> AbstractAsyncContextManager[WaitingRequest | None]:
        """The oldest request that nobody has in hand; an exception in the block leaves it waiting."""
        ...

    async def forget_old(self, now: datetime) -> None: ...


@dataclass(frozen=True, slots=True, kw_only=True)
class CodeTried:
    """A try against a live code, counted. `tries` includes it."""

    person_id: str
    code_id: UUID
    right: bool
    tries: int


@dataclass(frozen=True, slots=True, kw_only=True)
class ProvedRecovery:
    """Somebody who may choose a new password, once: the flow is over when it is replaced."""

    person_id: str
    step: Step


class Recoveries(Protocol):
    """What a browser's flow may do."""

    async def person_of(self, flow: bytes, now: datetime) -> str | None:
        """The account of a live flow whose code is still to come; none for an unknown account as well."""
        ...

    async def try_code(self, flow: bytes, digest: bytes, *, proved: bytes, now: datetime) -> CodeTried | None:
        """Count the try against the account's live code, then compare, in one statement; none without a live code.

        A right code is dead at once, and its flow goes on as `proved`, for PROVED_LIFE.
        """
        ...

    async def proved(self, flow: bytes, now: datetime) -> ProvedRecovery | None:
        """A flow that was proved and is not over."""
        ...


class RecoverySecrets(Protocol):
    """Keyed digests: useless to whoever reads the database alone."""

    def code(self, person_id: str, code: str) -> bytes: ...

    def destination(self, address: str) -> bytes: ...

    def identifier(self, identifier: str) -> bytes: ...

    def source(self, source: str) -> bytes: ...
