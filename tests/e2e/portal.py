"""A whole portal for the journeys: `carillon up` as a person would start it, and what stands beside it."""

import json
import os
import re
import subprocess
import sys
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Self

import httpx

from carillon.infrastructure import Process
from carillon.infrastructure.postgres import programs

BIN = Path(sys.executable).parent
READY_WITHIN_S = 120
END_WITHIN_S = 40
ARRIVES_WITHIN_S = 20
ANY_PORTS = ("--port=0", "--viewer-port=0", "--smtp-port=0", "--sms-port=0")
CODE = re.compile(r"\b(\d{6})\b")


@dataclass(frozen=True, slots=True)
class Ran:
    """How an operator's command ended."""

    code: int
    out: str
    err: str


class Portal:
    """A running stack with the sample académie. Started from the main thread, as processes must be."""

    def __init__(self, folder: Path, *, broker: str, accounts: int = 300) -> None:
        self.folder = folder
        self.clock_file = folder / "clock"
        command = [
            *(str(BIN / "carillon"), "up", "--json", *ANY_PORTS),
            *(f"--accounts={accounts}", f"--broker={broker}", f"--data={folder / 'data'}"),
        ]
        self._output = folder / "told.json"
        self._stack = Process(  # it dies with the tests, and what it started dies with it
            name="carillon up",
            command=command,
            log=folder / "stderr.txt",
            output=self._output,
            environment=self._environment,
        )
        self._ahead_s = 0
        self.told: dict[str, Any] = {}

    def __enter__(self) -> Self:
        self.clock_file.write_text("", encoding="ascii")
        self._stack.start()
        try:
            self._stack.wait_until(self._has_told, within_s=READY_WITHIN_S)
        except BaseException:
            self._stack.stop(within_s=END_WITHIN_S)
            raise
        self.told = json.loads(self._output.read_bytes())
        return self

    def __exit__(self, *_: object) -> None:
        self._stack.stop(within_s=END_WITHIN_S)

    def _has_told(self) -> bool:
        return self._output.read_bytes().endswith(b"\n")

    @property
    def front(self) -> str:
        """The one origin."""
        return str(self.told["front"])

    @property
    def _environment(self) -> dict[str, str]:
        return os.environ | {
            "XDG_RUNTIME_DIR": str(self.folder),
            "CARILLON_CLOCK_FILE": str(self.clock_file),
        }

    def account(self, person_id: str) -> dict[str, Any]:
        """One of the accounts that the stack told, with its credentials."""
        return next(one for one in self.told["accounts"] if one["person_id"] == person_id)

    def on_first_password(self, profile: str) -> list[dict[str, Any]]:
        """The accounts of a profile that never signed in."""
        return [one for one in self.told["accounts"] if one["profile"] == profile and one["first_password"]]

    def ready(self, profile: str) -> list[dict[str, Any]]:
        """The accounts of a profile whose first connection is over."""
        return [one for one in self.told["accounts"] if one["profile"] == profile and one["password"]]

    def operator(self, service: str, *arguments: str, **more: str) -> Ran:
        """Run an operator's command of a service, beside the running stack."""
        environment = self._environment | {
            "CARILLON_ENV": "local",
            "DATABASE_URL": self.told["databases"][service],
            "KAFKA_BOOTSTRAP_SERVERS": self.told["kafka"],
            "PUBLIC_URL": self.front,
        }
        done = subprocess.run(
            [str(BIN / f"carillon-{service}"), *arguments],
            env=environment | more,
            capture_output=True,
            text=True,
            timeout=90,
            check=False,
        )
        return Ran(done.returncode, done.stdout, done.stderr)

    def move_clock(self, offset: str) -> None:
        """`+301s`: every service follows within a second."""
        self.clock_file.write_text(offset, encoding="ascii")

    def pass_time(self, seconds: int) -> None:
        """So much later for every service, and never back; returns when auth lives by it."""
        self._ahead_s += seconds
        self.move_clock(f"+{self._ahead_s}s")
        late = f"select count(*) from access_token where issued_at > now() + interval '{self._ahead_s - 5} s'"
        deadline = time.monotonic() + ARRIVES_WITHIN_S
        while self.ask("auth", late) == "0":
            assert time.monotonic() < deadline, "the clock was not followed"
            self._take_a_token()

    def _take_a_token(self) -> None:
        """Its time of issue is the time that auth lives by."""
        partner = self.told["partners"][0]
        credentials = (partner["client_id"], partner["client_secret"])
        asked = {"grant_type": "client_credentials", "scope": "alerts:read"}
        httpx.post(f"{self.front}/oauth/token", data=asked, auth=credentials, timeout=10).raise_for_status()

    def ask(self, service: str, question: str) -> str:
        """What a service's database answers, as text."""
        client = [str(programs() / "psql"), "--no-psqlrc", "-qAt", "-c", question]
        done = subprocess.run(
            [*client, self.told["databases"][service]], capture_output=True, text=True, timeout=30, check=True
        )
        return done.stdout.strip()

    def messages(self, kind: str, to: str) -> list[dict[str, Any]]:
        """What arrived for an address or a number, oldest first."""
        asked: Mapping[str, str] = {"kind": kind, "to": to}
        answer = httpx.get(f"{self.told['viewer']}/api/messages", params=asked, timeout=10)
        listed: list[dict[str, Any]] = answer.raise_for_status().json()["messages"]
        return [self._whole(one["id"]) for one in listed]

    def arrived(
        self,
        kind: str,
        to: str,
        wanted: Callable[[dict[str, Any]], bool],
        *,
        within_s: float = ARRIVES_WITHIN_S,
    ) -> dict[str, Any]:
        """The newest message that is wanted, as soon as it is there."""
        deadline = time.monotonic() + within_s
        while True:
            found = [one for one in self.messages(kind, to) if wanted(one)]
            if found:
                return found[-1]
            assert time.monotonic() < deadline, f"nothing of the kind arrived within {within_s:g} s"
            time.sleep(0.05)

    def _whole(self, message_id: str) -> dict[str, Any]:
        answer = httpx.get(f"{self.told['viewer']}/api/messages/{message_id}", timeout=10)
        one: dict[str, Any] = answer.raise_for_status().json()
        return one


def code_in(text: str) -> str:
    """The one-time code that a mail or an SMS holds."""
    found = CODE.search(text)
    assert found, "no code in this text"
    return found[1]
