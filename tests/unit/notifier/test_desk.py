"""Whatever is claimed ends in an outcome; nobody is sent what he refuses, nor twice what may be found."""

import asyncio
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import timedelta
from uuid import UUID

import pytest

from notifier.application.desk import DeskUnavailable
from notifier.application.ports import OutgoingMail
from notifier.domain.attempts import Move
from notifier.domain.deliveries import State
from notifier.domain.notifications import Notification
from notifier.domain.outcomes import Accepted, Outcome, TryAgain
from shared.consent import Choices
from shared.events.codes import CodeSecret
from tests.fakes.mails import FakeMails
from tests.unit.notifier.desk_rig import DeskRig
from tests.unit.notifier.examples import NIGHT, NOON, a_code, a_key, a_message, a_person, a_place
from tests.waiting import eventually


@dataclass
class HeldMails(FakeMails):
    """A relay that answers only once it is told to."""

    answers: asyncio.Event = field(default_factory=asyncio.Event)

    async def send(self, mail: OutgoingMail, *, excluded: frozenset[str] = frozenset()) -> Outcome:
        self.tries.append(("held", mail))
        await self.answers.wait()
        return Accepted("held", "ok")


class BrokenMails(FakeMails):
    """A relay whose adapter has a fault of its own."""

    async def send(self, mail: OutgoingMail, *, excluded: frozenset[str] = frozenset()) -> Outcome:
        raise ZeroDivisionError


@pytest.mark.requirement("R38", "R39")
async def test_an_order_becomes_one_mail_to_the_selected_address_and_no_other() -> None:
    async with DeskRig() as rig:
        rig.knows(a_message(), a_person("sonia"))

        await rig.order(a_key("sonia"), a_key("sonia"))
        await rig.order(a_key("sonia"))
        row = await rig.ends(a_key("sonia"), State.SENT)

    assert [mail.to.value for _, mail in rig.mails.taken] == ["sonia@example.org"]
    assert row.move is not None
    assert row.move.provider == "relay-1"


@pytest.mark.requirement("R45")
async def test_who_unticks_the_box_between_routing_and_sending_gets_nothing() -> None:
    async with DeskRig() as rig:
        rig.knows(a_message(), a_person("sonia", a_place(choices=Choices(establishment_notices=True))))

        await rig.order(a_key("sonia"))
        row = await rig.ends(a_key("sonia"), State.SUPPRESSED)

    assert rig.mails.tries == []
    assert row.move is not None
    assert row.move.reason == "opted_out_email"


@pytest.mark.requirement("R50")
async def test_who_refuses_sms_between_routing_and_sending_gets_none() -> None:
    async with DeskRig() as rig:
        refusing = Choices(establishment_notices=True, sms_refused=True)
        rig.knows(a_message(urgent=True), a_person("sonia", a_place(choices=refusing)))

        await rig.order(a_key("sonia", "sms"))
        await rig.ends(a_key("sonia", "sms"), State.SUPPRESSED)

    assert rig.texts.tries == []


async def test_what_was_withdrawn_after_routing_stays() -> None:
    async with DeskRig() as rig:
        rig.knows(a_message(withdrawn=True), a_person("sonia"))

        await rig.order(a_key("sonia"))
        row = await rig.ends(a_key("sonia"), State.SUPPRESSED)

    assert row.move is not None
    assert row.move.reason == "withdrawn"


async def test_what_has_expired_on_its_way_is_not_sent() -> None:
    async with DeskRig() as rig:
        rig.knows(a_message(expires_at=NOON), a_person("sonia"))

        await rig.order(a_key("sonia"))
        await rig.ends(a_key("sonia"), State.EXPIRED)

    assert rig.mails.tries == []


async def test_an_order_about_nothing_that_is_known_fails_with_a_reason() -> None:
    async with DeskRig() as rig:
        await rig.order(a_key("sonia"))
        row = await rig.ends(a_key("sonia"), State.FAILED)

    assert row.move is not None
    assert row.move.reason == "unknown_notification"


async def test_a_refused_try_comes_back_when_due_and_avoids_the_relay_that_refused() -> None:
    async with DeskRig() as rig:
        rig.mails.behaviours = {"relay-1": "greylist", "relay-2": "accept"}
        rig.knows(a_message(), a_person("sonia"))
        await rig.order(a_key("sonia"))
        await rig.ends(a_key("sonia"), State.WAITING)

        assert await rig.sweep() == 0
        rig.clock.at += timedelta(minutes=2)
        assert await rig.sweep() == 1
        row = await rig.ends(a_key("sonia"), State.SENT)

    assert [relay for relay, _ in rig.mails.tries] == ["relay-1", "relay-2"]
    assert row.claim.attempts == 2


async def test_an_sms_that_can_wait_sleeps_through_the_night() -> None:
    async with DeskRig() as rig:
        rig.clock.at = NIGHT
        rig.knows(a_message(), a_person("sonia"))
        await rig.order(a_key("sonia", "sms"))
        await rig.ends(a_key("sonia", "sms"), State.DEFERRED)

        rig.clock.at = NIGHT + timedelta(hours=8)  # 07:00 in Paris
        await rig.sweep()
        await rig.ends(a_key("sonia", "sms"), State.SENT)


async def test_a_code_goes_to_the_sealed_destination_and_to_nobody_else() -> None:
    async with DeskRig() as rig:
        sealed = rig.sealer.seal(CodeSecret(destination="typed@example.org", code="482913"))
        rig.knows(a_code(sealed=sealed), a_person("sonia"))

        await rig.order(a_key("sonia", event_id="c1"))
        await rig.ends(a_key("sonia", event_id="c1"), State.SENT)

    ((_, mail),) = rig.mails.taken
    assert mail.to.value == "typed@example.org"


