"""What passwords, sign-in and sessions need from the world, in words of the domain."""

from dataclasses import dataclass, field
from datetime import datetime
from typing import Literal, Protocol
from uuid import UUID

from auth.domain.first_connection import Step
from auth.domain.sessions import is_fresh

WhyReplaced = Literal["first", "changed", "recovered"]


@dataclass(frozen=True, slots=True)
class Busy:
    """Too many passwords are being looked at; nothing was judged, and the same request may be made again."""

    retry_after_s: int


@dataclass(frozen=True, slots=True)
class TooManyTries:
    """The password was not looked at; the same browser may try again after `wait_s`."""

    wait_s: int


@dataclass(frozen=True, slots=True, kw_only=True)
class SessionFacts:
    """Who is signed in, and since when. `step` is where the person stands now."""

    session_id: UUID
    person_id: str
    identifier: str = field(repr=False)
    first_name: str
    last_name: str
    profile: str
    step: Step
    opened_at: datetime
    authenticated_at: datetime
    expires_at: datetime

    def fresh(self, now: datetime) -> bool:
        """Whether the password was given within the last ten minutes (step-up)."""
        return is_fresh(self.authenticated_at, now)


@dataclass(frozen=True, slots=True, kw_only=True)
class Candidate:
    """The account behind an identifier. `open`: it is neither suspended nor taken in by another one."""

    person_id: str
    identifier: str
    first_name: str
    last_name: str
    profile: str
    open: bool
    step: Step
    password_hash: str | None
    first_expires_at: datetime | None
    device_known: bool

    @property
    def on_first_password(self) -> bool:
        """Whether the password is the one that the school handed out."""
        return self.first_expires_at is not None

    def __repr__(self) -> str:
        return f"Candidate({self.person_id!r})"


@dataclass(frozen=True, slots=True, kw_only=True)
class Opening:
    """A session to open for somebody whose password was right.

    `verified_hash` is what the password was right against: nothing is opened when it is no longer the account's.
    `known_device` is what the browser brought and `new_device` what it gets when that is nobody's.
    """

    person_id: str
    verified_hash: str
    better_hash: str | None
    session_id: UUID
    session: bytes
    known_device: bytes | None
    new_device: bytes
    step_before: Step
    step_after: Step
    now: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Opened:
    """`device_kept`: the browser keeps the device token that it brought."""

    step: Step
    device_kept: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Replacement:
    """A new password for somebody. `expected_hash` and `step_before` are what was read before it was judged.

    `kept_session` and `kept_device` are what goes on; the session does so as `renewed_session`. `kept_session` or
    `proved_flow` is the right to do it, which may have ended since it was read.
    """

    person_id: str
    account: bytes
    password_hash: str
    expected_hash: str | None
    why: WhyReplaced
    step_before: Step
    step_after: Step
    kept_session: bytes | None
    renewed_session: bytes
    kept_device: bytes | None
    proved_flow: bytes | None
    now: datetime


class Credentials(Protocol):
    """Passwords, as hashes, and what their change does to everything else."""

    async def find(self, identifier: str, device: bytes | None, now: datetime) -> Candidate | None:
        """The account behind an identifier; `device` is what the browser brought."""
        ...

    async def of_person(self, person_id: str, device: bytes | None, now: datetime) -> Candidate | None: ...

    async def personal_words(self, person_id: str) -> tuple[str, ...]:
        """The names of the person's schools, which a password must not be."""
        ...

    async def replace(self, replacement: Replacement) -> bool:
        """Store the hash and move the step, in one transaction with all that follows from it.

        Every other session, every other known device and every recovery ends, guesses against the account are
        forgotten, each proved contact is told, and access from before is said to be dead. False, and nothing
        changed, when the account is no longer open, has another password or step in the meantime, or when the
        session or the recovery that gave the right has ended.
        """
        ...


class Sessions(Protocol):
    """Sessions and known devices, by the digests of their tokens."""

    async def open(self, opening: Opening) -> Opened | None:
        """In one transaction: a session, the known device, the step. None when the password changed meanwhile."""
        ...

    async def read(self, session: bytes, now: datetime) -> SessionFacts | None:
        """A live session of an open account; that it was seen now is remembered."""
        ...

    async def renew(self, session: bytes, renewed: bytes, *, now: datetime) -> bool:
        """The password was given again: the session goes on under another identifier. False when it is over."""
        ...

    async def end(self, session: bytes) -> str | None:
        """End one session; whose it was."""
        ...

    async def end_all(self, person_id: str, *, now: datetime) -> int:
        """End every session and forget every known device, tell each proved contact, say that access is dead."""
        ...

    async def forget_expired(self, now: datetime) -> int: ...


@dataclass(frozen=True, slots=True)
class Taken:
    """A try that was counted and may be looked at. `failures_before`: the wrong ones in a row before it."""

    failures_before: int


class Guesses(Protocol):
    """How often each source guessed wrong for each identifier, known or not."""

    async def take(self, account: bytes, source: str, now: datetime) -> Taken | TooManyTries:
        """Count a try as wrong before it is looked at, in one statement; or say how long to wait."""
        ...

    async def forgive(self, account: bytes, source: str) -> None:
        """The password was right: the source starts again from nothing."""
        ...

    async def give_back(self, account: bytes, source: str, now: datetime) -> None:
        """The try was never looked at."""
        ...

    async def forget_old(self, now: datetime) -> int: ...


class PasswordHasher(Protocol):
    """Slow hashes of passwords, so many at a time and no more."""

    async def hash(self, password: str) -> str | Busy: ...

    async def verify(self, password_hash: str | None, password: str) -> bool | Busy:
        """Whether the password is the hash's; without a hash it costs the same and is wrong."""
        ...

    def outdated(self, password_hash: str) -> bool:
        """Whether today's hashes cost more than this one."""
        ...


class WaitingNotices(Protocol):
    """Notices to proved contacts that operators' commands left, since they had no key to seal with."""

    async def tell(self) -> int:
        """Add them to the outbox, each once; how many facts were told."""
        ...


class CommonPasswords(Protocol):
    """Passwords that anybody would try first."""

    def __call__(self, password: str) -> bool: ...


class DueSteps(Protocol):
    """Where somebody whose password was just right stands in the first connection."""

    async def after_sign_in(self, person_id: str, profile: str) -> Step: ...
