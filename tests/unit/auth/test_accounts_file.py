from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from auth.adapters.csv_accounts_file import LINE_CHARS_MAX, CsvAccountsFile, open_accounts_file
from auth.adapters.file_nature import CHUNK_BYTES
from auth.application.ports import Record
from auth.domain.faults import Fault
from auth.entrypoints.import_texts import REFUSALS
from shared.kernel.refusals import Refused
from tests.unit.auth.examples import HEADER, PARENT, PUPIL, csv_text


def _written(tmp_path: Path, content: str | bytes) -> Path:
    path = tmp_path / "comptes.csv"
    path.write_bytes(content.encode() if isinstance(content, str) else content)
    return path


def _read(path: Path) -> tuple[CsvAccountsFile, list[Record]]:
    opened = open_accounts_file(path)
    assert isinstance(opened, CsvAccountsFile)
    with opened as file:
        return file, list(file.records())


def _refusal(path: Path) -> Refused:
    opened = open_accounts_file(path)
    assert isinstance(opened, Refused)
    assert opened.reason in REFUSALS
    return opened


@pytest.mark.parametrize("mark", [b"", b"\xef\xbb\xbf"])
@pytest.mark.parametrize("separator", [";", ","])
def test_utf8_with_or_without_bom_and_both_separators_are_read(
    tmp_path: Path, mark: bytes, separator: str
) -> None:
    path = _written(tmp_path, mark + csv_text(PUPIL, separator=separator).encode())

    file, records = _read(path)

    assert file.encoding == "utf-8"
    assert [(line, cells[3]) for line, cells in records if not isinstance(cells, Fault)] == [(2, "Léo")]


def test_windows_1252_is_read_and_said(tmp_path: Path) -> None:
    path = _written(tmp_path, csv_text(PUPIL | {"last_name": "Œuvrard"}).encode("cp1252"))

    file, records = _read(path)

    assert file.encoding == "windows-1252"
    assert "Œuvrard" in records[0][1]  # type: ignore[operator]  # cells, not a fault


LINES = [csv_text(PUPIL | {"last_name": name}).splitlines()[1] for name in ("Éluard", "Dupont", "Noël")]


@pytest.mark.parametrize(
    ("content", "line"),
    [
        ("\n".join([HEADER, *LINES]).encode().replace("ë".encode(), b"\xeb"), "4"),
        ("\n".join([HEADER, LINES[0]]).encode() + b"\n" + LINES[2].encode("cp1252"), "3"),
        (
            b"\xef\xbb\xbf" + csv_text(PUPIL | {"first_name": "Leo"}).encode().replace(b"Vial", b"Vi\xe9l"),
            "2",
        ),
        ("\n".join([HEADER, LINES[0]]).encode() + b"\xc3", "2"),
        ("\n".join([HEADER, *LINES[:2]]).encode().replace(b"Dupont", b"Dup\x81nt"), "3"),
    ],
    ids=["one bad byte", "two files put together", "a mark and no letter", "cut in a letter", "undefined"],
)
def test_utf8_with_a_bad_byte_is_refused_with_its_line_and_not_read_as_something_else(
    tmp_path: Path, content: bytes, line: str
) -> None:
    assert _refusal(_written(tmp_path, content)) == Refused("mixed_encoding", line)


def test_a_bad_byte_far_into_a_long_file_is_found_with_its_line(tmp_path: Path) -> None:
    """A letter that lies across two pieces is a letter, and lines of all pieces are counted."""
    whole = (HEADER + "\n").encode()
    fill = b"x" * (CHUNK_BYTES - len(whole) - 1) + "é".encode()  # é is the only letter, half in each piece
    far = b"\n" * CHUNK_BYTES + b"caf\xe9 "

    assert _refusal(_written(tmp_path, whole + fill + far)) == Refused("mixed_encoding", str(CHUNK_BYTES + 2))


@pytest.mark.parametrize(
    "name", ["Été", "ÉLOÏSE Éé", "JOÃO MAGALHÃES", "Ça « déjà » vu", "Ångström", "l’Œuvre"]
)
def test_genuine_windows_1252_stays_accepted(tmp_path: Path, name: str) -> None:
    path = _written(tmp_path, csv_text(PUPIL | {"last_name": name}).encode("cp1252"))

    file, records = _read(path)

    assert file.encoding == "windows-1252"
    assert name in records[0][1]  # type: ignore[operator]  # cells, not a fault


@pytest.mark.parametrize(
    ("content", "reason"),
    [
        ("", "empty_file"),
        ("\n \n", "empty_file"),
        ("\ufeff", "empty_file"),
        (b"PK\x03\x04\x14\x00", "spreadsheet"),
        (HEADER.encode("utf-16"), "utf16"),
        (b"person_id;profile\x00\n", "binary"),
        (b"\x81\x8d\xff" * 50, "unknown_encoding"),
        ("E1;eleve;Vial;Léo\n", "no_header"),
        ("person_id;profile;last_name\n", "missing_columns"),
        (HEADER + ";email\n", "repeated_columns"),
        ('"' + HEADER, "no_header"),
    ],
)
def test_what_is_no_accounts_file_is_refused_with_a_reason(
    tmp_path: Path, content: str | bytes, reason: str
) -> None:
    assert _refusal(_written(tmp_path, content)).reason == reason


