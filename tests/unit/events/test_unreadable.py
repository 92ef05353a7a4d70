"""Whatever a producer sends, reading answers: an event, or a reason without personal data. It never raises."""

import json
from collections.abc import Sequence

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from shared.events.alerts import PartnerAlert
from shared.events.base import EventData
from shared.events.envelope import EVENT_BYTES_MAX, Event, Unreadable, from_record
from tests.unit.events.examples import NOON, a_message

MESSAGE = "fr.ent.message.received.v1"
STRUCTURED = [("content-type", b"application/cloudevents+json; charset=UTF-8")]
GOOD = a_message().written()


def headers(**changed: bytes | None) -> list[tuple[str, bytes | None]]:
    usual = {"specversion": b"1.0", "id": b"evt-1", "source": b"urn:test", "type": MESSAGE.encode()}
    return [(f"ce_{name}", value) for name, value in (usual | changed).items()]


def why(value: bytes | None, given_headers: Sequence[tuple[str, bytes | None]] | None = None) -> str:
    answer = from_record(b"key", value, headers() if given_headers is None else given_headers)
    assert isinstance(answer, Unreadable), answer
    return answer.reason


def structured(**changed: object) -> bytes:
    whole = {
        "specversion": "1.0",
        "id": "evt-1",
        "source": "urn:test",
        "type": MESSAGE,
        "time": "2026-11-24T11:00:00Z",
        "data": json.loads(GOOD),
    }
    return json.dumps({name: value for name, value in (whole | changed).items() if value is not ...}).encode()


def test_a_good_record_is_read() -> None:
    assert isinstance(from_record(b"key", GOOD, headers()), Event)
    assert isinstance(from_record(None, structured(), STRUCTURED), Event)


@pytest.mark.parametrize(
    "value",
    [b"", b"{", b"nothing", b"\xff\xfe\x00", b'"\xc3("', b"[" * 200_000, b'{"a":' * 100_000, b"1" * 10_000],
    ids=["empty", "cut", "word", "utf-16", "bad-utf-8", "deep-list", "deep-object", "huge-number"],
)
def test_what_is_not_json_is_malformed(value: bytes) -> None:
    assert why(value) in {"malformed", "invalid"}
    assert why(value, STRUCTURED) == "malformed"


@pytest.mark.parametrize("depth", range(300, 1100, 25))
def test_no_depth_of_nesting_breaks_the_reader(depth: int) -> None:
    data = b"[" * depth + b"]" * depth

    assert why(data) in {"malformed", "invalid"}
    assert why(structured(data="@").replace(b'"@"', data), STRUCTURED) in {"malformed", "invalid"}


def test_an_oversized_record_is_not_even_parsed() -> None:
    assert why(b"{" + b" " * EVENT_BYTES_MAX) == "oversized"


def test_the_largest_record_allowed_is_read() -> None:
    padded = GOOD + b" " * (EVENT_BYTES_MAX - len(GOOD))

    assert isinstance(from_record(b"key", padded, headers()), Event)


def test_an_unknown_version_is_told_from_an_unknown_type() -> None:
    assert why(GOOD, headers(type=b"fr.ent.message.received.v2")) == "unknown_version"
    assert why(GOOD, headers(type=b"fr.ent.message.erased.v1")) == "unknown_type"
    assert why(structured(type="fr.ent.message.received.v99"), STRUCTURED) == "unknown_version"


@pytest.mark.parametrize(
    "changed",
    [
        {"specversion": b"0.3"},
        {"specversion": None},
        {"id": None},
        {"id": b""},
        {"id": b"a\x00b"},
        {"id": b"x" * 201},
        {"source": "a\u0085b".encode()},
        {"type": None},
        {"time": b"yesterday"},
        {"time": b"2026-11-24T11:00:00"},
        {"time": b"0001-01-01T00:00:00+14:00"},
        {"time": b"9999-12-31T23:59:59Z"},
        {"id": b"\xff"},
    ],
    ids=str,
)
def test_a_faulty_attribute_is_malformed(changed: dict[str, bytes | None]) -> None:
    assert why(GOOD, headers(**changed)) == "malformed"


@pytest.mark.parametrize(
    "changed",
    [
        {"data": ...},
        {"specversion": 1.0},
        {"id": 7},
        {"id": "a\ud800b"},
        {"id": "a\u0000b"},
        {"time": "soon"},
        {"data": "\ud800"},
    ],
    ids=str,
)
def test_a_faulty_structured_event_is_malformed(changed: dict[str, object]) -> None:
    assert why(structured(**changed), STRUCTURED) == "malformed"


@pytest.mark.parametrize("value", [b"[]", b"null", b"7", b'"text"', b"{}"])
def test_a_structured_event_is_an_object_with_data(value: bytes) -> None:
    assert why(value, STRUCTURED) == "malformed"


def test_a_header_without_a_value_is_as_if_absent() -> None:
    answer = from_record(b"key", GOOD, [*headers(), ("trace", None), ("ce_time", None)])

    assert isinstance(answer, Event)


