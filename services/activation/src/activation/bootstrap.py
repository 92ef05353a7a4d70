"""The one place where the parts of activation are put together."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import asyncpg

from activation.adapters.postgres_people import PostgresPeople
from activation.application.may_activate import MayActivate
from activation.application.ports import People
from activation.domain.people import profiles_offered
from activation.settings import ActivationSettings
from shared.kit.database import open_pool
from shared.kit.health import database_check

SERVICE = "activation"


class NotMigrated(Exception):
    """The database is at another migration than the code."""


def people(pool: asyncpg.Pool) -> People:
    return PostgresPeople(pool)


@asynccontextmanager
async def operator(settings: ActivationSettings) -> AsyncIterator[MayActivate]:
    """What an operator may ask. Raises NotMigrated when the tables are not those this code expects."""
    pool = await open_pool(settings.database_url.get_secret_value(), service=SERVICE, size_max=1)
    try:
        fault = await database_check(pool, SERVICE)()
        if fault:
            raise NotMigrated(fault)
        offered = profiles_offered(staff_too=settings.activation_for_staff)
        yield MayActivate(people=people(pool), offered=offered)
    finally:
        await pool.close()
