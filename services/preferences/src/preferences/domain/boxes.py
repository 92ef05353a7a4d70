"""The boxes of step 3 for one establishment, and what ticking one does to the others (R29–R31, R50, A4)."""

from dataclasses import dataclass

from shared.consent import Choices


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """What somebody asks of the boxes; one that is not named (none) stays as it is."""

    email_information: bool | None = None
    establishment_notices: bool | None = None
    partner_notices: bool | None = None
    sms_refused: bool | None = None

    @property
    def nothing(self) -> bool:
        return self == Asked()


def chosen(boxes: Choices, asked: Asked) -> Choices:
    """The boxes after what was asked (A4).

    R29 is the switch of R30 and R31: ticking one of these turns it on, unless R29 itself was named; turning it
    off suspends them without forgetting. R50 depends on nothing.
    """
    establishment_notices = _or(asked.establishment_notices, boxes.establishment_notices)
    partner_notices = _or(asked.partner_notices, boxes.partner_notices)
    newly_ticked = (establishment_notices and not boxes.establishment_notices) or (
        partner_notices and not boxes.partner_notices
    )
    return Choices(
        email_information=_or(asked.email_information, boxes.email_information or newly_ticked),
        establishment_notices=establishment_notices,
        partner_notices=partner_notices,
        sms_refused=_or(asked.sms_refused, boxes.sms_refused),
    )


def _or(asked: bool | None, otherwise: bool) -> bool:
    return otherwise if asked is None else asked