def test_the_time_may_be_left_out_and_its_letters_small() -> None:
    answer = from_record(b"key", GOOD, headers(time=b"2026-11-24t11:00:00.123456789z"))

    assert isinstance(answer, Event)
    assert answer.time == NOON.replace(microsecond=123456)
    assert isinstance(from_record(b"key", GOOD, headers()), Event)


def test_a_bare_null_value_is_a_tombstone() -> None:
    answer = from_record(b"par-001", None, [])

    assert isinstance(answer, Event)
    assert (answer.key, answer.data) == ("par-001", None)


def test_a_key_that_is_no_text_is_malformed() -> None:
    answer = from_record(b"\xff\xfe", GOOD, headers())

    assert isinstance(answer, Unreadable)
    assert answer.reason == "malformed"


@pytest.mark.parametrize("value", [GOOD, None])
def test_a_key_that_no_database_can_store_is_malformed(value: bytes | None) -> None:
    answer = from_record(b"par-001\0", value, headers())

    assert isinstance(answer, Unreadable)
    assert answer.reason == "malformed"


def test_a_text_that_no_database_can_store_is_malformed() -> None:
    with_nul = json.dumps({**json.loads(GOOD), "extra": {"deep": ["a\0b"]}}).encode()
    only_looks_like_it = json.dumps({**json.loads(GOOD), "subject": "a\\u0000b"}).encode()

    assert why(with_nul) == "malformed"
    assert isinstance(from_record(b"key", only_looks_like_it, headers()), Event)


def test_what_breaks_a_rule_is_invalid_and_the_value_is_not_repeated() -> None:
    wrong = json.dumps(
        {**json.loads(GOOD), "recipients": [], "url": "javascript:canary@example.org"}
    ).encode()

    answer = from_record(b"key", wrong, headers())

    assert answer == Unreadable("invalid", "recipients: too_short; url: string_pattern_mismatch")


def alert(**changed: object) -> bytes:
    data = {
        "alert_id": "a",
        "partner_id": "p",
        "category": "weather",
        "severity": "urgent",
        "title": "t",
        "body": "b",
        "audience": {"uais": ["0690001A"]},
        "expires_at": "2026-11-25T09:00:00Z",
    }
    return json.dumps(data | changed).encode()


def test_an_audience_filter_that_is_not_understood_is_never_dropped() -> None:
    """Ignoring it would bring the alert to more people than its author meant."""
    for_two_classes = alert(audience={"uais": ["0690001A"], "classes": ["6A", "6B"]})

    assert why(for_two_classes, headers(type=b"fr.ent.partner.alert.v1")) == "invalid"
    assert isinstance(PartnerAlert.read(alert(since="3.2")), PartnerAlert)


@pytest.mark.parametrize(
    "expires_at",
    [
        "0001-01-01T00:00:00+14:00",
        "9999-12-31T23:59:59-14:00",
        "9999-12-31T23:59:59Z",
        "0001-01-01T00:00:00Z",
        "2026-11-24",
    ],
)
def test_an_instant_outside_the_calendar_or_without_a_zone_is_invalid(expires_at: str) -> None:
    assert why(alert(expires_at=expires_at), headers(type=b"fr.ent.partner.alert.v1")) == "invalid"


junk_headers = st.lists(
    st.tuples(
        st.sampled_from(["ce_id", "ce_type", "ce_source", "ce_time", "ce_specversion", "content-type", "é"]),
        st.none()
        | st.binary(max_size=30)
        | st.sampled_from([b"1.0", MESSAGE.encode(), b"application/cloudevents+json"]),
    ),
    max_size=9,
)
junk_json = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=20),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=10), inner, max_size=3),
    max_leaves=12,
)


@given(st.none() | st.binary(max_size=200), st.none() | st.binary(max_size=300), junk_headers)
@example(None, b"{}", [("ce_specversion", b"1.0"), ("ce_type", MESSAGE.encode())])
@settings(max_examples=300)
def test_reading_never_raises(
    key: bytes | None, value: bytes | None, given_headers: list[tuple[str, bytes | None]]
) -> None:
    assert isinstance(from_record(key, value, given_headers), Event | Unreadable)


@given(junk_json, st.sampled_from(["data", "sender", "recipients", "id", "time", "type"]))
@settings(max_examples=200)
def test_any_json_anywhere_never_raises(junk: object, where: str) -> None:
    data = json.dumps({**json.loads(GOOD), where: junk}).encode()

    assert isinstance(from_record(b"key", data, headers()), Event | Unreadable)
    assert isinstance(from_record(b"key", structured(**{where: junk}), STRUCTURED), Event | Unreadable)


def test_building_is_strict_where_reading_is_tolerant() -> None:
    fields = json.loads(GOOD)

    assert isinstance(a_message(), EventData)
    with pytest.raises(ValueError, match="extra_forbidden"):
        a_message(**fields, colour="blue")
