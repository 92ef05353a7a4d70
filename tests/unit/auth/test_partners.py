import pytest

from auth.domain.guessing import delay_after_s
from auth.domain.partners import Client, Partner, granted_scopes, is_strong_secret, judge
from shared.kernel.refusals import Refused

REGION = Partner(partner_id="region", name="Région", body="region", regions=("Auvergne-Rhône-Alpes",))
CLIENT = Client(client_id="region-1", partner_id="region", scopes=("alerts:write", "alerts:read"))


def test_a_client_in_order_is_accepted() -> None:
    assert judge(REGION, CLIENT) is None


@pytest.mark.parametrize("client_id", ["", "a b", "é", "x" * 101, "a:b"])
def test_a_client_id_is_plain(client_id: str) -> None:
    refusal = judge(REGION, Client(client_id=client_id, partner_id="region", scopes=()))

    assert isinstance(refusal, Refused)
    assert refusal.reason == "not_a_client_id"


@pytest.mark.parametrize("scope", ["", "a b", 'a"b', "é"])
def test_a_scope_is_a_token_of_rfc_6749(scope: str) -> None:
    refusal = judge(REGION, Client(client_id="c", partner_id="region", scopes=(scope,)))

    assert isinstance(refusal, Refused)
    assert refusal.reason == "not_a_scope"


def test_bodies_and_kinds_are_known_ones() -> None:
    strange = Partner(partner_id="x", name="X", body="commune")
    narrow = Partner(partner_id="x", name="X", body="region", kinds=("ecole",))

    assert isinstance(judge(strange, CLIENT), Refused)
    assert isinstance(judge(narrow, CLIENT), Refused)


@pytest.mark.parametrize(
    ("asked", "granted"),
    [
        (None, ("alerts:write", "alerts:read")),
        ("", ("alerts:write", "alerts:read")),
        ("alerts:read", ("alerts:read",)),
        ("alerts:read alerts:read", ("alerts:read",)),
    ],
)
def test_a_token_has_the_scopes_asked_for(asked: str | None, granted: tuple[str, ...]) -> None:
    assert granted_scopes(asked, CLIENT.scopes) == granted


@pytest.mark.parametrize("asked", ["admin", "alerts:read admin", "alerts:read  alerts:write"])
def test_a_scope_that_is_not_the_clients_is_refused(asked: str) -> None:
    refusal = granted_scopes(asked, CLIENT.scopes)

    assert isinstance(refusal, Refused)
    assert refusal.reason == "invalid_scope"


def test_five_failures_are_free_and_then_the_wait_grows_to_a_quarter_of_an_hour() -> None:
    assert [delay_after_s(n) for n in (0, 1, 5, 6, 7, 14, 15, 1_000)] == [0, 0, 0, 2, 4, 512, 900, 900]


def test_a_strong_secret_has_32_bytes() -> None:
    assert is_strong_secret("x" * 32)
    assert not is_strong_secret("x" * 31)
