"""What an operator reads when the database fails: never half a sentence."""

import asyncpg
import pytest

from auth.application.patient_hashing import TooBusy
from auth.entrypoints.cli_session import failure_sentence


@pytest.mark.parametrize(
    ("failure", "told"),
    [
        (
            TimeoutError(),
            "It was given up: the database did not answer in time; what was under way was not done.",
        ),
        (
            TooBusy("passwords could not be hashed"),
            "It was given up: passwords could not be hashed; what was under way was not done.",
        ),
        (
            ConnectionRefusedError(),
            "DATABASE_URL: the database does not answer (ConnectionRefusedError); nothing was changed.",
        ),
        (
            asyncpg.DeadlockDetectedError(),
            "DATABASE_URL: the database refused (DeadlockDetectedError); nothing was changed.",
        ),
        (asyncpg.UndefinedTableError(), "The database has no tables yet: run carillon-auth migrate."),
    ],
)
def test_every_failure_of_the_database_is_a_whole_sentence(failure: Exception, told: str) -> None:
    assert failure_sentence(failure) == told
