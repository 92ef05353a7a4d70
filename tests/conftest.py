"""What every test shares: how properties are tried, the check of requirement markers, the report of what is proved."""

import gc
from collections.abc import Iterator

import pytest
import structlog
from hypothesis import HealthCheck, settings

from tests.chromium import chromium  # noqa: F401 - a fixture is found by its name here
from tests.requirements_report import known_requirements, proofs_by_requirement, report, summary

settings.register_profile(
    "suite", max_examples=50, deadline=None, suppress_health_check=[HealthCheck.too_slow]
)
settings.load_profile("suite")
"""A property says what is true, not how quickly a busy machine shows it."""

structlog.configure(
    processors=[structlog.processors.format_exc_info, structlog.processors.KeyValueRenderer()],
    logger_factory=structlog.ReturnLoggerFactory(),
)
"""What the code under test logs is rendered, so that a mistake in a log call fails, and then dropped."""

_MARKED = pytest.StashKey[list[tuple[str, tuple[str, ...]]]]()


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption(
        "--requirements-report", action="store_true", help="list the requirements with and without a test"
    )


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Remember which test proves what; a number that is not in the index is a mistake."""
    marked = [(item.nodeid, tuple(_numbers(item))) for item in items]
    unknown = {number for _, numbers in marked for number in numbers} - known_requirements().keys()
    if unknown:
        raise pytest.UsageError(f"no such requirement in docs/requirements-index.md: {sorted(unknown)}")
    config.stash[_MARKED] = marked


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter, config: pytest.Config) -> None:
    marked = config.stash.get(_MARKED, [])
    known, proved = known_requirements(), proofs_by_requirement(marked)
    if config.getoption("--requirements-report"):
        terminalreporter.write_sep("=", "requirements")
        for line in report(known, proved):
            terminalreporter.write_line(line)
    terminalreporter.write_line(summary(known, proved))


def _numbers(item: pytest.Item) -> Iterator[str]:
    for marker in item.iter_markers("requirement"):
        yield from marker.args


def pytest_collection_finish() -> None:
    """What was imported and collected stays: the collector need not look at it again for every test."""
    gc.collect()
    gc.freeze()
