"""An operator's command is there at once: it brings no web framework along."""

import subprocess
import sys

from tests.architecture.tree import SERVICES

FOR_SERVING_ALONE = ("fastapi", "starlette", "uvicorn", "faststream")
_LOADED = """
import importlib, sys
for name in sys.argv[1].split(","):
    importlib.import_module(f"{name}.entrypoints.cli")
print(*(module for module in sys.argv[2].split(",") if module in sys.modules))
"""


def test_no_command_line_loads_what_only_serving_needs() -> None:
    asked = [sys.executable, "-c", _LOADED, ",".join(SERVICES), ",".join(FOR_SERVING_ALONE)]

    loaded = subprocess.run(asked, capture_output=True, text=True, check=True).stdout.split()

    assert loaded == []
