"""An accounts file in its plainest form, to be varied by tests."""

from datetime import date
from pathlib import Path

from auth.domain.account_line import AccountLine, AddressReaders, read_line
from auth.domain.accounts_file import COLUMNS, Layout
from auth.domain.faults import Fault
from shared.kit.addresses import read_email_address, read_phone_number

TODAY = date(2026, 9, 1)
READERS = AddressReaders(phone=read_phone_number, email=read_email_address)
HEADER = (
    "person_id;profile;last_name;first_name;birth_date;establishment_uai;establishment_name;establishment_kind;"
    "departement;academie;region;class;children;email;phone_home;phone_work;phone_mobile;transported"
)
PUPIL = {
    "person_id": "E1",
    "profile": "eleve",
    "last_name": "Vial",
    "first_name": "Léo",
    "birth_date": "2014-03-31",
    "establishment_uai": "0690001T",
    "establishment_name": "Collège Jean-Macé",
    "establishment_kind": "college",
    "departement": "69",
    "academie": "Lyon",
    "region": "Auvergne-Rhône-Alpes",
    "class": "6A",
    "transported": "oui",
}
PARENT = PUPIL | {
    "person_id": "P1",
    "profile": "parent",
    "first_name": "Sonia",
    "birth_date": "",
    "class": "",
    "children": "E1",
    "email": "sonia.vial@example.org",
    "phone_mobile": "06 39 98 00 01",
    "transported": "",
}


def judged(**cells: str) -> AccountLine | list[Fault]:
    """The pupil's line with some cells replaced, as the domain reads it."""
    return judged_of(PUPIL, **cells)


def judged_of(person: dict[str, str], **cells: str) -> AccountLine | list[Fault]:
    row = person | {("class" if name == "class_" else name): text for name, text in cells.items()}
    layout = Layout(len(COLUMNS), {name: place for place, name in enumerate(COLUMNS)})
    return read_line(2, [row.get(name, "") for name in COLUMNS], layout, READERS, today=TODAY)


def csv_text(*rows: dict[str, str], header: str = HEADER, separator: str = ";") -> str:
    """A file of these rows; what a row leaves out is an empty cell."""
    names = header.split(";")
    lines = [separator.join(names)]
    lines += [separator.join(row.get(name, "") for name in names) for row in rows]
    return "\n".join(lines) + "\n"


def csv_file(path: Path, *rows: dict[str, str], header: str = HEADER) -> Path:
    path.write_text(csv_text(*rows, header=header), encoding="utf-8")
    return path
