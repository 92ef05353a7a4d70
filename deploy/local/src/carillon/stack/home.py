"""The directory of a stack: its data, its logs, its secrets. One stack at a time may live in it."""

import fcntl
import json
import secrets
import shutil
import tempfile
from base64 import urlsafe_b64encode
from dataclasses import dataclass
from pathlib import Path
from typing import IO

from carillon.stack.options import StackRefused


@dataclass(frozen=True, slots=True, repr=False)
class Secrets:
    """What the parts of one stack prove themselves with; made once, kept with the data."""

    code_key: str
    introspection_client_id: str
    introspection_client_secret: str
    sms_account: str
    sms_token: str


def new_secrets() -> Secrets:
    """Fresh ones."""
    return Secrets(
        code_key=urlsafe_b64encode(secrets.token_bytes(32)).decode(),  # a Fernet key
        introspection_client_id="notifier",
        introspection_client_secret=secrets.token_urlsafe(32),
        sms_account=f"AC{secrets.token_hex(16)}",
        sms_token=secrets.token_hex(16),
    )


class Home:
    """A directory that is kept when it was asked for, and removed at the end when it was not."""

    def __init__(self, asked: Path | None) -> None:
        self.kept = asked is not None
        self.directory = (asked or Path(tempfile.mkdtemp(prefix="carillon-"))).absolute()
        self.logs = self.directory / "logs"
        self._lock: IO[str] | None = None

    def enter(self) -> None:
        """Make it and take it. Raises StackRefused when it cannot be written or another stack lives in it."""
        try:
            self.logs.mkdir(parents=True, exist_ok=True)
            self._lock = (self.directory / "lock").open("w", encoding="ascii")
        except OSError as trouble:
            raise StackRefused(f"{self.directory} cannot be used: {trouble.strerror}.") from trouble
        try:
            fcntl.flock(self._lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError:
            raise StackRefused(f"Another stack is running in {self.directory}.") from None

    def leave(self, *, keep: bool = False) -> None:
        """Let it go; a temporary one disappears unless it is wanted for looking at the logs."""
        if self._lock is not None:
            self._lock.close()
        if not (self.kept or keep):
            shutil.rmtree(self.directory, ignore_errors=True)

    def log(self, name: str) -> Path:
        """The log file of a part."""
        return self.logs / f"{name}.log"

    def secrets(self) -> Secrets:
        """The secrets of this directory, made on first use."""
        path = self.directory / "secrets.json"
        if not path.exists():
            made = new_secrets()
            path.touch(mode=0o600)
            path.write_text(
                json.dumps({name: getattr(made, name) for name in Secrets.__slots__}), encoding="utf-8"
            )
        return Secrets(**json.loads(path.read_text(encoding="utf-8")))

    @property
    def partners(self) -> Path:
        return self.directory / "partners.json"

    @property
    def accounts(self) -> Path:
        return self.directory / "accounts.csv"

    @property
    def choices(self) -> Path:
        return self.directory / "choices.jsonl"

    @property
    def account_list(self) -> Path:
        """The sample's accounts as auth tells them, identifiers included."""
        return self.directory / "accounts.jsonl"

    @property
    def credentials(self) -> Path:
        """How some of the sample's people sign in: passwords in clear, readable by us alone, one JSON object a line."""
        return self.directory / "credentials.jsonl"

    @property
    def sample_loaded(self) -> Path:
        """Exists once the sample has been imported; holds its size."""
        return self.directory / "sample-loaded"
