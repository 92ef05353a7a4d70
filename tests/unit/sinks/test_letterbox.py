import pytest

from carillon.sinks.letterbox import KeptSms, Letterbox


def a_letterbox(**limits: int) -> Letterbox:
    return Letterbox(now_s=lambda: 1_000.0, **limits)


def an_sms(box: Letterbox, sid: str = "SM1") -> KeptSms:
    return KeptSms(
        id=box.next_id(), received_at_s=1_000.0, updated_at_s=1_000.0, sender="CARILLON",
        recipients=("+33639980001",), body="Bonjour", sid=sid, account_sid="AC1",
        messaging_service_sid=None, validity_s=None,
    )  # fmt: skip


def keep(box: Letterbox, count: int, raw: bytes = b"x") -> None:
    for _ in range(count):
        box.keep_mail("a@example.org", ("b@example.org",), raw)


def test_above_the_number_kept_the_oldest_leave_and_are_counted() -> None:
    box = a_letterbox(messages_max=3)

    keep(box, 10)

    assert [mail.id for mail in box.since(0)] == [8, 9, 10]
    assert (box.received["mail"], box.dropped["mail"]) == (10, 7)


def test_above_the_bytes_kept_the_oldest_leave_and_are_counted() -> None:
    box = a_letterbox(bytes_max=100)

    keep(box, 5, raw=b"x" * 40)

    assert [mail.id for mail in box.since(0)] == [4, 5]
    assert (box.bytes_kept, box.dropped["mail"]) == (80, 3)


def test_a_mail_larger_than_the_whole_box_is_kept_alone() -> None:
    box = a_letterbox(bytes_max=10)

    keep(box, 2, raw=b"x" * 40)

    assert [mail.id for mail in box.since(0)] == [2]


def test_an_emptied_box_goes_on_counting_ids() -> None:
    box = a_letterbox()
    keep(box, 4)

    assert box.empty() == 4
    keep(box, 1)

    assert [mail.id for mail in box.since(0)] == [5]
    assert box.bytes_kept == 1


@pytest.mark.parametrize(("since", "ids"), [(0, [3, 4, 5]), (2, [3, 4, 5]), (3, [4, 5]), (5, []), (99, [])])
def test_what_came_after_an_id_is_found_even_when_older_ones_are_gone(since: int, ids: list[int]) -> None:
    box = a_letterbox(messages_max=3)
    keep(box, 5)

    assert [mail.id for mail in box.since(since)] == ids


@pytest.mark.parametrize("unknown", [-1, 0, 1, 6])
def test_an_id_that_is_gone_or_to_come_is_not_found(unknown: int) -> None:
    box = a_letterbox(messages_max=3)
    keep(box, 5)

    assert box.get(unknown) is None
    assert box.get(3).id == 3


def test_an_sms_is_found_by_its_sid_until_it_leaves() -> None:
    box = a_letterbox(messages_max=1)
    box.keep_sms(an_sms(box))
    assert box.get_sms("SM1").body == "Bonjour"

    keep(box, 1)

    assert box.get_sms("SM1") is None


def test_a_kept_message_does_not_print_its_content() -> None:
    box = a_letterbox()
    keep(box, 1)
    box.keep_sms(an_sms(box))

    assert "example.org" not in repr(box.get(1))
    assert "+336" not in repr(box.get(2))
