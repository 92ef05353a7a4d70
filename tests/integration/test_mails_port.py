"""What the notifier relies on, whichever `Mails` it is given: the fake and the SMTP adapter pass the same tests."""

import asyncio
from collections.abc import AsyncIterator

import pytest

from notifier.domain.outcomes import Accepted, Rejected, TryAgain, Unknown
from tests.integration.channel_rigs import CONTENT, MailRig, a_mail, mail_rig


@pytest.fixture(params=["fake", "smtp"])
async def rig(request: pytest.FixtureRequest) -> AsyncIterator[MailRig]:
    async with mail_rig(request.param) as rig:
        yield rig


@pytest.mark.requirement("R39")
async def test_an_accepted_mail_is_with_the_relay_once_byte_for_byte_and_for_that_address_only(
    rig: MailRig,
) -> None:
    outcome = await rig.mails.send(a_mail("sonia@example.org"))

    assert isinstance(outcome, Accepted)
    assert outcome.provider == "relay-1"
    assert rig.taken() == [("relay-1", "sonia@example.org", CONTENT)]


async def test_an_unknown_address_is_rejected_for_good_and_known_as_dead(rig: MailRig) -> None:
    await rig.behave("relay-1", "address_unknown")

    outcome = await rig.mails.send(a_mail())

    assert outcome == Rejected("address_unknown", "relay-1", contact_dead=True)
    assert rig.taken() == []


async def test_a_refused_mail_leaves_the_way_free_for_the_next(rig: MailRig) -> None:
    await rig.behave("relay-1", "address_unknown")
    await rig.mails.send(a_mail("nobody@example.org"))
    await rig.behave("relay-1", "accept")

    outcome = await rig.mails.send(a_mail("sonia@example.org"))

    assert isinstance(outcome, Accepted)
    assert [address for _, address, _ in rig.taken()] == ["sonia@example.org"]


async def test_a_greylisted_mail_is_to_be_tried_again_after_a_minute_at_least(rig: MailRig) -> None:
    await rig.behave("relay-1", "greylist")

    outcome = await rig.mails.send(a_mail())

    assert outcome == TryAgain("greylisted", "relay-1", 60.0)


async def test_a_connection_lost_before_the_final_dot_proves_that_nothing_was_accepted(rig: MailRig) -> None:
    await rig.behave("relay-1", "lost_before_dot")

    outcome = await rig.mails.send(a_mail())

    assert isinstance(outcome, TryAgain)
    assert rig.taken() == []


async def test_a_connection_lost_after_the_final_dot_leaves_the_outcome_unknown(rig: MailRig) -> None:
    await rig.behave("relay-1", "lost_after_dot")

    outcome = await rig.mails.send(a_mail())

    assert outcome == Unknown("connection_lost", "relay-1")
    assert len(rig.taken()) == 1


async def test_a_relay_that_cannot_be_reached_leaves_its_turn_to_the_next_in_the_same_try(
    rig: MailRig,
) -> None:
    await rig.behave("relay-1", "unreachable")

    outcome = await rig.mails.send(a_mail())

    assert isinstance(outcome, Accepted)
    assert outcome.provider == "relay-2"


async def test_when_no_relay_can_be_reached_the_mail_is_to_be_tried_again(rig: MailRig) -> None:
    await rig.behave("relay-1", "unreachable")
    await rig.behave("relay-2", "unreachable")

    outcome = await rig.mails.send(a_mail())

    assert isinstance(outcome, TryAgain)
    assert outcome.reason == "unreachable"


async def test_a_relay_that_refuses_us_has_not_refused_the_person(rig: MailRig) -> None:
    await rig.behave("relay-1", "refuses_us")

    outcome = await rig.mails.send(a_mail())

    assert outcome == TryAgain("relay_refuses_us", "relay-1", 120.0)


async def test_the_relay_that_just_failed_a_mail_is_not_asked_while_another_is_there(rig: MailRig) -> None:
    outcome = await rig.mails.send(a_mail(), excluded=frozenset({"relay-1"}))

    assert isinstance(outcome, Accepted)
    assert outcome.provider == "relay-2"


async def test_an_excluded_relay_is_asked_rather_than_none(rig: MailRig) -> None:
    outcome = await rig.mails.send(a_mail(), excluded=frozenset({"relay-1", "relay-2"}))

    assert isinstance(outcome, Accepted)


async def test_a_hundred_mails_at_once_arrive_once_each(rig: MailRig) -> None:
    addresses = [f"p{number}@example.org" for number in range(100)]

    outcomes = await asyncio.gather(*(rig.mails.send(a_mail(address)) for address in addresses))

    assert all(isinstance(outcome, Accepted) for outcome in outcomes)
    assert sorted(address for _, address, _ in rig.taken()) == sorted(addresses)