def test_missing_columns_are_named(tmp_path: Path) -> None:
    path = _written(tmp_path, HEADER.replace("region;", "").replace("academie;", "") + "\n")

    assert _refusal(path).detail == "academie, region"


def test_a_directory_a_missing_file_and_a_device_are_refused(tmp_path: Path) -> None:
    assert _refusal(tmp_path).reason == "is_a_directory"
    assert _refusal(tmp_path / "nowhere.csv").reason == "no_such_file"
    assert _refusal(Path("/dev/null")).reason == "not_a_file"


def test_extra_columns_and_any_order_are_fine(tmp_path: Path) -> None:
    header = "note;" + ";".join(reversed(HEADER.split(";")))
    path = _written(tmp_path, csv_text(PUPIL | {"note": "x"}, header=header))

    file, records = _read(path)

    cells = records[0][1]
    assert not isinstance(cells, Fault)
    assert cells[file.layout.places["last_name"]] == "Vial"


def test_quotes_protect_separators_and_line_ends(tmp_path: Path) -> None:
    rows = csv_text(PUPIL | {"last_name": '"de ""la"";Tour\nd\'Auvergne"'}, PARENT)

    _, records = _read(_written(tmp_path, rows))

    assert [line for line, _ in records] == [2, 4]
    assert 'de "la";Tour\nd\'Auvergne' in records[0][1]  # type: ignore[operator]  # cells, not a fault


def test_a_forgotten_quote_costs_its_own_line_only(tmp_path: Path) -> None:
    rows = csv_text(PUPIL | {"last_name": '"Vial'}, PARENT, PUPIL | {"person_id": "E2"})

    _, records = _read(_written(tmp_path, rows))

    assert records[0] == (2, Fault(2, "", "", "unreadable_line"))
    assert [cells[0] for _, cells in records[1:] if not isinstance(cells, Fault)] == ["P1", "E2"]


def test_a_line_of_ten_megabytes_is_told_and_the_next_is_read(tmp_path: Path) -> None:
    path = _written(tmp_path, csv_text(PUPIL) + "x" * 10_000_000 + "\n" + csv_text(PARENT).split("\n")[1])

    _, records = _read(path)

    assert records[1] == (3, Fault(3, "", "", "line_too_long"))
    assert [line for line, _ in records] == [2, 3, 4]


def test_blank_lines_and_every_line_end_are_understood(tmp_path: Path) -> None:
    text = csv_text(PUPIL).replace("\n", "\r\n") + "\r\n;;;;\r\n" + csv_text(PARENT).split("\n")[1]

    _, records = _read(_written(tmp_path, text))

    assert [line for line, _ in records] == [2, 5]


def test_a_file_that_grows_while_it_is_read_is_noticed(tmp_path: Path) -> None:
    path = _written(tmp_path, csv_text(PUPIL))
    opened = open_accounts_file(path)
    assert isinstance(opened, CsvAccountsFile)

    with opened as file:
        before = file.changed_meanwhile()
        with path.open("a") as other:
            other.write("more")
        after = file.changed_meanwhile()

    assert (before, after) == (False, True)


@given(st.binary(max_size=400), st.booleans())
@settings(suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_any_bytes_are_records_or_a_refusal(tmp_path: Path, content: bytes, headed: bool) -> None:
    path = _written(tmp_path, (HEADER.encode() + b"\n" if headed else b"") + content)

    opened = open_accounts_file(path)

    if isinstance(opened, Refused):
        assert opened.reason in REFUSALS
    else:
        with opened as file:
            lines = [line for line, _ in file.records()]
        assert lines == sorted(set(lines))


@given(st.lists(st.text(alphabet='a;"\n,', max_size=12), max_size=12))
@settings(suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_no_quoting_makes_a_line_disappear(tmp_path: Path, cells: list[str]) -> None:
    good = csv_text(PARENT).split("\n")[1]
    path = _written(tmp_path, f"{HEADER}\n{';'.join(cells)}\n" + f"{good}\n" * 12)

    _, records = _read(path)

    last = [row for _, row in records][-1]
    assert not isinstance(last, Fault)
    assert last[0] == "P1"


def test_the_longest_line_allowed_is_read(tmp_path: Path) -> None:
    path = _written(tmp_path, csv_text(PUPIL | {"class": "x" * (LINE_CHARS_MAX - 200)}))

    _, records = _read(path)

    assert not isinstance(records[0][1], Fault)


def test_a_file_overwritten_while_it_is_read_has_changed_and_does_not_break_the_reading(
    tmp_path: Path,
) -> None:
    path = _written(tmp_path, csv_text(*[PUPIL] * 2_000))
    opened = open_accounts_file(path)
    assert isinstance(opened, CsvAccountsFile)
    with opened as file:
        records = file.records()
        next(records)
        path.write_bytes(csv_text(*[PUPIL] * 2_000).encode("cp1252"))

        rest = list(records)

        assert len(rest) < 1_999
        assert file.changed_meanwhile()
