"""Who may come in."""

import pytest

from tests.unit.notifier_intake.intake_rig import IntakeRig, an_alert
from tests.unit.notifier_intake.test_accepting import ALERTS, send, slug


@pytest.mark.parametrize(
    ("header", "reason", "challenge"),
    [
        (None, "token_missing", 'Bearer realm="carillon"'),
        ("Bearer wrong", "token_invalid", 'Bearer realm="carillon", error="invalid_token"'),
        ("Basic abc", "token_invalid", 'Bearer realm="carillon", error="invalid_token"'),
        ("Bearer a b", "token_invalid", 'Bearer realm="carillon", error="invalid_token"'),
    ],
)
async def test_without_a_live_token_nobody_comes_in(header: str | None, reason: str, challenge: str) -> None:
    client = IntakeRig().client()
    del client.headers["authorization"]
    if header:
        client.headers["authorization"] = header

    answer = await send(client, an_alert())

    assert (answer.status_code, slug(answer)) == (401, reason)
    assert answer.headers["www-authenticate"] == challenge


async def test_a_token_without_the_scope_is_told_which_one_it_needs() -> None:
    answer = await send(IntakeRig().client("poor"), an_alert())

    assert (answer.status_code, slug(answer)) == (403, "insufficient_scope")
    assert 'error="insufficient_scope", scope="alerts:write"' in answer.headers["www-authenticate"]


async def test_auth_away_is_503_and_nothing_is_accepted() -> None:
    rig = IntakeRig()
    rig.tokens.away = True

    answer = await send(rig.client(), an_alert())

    assert (answer.status_code, slug(answer)) == (503, "auth_away")
    assert answer.headers["retry-after"] == "5"
    assert rig.requests.receipts == {}


async def test_a_service_that_is_not_connected_yet_asks_to_come_back() -> None:
    answer = await send(IntakeRig(opened=False).client(), an_alert())

    assert (answer.status_code, slug(answer)) == (503, "starting")
    assert answer.headers["retry-after"] == "5"


async def test_a_partner_that_calls_too_often_waits_and_others_do_not() -> None:
    rig = IntakeRig()
    client = rig.client()
    answers = [await client.get(f"{ALERTS}/none") for _ in range(121)]
    client.headers["authorization"] = "Bearer token-lyon"
    others = await client.get(f"{ALERTS}/none")
    client.headers["authorization"] = "Bearer token-region"
    rig.seconds += 1
    later = await client.get(f"{ALERTS}/none")

    assert [answer.status_code for answer in answers] == [404] * 120 + [429]
    assert answers[-1].headers["retry-after"] == "1"
    assert (others.status_code, later.status_code) == (404, 404)
