"""What a partner is told of people: blind counts, in a try and after sending."""

import pytest

from notifier.domain.masking import told
from notifier.domain.partner_status import AlertProgress
from notifier.domain.people import Person
from tests.unit.notifier_intake.intake_rig import IntakeRig, a_person, an_alert
from tests.unit.notifier_intake.test_accepting import ALERTS, send, slug


def an_audience(*people: Person) -> IntakeRig:
    rig = IntakeRig()
    rig.people.people = {person.person_id: person for person in people}
    return rig


async def test_a_dry_run_counts_with_the_very_decision_and_sends_nothing() -> None:
    rig = an_audience(
        *(a_person(number) for number in range(12)),
        *(a_person(number, partners=False) for number in range(20, 27)),
        *(a_person(number, sms_proved=False) for number in range(30, 33)),
    )

    answer = await send(rig.client(), an_alert(), key=None, dry_run="true")

    assert answer.status_code == 200
    assert answer.json()["people"] == 20
    assert answer.json()["audience"] == {"uais": ["0690002B"], "transported_only": False}
    assert answer.json()["channels"] == {
        "email": {"send": 15, "later": None, "silent": 5, "silent_by_reason": {"opted_out_partner": 5}},
        "sms": {"send": 10, "later": None, "silent": 10, "silent_by_reason": {"opted_out_partner": 5}},
    }
    assert rig.topic.published == []
    assert rig.requests.receipts == {}


async def test_a_dry_run_is_refused_as_the_alert_would_be() -> None:
    answer = await send(IntakeRig().client(), an_alert(audience={"uais": ["0750004D"]}), None, dry_run="true")

    assert (answer.status_code, slug(answer)) == (403, "audience_outside_rights")


@pytest.mark.requirement("R44")
def test_no_sum_or_difference_of_what_is_told_gives_a_small_number_back() -> None:
    assert [told(people) for people in (0, 1, 4, 5, 9, 10, 14)] == [None, None, None, 5, 5, 10, 10]


@pytest.mark.requirement("R44")
async def test_an_alert_is_reported_by_channel_and_state_without_small_cells() -> None:
    rig = IntakeRig()
    async with rig.client() as client:
        await send(client, an_alert())
        rig.ledger.progresses["alert-1"] = AlertProgress(
            seen=True,
            routed=True,
            waiting=3,
            states={"email": {"sent": 23, "failed": 4, "waiting": 3}, "sms": {"suppressed": 30}},
            reasons={"sms": {"no_contact": 27, "opted_out_sms": 3}},
        )
        body = (await client.get(f"{ALERTS}/alert-1")).json()

    assert body["status"] == "sending"
    assert body["channels"]["email"]["sent"] == 20
    assert body["channels"]["email"]["failed"] is None
    assert body["channels"]["sms"]["suppressed_by_reason"] == {"no_contact": 25}


@pytest.mark.parametrize(
    ("progress", "status"),
    [
        (AlertProgress(), "accepted"),
        (AlertProgress(seen=True), "routing"),
        (AlertProgress(seen=True, routed=True, waiting=1), "sending"),
        (AlertProgress(seen=True, routed=True), "done"),
        (AlertProgress(seen=True, routed=True, states={"email": {"expired": 1}}), "done"),
    ],
)
async def test_where_an_alert_stands_in_a_word(progress: AlertProgress, status: str) -> None:
    rig = IntakeRig()
    async with rig.client() as client:
        await send(client, an_alert())
        rig.ledger.progresses["alert-1"] = progress
        body = (await client.get(f"{ALERTS}/alert-1")).json()

    assert body["status"] == status


async def test_somebody_elses_alert_and_none_at_all_are_the_same_answer() -> None:
    rig = IntakeRig()
    await send(rig.client("region"), an_alert())
    for method in ("GET", "DELETE"):
        foreign = await rig.client("lyon").request(method, f"{ALERTS}/alert-1")
        unknown = await rig.client("lyon").request(method, f"{ALERTS}/alert-9")

        assert (foreign.status_code, slug(foreign)) == (404, "alert_unknown")
        assert foreign.text == unknown.text


async def test_a_withdrawn_alert_is_kept_for_the_router_as_withdrawn_and_again_changes_nothing() -> None:
    rig = IntakeRig()
    async with rig.client() as client:
        await send(client, an_alert())
        first = await client.delete(f"{ALERTS}/alert-1")
        second = await client.delete(f"{ALERTS}/alert-1")
        body = (await client.get(f"{ALERTS}/alert-1")).json()

    assert (first.status_code, first.text) == (202, second.text)
    assert body["status"] == "withdrawn"
    assert list(rig.kept.kept) == list(rig.ledger.withdrawn)
