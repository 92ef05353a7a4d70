"""A security notice goes to the destination that it names, and to no contact that is known otherwise."""

from datetime import timedelta

from notifier.domain.deliveries import State
from shared.consent import Choices
from shared.events.codes import CodeSecret
from tests.unit.notifier.desk_rig import DeskRig
from tests.unit.notifier.examples import a_key, a_person, a_place, a_security_notice


async def test_the_sealed_destination_is_written_to_and_the_selected_contact_is_not() -> None:
    async with DeskRig() as rig:
        sealed = rig.sealer.seal_destination("before@example.org")
        rig.knows(a_security_notice(sealed=sealed), a_person("sonia"))
        await rig.order(a_key("sonia", event_id="s1"))
        await rig.ends(a_key("sonia", event_id="s1"), State.SENT)

    assert [mail.to.value for _, mail in rig.mails.taken] == ["before@example.org"]


async def test_the_sealed_number_gets_a_text_without_school_or_name() -> None:
    async with DeskRig() as rig:
        sealed = rig.sealer.seal_destination("+33639980077")
        rig.knows(a_security_notice(sealed=sealed, channel="sms"), a_person("sonia"))
        await rig.order(a_key("sonia", "sms", "s1"))
        await rig.ends(a_key("sonia", "sms", "s1"), State.SENT)

    (text,) = [taken.sms for taken in rig.texts.taken]
    assert text.to.value == "+33639980077"
    assert text.body.startswith("ENT: votre mot de passe a été changé")


async def test_who_refused_sms_since_routing_is_heard() -> None:
    async with DeskRig() as rig:
        sealed = rig.sealer.seal_destination("+33639980077")
        refusing = a_person("sonia", a_place(choices=Choices(sms_refused=True)))
        rig.knows(a_security_notice(sealed=sealed, channel="sms"), refusing)
        await rig.order(a_key("sonia", "sms", "s1"))
        row = await rig.ends(a_key("sonia", "sms", "s1"), State.SUPPRESSED)

    assert row.move is not None
    assert row.move.reason == "opted_out_sms"
    assert rig.texts.tries == []


async def test_a_text_in_doubt_is_looked_for_even_if_nothing_is_known_about_its_owner() -> None:
    async with DeskRig() as rig:
        sealed = rig.sealer.seal_destination("+33639980077")
        rig.texts.behaviours = {"gateway-1": "lost_after"}
        rig.knows(a_security_notice(sealed=sealed, channel="sms"))
        await rig.order(a_key("sonia", "sms", "s1"))
        await rig.ends(a_key("sonia", "sms", "s1"), State.AMBIGUOUS)

        rig.clock.at += timedelta(days=30)  # past its deadline too
        await rig.sweep()
        await rig.ends(a_key("sonia", "sms", "s1"), State.SENT)

    assert len(rig.texts.tries) == 1


async def test_a_code_in_place_of_a_destination_opens_nothing() -> None:
    async with DeskRig() as rig:
        sealed = rig.sealer.seal(CodeSecret(destination="thief@example.org", code="482913"))
        rig.knows(a_security_notice(sealed=sealed), a_person("sonia"))
        await rig.order(a_key("sonia", event_id="s1"))
        row = await rig.ends(a_key("sonia", event_id="s1"), State.FAILED)

    assert row.move is not None
    assert row.move.reason == "unsealable"
    assert rig.mails.taken == []
