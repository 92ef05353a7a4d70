"""The intake on a real PostgreSQL: what it keeps, and that a request stays one request under any parallelism."""

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import asyncpg
import pytest

from notifier.adapters.alert_ledger import PostgresAlertLedger
from notifier.adapters.intake_store import PostgresIntakeRequests
from notifier.adapters.partner_rights import ProjectedPartnerBodies, ProjectedSchools
from notifier.application.accept_alert import Accept, AcceptAlert, JudgeAlert
from notifier.application.intake_ports import IntakeRequests
from notifier.domain.idempotency import Receipt, digest_of
from notifier.domain.notifications import notification_id
from shared.consent import PartnerBody, School, Territory
from shared.events.alerts import Audience, PartnerAlert
from shared.kernel.clock import SystemClock
from shared.kernel.refusals import Refused
from tests.fakes.intake import FakeAlertsTopic, FakeIntakeRequests, FakePartnerBodies, FakeSchools

NOW = datetime(2026, 11, 24, 11, 0, tzinfo=UTC)
TOMORROW = datetime.now(UTC) + timedelta(days=1)
ServicePool = Callable[..., Awaitable[asyncpg.Pool]]


def a_receipt(**changes: Any) -> Receipt:
    alert = PartnerAlert(
        alert_id="a1",
        partner_id="lyon",
        category="weather",
        severity="urgent",
        title="Alerte intempéries",
        body="Les cars ne circulent pas.",
        audience=Audience(uais=("0690001A",)),
        expires_at=TOMORROW,
    )
    receipt = Receipt(
        partner_id="lyon",
        key="k1",
        body_digest=digest_of(b"body"),
        alert_id="a1",
        event=alert.written(),
        accepted_at=NOW,
    )
    return replace(receipt, **changes)


@pytest.fixture(params=["memory", "postgres"])
async def requests(request: pytest.FixtureRequest, service_pool: ServicePool) -> IntakeRequests:
    """The fake and the real store pass the same tests."""
    if request.param == "memory":
        return FakeIntakeRequests()
    return PostgresIntakeRequests(await service_pool("notifier"))


async def test_a_request_is_found_as_it_was_reserved(requests: IntakeRequests) -> None:
    assert await requests.reserve(a_receipt()) == a_receipt()
    assert await requests.find("lyon", "k1") == a_receipt()
    assert await requests.find("lyon", "k2") is None
    assert await requests.find("region", "k1") is None


async def test_the_first_of_two_twins_is_remembered(requests: IntakeRequests) -> None:
    await requests.reserve(a_receipt())

    assert await requests.reserve(a_receipt(alert_id="a2")) == a_receipt()


async def test_an_alert_id_is_taken_once_per_partner(requests: IntakeRequests) -> None:
    await requests.reserve(a_receipt())

    assert await requests.reserve(a_receipt(key="k2")) == Refused("alert_id_taken")
    assert isinstance(await requests.reserve(a_receipt(partner_id="region")), Receipt)


async def test_one_at_a_time_may_publish_and_nobody_afterwards(requests: IntakeRequests) -> None:
    await requests.reserve(a_receipt())

    assert await asyncio.gather(*(requests.hold(a_receipt(), 30) for _ in range(2))) in (
        [True, False],
        [False, True],
    )
    await requests.release(a_receipt())
    assert await requests.hold(a_receipt(), 30)
    assert await requests.find_alert("lyon", "a1") is None
    await requests.mark_published(a_receipt())
    assert not await requests.hold(a_receipt(), 30)
    assert await requests.find_alert("lyon", "a1") == a_receipt(published=True)
    assert await requests.find_alert("region", "a1") is None


async def test_a_hold_of_a_process_that_died_lapses(service_pool: ServicePool) -> None:
    requests = PostgresIntakeRequests(await service_pool("notifier"))
    await requests.reserve(a_receipt())

    assert await requests.hold(a_receipt(), 0)
    assert await requests.hold(a_receipt(), 30)


