"""The file of `carillon-preferences seed`: one JSON object a line, checked whole before anything changes."""

import sys
from collections.abc import Iterable
from pathlib import Path

from pydantic import BaseModel, ConfigDict, ValidationError

from preferences.application.seed_preferences import Wish
from preferences.application.use_contact import read_email, read_sms_number
from preferences.domain.boxes import Asked
from shared.events.base import PersonId, Uai
from shared.events.envelope import faults
from shared.kernel.refusals import Refused

LINES_MAX = 1_000_000
FAULTS_SHOWN_MAX = 20


class SeedLine(BaseModel):
    """What a line may say; what it leaves out stays as it is."""

    model_config = ConfigDict(extra="forbid", hide_input_in_errors=True)

    person_id: PersonId
    uai: Uai | None = None
    email_information: bool | None = None
    establishment_notices: bool | None = None
    partner_notices: bool | None = None
    sms_refused: bool | None = None
    email: str | None = None
    email_proved: bool = False
    phone: str | None = None
    phone_proved: bool = False

    def wish(self) -> Wish | Refused:
        """The line as a wish, or why one of its addresses cannot be used."""
        email = None if self.email is None else read_email(self.email)
        if isinstance(email, Refused):
            return email
        phone = None if self.phone is None else read_sms_number(self.phone)
        if isinstance(phone, Refused):
            return phone
        asked = Asked(
            email_information=self.email_information,
            establishment_notices=self.establishment_notices,
            partner_notices=self.partner_notices,
            sms_refused=self.sms_refused,
        )
        if self.uai is None and not asked.nothing:
            return Refused("no_establishment", "Boxes are ticked for an establishment: uai is missing.")
        return Wish(
            person_id=self.person_id,
            uai=self.uai,
            asked=asked,
            email=email,
            email_proved=self.email_proved,
            phone=phone,
            phone_proved=self.phone_proved,
        )


def read_seed_file(file: Path) -> list[Wish] | Refused:
    """All the wishes of a file, or the sentences that name its wrong lines; `-` is standard input."""
    if str(file) == "-":
        return read_seed_lines(sys.stdin.buffer)
    try:
        with file.open("rb") as lines:
            return read_seed_lines(lines)
    except OSError as failure:
        return Refused("unreadable", f"{file} cannot be read ({type(failure).__name__}).")


def read_seed_lines(lines: Iterable[bytes]) -> list[Wish] | Refused:
    """All the wishes, or the first wrong lines, each with its number and reason and without its values."""
    wishes: list[Wish] = []
    wrong: list[str] = []
    for number, line in enumerate(lines, start=1):
        if number > LINES_MAX:
            return Refused("too_long", f"The most is {LINES_MAX} lines.")
        if not line.strip():
            continue
        wish = _read(line)
        if isinstance(wish, Wish):
            wishes.append(wish)
        else:
            wrong.append(f"Line {number}: {wish.detail}")
        if len(wrong) >= FAULTS_SHOWN_MAX:
            break
    return Refused("wrong_lines", "\n".join([*wrong, "Nothing was changed."])) if wrong else wishes


def _read(line: bytes) -> Wish | Refused:
    try:
        return SeedLine.model_validate_json(line).wish()
    except ValidationError as refusal:
        return Refused("wrong_line", f"{faults(refusal)}.")
