"""What the pages of the desk show, as rows and choices."""

from collections.abc import Callable, Sequence

from auth.application.desk_ports import ClassCount
from auth.application.open_desk import Desk

Say = Callable[..., str]


def counted(number: int) -> str:
    """`8 412`, with a space that does not break."""
    return f"{number:,}".replace(",", "\u202f")


def totals_list(desk: Desk, say: Say) -> Sequence[tuple[str, str]]:
    """The whole school in four lines."""
    totals = desk.totals
    never = say(
        "desk.total.never_value",
        count=counted(totals.without_slip + totals.never_signed_in),
        without_slip=counted(totals.without_slip),
    )
    return [
        (say("desk.total.never"), never),
        (say("desk.total.in_wizard"), counted(totals.in_wizard)),
        (say("desk.total.active"), counted(totals.active)),
        (say("desk.total.without_contact"), counted(totals.without_contact)),
    ]


def class_rows(desk: Desk, say: Say) -> Sequence[Sequence[str]]:
    return [
        (
            _named(each, say),
            counted(each.people),
            counted(each.without_slip),
            counted(each.never_signed_in),
            counted(each.in_wizard),
            counted(each.active),
        )
        for each in desk.classes
    ]


def class_choices(desk: Desk, say: Say, *, prefix: str, without: str) -> Sequence[tuple[str, str]]:
    """The classes in which there is something to print; none when all is printed."""
    choices = [
        (
            without if each.class_name is None else prefix + each.class_name,
            say("desk.class_choice", name=_named(each, say), count=counted(each.without_slip)),
        )
        for each in desk.classes
        if each.without_slip
    ]
    return [("", say("desk.choose_class")), *choices] if choices else []


def _named(each: ClassCount, say: Say) -> str:
    return say("desk.without_class") if each.class_name is None else each.class_name
