from pathlib import Path

import pytest

from shared.kernel.clock import FileClock
from shared.kit.settings import CommonSettings, SettingsProblem, read_settings

LOCAL = {
    "CARILLON_ENV": "local",
    "DATABASE_URL": "postgresql://auth:hunter2@127.0.0.1:5432/auth",
    "KAFKA_BOOTSTRAP_SERVERS": "127.0.0.1:9092",
}
PRODUCTION = LOCAL | {
    "CARILLON_ENV": "production",
    "PUBLIC_URL": "https://ent.example.org",
    "KAFKA_SECURITY_PROTOCOL": "SASL_SSL",
    "KAFKA_SASL_USERNAME": "auth",
    "KAFKA_SASL_PASSWORD": "s3cret-value",
}


def read_with(monkeypatch: pytest.MonkeyPatch, variables: dict[str, str]) -> CommonSettings:
    for name in CommonSettings.model_fields:
        monkeypatch.delenv(name.upper(), raising=False)
    for name, value in variables.items():
        monkeypatch.setenv(name, value)
    return read_settings(CommonSettings)


def test_a_local_try_needs_only_a_database_and_a_broker(monkeypatch: pytest.MonkeyPatch) -> None:
    settings = read_with(monkeypatch, LOCAL)

    assert settings.local
    assert settings.public_url == "http://127.0.0.1:8400"


def test_production_is_accepted_when_everything_is_encrypted(monkeypatch: pytest.MonkeyPatch) -> None:
    settings = read_with(monkeypatch, PRODUCTION)

    assert not settings.local


@pytest.mark.parametrize(
    ("changed", "named"),
    [
        ({"DATABASE_URL": ""}, "DATABASE_URL"),
        ({"DATABASE_URL": "mysql://hunter2@host/x"}, "DATABASE_URL"),
        ({"KAFKA_BOOTSTRAP_SERVERS": "no-port"}, "KAFKA_BOOTSTRAP_SERVERS"),
        ({"CARILLON_ENV": "staging"}, "CARILLON_ENV"),
        ({"HTTP_PORT": "http"}, "HTTP_PORT"),
        ({"LOG_FORMAT": "xml"}, "LOG_FORMAT"),
        ({"PUBLIC_URL": "ent.example.org"}, "PUBLIC_URL"),
        ({"KAFKA_SECURITY_PROTOCOL": "SASL_SSL"}, "KAFKA_SASL_USERNAME"),
    ],
)
def test_a_wrong_value_is_said_with_its_variable_and_never_shown(
    monkeypatch: pytest.MonkeyPatch, changed: dict[str, str], named: str
) -> None:
    with pytest.raises(SettingsProblem) as problem:
        read_with(monkeypatch, LOCAL | changed)

    assert named in str(problem.value)
    assert "hunter2" not in str(problem.value)


def test_every_missing_variable_is_named_at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    with pytest.raises(SettingsProblem) as problem:
        read_with(monkeypatch, {"CARILLON_ENV": "local"})

    sentences = str(problem.value).splitlines()
    assert sentences == [
        "DATABASE_URL is missing: it expects postgresql://user:password@host:5432/database.",
        "KAFKA_BOOTSTRAP_SERVERS is missing: it expects host:port, several separated by commas.",
    ]


@pytest.mark.parametrize(
    ("changed", "named"),
    [
        ({"KAFKA_SECURITY_PROTOCOL": "PLAINTEXT"}, "KAFKA_SECURITY_PROTOCOL"),
        ({"CARILLON_CLOCK_FILE": "/tmp/clock"}, "CARILLON_CLOCK_FILE"),
        ({"PUBLIC_URL": "http://ent.example.org"}, "PUBLIC_URL"),
    ],
)
def test_production_refuses_what_only_a_local_try_may_have(
    monkeypatch: pytest.MonkeyPatch, changed: dict[str, str], named: str
) -> None:
    with pytest.raises(SettingsProblem, match=named):
        read_with(monkeypatch, PRODUCTION | changed)


def test_the_clock_of_a_local_try_follows_its_file(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    settings = read_with(monkeypatch, LOCAL | {"CARILLON_CLOCK_FILE": str(tmp_path / "clock")})

    assert isinstance(settings.clock(), FileClock)


def test_a_password_is_not_in_the_printed_settings(monkeypatch: pytest.MonkeyPatch) -> None:
    settings = read_with(monkeypatch, PRODUCTION)

    assert "hunter2" not in repr(settings)
    assert "s3cret-value" not in repr(settings)