async def test_fifty_requests_at_once_are_one_event(service_pool: ServicePool) -> None:
    topic, clock = FakeAlertsTopic(), SystemClock()
    accept = AcceptAlert(
        judge=JudgeAlert(
            partners=FakePartnerBodies(
                {"lyon": PartnerBody("departement", Territory(departements=frozenset({"69"})))}
            ),
            schools=FakeSchools({"0690001A": School("college", "69", "Lyon", "Auvergne-Rhône-Alpes")}),
            clock=clock,
        ),
        requests=PostgresIntakeRequests(await service_pool("notifier")),
        topic=topic,
        clock=clock,
        monotonic=asyncio.get_running_loop().time,
    )
    alert = PartnerAlert.model_validate_json(a_receipt().event)

    answers = await asyncio.gather(
        *(
            accept(
                Accept(
                    alert=alert.model_copy(update={"alert_id": f"minted-{number}"}),
                    key="k",
                    body_digest=b"same",
                )
            )
            for number in range(50)
        )
    )

    assert len({answer.alert_id for answer in answers if isinstance(answer, Receipt)}) == 1
    assert not any(isinstance(answer, Refused) for answer in answers)
    assert len(topic.published) == 1


async def test_schools_and_partners_are_read_from_what_their_services_told(service_pool: ServicePool) -> None:
    pool = await service_pool("notifier")
    await pool.executemany(
        "insert into attachment values ($1, $2, 'École', $3, $4, $5, 'Auvergne-Rhône-Alpes', false)",
        [
            ("p1", "0690001A", "college", "69", "Lyon"),
            ("p2", "0690001A", "college", "69", "Lyon"),
            ("p1", "0380003C", "lycee", "38", "Grenoble"),
        ],
    )
    await pool.execute(
        "insert into partner values ('lyon', 1, 'Lyon', 'departement', '{69}', '{}', '{}', null, true)"
    )

    assert await ProjectedSchools(pool).known() == {
        "0690001A": School("college", "69", "Lyon", "Auvergne-Rhône-Alpes"),
        "0380003C": School("lycee", "38", "Grenoble", "Auvergne-Rhône-Alpes"),
    }
    assert await ProjectedPartnerBodies(pool).body_of("lyon") == PartnerBody(
        "departement", Territory(departements=frozenset({"69"}))
    )
    assert await ProjectedPartnerBodies(pool).body_of("nobody") is None


async def test_progress_is_counted_by_channel_and_the_untaken_orders_are_waiting(
    service_pool: ServicePool,
) -> None:
    pool, receipt = await service_pool("notifier"), a_receipt()
    notification = notification_id(receipt.event_source, receipt.alert_id)
    await pool.execute(
        """
        insert into notification (id, event_source, event_id, origin_id, kind, lane, urgent, content,
            occurred_at, expires_at, received_at, expected, routed_at)
        values ($1, '/partners/lyon', 'a1', 'a1', 'alert', 'urgent', true, '{}', $2, $2, $2, 20, $2)
        """,
        notification,
        NOW,
    )
    rows: list[tuple[str, str, str, str | None]] = [(f"p{n}", "email", "sent", None) for n in range(7)]
    rows += [(f"p{n}", "sms", "suppressed", "no_contact") for n in range(10)]
    await pool.executemany(
        "insert into delivery (notification_id, person_id, channel, lane, state, reason)"
        f" values ('{notification}', $1, $2, 'urgent', $3, $4)",
        rows,
    )
    ledger = PostgresAlertLedger(pool)

    progress = await ledger.progress(receipt)

    assert (progress.seen, progress.routed, progress.withdrawn, progress.waiting) == (True, True, False, 3)
    assert progress.states["email"] == {"sent": 7, "waiting": 3}
    assert progress.reasons["sms"] == {"no_contact": 10}

    await ledger.withdraw(receipt, NOW)
    assert (await ledger.progress(receipt)).withdrawn
