"""What the notifier relies on, whichever `TextMessages` it is given: the fake and Twilio's adapter pass the same."""

import asyncio
from collections.abc import AsyncIterator
from datetime import timedelta

import pytest

from notifier.application.ports import GatewayUnreachable
from notifier.domain.outcomes import Accepted, Rejected, TryAgain, Unknown
from tests.fakes.sms import SmsBehaviour
from tests.integration.channel_rigs import SmsRig, an_sms, sms_rig


async def anything(_: Accepted) -> bool:
    return True


@pytest.fixture(params=["fake", "twilio"])
async def rig(request: pytest.FixtureRequest) -> AsyncIterator[SmsRig]:
    async with sms_rig(request.param) as rig:
        yield rig


async def test_an_accepted_text_is_with_the_gateway_once(rig: SmsRig) -> None:
    outcome = await rig.sms.send(an_sms(body="Éléphant à l'ENT: €"))

    assert isinstance(outcome, Accepted)
    assert outcome.reference
    assert rig.taken() == [("gateway-1", "+33639980001", "Éléphant à l'ENT: €")]


async def test_a_number_that_does_not_exist_is_rejected_for_good_and_known_as_dead(rig: SmsRig) -> None:
    await rig.behave("gateway-1", "number_unknown")

    assert await rig.sms.send(an_sms()) == Rejected("number_unknown", "gateway-1", contact_dead=True)


async def test_a_gateway_that_is_busy_is_asked_again_no_sooner_than_it_says(rig: SmsRig) -> None:
    await rig.behave("gateway-1", "busy")

    assert await rig.sms.send(an_sms()) == TryAgain("gateway_busy", "gateway-1", 7.0)


@pytest.mark.parametrize("behaviour", ["lost_after", "error_after"])
async def test_a_text_whose_answer_was_lost_is_unknown_and_then_found(
    rig: SmsRig, behaviour: SmsBehaviour
) -> None:
    since = rig.now()
    await rig.behave("gateway-1", behaviour)

    outcome = await rig.sms.send(an_sms())
    found = await rig.sms.find(an_sms(), since, anything)

    assert isinstance(outcome, Unknown)
    assert isinstance(found, Accepted)
    assert found.provider == "gateway-1"


async def test_a_text_that_never_arrived_is_unknown_and_then_not_found(rig: SmsRig) -> None:
    since = rig.now()
    await rig.behave("gateway-1", "lost_before")

    outcome = await rig.sms.send(an_sms())

    assert isinstance(outcome, Unknown)
    assert await rig.sms.find(an_sms(), since, anything) is None


async def test_another_text_or_another_number_is_not_found_instead(rig: SmsRig) -> None:
    since = rig.now()
    await rig.sms.send(an_sms("+33639980001", "ENT: un"))

    assert await rig.sms.find(an_sms("+33639980001", "ENT: deux"), since, anything) is None
    assert await rig.sms.find(an_sms("+33639980002", "ENT: un"), since, anything) is None


async def test_of_two_identical_texts_the_one_that_is_another_deliverys_is_passed_over(rig: SmsRig) -> None:
    since = rig.now()
    first = await rig.sms.send(an_sms())
    second = await rig.sms.send(an_sms())
    assert isinstance(first, Accepted)

    async def not_the_first(text: Accepted) -> bool:
        return text.reference != first.reference

    async def neither(_: Accepted) -> bool:
        return False

    assert await rig.sms.find(an_sms(), since, not_the_first) == second
    assert await rig.sms.find(an_sms(), since, neither) is None


async def test_a_text_of_long_ago_is_not_found_instead(rig: SmsRig) -> None:
    await rig.sms.send(an_sms())

    assert await rig.sms.find(an_sms(), rig.now() + timedelta(hours=1), anything) is None


async def test_a_gateway_that_cannot_list_proves_no_absence(rig: SmsRig) -> None:
    await rig.lists(answers=False)

    with pytest.raises(GatewayUnreachable):
        await rig.sms.find(an_sms(), rig.now(), anything)


async def test_a_gateway_that_cannot_be_reached_leaves_its_turn_to_the_next_in_the_same_try(
    rig: SmsRig,
) -> None:
    await rig.behave("gateway-1", "unreachable")

    outcome = await rig.sms.send(an_sms())

    assert isinstance(outcome, Accepted)
    assert outcome.provider == "gateway-2"


async def test_the_gateway_that_just_failed_a_text_is_not_asked_while_another_is_there(rig: SmsRig) -> None:
    outcome = await rig.sms.send(an_sms(), excluded=frozenset({"gateway-1"}))

    assert isinstance(outcome, Accepted)
    assert outcome.provider == "gateway-2"


async def test_fifty_texts_at_once_arrive_once_each(rig: SmsRig) -> None:
    numbers = [f"+336399800{number:02d}" for number in range(50)]

    await asyncio.gather(*(rig.sms.send(an_sms(number)) for number in numbers))

    assert sorted(number for _, number, _ in rig.taken()) == numbers
