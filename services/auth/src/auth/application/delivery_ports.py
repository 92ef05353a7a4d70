"""What importing a delivery of the school directory needs from the world, besides what the accounts file needs."""

from collections.abc import AsyncIterator, Iterator, Mapping, Sequence
from contextlib import AbstractAsyncContextManager
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

from auth.application.import_facts import Absences
from auth.application.ports import Staging
from auth.domain.directory_entry import BadEntry, Entry, Said
from auth.domain.faults import Fault
from auth.domain.territories import Establishment
from shared.kernel.refusals import Refused


class Delivery(Protocol):
    """A delivery that was recognised; `entries` may be read once, and the rest is told once it has come to its end.

    `passed_over` counts entries of kinds that are not read; `named_as_changes` is a file whose name says so.
    """

    files: list[str]
    passed_over: int
    named_as_changes: str | None

    @property
    def digest(self) -> str: ...

    def entries(self) -> Iterator[Entry | BadEntry | Refused]: ...

    def changed_meanwhile(self) -> bool: ...


class Deliveries(Protocol):
    """Opens deliveries."""

    def __call__(self, path: Path) -> Delivery | Refused: ...


@dataclass(frozen=True, slots=True)
class StructureSaid:
    """What is said of a structure now and was before; `number` is none where this delivery does not name it."""

    key: str
    number: int | None
    said: Said
    before: Said | None


@dataclass(frozen=True, slots=True, kw_only=True)
class LeftOut:
    """People the directory knows who have no account, and why: none of it is a fault of the delivery."""

    relations_without_pupil: int
    relations_missing: int


class DeliveryStaging(Staging, Protocol):
    """A delivery laid out beside the directory and beside what earlier deliveries said."""

    async def take(self, entries: Sequence[Entry], bad: Sequence[BadEntry]) -> None: ...

    async def understand(self) -> None:
        """Join the delivery with what is remembered; set aside what contradicts itself or changes the unknown."""
        ...

    def structures(self) -> AsyncIterator[StructureSaid]: ...

    async def settle(
        self, places: Mapping[str, tuple[int | None, Establishment]], faults: Sequence[Fault]
    ) -> None:
        """Take the structures as they were judged, by key, with the number of the entry that was believed."""
        ...

    def pupils_and_staff(self) -> AsyncIterator[tuple[int, Sequence[str]]]:
        """The cells of everybody concerned who goes to a school himself, a line for each school."""
        ...

    def parents(self) -> AsyncIterator[tuple[int, Sequence[str]]]:
        """The cells of every parent concerned, a line for each school of his children."""
        ...

    async def leaving(self, *, complete: bool) -> Absences:
        """Find who is no longer where he was."""
        ...

    async def left_out(self) -> LeftOut: ...

    async def places(self, numbers: Sequence[int]) -> Mapping[int, tuple[int, int]]:
        """File and line of entries; those remembered from earlier deliveries have none."""
        ...


class DeliveryDirectory(Protocol):
    """The directory, for one delivery at a time."""

    def receiving(self) -> AbstractAsyncContextManager[DeliveryStaging | Refused]: ...
