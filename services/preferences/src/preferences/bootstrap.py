"""The one place where the parts of preferences are put together."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass

import asyncpg

from preferences.adapters.announcements import Announcements
from preferences.adapters.kafka_publication import KafkaPublication
from preferences.adapters.postgres_desk import PostgresDesk
from preferences.application.choose_notices import ChooseNotices
from preferences.application.confirm_fusion import ConfirmFusion
from preferences.application.follow_accounts import FollowAccounts
from preferences.application.seed_preferences import SeedPreferences
from preferences.application.show_preferences import ShowPreferences
from preferences.application.use_contact import UseContact
from preferences.settings import PreferencesSettings
from shared.kernel.clock import Clock
from shared.kernel.ids import uuid7
from shared.kit.broker import KafkaConnection
from shared.kit.database import open_pool
from shared.kit.health import database_check

SERVICE = "preferences"


@dataclass(frozen=True, slots=True, kw_only=True)
class UseCases:
    """What can be done here."""

    choose: ChooseNotices
    use_contact: UseContact
    seed: SeedPreferences
    show: ShowPreferences
    follow_accounts: FollowAccounts
    confirm_fusion: ConfirmFusion


def use_cases(pool: asyncpg.Pool, clock: Clock) -> UseCases:
    desk = PostgresDesk(pool, Announcements(clock=clock, new_id=uuid7))
    return UseCases(
        choose=ChooseNotices(desk=desk, clock=clock),
        use_contact=UseContact(desk=desk, clock=clock, new_id=uuid7),
        seed=SeedPreferences(desk=desk, clock=clock, new_id=uuid7),
        show=ShowPreferences(desk=desk),
        follow_accounts=FollowAccounts(desk=desk, clock=clock, new_id=uuid7),
        confirm_fusion=ConfirmFusion(desk=desk, clock=clock),
    )


class NotMigrated(Exception):
    """The database is at another migration than the code."""


@dataclass(frozen=True, slots=True)
class Operator:
    """What an operator's command needs: the use cases, and a way to see its news leave."""

    can: UseCases
    publication: KafkaPublication


@asynccontextmanager
async def operator(settings: PreferencesSettings) -> AsyncIterator[Operator]:
    """The connections of one command. Raises NotMigrated when the tables are not those this code expects."""
    pool = await open_pool(settings.database_url.get_secret_value(), service=SERVICE, size_max=2)
    try:
        fault = await database_check(pool, SERVICE)()
        if fault:
            raise NotMigrated(fault)
        yield Operator(
            use_cases(pool, settings.clock()), KafkaPublication(pool, KafkaConnection.of(settings))
        )
    finally:
        await pool.close()
