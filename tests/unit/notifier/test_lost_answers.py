"""A lost answer is resolved by policy: a mail is sent again under its name, an SMS is looked for first."""

from notifier.domain.deliveries import State
from notifier.domain.outcomes import Unknown
from shared.consent import Choices
from tests.unit.notifier.desk_rig import DeskRig
from tests.unit.notifier.examples import a_key, a_message, a_person, a_place


async def test_a_mail_whose_answer_was_lost_is_sent_again_under_the_same_name_and_marked() -> None:
    async with DeskRig() as rig:
        rig.mails.behaviours = {"relay-1": "lost_after_dot"}
        rig.knows(a_message(), a_person("sonia"))
        await rig.in_doubt(a_key("sonia"))

        rig.mails.behaviours = {"relay-1": "accept"}
        await rig.a_minute_later()
        row = await rig.ends(a_key("sonia"), State.SENT)

    (_, first), (_, second) = rig.mails.taken
    assert first.message_id == second.message_id
    assert row.claim.possible_duplicate


async def test_fused_meanwhile_a_mail_is_sent_again_under_the_same_name() -> None:
    async with DeskRig() as rig:
        rig.mails.behaviours = {"relay-1": "lost_after_dot"}
        rig.knows(a_message(), a_person("sonia-2"))
        await rig.in_doubt(a_key("sonia-2"))

        rig.mails.behaviours = {"relay-1": "accept"}
        rig.people.people["sonia-2"] = a_person("sonia", takes_in=True)
        await rig.a_minute_later()
        await rig.ends(a_key("sonia-2"), State.SENT)

    (_, first), (_, second) = rig.mails.taken
    assert first.message_id == second.message_id


async def test_an_sms_whose_answer_was_lost_but_which_the_gateway_has_is_not_sent_again() -> None:
    async with DeskRig() as rig:
        rig.texts.behaviours = {"gateway-1": "lost_after"}
        rig.knows(a_message(), a_person("sonia"))
        await rig.in_doubt(a_key("sonia", "sms"))

        await rig.a_minute_later()
        await rig.ends(a_key("sonia", "sms"), State.SENT)

    assert len(rig.texts.tries) == 1


async def test_an_sms_the_gateway_never_had_is_sent_once_more() -> None:
    async with DeskRig() as rig:
        rig.texts.behaviours = {"gateway-1": "lost_before"}
        rig.knows(a_message(), a_person("sonia"))
        await rig.in_doubt(a_key("sonia", "sms"))

        rig.texts.behaviours = {"gateway-1": "accept"}
        await rig.a_minute_later()
        await rig.ends(a_key("sonia", "sms"), State.SENT)

    assert len(rig.texts.taken) == 1


async def test_while_the_gateway_cannot_say_an_sms_in_doubt_stays_in_doubt() -> None:
    async with DeskRig() as rig:
        rig.texts.for_number["+33639980001"] = Unknown("timed_out", "gateway-1")
        rig.texts.answers_lists = False
        rig.knows(a_message(), a_person("sonia"))
        await rig.in_doubt(a_key("sonia", "sms"))

        await rig.a_minute_later()
        await rig.ends(a_key("sonia", "sms"), State.AMBIGUOUS)

    assert len(rig.texts.tries) == 1


async def test_two_children_one_telephone_the_same_words_and_one_lost_on_its_way_is_sent_again() -> None:
    async with DeskRig() as rig:
        rig.knows(a_message(), a_person("inès"), a_person("léo"))
        await rig.order(a_key("inès", "sms"))
        await rig.ends(a_key("inès", "sms"), State.SENT)
        rig.texts.behaviours = {"gateway-1": "lost_before"}
        await rig.in_doubt(a_key("léo", "sms"))

        rig.texts.behaviours = {"gateway-1": "accept"}
        await rig.a_minute_later()
        await rig.ends(a_key("léo", "sms"), State.SENT)

    assert len(rig.texts.taken) == 2


async def test_of_two_answers_lost_for_the_same_words_each_finds_its_own_text() -> None:
    async with DeskRig() as rig:
        rig.texts.behaviours = {"gateway-1": "lost_after"}
        rig.knows(a_message(), a_person("inès"), a_person("léo"))
        await rig.order(a_key("inès", "sms"), a_key("léo", "sms"))
        await rig.ends(a_key("inès", "sms"), State.AMBIGUOUS)
        await rig.ends(a_key("léo", "sms"), State.AMBIGUOUS)

        await rig.a_minute_later()
        ended = [await rig.ends(a_key(person, "sms"), State.SENT) for person in ("inès", "léo")]

    assert len(rig.texts.tries) == 2
    assert len({row.move.reference for row in ended if row.move}) == 2


async def test_an_sms_in_doubt_is_found_even_if_its_owner_has_refused_sms_since() -> None:
    async with DeskRig() as rig:
        rig.texts.behaviours = {"gateway-1": "lost_after"}
        rig.knows(a_message(), a_person("sonia"))
        await rig.in_doubt(a_key("sonia", "sms"))

        rig.knows(a_message(), a_person("sonia", a_place(choices=Choices(sms_refused=True))))
        await rig.a_minute_later()
        await rig.ends(a_key("sonia", "sms"), State.SENT)

    assert len(rig.texts.tries) == 1
