"""Rules about the tests themselves. Each answers with sentences, none when it is obeyed."""

import ast
import re
from collections.abc import Collection, Iterable, Iterator

from tests.architecture.code_rules import calls, dotted
from tests.architecture.tree import parsed

Function = ast.FunctionDef | ast.AsyncFunctionDef

_MOCKS = ("unittest.mock", "mock", "pytest_mock")
_SLEEPS = {"time.sleep", "asyncio.sleep", "sleep", "anyio.sleep"}
_WHY = re.compile(r"#\s*\S.{9,}")
_ASSERTS = ("assert", "raises", "warns", "fail", "call_and_validate", "validate_response")


def mock_problems(text: str) -> list[str]:
    """Fakes that work, never mocks."""
    return [
        f"line {node.lineno}: imports mocks"
        for node in ast.walk(parsed(text))
        if isinstance(node, ast.Import | ast.ImportFrom) and any(_is_mock(name) for name in _imported(node))
    ]


def _imported(node: ast.Import | ast.ImportFrom) -> list[str]:
    if isinstance(node, ast.Import):
        return [alias.name for alias in node.names]
    return [node.module or "", *(f"{node.module}.{alias.name}" for alias in node.names)]


def _is_mock(module: str) -> bool:
    return any(module == mock or module.startswith(f"{mock}.") for mock in _MOCKS)


def sleep_problems(text: str) -> list[str]:
    """A test waits for a condition: a sleep stands in a loop that looks for one, yields once, or says why.

    What says why is a comment on its line: a server of the test that must be slow, for instance.
    """
    polling = {id(call) for loop in _loops(text) for call in ast.walk(loop) if isinstance(call, ast.Call)}
    lines = text.splitlines()
    return [
        f"line {call.lineno}: sleeps instead of waiting for a condition"
        for call in calls(text)
        if dotted(call.func) in _SLEEPS
        and id(call) not in polling
        and not _yields_once(call)
        and not _WHY.search(lines[call.lineno - 1])
    ]


def _loops(text: str) -> Iterator[ast.While]:
    return (node for node in ast.walk(parsed(text)) if isinstance(node, ast.While))


def _yields_once(call: ast.Call) -> bool:
    return len(call.args) == 1 and isinstance(call.args[0], ast.Constant) and call.args[0].value == 0


def asserting_functions(texts: Iterable[str], known: Iterable[str] = ()) -> set[str]:
    """The names of functions that assert, themselves, through one another or through those known to."""
    functions = [node for text in texts for node in ast.walk(parsed(text)) if isinstance(node, Function)]
    found = set(known)
    while more := {each.name for each in functions if each.name not in found and _asserts(each, found)}:
        found |= more
    return found


def assertion_problems(text: str, asserting: Collection[str] = ()) -> list[str]:
    """A test asserts something: itself, through a function beside it, or through one of those named."""
    known = asserting_functions([text], asserting)
    return [
        f"line {function.lineno}: {function.name} asserts nothing"
        for function in ast.walk(parsed(text))
        if isinstance(function, Function)
        and function.name.startswith("test_")
        and not _asserts(function, known)
    ]


def _asserts(function: Function, asserting: Collection[str]) -> bool:
    return any(
        isinstance(node, ast.Assert) or (isinstance(node, ast.Call) and _is_assertion(node, asserting))
        for node in ast.walk(function)
    )


def _is_assertion(call: ast.Call, asserting: Collection[str]) -> bool:
    called = dotted(call.func).rsplit(".", 1)[-1]
    return called.startswith(_ASSERTS) or called in asserting


def marker_problems(text: str, known: Collection[str]) -> list[str]:
    """A requirement marker names requirements that exist."""
    problems = []
    for call in calls(text):
        if dotted(call.func) != "pytest.mark.requirement":
            continue
        numbers = [str(argument.value) for argument in call.args if isinstance(argument, ast.Constant)]
        if not numbers or len(numbers) != len(call.args):
            problems.append(f"line {call.lineno}: a requirement marker names its numbers literally")
        problems += [f"line {call.lineno}: no requirement {n}" for n in numbers if n not in known]
    return problems
