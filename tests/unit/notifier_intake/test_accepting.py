"""What the intake accepts, once, and what it refuses."""

import asyncio
import json
from typing import Any

import httpx
import pytest

from tests.unit.notifier_intake.intake_rig import IntakeRig, an_alert

ALERTS = "/api/partner/v1/alerts"


async def send(client: httpx.AsyncClient, body: Any, key: str | None = "k1", **params: str) -> httpx.Response:
    headers = {} if key is None else {"idempotency-key": key}
    return await client.post(ALERTS, json=body, headers=headers, params=params)


def slug(answer: httpx.Response) -> str:
    assert answer.headers["content-type"] == "application/problem+json"
    body = answer.json()
    assert body["status"] == answer.status_code
    return str(body["type"]).removeprefix("urn:carillon:problem:")


async def test_an_alert_is_accepted_once_kafka_has_it() -> None:
    rig = IntakeRig()

    answer = await send(rig.client(), an_alert())

    assert answer.status_code == 202
    assert answer.json()["alert_id"] == "alert-1"
    assert answer.headers["location"] == "/api/partner/v1/alerts/alert-1"
    assert [(one.partner_id, one.alert_id) for one in rig.topic.published] == [("region", "alert-1")]


async def test_a_partner_may_name_its_own_alert() -> None:
    rig = IntakeRig()

    answer = await send(rig.client(), an_alert(alert_id="meteo-42"))

    assert answer.json()["alert_id"] == "meteo-42"


async def test_the_same_key_and_body_fifty_times_at_once_are_one_event() -> None:
    rig = IntakeRig()
    async with rig.client() as client:
        answers = await asyncio.gather(*(send(client, an_alert()) for _ in range(50)))

    assert {(answer.status_code, answer.text) for answer in answers} == {(202, answers[0].text)}
    assert len(rig.topic.published) == 1


async def test_the_same_key_with_another_body_is_refused() -> None:
    rig = IntakeRig()
    async with rig.client() as client:
        await send(client, an_alert())
        answer = await send(client, an_alert(title="Autre chose"))

    assert (answer.status_code, slug(answer)) == (422, "idempotency_key_reused")
    assert len(rig.topic.published) == 1


async def test_two_partners_may_use_the_same_key_and_the_same_alert_id() -> None:
    rig = IntakeRig()
    mine = await send(rig.client("region"), an_alert(alert_id="a"))
    theirs = await send(rig.client("lyon"), an_alert(alert_id="a", audience={"uais": ["0690001A"]}))

    assert (mine.status_code, theirs.status_code) == (202, 202)
    assert len({one.event_source for one in rig.topic.published}) == 2


async def test_another_request_may_not_take_an_alert_id_again() -> None:
    rig = IntakeRig()
    async with rig.client() as client:
        await send(client, an_alert(alert_id="a"))
        answer = await send(client, an_alert(alert_id="a"), key="k2")

    assert (answer.status_code, slug(answer)) == (409, "alert_id_taken")


async def test_kafka_away_is_503_and_the_next_try_publishes_the_same_event() -> None:
    rig = IntakeRig()
    rig.topic.away = True
    async with rig.client() as client:
        refused = await send(client, an_alert())
        unknown = await client.get(f"{ALERTS}/alert-1")
        rig.topic.away = False
        accepted = await send(client, an_alert())

    assert (refused.status_code, slug(refused)) == (503, "broker_away")
    assert refused.headers["retry-after"] == "5"
    assert unknown.status_code == 404
    assert accepted.json()["alert_id"] == "alert-1"
    assert [one.alert_id for one in rig.topic.published] == ["alert-1"]


@pytest.mark.parametrize("key", [None, "", "two words", "é" * 3, "k" * 201])
async def test_without_a_usable_key_nothing_is_accepted(key: str | None) -> None:
    rig = IntakeRig()
    headers = {} if key is None else {b"idempotency-key": key.encode()}

    answer = await rig.client().post(ALERTS, json=an_alert(), headers=headers)

    assert (answer.status_code, slug(answer)) == (400, "idempotency_key_missing")
    assert rig.topic.published == []


@pytest.mark.parametrize(
    "audience",
    [
        {"uais": ["0690002B", "0750004D"]},  # one of another région
        {"uais": ["0699999Z"]},  # one that does not exist
        {"uais": ["0690001A"]},  # a collège is not the région's
        {"kinds": ["lycee", "college"]},
        {"departements": ["69", "75"]},
        {"departements": ["99"]},
    ],
)
@pytest.mark.requirement("R37")
async def test_one_element_outside_the_rights_refuses_the_whole_audience(audience: dict[str, Any]) -> None:
    rig = IntakeRig()

    answer = await send(rig.client(), an_alert(audience=audience))

    assert (answer.status_code, slug(answer)) == (403, "audience_outside_rights")
    assert not any(value in answer.text for value in ("0750004D", "0699999Z", "75"))
    assert rig.requests.receipts == {}


