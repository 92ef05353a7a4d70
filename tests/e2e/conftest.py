"""What the tests of the whole share: a rig for the fault tests, whose notifiers come and go; a portal for the journeys."""

import shutil
from collections.abc import AsyncIterator, Iterator

import asyncpg
import pytest

from carillon.infrastructure import ApacheKafka
from carillon.rig import Rig
from shared.kit.broker import Producer
from tests.e2e.auth_pages import AuthPages, auth_pages
from tests.e2e.journey import Cast
from tests.e2e.portal import Portal
from tests.e2e.scene import Scene


@pytest.fixture(scope="session")
def rig(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Rig]:
    missing = ApacheKafka.why_not()
    if missing:
        pytest.skip(missing)
    with Rig(tmp_path_factory.mktemp("rig")) as one:
        yield one


@pytest.fixture
async def scene(rig: Rig) -> AsyncIterator[Scene]:
    """Healthy sinks, a producer, a way into the ledger; every notifier a test started is ended with it."""
    rig.heal()
    producer = Producer(rig.connection, client="tests")
    await producer.start()
    pool = await asyncpg.create_pool(rig.dsn, min_size=0, max_size=2)
    one = Scene(rig, producer, pool)
    yield one
    rig.heal()
    rig.end_notifiers()
    await producer.stop()
    pool.terminate()


@pytest.fixture(scope="session")
def auth(tmp_path_factory: pytest.TempPathFactory) -> Iterator[AuthPages]:
    """Auth alone with its pages; each test brings people of its own. Not started where no browser could open it."""
    _needs_chromium()
    with auth_pages(tmp_path_factory.mktemp("auth")) as running:
        yield running


@pytest.fixture(scope="session")
def portal(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Portal]:
    """The whole portal, on Apache Kafka where there is one; not started where no browser could open it."""
    _needs_chromium()
    broker = "embedded" if ApacheKafka.why_not() else "kafka"
    with Portal(tmp_path_factory.mktemp("portal"), broker=broker) as running:
        yield running


@pytest.fixture(scope="session")
def cast(portal: Portal) -> Cast:
    return Cast(portal)


def _needs_chromium() -> None:
    if shutil.which("chromium") is None:
        pytest.skip("needs a Chromium called `chromium`")
