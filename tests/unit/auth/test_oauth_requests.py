import base64

import pytest
from fastapi import Request
from hypothesis import given
from hypothesis import strategies as st

from auth.entrypoints.form_requests import FORM, Credentials, read_basic, read_credentials, read_form
from auth.entrypoints.request_source import source_of, source_of_request
from shared.kernel.refusals import Refused


def _basic(text: str) -> str:
    return f"Basic {base64.b64encode(text.encode()).decode()}"


def test_a_form_is_read_and_empty_fields_are_left_out() -> None:
    assert read_form(f"{FORM}; charset=utf-8", b"a=1&scope=&b=x+y%C3%A9") == {"a": "1", "b": "x yé"}


@pytest.mark.parametrize(
    ("content_type", "body"),
    [
        (None, b"a=1"),
        ("application/json", b"{}"),
        ("multipart/form-data; boundary=x", b""),
        (FORM, b"a=1&a=2"),
        (FORM, b"a=%ff"),
        (FORM, b"\xff"),
        (FORM, b"&".join(b"f%d=1" % n for n in range(60))),
    ],
)
def test_what_is_not_one_plain_form_is_an_invalid_request(content_type: str | None, body: bytes) -> None:
    refusal = read_form(content_type, body)

    assert isinstance(refusal, Refused)
    assert refusal.reason == "invalid_request"


@given(st.binary(max_size=200))
def test_any_body_is_a_form_or_an_invalid_request(body: bytes) -> None:
    assert isinstance(read_form(FORM, body), dict | Refused)


def test_basic_credentials_are_form_decoded() -> None:
    assert read_basic(_basic("id%3A1:s%C3%A9cret+x")) == Credentials("id:1", "sécret x")


@pytest.mark.parametrize("header", ["Bearer x", "Basic", "Basic ###", "Basic YQ==", "Basic /////w=="])
def test_other_headers_are_no_basic_credentials(header: str) -> None:
    assert read_basic(header) is None


def test_two_ways_of_authenticating_at_once_are_refused() -> None:
    both = read_credentials(_basic("a:b"), {"client_id": "a", "client_secret": "b"})
    other = read_credentials(_basic("a:b"), {"client_id": "z"})
    named = read_credentials(_basic("a:b"), {"client_id": "a"})

    assert isinstance(both, Refused)
    assert isinstance(other, Refused)
    assert named == Credentials("a", "b")


def test_credentials_cannot_be_printed() -> None:
    assert "b" not in repr(Credentials("a", "b"))


@pytest.mark.parametrize(
    ("peer", "forwarded", "trusted", "source"),
    [
        ("203.0.113.9", None, "", "203.0.113.9"),
        ("203.0.113.9", "198.51.100.1", "", "203.0.113.9"),
        ("10.0.0.2", "198.51.100.1", "10.0.0.0/8", "198.51.100.1"),
        ("10.0.0.2", "1.2.3.4, 198.51.100.1", "10.0.0.0/8", "198.51.100.1"),
        ("10.0.0.2", "198.51.100.1, 10.0.0.3", "10.0.0.0/8", "198.51.100.1"),
        ("10.0.0.2", "garbage", "10.0.0.0/8", "unknown"),
        ("2001:db8:1:2:3::9", None, "", "2001:db8:1:2::/64"),
        ("::ffff:203.0.113.9", None, "", "203.0.113.9"),
        ("::ffff:10.0.0.2", "198.51.100.1", "10.0.0.0/8", "198.51.100.1"),
        ("10.0.0.2", "198.51.100.1:4433", "10.0.0.0/8", "198.51.100.1"),
        ("10.0.0.2", "[2001:db8:1:2:3::9]:443", "10.0.0.0/8", "2001:db8:1:2::/64"),
        ("10.0.0.2", "[2001:db8:1:2:3::9]", "10.0.0.0/8", "2001:db8:1:2::/64"),
        (None, None, "", "unknown"),
    ],
)
def test_the_source_is_the_peer_unless_a_trusted_proxy_names_another(
    peer: str | None, forwarded: str | None, trusted: str, source: str
) -> None:
    assert source_of(peer, forwarded, trusted) == source


def test_a_proxy_that_adds_a_header_of_its_own_is_believed_and_not_the_one_above_it() -> None:
    """HAProxy adds a second X-Forwarded-For below the one that came: what a client writes stays on the left."""
    forwarded = [(b"x-forwarded-for", b"198.51.100.1"), (b"x-forwarded-for", b"203.0.113.9")]
    request = Request({"type": "http", "client": ("10.0.0.2", 4711), "headers": forwarded})

    assert source_of_request(request, "10.0.0.0/8") == "203.0.113.9"
