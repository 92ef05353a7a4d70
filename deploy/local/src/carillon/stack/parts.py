"""The processes of the stack: how each is started."""

import sys
from collections.abc import Mapping, Sequence
from pathlib import Path

from carillon.infrastructure.processes import Process
from carillon.stack.environment import Environment
from carillon.stack.home import Home
from carillon.stack.options import StackRefused
from carillon.stack.port_plan import PortPlan

TOPICS_FILE = Path(__file__).parents[4] / "topics.yaml"


def script(name: str) -> str:
    """A command of this installation. Raises StackRefused when it is not there."""
    path = Path(sys.executable).with_name(name)
    if not path.exists():
        raise StackRefused(
            f"The command {name} is not installed beside {sys.executable}; run `make install`."
        )
    return str(path)


class Parts:
    """Makes the processes; starts none."""

    def __init__(self, home: Home, environment: Environment, ports: PortPlan) -> None:
        self._home = home
        self._environment = environment
        self._ports = ports

    def topics(self) -> Process:
        return self._process(
            "topics", [script("carillon-topics"), str(TOPICS_FILE)], self._environment.common()
        )

    def sample(self, accounts: int) -> Process:
        files = ["--output", str(self._home.accounts), "--choices", str(self._home.choices)]
        command = [sys.executable, "-m", "carillon.sample", "--accounts", str(accounts), *files]
        return self._process("sample", command, self._environment.common())

    def migration(self, service: str, dsn: str) -> Process:
        command = [script(f"carillon-{service}"), "migrate"]
        return self._process(f"{service}-migrate", command, self._environment.of(service, dsn))

    def operator(self, service: str, dsn: str, *arguments: str) -> Process:
        """An operator's command of a service."""
        command = [script(f"carillon-{service}"), *arguments]
        return self._process(f"{service}-{arguments[0]}", command, self._environment.of(service, dsn))

    def account_list(self, dsn: str, count: int) -> Process:
        """Writes the first accounts to `Home.account_list`, one JSON object a line."""
        command = [script("carillon-auth"), "accounts", "--json-lines", "--limit", str(count)]
        return Process(
            name="auth-accounts",
            command=command,
            environment=self._environment.of("auth", dsn),
            log=self._home.log("auth-accounts"),
            output=self._home.account_list,
        )

    def credentials(self, dsn: str, *options: str) -> Process:
        """Gives passwords to some of the sample's people, and writes them to `Home.credentials`."""
        self._home.credentials.unlink(missing_ok=True)
        self._home.credentials.touch(mode=0o600)
        return Process(
            name="auth-credentials",
            command=[script("carillon-auth"), "local-credentials", *options],
            environment=self._environment.of("auth", dsn),
            log=self._home.log("auth-credentials"),
            output=self._home.credentials,
        )

    def service(self, service: str, dsn: str) -> Process:
        return self._process(
            service, [script(f"carillon-{service}"), "serve"], self._environment.of(service, dsn)
        )

    def sinks(self) -> Process:
        kept = self._home.secrets()
        ports = [f"--{name}-port={self._ports[name]}" for name in ("smtp", "sms", "viewer")]
        credentials = f"--sms-credentials={kept.sms_account}:{kept.sms_token}"
        command = [sys.executable, "-m", "carillon.sinks", *ports, credentials]
        return self._process("sinks", command, self._environment.common())

    def front(self) -> Process:
        return self._process("front", [sys.executable, "-m", "carillon.front"], self._environment.of_front())

    def _process(self, name: str, command: Sequence[str], environment: Mapping[str, str]) -> Process:
        return Process(name=name, command=command, environment=environment, log=self._home.log(name))
