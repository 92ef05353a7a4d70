"""Slips before they are printed: for whom, in which order; and as documents for a printer or another program."""

import csv
import io
from collections.abc import Sequence
from datetime import UTC, datetime
from html.parser import HTMLParser
from secrets import choice

import pytest

from auth.application.make_slips import GIVE_TRIES_MAX, MakeSlips, NothingToPrint, Printing, SlipOrder
from auth.application.sign_in_ports import Busy
from auth.application.slip_ports import Given, School, Selection
from auth.domain.slips import Child, Recipient, Slip, sort_out
from auth.entrypoints.french_dates import french_instant
from auth.entrypoints.slip_documents import COLUMNS, CsvSlips, HtmlSlips, PerSheet, content_policy, style
from auth.entrypoints.slip_press import Press
from auth.entrypoints.slip_texts import made_sentence, nothing_sentence
from tests.fakes.auth import AuditInMemory, HandClock
from tests.html_tree import tree_of

ADDRESS = "https://ent.example.org"
SHOWN_ONCE = "Ces mots de passe ne peuvent plus être affichés."
SCHOOL = School(uai="0690001T", name="Collège Jean-Macé")


def somebody(person_id: str, **given: object) -> Recipient:
    plain: dict[str, object] = {
        "person_id": person_id,
        "profile": "eleve",
        "last_name": "Vial",
        "first_name": "Léo",
        "identifier": "leo.vial",
        "class_name": "6A",
    }
    return Recipient(**(plain | given))  # type: ignore[arg-type]  # the builder's cells are of many types


def a_slip(**given: object) -> Slip:
    plain: dict[str, object] = {
        "person_id": "E1",
        "profile": "eleve",
        "last_name": "Vial",
        "first_name": "Léo",
        "class_name": "6A",
        "children": (),
        "identifier": "leo.vial",
        "first_password": "Bcdf-ghjk-mnpr-2345",
        "expires_at": datetime(2027, 2, 22, 5, 5, tzinfo=UTC),
    }
    return Slip(**(plain | given))  # type: ignore[arg-type]  # the builder's cells are of many types


def taken(*people: Recipient, reissue: bool = False, chosen_too: bool = False) -> list[str]:
    found = sort_out(people, class_name=None, reissue=reissue, chosen_too=chosen_too)
    return [person.person_id for person in found.taken]


class HeldSlips:
    """A school whose accounts somebody else holds without end."""

    def __init__(self) -> None:
        self.tries = 0

    async def school(self, uai: str) -> School:
        return SCHOOL

    async def people(self, selection: Selection) -> Sequence[Recipient]:
        return [somebody("E1")]

    async def give(self, group: Sequence[Given], *, expires_at: datetime, now: datetime) -> Busy:
        self.tries += 1
        return Busy(0)


class PlainHasher:
    """As quick as a test needs; keeps nothing of anybody."""

    async def hash(self, password: str) -> str:
        return "digest"

    async def verify(self, password_hash: str | None, password: str) -> bool:
        return False

    def outdated(self, password_hash: str) -> bool:
        return False


async def test_slips_of_accounts_that_are_never_free_are_given_up_after_a_while() -> None:
    slips, audit = HeldSlips(), AuditInMemory()
    clock = HandClock(datetime(2026, 9, 1, 12, tzinfo=UTC))
    make = MakeSlips(slips=slips, hasher=PlainHasher(), choose=choice, audit=audit, clock=clock)
    printing = await make(SlipOrder(selection=Selection(uai=SCHOOL.uai), asked_by="mme.vial"))
    assert isinstance(printing, Printing)

    press = Press(printing, CsvSlips(ADDRESS))
    [_ async for _ in press.texts()]

    assert press.cut_short
    assert (press.slips, slips.tries, audit.lines) == (0, GIVE_TRIES_MAX, [])


@pytest.mark.parametrize(
    ("slips", "cut_short", "told"),
    [
        (0, False, "Aucune fiche n'a été faite : une autre impression vient de les faire toutes."),
        (0, True, "L'impression s'est arrêtée : 0 fiche faite sur 9. Recommencez pour les autres."),
        (8, True, "L'impression s'est arrêtée : 8 fiches faites sur 9. Recommencez pour les autres."),
        (
            8,
            False,
            f"8 fiches faites. {SHOWN_ONCE} L'autre vient d'être faite par une autre impression.",
        ),
        (
            7,
            False,
            f"7 fiches faites. {SHOWN_ONCE} Les 2 autres viennent d'être faites par une autre impression.",
        ),
    ],
)
def test_the_sentence_beside_the_slips_says_how_many_there_are(
    slips: int, cut_short: bool, told: str
) -> None:
    assert made_sentence(slips, 9, cut_short=cut_short) == told


@pytest.mark.parametrize(
    ("people", "told"),
    [
        (1, "1 personne a déjà choisi son mot de passe ; pour lui en redonner un premier"),
        (2, "2 personnes ont déjà choisi leur mot de passe ; pour leur en redonner un premier"),
    ],
)
def test_those_who_chose_a_password_are_spoken_of_as_one_or_as_several(people: int, told: str) -> None:
    nothing = NothingToPrint(school=SCHOOL, printed_before=0, chosen_before=people)

    sentence = nothing_sentence(nothing, SlipOrder(selection=Selection(uai="0690001T"), asked_by="Mme Vial"))

    assert told in sentence


@pytest.mark.requirement("R5")
def test_only_those_without_a_password_get_a_slip_unless_more_is_asked() -> None:
    people = (somebody("N"), somebody("F", held="first"), somebody("C", held="chosen"))

    assert taken(*people) == ["N"]
    assert taken(*people, reissue=True) == ["F", "N"]
    assert taken(*people, reissue=True, chosen_too=True) == ["C", "F", "N"]
    assert taken(*people, chosen_too=True) == ["N"]