async def test_foreign_and_unknown_schools_get_the_very_same_answer() -> None:
    rig = IntakeRig()
    foreign = await send(rig.client(), an_alert(audience={"uais": ["0750004D"]}))
    unknown = await send(rig.client(), an_alert(audience={"uais": ["0699999Z"]}))

    assert foreign.text == unknown.text
    assert dict(foreign.headers) == dict(unknown.headers)


async def test_an_audience_without_filters_is_the_whole_territory_written_out() -> None:
    rig = IntakeRig()

    answer = await send(rig.client(), an_alert(audience={}))

    event = json.loads(rig.topic.published[0].event)
    assert event["audience"] == {
        "kinds": ["lycee", "agricole", "cfa"],
        "departements": ["38", "69"],
        "transported_only": False,
    }
    assert answer.json()["audience"] == event["audience"]


@pytest.mark.parametrize(
    ("changes", "field", "reason"),
    [
        ({"title": 7}, "title", "string_type"),
        ({"title": "a\nb"}, "title", "string_pattern_mismatch"),
        ({"severity": "panic"}, "severity", "literal_error"),
        ({"category": "Météo"}, "category", "string_pattern_mismatch"),
        ({"expires_at": "demain"}, "expires_at", "datetime_parsing"),
        ({"expires_at": "2026-11-24T12:00:00"}, "expires_at", "timezone_aware"),
        ({"expires_at": "2026-11-24T10:59:59Z"}, "expires_at", "expires_in_the_past"),
        ({"expires_at": "2027-11-24T10:59:59Z"}, "expires_at", "expires_too_far"),
        ({"audience": {"uais": []}}, "audience.uais", "too_short"),
        ({"audience": {"schools": []}}, "audience.schools", "extra_forbidden"),
        ({"partner_id": "lyon"}, "partner_id", "extra_forbidden"),
        ({"url": "javascript:alert(1)"}, "url", "string_pattern_mismatch"),
    ],
)
async def test_a_wrong_value_is_named_and_never_repeated(
    changes: dict[str, Any], field: str, reason: str
) -> None:
    rig = IntakeRig()

    answer = await send(rig.client(), an_alert(**changes))

    assert answer.status_code == 422
    assert {"field": field, "reason": reason} in answer.json()["errors"]
    assert not any(isinstance(value, str) and value in answer.text for value in changes.values())
    assert rig.topic.published == []


@pytest.mark.parametrize("body", [b"", b"{", b"\xff\xfe", b"[" * 5_000, b'{"title": "\\ud800"}'])
async def test_what_is_not_json_is_refused(body: bytes) -> None:
    answer = (
        await IntakeRig()
        .client()
        .post(ALERTS, content=body, headers={"content-type": "application/json", "idempotency-key": "k"})
    )

    assert (answer.status_code, slug(answer)) == (400, "malformed_json")


@pytest.mark.parametrize("kind", ["text/plain", "application/xml", "multipart/form-data; boundary=x"])
async def test_another_content_type_is_415(kind: str) -> None:
    answer = await IntakeRig().client().post(ALERTS, content=b"{}", headers={"content-type": kind})

    assert (answer.status_code, slug(answer)) == (415, "unsupported_media_type")


async def test_a_body_over_the_limit_is_413() -> None:
    answer = await send(IntakeRig().client(), an_alert(body="x" * 1_000_001))

    assert (answer.status_code, slug(answer)) == (413, "body_too_large")


async def test_another_method_is_405() -> None:
    answer = await IntakeRig().client().put(ALERTS, json=an_alert())

    assert (answer.status_code, slug(answer)) == (405, "method_not_allowed")
    assert answer.headers["allow"] == "POST"


async def test_a_partner_that_is_not_known_here_yet_is_asked_to_try_again() -> None:
    answer = await send(IntakeRig().client("nobody"), an_alert())

    assert (answer.status_code, slug(answer)) == (503, "partner_unknown")


@pytest.mark.parametrize(
    "path", ["/api/notifier/v1/people/p1/notifications", "/hooks/twilio/status", "/partenaire/"]
)
@pytest.mark.parametrize("method", ["GET", "POST"])
async def test_what_is_promised_for_later_says_so(method: str, path: str) -> None:
    answer = await IntakeRig().client().request(method, path)

    assert (answer.status_code, slug(answer)) == (501, "not_offered_yet")