async def test_a_code_nobody_can_open_fails_with_a_reason() -> None:
    async with DeskRig() as rig:
        rig.knows(a_code(sealed="gibberish"))

        await rig.order(a_key("sonia", event_id="c1"))
        row = await rig.ends(a_key("sonia", event_id="c1"), State.FAILED)

    assert row.move is not None
    assert row.move.reason == "unsealable"


async def test_a_dead_address_is_told_to_the_ledger() -> None:
    async with DeskRig() as rig:
        rig.mails.behaviours = {"relay-1": "address_unknown"}
        rig.knows(a_message(), a_person("sonia"))

        await rig.order(a_key("sonia"))
        row = await rig.ends(a_key("sonia"), State.FAILED)

    assert row.move is not None
    assert row.move.dead_address == "sonia@example.org"


async def test_a_fault_of_ours_is_a_try_that_comes_back() -> None:
    async with DeskRig(mails=BrokenMails()) as rig:
        rig.knows(a_message(), a_person("sonia"))

        await rig.order(a_key("sonia"))
        row = await rig.ends(a_key("sonia"), State.WAITING)

    assert row.move is not None
    assert row.move.reason == "unexpected_error"


async def test_a_database_that_is_away_while_judging_is_waited_for() -> None:
    async with DeskRig() as rig:
        rig.knows(a_message(), a_person("sonia"))
        rig.people.failures = [ConnectionError()]

        await rig.order(a_key("sonia"))
        await rig.ends(a_key("sonia"), State.SENT)


async def test_what_was_taken_before_the_lease_lapsed_is_given_back_unsent() -> None:
    async with DeskRig() as rig:
        rig.knows(a_message(), a_person("sonia"))
        (claim,) = await rig.ledger.claim(rig.desks["email"].desk, [a_key("sonia")], [])
        rig.tenure.number += 1  # the lease had a gap since

        async def brought(_: object, __: int) -> list[object]:
            return [replace(claim, tenure=rig.tenure.number - 1)]

        await rig.desks["email"].take_work(brought)  # type: ignore[arg-type]  # a bound coroutine function stands for the port
        await rig.ends(a_key("sonia"), State.WAITING)

    assert rig.mails.tries == []


async def test_without_a_lease_nothing_is_taken() -> None:
    async with DeskRig() as rig:
        rig.lease_gap_s = 60

        with pytest.raises(DeskUnavailable):
            await rig.order(a_key("sonia"))

    assert rig.table.rows == {}


async def test_whoever_brings_more_than_there_is_room_for_waits() -> None:
    mails = HeldMails()
    async with DeskRig(mails=mails) as rig:
        people = [a_person(f"person-{number:03d}") for number in range(400)]
        rig.knows(a_message(), *people)

        bringing = asyncio.create_task(rig.order(*(a_key(person.person_id) for person in people)))
        await rig.ends(a_key("person-000"), State.SENDING)
        await asyncio.wait({bringing}, timeout=0.2)
        taken_while_full = len(rig.table.rows)
        mails.answers.set()
        await bringing
        await rig.ends(a_key("person-399"), State.SENT)

    assert taken_while_full <= 300


async def test_leaving_finishes_what_is_on_the_wire_and_gives_back_the_rest() -> None:
    mails = HeldMails()
    rig = DeskRig(mails=mails)
    await rig.__aenter__()
    people = [a_person(f"person-{number}") for number in range(50)]
    rig.knows(a_message(), *people)
    await rig.order(*(a_key(person.person_id) for person in people))
    while len(mails.tries) < 4:
        await asyncio.sleep(0.01)

    leaving = asyncio.create_task(rig.__aexit__())
    await asyncio.wait({leaving}, timeout=0.1)
    mails.answers.set()
    await leaving

    states = [row.state for row in rig.table.rows.values()]
    assert (states.count(State.SENT), states.count(State.WAITING)) == (4, 46)


class HeldAfterARefusal(HeldMails):
    """A relay that asks to come back, and then takes its time."""

    async def send(self, mail: OutgoingMail, *, excluded: frozenset[str] = frozenset()) -> Outcome:
        if self.tries:
            return await HeldMails.send(self, mail, excluded=excluded)
        self.tries.append(("held", mail))
        return TryAgain("greylisted", "held")


@dataclass
class SlowlyAnsweringLedger:
    """Of what it wrote, the writer hears only after the sweeper has found it due and claimed it anew."""

    rig: DeskRig

    async def record(self, moves: Sequence[Move], told: Mapping[UUID, Notification]) -> int:
        counted = await self.rig.ledger.record(moves, told)
        self.rig.clock.at += timedelta(minutes=2)
        await self.rig.sweep()
        return counted


async def test_what_is_claimed_anew_before_its_writing_is_known_is_in_hand_and_not_forgotten() -> None:
    mails = HeldAfterARefusal()
    async with DeskRig(mails=mails) as rig:
        rig.record.ledger = SlowlyAnsweringLedger(rig)  # type: ignore[assignment]  # the recorder only writes
        rig.knows(a_message(), a_person("sonia"))
        await rig.order(a_key("sonia"))
        await eventually(lambda: len(mails.tries) == 2, within_s=5, what="the second try")

        assert await rig.sweep(forgotten=True) == 0
        mails.answers.set()
        await rig.ends(a_key("sonia"), State.SENT)

    assert len(mails.tries) == 2