def test_the_rest_is_counted() -> None:
    found = sort_out(
        (somebody("F", held="first"), somebody("C", held="chosen"), somebody("D", held="chosen")),
        class_name=None,
        reissue=False,
        chosen_too=False,
    )

    assert (found.printed_before, found.chosen_before) == (1, 2)


def test_slips_lie_by_class_then_name_without_regard_to_accents_and_those_of_no_class_last() -> None:
    parent = somebody(
        "P", profile="parent", class_name="", children=(Child(first_name="Zoé", class_name="5B"),)
    )

    assert taken(
        somebody("S", class_name=""),
        somebody("3", last_name="Zola"),
        somebody("2", last_name="Évrard"),
        somebody("1", last_name="Evin"),
        parent,
    ) == ["P", "1", "2", "3", "S"]


def test_a_parent_belongs_to_the_classes_of_his_children() -> None:
    children = (Child(first_name="Zoé", class_name="5B"), Child(first_name="Léo", class_name="6A"))
    parent = somebody("P", profile="parent", class_name="", children=children)

    assert parent.class_shown(None) == "5B, 6A"
    assert parent.class_shown("6A") == "6A"


def test_the_table_has_its_columns_and_one_line_a_slip() -> None:
    document = CsvSlips(ADDRESS)
    text = document.begin() + document.add([a_slip()]) + document.end()

    rows = list(csv.reader(io.StringIO(text), delimiter=";"))
    assert (
        ";".join(rows[0]) == "person_id;profile;last_name;first_name;class;identifier;first_password;address"
    )
    assert tuple(rows[0]) == COLUMNS
    assert rows[1:] == [["E1", "eleve", "Vial", "Léo", "6A", "leo.vial", "Bcdf-ghjk-mnpr-2345", ADDRESS]]


@pytest.mark.parametrize("start", ["=", "+", "-", "@"])
def test_no_cell_of_the_table_is_carried_out_by_a_spreadsheet(start: str) -> None:
    text = CsvSlips(ADDRESS).add([a_slip(last_name=f"{start}HYPERLINK(1)", class_name=f"{start}1")])

    cells = next(csv.reader(io.StringIO(text), delimiter=";"))
    assert cells[2] == f"'{start}HYPERLINK(1)"
    assert cells[4] == f"'{start}1"


@pytest.mark.requirement("R1", "R3", "R5")
def test_a_slip_says_who_how_where_and_until_when() -> None:
    document = HtmlSlips(SCHOOL, address=ADDRESS, per_sheet=2)
    text = tree_of(document.begin() + document.add([a_slip()]) + document.end()).text

    for wanted in (
        "Collège Jean-Macé",
        "Léo VIAL",
        "Classe : 6A",
        "leo.vial",
        "Bcdf-ghjk-mnpr-2345",
        f"Ouvrez {ADDRESS} ou scannez le code.",
        "dans les 90 jours : jusqu'au lundi 22 février 2027 à 6 h 05",
        "Parents et élèves ont un compte qui leur est dédié.",
    ):
        assert wanted in text


def test_a_parents_slip_names_the_child_it_travels_with() -> None:
    slip = a_slip(profile="parent", children=("Léo", "Zoé"))
    document = HtmlSlips(SCHOOL, address=ADDRESS, per_sheet=8)

    assert "Parent de : Léo, Zoé" in tree_of(document.begin() + document.add([slip]) + document.end()).text


@pytest.mark.parametrize(("per_sheet", "sheets"), [(1, 9), (2, 5), (8, 2)])
def test_sheets_are_filled_whatever_groups_the_slips_come_in(per_sheet: PerSheet, sheets: int) -> None:
    document = HtmlSlips(SCHOOL, address=ADDRESS, per_sheet=per_sheet)
    groups = [document.add([a_slip()] * size) for size in (3, 1, 5)]
    text = "".join([document.begin(), *groups, document.end()])

    assert text.count('<section class="sheet">') == text.count("</section>") == sheets
    assert text.count("<article") == 9


class _Outside(HTMLParser):
    """Collects what a page fetches, and its scripts."""

    def __init__(self) -> None:
        super().__init__()
        self.found: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag in {"script", "link", "img", "iframe", "object"}:
            self.found.append(tag)
        self.found += [name for name, _ in attrs if name in {"src", "style"} or name.startswith("on")]


def test_the_page_needs_nothing_else_and_runs_nothing() -> None:
    document = HtmlSlips(SCHOOL, address=ADDRESS, per_sheet=1)
    outside = _Outside()
    outside.feed(document.begin() + document.add([a_slip()]) + document.end())

    assert outside.found == []
    assert "url(" not in style()
    assert "unsafe" not in content_policy()


def test_a_hostile_name_is_only_text() -> None:
    document = HtmlSlips(School(uai="0690001T", name="<b>École</b>"), address=ADDRESS, per_sheet=1)
    text = (
        document.begin() + document.add([a_slip(first_name="<script>", last_name="&amp;")]) + document.end()
    )

    assert "<script>" not in text
    assert "<b>" not in text


def test_a_slip_is_never_printed_by_accident() -> None:
    assert "Bcdf" not in repr(a_slip())


@pytest.mark.parametrize(
    ("instant", "told"),
    [
        (datetime(2026, 11, 24, 5, 5, tzinfo=UTC), "mardi 24 novembre 2026 à 6\u00a0h\u00a005"),
        (datetime(2027, 7, 31, 22, 30, tzinfo=UTC), "dimanche 1er août 2027 à 0\u00a0h\u00a030"),
    ],
)
def test_an_instant_is_told_as_in_paris(instant: datetime, told: str) -> None:
    assert french_instant(instant) == told
