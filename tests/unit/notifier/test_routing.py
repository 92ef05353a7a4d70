"""One event, one decision for each person and channel, however often it is seen."""

from dataclasses import replace

import pytest

from notifier.domain.deliveries import State
from shared.consent import Choices
from tests.fakes.known import FakeNotifications, FakePeople
from tests.fakes.orders import FakeOrders
from tests.unit.notifier.examples import ACADEMIE, NOON, NOTHING, a_key, a_person, a_place
from tests.unit.notifier.routing_rig import (
    RoutingRig,
    a_code_for,
    a_message_to,
    a_security_notice_for,
    an_alert_for,
)

SONIA = a_person("sonia")
LEO = a_person("léo", a_place(choices=NOTHING))


def a_rig(*people: object) -> tuple[RoutingRig, FakeNotifications, FakeOrders]:
    known = {person.person_id: person for person in people}  # type: ignore[attr-defined]  # the builder gives people
    notifications, orders = FakeNotifications(), FakeOrders()
    return RoutingRig(notifications, FakePeople(known), orders), notifications, orders


async def test_who_agreed_gets_an_order_and_who_did_not_a_reason() -> None:
    rig, notifications, orders = a_rig(SONIA, LEO)

    await rig.messages([a_message_to("sonia", "léo")])

    assert orders.published == [("urgent", a_key("sonia")), ("urgent", a_key("sonia", "sms"))]
    assert [(s.key, s.state, s.reason) for s in notifications.silences] == [
        (a_key("léo"), State.SUPPRESSED, "opted_out_email"),
        (a_key("léo", "sms"), State.SUPPRESSED, "opted_out_establishment"),
    ]


async def test_what_is_expected_is_people_times_channels() -> None:
    rig, notifications, orders = a_rig(SONIA, LEO)

    await rig.messages([a_message_to("sonia", "léo", "sonia", "nobody")])

    assert list(notifications.expected.values()) == [6]
    assert len(orders.published) + len(notifications.silences) == 6


async def test_a_message_seen_again_is_not_routed_again() -> None:
    rig, _, orders = a_rig(SONIA)

    await rig.messages([a_message_to("sonia"), a_message_to("sonia")])
    await rig.messages([a_message_to("sonia")])

    assert len(orders.published) == 2


async def test_with_the_broker_away_nothing_is_marked_as_routed() -> None:
    rig, notifications, orders = a_rig(SONIA)
    orders.away = True
    with pytest.raises(ConnectionError):
        await rig.messages([a_message_to("sonia")])
    assert notifications.routed == set()

    orders.away = False
    await rig.messages([a_message_to("sonia")])

    assert len(orders.published) == 2
    assert list(notifications.expected.values()) == [2]


async def test_a_large_alert_is_routed_page_by_page_to_its_end(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("notifier.application.route_alerts.PAGE_PEOPLE_MAX", 10)
    rig, notifications, orders = a_rig(*(a_person(f"person-{number:02d}") for number in range(25)))
    await rig.keep([an_alert_for()])
    _know_the_partner(notifications)

    pages = 0
    while await rig.alerts():
        pages += 1

    assert pages == 3
    assert len({key for _, key in orders.published}) == 25
    assert list(notifications.expected.values()) == [50]


async def test_an_urgent_alert_passes_a_survey_at_the_next_page(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("notifier.application.route_alerts.PAGE_PEOPLE_MAX", 10)
    rig, notifications, orders = a_rig(*(a_person(f"person-{number:02d}") for number in range(25)))
    await rig.keep([an_alert_for("survey")])
    _know_the_partner(notifications)
    await rig.alerts()

    await rig.keep([an_alert_for("storm", urgent=True)])
    _know_the_partner(notifications)
    orders.published.clear()
    await rig.alerts()

    assert {lane for lane, _ in orders.published} == {"urgent"}


async def test_an_alert_for_nobody_is_routed_at_once_and_expects_nothing() -> None:
    rig, notifications, _ = a_rig(SONIA)
    await rig.keep([an_alert_for(uais=["0699999Z"])])

    assert await rig.alerts()
    assert not await rig.alerts()
    assert list(notifications.expected.values()) == [0]


async def test_a_code_is_ordered_on_the_one_channel_asked_for() -> None:
    rig, notifications, orders = a_rig(a_person("sonia", a_place(choices=Choices(sms_refused=True))))

    await rig.codes([a_code_for("sonia")])

    assert orders.published == [("codes", a_key("sonia", "sms", "c1"))]
    assert list(notifications.expected.values()) == [1]


async def test_a_code_that_has_expired_is_never_ordered() -> None:
    rig, notifications, orders = a_rig(SONIA)

    await rig.codes([a_code_for("sonia", expires_at=NOON)])

    assert orders.published == []
    assert [s.state for s in notifications.silences] == [State.EXPIRED]


def _know_the_partner(notifications: FakeNotifications) -> None:
    for identity, notification in notifications.kept.items():
        notifications.kept[identity] = replace(notification, partner=ACADEMIE)


async def test_each_contact_told_of_a_security_notice_is_a_delivery_of_its_own_on_the_urgent_lane() -> None:
    rig, notifications, orders = a_rig(SONIA)

    await rig.security(
        [
            a_security_notice_for("sonia", "old-address"),
            a_security_notice_for("sonia", "new-address"),
            a_security_notice_for("sonia", "number", channel="sms"),
        ]
    )

    assert orders.published == [
        ("urgent", a_key("sonia", event_id="old-address")),
        ("urgent", a_key("sonia", event_id="new-address")),
        ("urgent", a_key("sonia", "sms", event_id="number")),
    ]
    assert list(notifications.expected.values()) == [1, 1, 1]


async def test_a_security_notice_seen_again_is_not_routed_again() -> None:
    rig, _, orders = a_rig()

    await rig.security([a_security_notice_for("stranger"), a_security_notice_for("stranger")])
    await rig.security([a_security_notice_for("stranger")])

    assert len(orders.published) == 1


async def test_a_security_notice_that_may_not_leave_has_its_reason() -> None:
    rig, notifications, orders = a_rig(a_person("léo", a_place(choices=Choices(sms_refused=True))))

    await rig.security(
        [
            a_security_notice_for("léo", "by-sms", channel="sms"),
            a_security_notice_for("léo", "too-late", expires_at=NOON),
        ]
    )

    assert orders.published == []
    assert [(s.key, s.state, s.reason) for s in notifications.silences] == [
        (a_key("léo", "sms", "by-sms"), State.SUPPRESSED, "opted_out_sms"),
        (a_key("léo", event_id="too-late"), State.EXPIRED, "expired"),
    ]
