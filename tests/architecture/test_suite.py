"""What holds for the tests themselves."""

import pytest

from tests.architecture.suite_rules import (
    asserting_functions,
    assertion_problems,
    marker_problems,
    mock_problems,
    sleep_problems,
)
from tests.architecture.tree import assert_obeyed, python_files
from tests.requirements_report import known_requirements, proofs_by_requirement, read_index, report, summary

FAKES = ("tests/fakes/",)
"""A fake gateway may be as slow as a real one."""


def test_there_are_no_mocks() -> None:
    assert_obeyed(python_files(), mock_problems)


def test_tests_wait_for_conditions() -> None:
    assert_obeyed(python_files("tests/"), sleep_problems, but=FAKES)


def test_every_test_asserts() -> None:
    support = asserting_functions(
        t for path, t in python_files("tests/") if not path.name.startswith("test_")
    )
    tests = ((path, text) for path, text in python_files("tests/") if path.name.startswith("test_"))

    assert_obeyed(tests, lambda text: assertion_problems(text, support))


def test_every_marked_requirement_exists() -> None:
    known = known_requirements()

    assert_obeyed(python_files("tests/"), lambda text: marker_problems(text, known))


def test_the_index_holds_every_number() -> None:
    numbers = [f"R{n}" for n in range(1, 81)] + [f"A{n}" for n in range(1, 29)]

    assert list(known_requirements()) == numbers


@pytest.mark.parametrize(
    "line",
    ["from unittest.mock import Mock", "import unittest.mock", "from unittest import mock", "import mock"],
)
def test_a_mock_is_seen(line: str) -> None:
    assert mock_problems(line) == ["line 1: imports mocks"]
    assert mock_problems("import mockingbird\nfrom unittest import TestCase\n") == []


@pytest.mark.parametrize("line", ["time.sleep(1)", "await asyncio.sleep(0.1)", "for _ in range(9): sleep(1)"])
def test_a_sleep_is_seen(line: str) -> None:
    assert len(sleep_problems(f"async def test_a():\n    {line}\n")) == 1


def test_a_poll_and_a_yield_are_left_alone() -> None:
    assert (
        sleep_problems("async def test_a():\n    while not done():\n        await asyncio.sleep(0.01)\n")
        == []
    )
    assert sleep_problems("async def test_a():\n    await asyncio.sleep(0)\n") == []


def test_a_sleep_that_says_why_is_left_alone() -> None:
    text = "async def slow():\n    await asyncio.sleep(1)  # the relay of this test is slow on purpose\n"

    assert sleep_problems(text) == []


def test_asserting_through_the_support_of_the_suite_counts() -> None:
    support = asserting_functions(["def done(x):\n    check(x)\n\ndef check(x):\n    assert x\n"])

    assert support == {"done", "check"}
    assert assertion_problems("def test_a(scene):\n    scene.done(1)\n", support) == []


def test_a_test_without_an_assertion_is_seen() -> None:
    text = "def test_a():\n    call()\n\ndef test_b():\n    check()\n\ndef check():\n    assert 1\n"

    assert assertion_problems(text) == ["line 1: test_a asserts nothing"]


@pytest.mark.parametrize("body", ["assert 1", "with pytest.raises(ValueError): f()", "assert_same(a, b)"])
def test_an_assertion_of_any_shape_is_left_alone(body: str) -> None:
    assert assertion_problems(f"def test_a():\n    {body}\n") == []


def test_a_marker_of_a_requirement_that_does_not_exist_is_seen() -> None:
    text = '@pytest.mark.requirement("R1", "R99")\ndef test_a(): ...\n'

    assert marker_problems(text, {"R1"}) == ["line 1: no requirement R99"]
    assert marker_problems("@pytest.mark.requirement(NUMBER)\ndef test_a(): ...\n", {"R1"}) != []


def test_the_report_tells_what_is_proved_and_what_is_not() -> None:
    known = read_index("- **R1** One.\n- **R2** Two.\nother text\n- **A1** Decided.\n")
    proved = proofs_by_requirement(
        [("t.py::a[x]", ("R2",)), ("t.py::a[y]", ("R2",)), ("t.py::b", ("R2", "A1"))]
    )

    assert summary(known, proved) == "requirements with a test: 2 of 3"
    assert report(known, proved) == ["  R2    2 ✓  Two.", "  A1    1 ✓  Decided.", "  R1    –    One."]
