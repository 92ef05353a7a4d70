import pytest
from hypothesis import given
from hypothesis import strategies as st

from carillon.sinks.smtp import framing
from carillon.sinks.smtp.commands import Path, read_recipient, read_sender
from carillon.sinks.smtp.content import refusal_of, unstuffed
from carillon.sinks.smtp.framing import Framing, LineTooLong


def stuffed(mail: bytes) -> bytes:
    return b"".join(
        (b"." + line if line.startswith(b".") else line) for line in mail.splitlines(keepends=True)
    )


@given(st.lists(st.sampled_from([b"", b".", b"..", b"x", b".x", b"QUIT"]), max_size=8), st.data())
def test_a_content_is_cut_the_same_wherever_the_packets_break(
    lines: list[bytes], data: st.DataObject
) -> None:
    mail = b"".join(line + b"\r\n" for line in lines)
    stream = stuffed(mail) + b".\r\nNOOP\r\n"
    cutting, at = Framing(), 0
    content = None

    while content is None:
        step = data.draw(st.integers(1, 7))
        cutting.feed(stream[at : at + step])
        at += step
        content = cutting.next_content()
    cutting.feed(stream[at:])

    assert unstuffed(content.data) == mail
    assert cutting.next_line() == b"NOOP"


def test_a_content_above_the_limit_is_swallowed_to_its_end(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(framing, "SIZE_BYTES_MAX", 100)
    cutting = Framing()
    contents = []
    for piece in [b"x" * 60 + b"\r\n"] * 9 + [b".", b"\r", b"\nNOOP\r\n"]:
        cutting.feed(piece)
        contents.append(cutting.next_content())

    assert [content.too_big for content in contents if content] == [True]
    assert cutting.next_line() == b"NOOP"


def test_a_line_that_never_ends_is_given_up() -> None:
    cutting = Framing()
    cutting.feed(b"x" * 5_000)

    with pytest.raises(LineTooLong):
        cutting.next_line()


@pytest.mark.parametrize(
    "data",
    [
        b"a\nb\r\n", b"a\rb\r\n", b"x" * 999 + b"\r\n", b"a\r\n.\n", b"a\n\r\n",
    ],
)  # fmt: skip
def test_a_content_that_a_strict_relay_refuses_is_refused(data: bytes) -> None:
    assert refusal_of(data).startswith("554 5.6.0")


@pytest.mark.parametrize("data", [b"", b"\r\n", b"x" * 998 + b"\r\n", b"a\r\nb\r\n"])
def test_a_content_in_order_passes(data: bytes) -> None:
    assert refusal_of(data) is None


@pytest.mark.parametrize(
    ("argument", "address"),
    [
        ("FROM:<a@example.org>", "a@example.org"),
        ("from:<a@example.org> size=10 body=8bitmime", "a@example.org"),
        ("FROM:<>", ""),
        ("FROM: <a@example.org>", "a@example.org"),
        ('FROM:<"a b"@example.org>', '"a b"@example.org'),
        ("FROM:<@relay.example,@b.example:a@example.org>", "a@example.org"),
    ],
)
def test_a_sender_is_read(argument: str, address: str) -> None:
    assert read_sender(argument) == Path(address)


@pytest.mark.parametrize(
    ("argument", "reply"),
    [
        ("", "501"), ("TO:<a@b.c>", "501"), ("FROM:a@b.c", "501"), ("FROM:<a b@c.d>", "501"), ("FROM:<ab>", "553"),
        ("FROM:<é@b.c>", "553 5.6.7"), ("FROM:<a@b.c> SIZE=99999999999", "552 5.3.4"),
        ("FROM:<a@b.c> RET=FULL", "555"), ("FROM:<a@b.c> BODY=BINARYMIME", "555"), ("FROM:<a@b.c>x", "501"),
    ],
)  # fmt: skip
def test_a_wrong_sender_is_refused_with_its_own_reply(argument: str, reply: str) -> None:
    assert read_sender(argument).startswith(reply)


@pytest.mark.parametrize(
    ("argument", "reply"),
    [("TO:<>", "553"), ("TO:a@b.c", "501"), ("TO:<a@b.c> NOTIFY=NEVER", "555"), ("TO:<é@b.c>", "553 5.6.7")],
)
def test_a_wrong_recipient_is_refused_with_its_own_reply(argument: str, reply: str) -> None:
    assert read_recipient(argument, utf8=False).startswith(reply)


def test_an_accented_address_passes_when_smtputf8_was_asked() -> None:
    assert read_recipient("TO:<hélène@example.org>", utf8=True) == Path("hélène@example.org")
