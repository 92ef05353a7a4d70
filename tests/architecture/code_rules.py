"""Rules about Python code, read as a syntax tree. Each answers with sentences, none when it is obeyed."""

import ast
from collections.abc import Callable, Iterator

from tests.architecture.tree import parsed

FUNCTION_LINES_MAX = 60

_WALL_CLOCK = {
    "datetime.now",
    "datetime.utcnow",
    "datetime.today",
    "datetime.datetime.now",
    "datetime.datetime.utcnow",
    "date.today",
    "datetime.date.today",
    "time.time",
    "time.time_ns",
}
_ASKS_DATABASE = {"execute", "executemany", "fetch", "fetchrow", "fetchval", "cursor", "prepare"}


def dotted(node: ast.expr) -> str:
    """`asyncio.sleep` for a name with attributes; empty for anything else."""
    if isinstance(node, ast.Name):
        return node.id
    if isinstance(node, ast.Attribute):
        owner = dotted(node.value)
        return f"{owner}.{node.attr}" if owner else node.attr
    return ""


def calls(text: str) -> Iterator[ast.Call]:
    return (node for node in ast.walk(parsed(text)) if isinstance(node, ast.Call))


def _told_about(text: str, suspect: Callable[[ast.Call], bool], said: str) -> list[str]:
    return [f"line {call.lineno}: {said}" for call in calls(text) if suspect(call)]


def long_function_problems(text: str) -> list[str]:
    return [
        f"line {node.lineno}: {node.name} has {lines} lines, more than {FUNCTION_LINES_MAX}"
        for node in ast.walk(parsed(text))
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef)
        and (lines := (node.end_lineno or 0) - node.lineno + 1) > FUNCTION_LINES_MAX
    ]


def print_problems(text: str) -> list[str]:
    """Only what talks to a person at a terminal prints; the rest logs."""
    return _told_about(text, lambda call: dotted(call.func) == "print", "prints")


def wall_clock_problems(text: str) -> list[str]:
    """Time is an argument: a `Clock`, never the machine's own."""
    return _told_about(text, lambda call: dotted(call.func) in _WALL_CLOCK, "asks the machine for the time")


def sql_problems(text: str) -> list[str]:
    """A statement is a constant, or made of constants (in capitals); values are bound, never written into it."""
    return _told_about(text, _asks_with_made_up_sql, "SQL made of something else than constants")


def _asks_with_made_up_sql(call: ast.Call) -> bool:
    if not isinstance(call.func, ast.Attribute) or call.func.attr not in _ASKS_DATABASE or not call.args:
        return False
    return not _made_of_constants(call.args[0])


def _made_of_constants(statement: ast.expr) -> bool:
    match statement:
        case ast.JoinedStr(values=values):
            return all(
                _made_of_constants(value.value) if isinstance(value, ast.FormattedValue) else True
                for value in values
            ) and all(_is_constant_name(v.value) for v in values if isinstance(v, ast.FormattedValue))
        case ast.BinOp(left=left, op=ast.Add(), right=right):
            return _made_of_constants(left) and _made_of_constants(right)
        case ast.BinOp(op=ast.Mod()):
            return False
        case ast.Call(func=ast.Attribute(attr="format")):
            return False
    return True


def _is_constant_name(node: ast.expr) -> bool:
    last = dotted(node).rsplit(".", 1)[-1].lstrip("_")
    return bool(last) and last.isupper()
