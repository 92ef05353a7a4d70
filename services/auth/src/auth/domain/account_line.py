"""One line of the accounts file: one person at one establishment, every cell judged."""

import re
import unicodedata
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date
from functools import lru_cache

from auth.domain.accounts_file import COLUMNS, KINDS, PROFILES, REQUIRED, Layout
from auth.domain.faults import Fault, Reason, masked
from auth.domain.identifiers import identifier_stem
from auth.domain.uai import has_uai_shape
from shared.kernel.addresses import EmailAddress, PhoneNumber
from shared.kernel.refusals import Refused

CELL_LENGTH_MAX = 200
PERSON_ID_LENGTH_MAX = 64
CLASS_LENGTH_MAX = 60
CHILDREN_MAX = 30
BIRTH_YEAR_MIN = 1900

CELLS_REMEMBERED = 4_096
"""Schools, classes and names come back line after line."""

_UNTYPED = frozenset({"Cc", "Cs", "Co", "Cn"})
_ISO = re.compile(r"(\d{4})-(\d{2})-(\d{2})")
_FRENCH = re.compile(r"(\d{2})/(\d{2})/(\d{4})")
_BLANKS = re.compile(r"\s+")


@dataclass(frozen=True, slots=True)
class AddressReaders:
    """How telephone numbers and e-mail addresses are judged; a refusal's reason is one of `Reason`."""

    phone: Callable[[str], PhoneNumber | Refused]
    email: Callable[[str], EmailAddress | Refused]


@dataclass(frozen=True, slots=True)
class AccountLine:
    """A line in order. Text is NFC, single-spaced; numbers are E.164; what a cell leaves empty is none."""

    line: int
    person_id: str
    profile: str
    last_name: str
    first_name: str
    birth_date: date | None
    uai: str
    establishment_name: str
    establishment_kind: str
    departement: str
    academie: str
    region: str
    class_name: str | None
    children: tuple[str, ...]
    email: str | None
    phone_home: str | None
    phone_work: str | None
    phone_mobile: str | None
    transported: bool
    identifier_stem: str


def read_line(
    line: int,
    cells: Sequence[str],
    layout: Layout,
    readers: AddressReaders,
    *,
    today: date,
    children_max: int | None = CHILDREN_MAX,
) -> AccountLine | list[Fault]:
    """Judge a whole line and tell everything that is wrong with it. Without `children_max` any number is right."""
    if len(cells) != layout.width:
        spare = cells[layout.width :]
        if len(cells) < layout.width or any(cell.strip() for cell in spare):
            return [Fault(line, "", f"{len(cells)} / {layout.width}", "wrong_number_of_cells")]
    return _Cells(line, cells, layout, readers, today=today, children_max=children_max).read()


@lru_cache(maxsize=CELLS_REMEMBERED)
def _cleaned(raw: str) -> tuple[str, bool]:
    """NFC and single-spaced; and whether something is in it that nobody types."""
    clean = _BLANKS.sub(" ", unicodedata.normalize("NFC", raw)).strip()
    return clean, any(unicodedata.category(c) in _UNTYPED for c in clean)


