"""What the use cases need from the world, in words of the domain."""

from collections.abc import AsyncIterator, Callable, Iterator, Sequence
from contextlib import AbstractAsyncContextManager
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from types import TracebackType
from typing import Literal, Protocol, Self

from auth.application.import_facts import Absences, Applied, Checked, ImportRun
from auth.domain.account_line import AccountLine
from auth.domain.accounts_file import Layout
from auth.domain.faults import Fault
from auth.domain.partners import Client, Partner
from auth.domain.tokens import TokenRecord
from shared.kernel.refusals import Refused

Encoding = Literal["utf-8", "windows-1252"]
RunOf = Callable[[Applied], ImportRun]
Record = tuple[int, Sequence[str] | Fault]


class AccountsFile(Protocol):
    """A file that was recognised; `records` may be read once."""

    digest: str
    encoding: Encoding
    layout: Layout

    def records(self) -> Iterator[Record]: ...

    def changed_meanwhile(self) -> bool: ...

    def __enter__(self) -> Self: ...

    def __exit__(
        self, kind: type[BaseException] | None, value: BaseException | None, trace: TracebackType | None
    ) -> None: ...


class AccountsFiles(Protocol):
    """Opens accounts files."""

    def __call__(self, path: Path) -> AccountsFile | Refused: ...


class Staging(Protocol):
    """A file laid out beside the directory, so that it is compared and applied as a whole."""

    async def add(self, lines: Sequence[AccountLine], faults: Sequence[Fault]) -> None: ...

    async def check(self) -> Checked:
        """Find what contradicts itself or the directory, and set those lines aside."""
        ...

    async def absences(self) -> Absences: ...

    async def redefined(self) -> Sequence[str]:
        """Schools known already, with people, of which another kind, département, académie or région is said."""
        ...

    async def apply(self, layout: Layout, *, complete: bool, now: datetime, run_of: RunOf) -> Applied:
        """Change the directory, add the facts to the outbox and register the run: all of it, or nothing."""
        ...

    async def register(self, run: ImportRun, now: datetime) -> None:
        """Note a run that changed nothing."""
        ...


@dataclass(frozen=True, slots=True, kw_only=True)
class ListedAccount:
    """An account as operators list it."""

    person_id: str
    identifier: str
    profile: str
    last_name: str
    first_name: str
    state: str


class Directory(Protocol):
    """Establishments, accounts and links. One writer at a time; a second is told that the place is taken."""

    def importing(self) -> AbstractAsyncContextManager[Staging | Refused]: ...

    async def suspend_absent(self, *, absent_before: datetime, now: datetime) -> int | Refused: ...

    async def republish(self, now: datetime) -> int | Refused: ...

    def listed(self, limit: int | None) -> AsyncIterator[ListedAccount]: ...


@dataclass(frozen=True, slots=True, kw_only=True)
class Verdict:
    """What became of one presented secret. `wait_s` is how long the source must now wait."""

    right: bool
    evaluated: bool
    known: bool
    wait_s: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Introspected:
    """A live token, whose it is, and the partner it speaks for."""

    client_id: str
    scopes: tuple[str, ...]
    issued_at: datetime
    expires_at: datetime
    partner: Partner


class Partners(Protocol):
    """Partners and their clients; each change is published in the transaction that makes it."""

    async def register(
        self, partner: Partner, client: Client, secret: bytes, now: datetime
    ) -> bool | Refused:
        """Add a client, and its partner where new. Refused as `client_exists` or `another_partner`."""
        ...

    async def seed(self, partner: Partner, client: Client, secret: bytes, now: datetime) -> bool:
        """Make a client as a deployment describes it; whether anything changed.

        A disabled client stays disabled, and a secret replaced by an operator stays replaced until the
        deployment itself names another one.
        """
        ...

    async def replace_secret(self, client_id: str, secret: bytes) -> bool:
        """Give a client another secret and end its tokens; false when there is no such client."""
        ...

    async def disable(self, client_id: str, now: datetime) -> bool: ...

    async def listed(self) -> Sequence[tuple[Partner, Client, bool]]:
        """Every client with its partner, and whether it is enabled."""
        ...

    async def republish(self, now: datetime) -> int: ...


class ClientSecrets(Protocol):
    """Judges presented secrets, within the limits on guessing."""

    async def judge(self, client_id: str, secret: bytes, *, source: str, now: datetime) -> Verdict:
        """Count the try, then compare, in one atomic statement; an unknown client costs as much as a known one."""
        ...

    async def scopes_of(self, client_id: str) -> tuple[str, ...]: ...


class AuditLog(Protocol):
    """One line per act, in OWASP's vocabulary, with ids only."""

    def __call__(self, event: str, **ids: object) -> None: ...


class Tokens(Protocol):
    """Access tokens, known by their digests."""

    async def keep(self, record: TokenRecord, *, secret: bytes) -> bool:
        """Keep a token, unless its client was disabled or got another secret in the meantime."""
        ...

    async def find(self, token_digest: bytes, now: datetime) -> Introspected | None:
        """A token that is alive, of a client that is enabled."""
        ...

    async def forget_expired(self, now: datetime) -> int: ...
