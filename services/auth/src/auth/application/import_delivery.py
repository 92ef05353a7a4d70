"""Import a delivery of the school directory: entries become the lines of an accounts file, judged by the same rules."""

from collections.abc import AsyncIterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import partial

from auth.application.delivery_ports import (
    Deliveries,
    Delivery,
    DeliveryDirectory,
    DeliveryStaging,
    LeftOut,
)
from auth.application.import_accounts import LINES_PER_BATCH, ImportFile, ImportReport, import_run
from auth.application.import_facts import Checked
from auth.application.import_questions import questions
from auth.domain.account_line import AccountLine, AddressReaders, read_line
from auth.domain.accounts_file import COLUMNS, Layout
from auth.domain.directory_entry import BadEntry, Entry, Kind, Operation
from auth.domain.faults import Fault
from auth.domain.territories import Establishment, Territories
from auth.domain.uai import has_right_letter
from shared.kernel.clock import Clock, in_paris
from shared.kernel.refusals import Refused

WHOLE = Layout(len(COLUMNS), {name: place for place, name in enumerate(COLUMNS)})
"""An entry says everything that an accounts file can say, and may speak of any number of children: a guardian of the
child welfare service answers for hundreds, and the directory counts them, not a secretary who types."""


@dataclass(frozen=True, slots=True, kw_only=True)
class DeliveryReport(ImportReport):
    """`entries` counts by operation; `places` gives file and line of the faults' entries, by number."""

    files: Sequence[str]
    entries: Mapping[Operation, int]
    passed_over: int
    left_out: LeftOut
    places: Mapping[int, tuple[int, int]]


@dataclass(slots=True)
class _Taken:
    """What was counted while the entries came by."""

    entries: dict[Operation, int]
    structures: int = 0
    bad: int = 0

    @property
    def changes(self) -> int:
        return self.entries[Operation.MODIFY] + self.entries[Operation.DELETE]

    @property
    def total(self) -> int:
        return sum(self.entries.values()) + self.bad


@dataclass(frozen=True, slots=True, kw_only=True)
class ImportDelivery:
    """Read a delivery whole, join it with what earlier ones said; then change the directory, or not at all."""

    deliveries: Deliveries
    directory: DeliveryDirectory
    readers: AddressReaders
    territories: Territories
    clock: Clock

    async def __call__(self, order: ImportFile) -> DeliveryReport | Refused:
        delivery = self.deliveries(order.path)
        if isinstance(delivery, Refused):
            return delivery
        async with self.directory.receiving() as staging:
            if isinstance(staging, Refused):
                return staging
            taken = await _take(delivery, staging)
            if isinstance(taken, Refused):
                return taken
            if refused := _contradicts(order, delivery, taken):
                return refused
            now = self.clock.now()
            await staging.understand()
            await self._settle(staging)
            await self._judge(staging.pupils_and_staff(), staging, now)
            await self._judge(staging.parents(), staging, now)
            return await self._concluded(order, delivery, staging, taken, now)

    async def _settle(self, staging: DeliveryStaging) -> None:
        """Judge the structures; one that is set aside is what it was before."""
        places: dict[str, tuple[int | None, Establishment]] = {}
        faults: list[Fault] = []
        async for structure in staging.structures():
            judged = self.territories.establishment(structure.number or 0, structure.said)
            number = structure.number
            if not isinstance(judged, Establishment):
                if number is not None:
                    faults.extend(judged)
                if structure.before is None:
                    continue
                judged, number = self.territories.establishment(0, structure.before), None
            if isinstance(judged, Establishment):
                places[structure.key] = (number, judged)
        await staging.settle(places, faults)

    async def _judge(
        self, rows: AsyncIterator[tuple[int, Sequence[str]]], staging: DeliveryStaging, now: datetime
    ) -> None:
        """Read the cells of each line; the faults of an entry are told once, however many schools it names."""
        today = in_paris(now).date()
        lines: list[AccountLine] = []
        faults: list[Fault] = []
        last_bad = 0
        async for number, cells in rows:
            if number == last_bad:
                continue
            read = read_line(number, cells, WHOLE, self.readers, today=today, children_max=None)
            if isinstance(read, AccountLine):
                lines.append(read)
            else:
                faults.extend(read)
                last_bad = number
            if len(lines) + len(faults) >= LINES_PER_BATCH:
                await staging.add(lines, faults)
                lines, faults = [], []
        await staging.add(lines, faults)

    async def _concluded(
        self, order: ImportFile, delivery: Delivery, staging: DeliveryStaging, taken: _Taken, now: datetime
    ) -> DeliveryReport:
        checked = await staging.check()
        counted = order.complete and not checked.lines_aside
        absences = await staging.leaving(complete=counted)
        refusal = _refusal(order, checked, taken)
        asked: tuple[Refused, ...] = ()
        if not refusal and not order.confirmed:
            leaving = "too_many_absent" if order.complete else "too_many_leaving"
            asked = questions(absences, await staging.redefined(), leaving=leaving)
        if asked:
            refusal = asked[0]
        run = partial(import_run, order, delivery.digest, checked)
        applied = None
        if refusal:
            await staging.register(run(None, refusal), now)
        else:
            applied = await staging.apply(WHOLE, complete=counted, now=now, run_of=run)
        return DeliveryReport(
            encoding="utf-8",
            digest=delivery.digest,
            checked=checked,
            odd_uais=tuple(uai for uai in checked.uais if not has_right_letter(uai)),
            absences=absences,
            absences_left_out=order.complete and not counted,
            applied=applied,
            refusal=refusal,
            questions=asked,
            files=delivery.files,
            entries=taken.entries,
            passed_over=delivery.passed_over,
            left_out=await staging.left_out(),
            places=await staging.places([fault.line for fault in checked.faults]),
        )


async def _take(delivery: Delivery, staging: DeliveryStaging) -> _Taken | Refused:
    """Lay every entry out; a delivery that cannot be read to its end is not believed at all."""
    taken = _Taken(dict.fromkeys(Operation, 0))
    entries: list[Entry] = []
    bad: list[BadEntry] = []
    for item in delivery.entries():
        if isinstance(item, Refused):
            return item
        if isinstance(item, Entry):
            entries.append(item)
            taken.entries[item.operation] += 1
            taken.structures += item.kind is Kind.STRUCTURE
        else:
            bad.append(item)
            taken.bad += 1
        if len(entries) + len(bad) >= LINES_PER_BATCH:
            await staging.take(entries, bad)
            entries, bad = [], []
    await staging.take(entries, bad)
    return Refused("changed_meanwhile") if delivery.changed_meanwhile() else taken


def _contradicts(order: ImportFile, delivery: Delivery, taken: _Taken) -> Refused | None:
    """A delivery of changes says nothing of all others; a complete one is so for the structures that it describes."""
    if taken.total == 0:
        return Refused("nobody_in_file")
    if not order.complete:
        return None
    if delivery.named_as_changes is not None:
        return Refused("delta_is_not_complete", delivery.named_as_changes)
    if taken.changes:
        return Refused("delta_is_not_complete", f"{taken.changes} modifications ou suppressions")
    return None if taken.structures else Refused("complete_without_structures")


def _refusal(order: ImportFile, checked: Checked, taken: _Taken) -> Refused | None:
    """Why nothing may change, whatever anybody confirms; entries that delete are good without leaving a line."""
    if checked.lines_aside and not order.partial:
        return Refused("bad_lines")
    if checked.lines_aside and checked.lines_good == 0 and not taken.entries[Operation.DELETE]:
        return Refused("no_good_line")
    return None