class _Cells:
    """The cells of one line while they are judged; each reader answers a value or adds a fault."""

    def __init__(
        self,
        line: int,
        cells: Sequence[str],
        layout: Layout,
        readers: AddressReaders,
        *,
        today: date,
        children_max: int | None,
    ) -> None:
        self._line = line
        self._faults: list[Fault] = []
        self._readers = readers
        self._today = today
        self._children_max = children_max
        self._raw = {name: cells[place] for name, place in layout.places.items()}

    def read(self) -> AccountLine | list[Fault]:
        text = {name: self._text(name) for name in COLUMNS}
        last_name, first_name = text["last_name"], text["first_name"]
        found = AccountLine(
            line=self._line,
            person_id=self._person_id("person_id", text["person_id"]),
            profile=self._one_of("profile", text["profile"], PROFILES, "unknown_profile"),
            last_name=last_name,
            first_name=first_name,
            birth_date=self._date("birth_date", text["birth_date"]),
            uai=self._uai("establishment_uai", text["establishment_uai"]),
            establishment_name=text["establishment_name"],
            establishment_kind=self._one_of(
                "establishment_kind", text["establishment_kind"], KINDS, "unknown_kind"
            ),
            departement=text["departement"],
            academie=text["academie"],
            region=text["region"],
            class_name=self._class(text["class"]),
            children=self._children(text["children"], text["profile"]),
            email=self._email("email", text["email"]),
            phone_home=self._phone("phone_home", text["phone_home"]),
            phone_work=self._phone("phone_work", text["phone_work"]),
            phone_mobile=self._phone("phone_mobile", text["phone_mobile"]),
            transported=self._yes_or_no("transported", text["transported"]),
            identifier_stem=identifier_stem(first_name, last_name),
        )
        return self._faults or found

    def _fault(self, column: str, value: str, reason: Reason) -> None:
        self._faults.append(Fault(self._line, column, masked(value), reason))

    def _text(self, column: str) -> str:
        raw = self._raw.get(column, "")
        clean, has_controls = _cleaned(raw) if raw else ("", False)
        if not clean:
            if column in REQUIRED:
                self._fault(column, raw, "empty")
        elif has_controls:
            self._fault(column, raw, "control_character")
        elif len(clean) > CELL_LENGTH_MAX and column != "children":
            self._fault(column, raw, "too_long")
        return clean

    def _person_id(self, column: str, text: str) -> str:
        if text and (" " in text or len(text) > PERSON_ID_LENGTH_MAX):
            self._fault(column, text, "not_a_person_id")
        return text

    def _one_of(self, column: str, text: str, allowed: frozenset[str], reason: Reason) -> str:
        lower = text.lower()
        if text and lower not in allowed:
            self._fault(column, text, reason)
        return lower

    def _uai(self, column: str, text: str) -> str:
        upper = text.upper()
        if text and not has_uai_shape(upper):
            self._fault(column, text, "not_a_uai")
        return upper

    def _class(self, text: str) -> str | None:
        if len(text) > CLASS_LENGTH_MAX:
            self._fault("class", text, "too_long")
        return text or None

    def _date(self, column: str, text: str) -> date | None:
        if not text:
            return None
        if found := _ISO.fullmatch(text):
            year, month, day = found.groups()
        elif found := _FRENCH.fullmatch(text):
            day, month, year = found.groups()
        else:
            self._fault(column, text, "not_a_date")
            return None
        try:
            born = date(int(year), int(month), int(day))
        except ValueError:
            self._fault(column, text, "not_a_date")
            return None
        if born.year < BIRTH_YEAR_MIN or born > self._today:
            self._fault(column, text, "impossible_date")
        return born

    def _children(self, text: str, profile: str) -> tuple[str, ...]:
        children = tuple(dict.fromkeys(text.split(" "))) if text else ()
        if children and profile.lower() in PROFILES - {"parent"}:
            self._fault("children", text, "children_without_parent")
        if self._children_max is not None and len(children) > self._children_max:
            self._fault("children", text, "too_many_children")
        for child in children[: self._children_max]:
            if len(child) > PERSON_ID_LENGTH_MAX:
                self._fault("children", child, "not_a_person_id")
        return children

    def _email(self, column: str, text: str) -> str | None:
        return self._address(column, text, self._readers.email(text)) if text else None

    def _phone(self, column: str, text: str) -> str | None:
        return self._address(column, text, self._readers.phone(text)) if text else None

    def _address(self, column: str, text: str, read: EmailAddress | PhoneNumber | Refused) -> str | None:
        if isinstance(read, Refused):
            self._fault(column, text, read.reason)  # type: ignore[arg-type]  # the readers' slugs are in Reason
            return None
        return read.value

    def _yes_or_no(self, column: str, text: str) -> bool:
        lower = text.lower()
        if lower not in {"", "oui", "non"}:
            self._fault(column, text, "not_yes_or_no")
        return lower == "oui"
