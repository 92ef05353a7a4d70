"""What holds for the code of the services, of what they share, and of the local stack."""

import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.architecture.code_rules import (
    long_function_problems,
    print_problems,
    sql_problems,
    wall_clock_problems,
)
from tests.architecture.tree import ROOT, assert_obeyed, python_files

ASKS_THE_TIME = {
    "shared/src/shared/kernel/clock.py": "the one place that may",
    "shared/src/shared/kernel/ids.py": "the time inside a new identifier orders it and decides nothing",
}
MAKES_SQL_OF_PARTS = {
    "shared/src/shared/kit/projection.py": "tables and columns come from a projection's declaration",
    "services/notifier/src/notifier/adapters/facts_book.py": "what to forget is a constant map",
    "services/notifier/src/notifier/adapters/facts_store.py": "only those of its own filters that are asked for",
}
COMMANDS = re.compile(
    r"shared/src/shared/kit/cli\.py|services/\w+/src/\w+/entrypoints/(?:cli|operator_commands)"
)


def shared_and_services() -> Iterator[tuple[Path, str]]:
    return python_files("shared/", "services/")


def test_functions_are_short() -> None:
    assert_obeyed(python_files(), long_function_problems)


def test_only_commands_print() -> None:
    silent = ((path, text) for path, text in shared_and_services() if not COMMANDS.match(path.as_posix()))

    assert_obeyed(silent, print_problems)


def test_time_is_an_argument() -> None:
    assert_obeyed(shared_and_services(), wall_clock_problems, but=ASKS_THE_TIME)


def test_values_are_never_written_into_sql() -> None:
    assert_obeyed(shared_and_services(), sql_problems, but=MAKES_SQL_OF_PARTS)


def test_every_exception_still_has_its_file() -> None:
    excepted = ASKS_THE_TIME.keys() | MAKES_SQL_OF_PARTS.keys()

    assert {path for path in excepted if not (ROOT / path).is_file()} == set()


def test_a_function_that_grew_too_long_is_seen() -> None:
    body = "\n".join("    x = 1" for _ in range(60))

    assert long_function_problems(f"def grown():\n{body}\n") == ["line 1: grown has 61 lines, more than 60"]


def test_a_print_is_seen_and_a_console_left_alone() -> None:
    assert print_problems("console.print('a')\nprint('b')\n") == ["line 2: prints"]


@pytest.mark.parametrize(
    "code",
    ["datetime.now(UTC)", "datetime.datetime.utcnow()", "date.today()", "time.time()", "time.time_ns()"],
)
def test_asking_the_machine_for_the_time_is_seen(code: str) -> None:
    assert wall_clock_problems(f"a = 1\nb = {code}\n") == ["line 2: asks the machine for the time"]


def test_asking_a_clock_is_left_alone() -> None:
    assert wall_clock_problems("a = clock.now()\nb = time.monotonic()\n") == []


@pytest.mark.parametrize(
    "statement",
    [
        'f"select * from account where person_id = {person_id}"',
        'f"select * from {table}"',
        '"select * from %s" % table',
        '"select * from {}".format(table)',
        '"select 1 from account where id = " + f"{person}"',
    ],
)
def test_a_value_written_into_sql_is_seen(statement: str) -> None:
    assert sql_problems(f"connection.fetch({statement})") == [
        "line 1: SQL made of something else than constants"
    ]


@pytest.mark.parametrize(
    "call",
    [
        'connection.fetch("select 1 where a = $1", value)',
        'connection.execute(f"select {_COLUMNS} from delivery", value)',
        "connection.execute(CLAIM, value)",
        'connection.execute(ONE + f"limit {sql.LIMIT}")',
        'board.fetched(f"{value}")',
    ],
)
def test_bound_values_and_constants_are_left_alone(call: str) -> None:
    assert sql_problems(call) == []
