"""What `carillon-preferences show` prints."""

import pytest

from preferences.domain.boxes import Asked
from preferences.domain.fusion import Fusion
from preferences.domain.person import Directory
from preferences.domain.preferences import Preferences
from preferences.entrypoints.summary import summary
from tests.unit.preferences.builders import COLLEGE, a_contact, a_person, email


@pytest.mark.requirement("R46")
@pytest.mark.requirement("R47")
@pytest.mark.requirement("A25")
def test_it_shows_imported_and_typed_contacts_with_their_origin_and_no_address_in_full() -> None:
    person = a_person(directory=Directory(email=email("ecole@example.org"), phone_mobile="06 39 98 00 12"))
    preferences = (
        Preferences(person_id="P1", version=3)
        .choose(COLLEGE, Asked(establishment_notices=True))
        .select(a_contact(email("sonia@example.org"), proof="proved"))
    )

    assert summary(person, preferences, Fusion(person_id="P1")).splitlines() == [
        "P1: parent, account active, preferences version 3",
        "Email de réception : s•••@example.org (typed, proved)",
        "Numéro de contact : none",
        "Téléphone personnel : Aucun numéro",
        "Téléphone professionnel : Aucun numéro",
        "Téléphone mobile : +336••••••12",
        "0690001A Établissement 0690001A",
        "  [x] Je souhaite être informé sur l'adresse email […] des messages émis sur l'ENT",
        "  [x] Réception de notifications ENT de mon établissement",
        "  [ ] Réception de notifications ENT des partenaires",
        "  [ ] Ne pas me contacter par SMS",
    ]


@pytest.mark.requirement("R61")
def test_it_names_the_accounts_that_were_fused_and_whether_their_boxes_were_confirmed() -> None:
    person = a_person(fused=("P2", "P3"))
    fusion = Fusion(person_id="P1", attached_ids=("P2", "P3"))

    lines = summary(person, Preferences(person_id="P1"), fusion).splitlines()

    assert lines[1] == "Fusion de comptes : P2, P3 (unconfirmed, the strictest boxes hold)"


def test_an_account_that_was_taken_in_says_where_its_preferences_are() -> None:
    person = a_person("P2", state="closed", fused_into="P1")

    lines = summary(person, Preferences(person_id="P2"), Fusion(person_id="P2")).splitlines()

    assert lines[1] == "Fusion de comptes : fused into P1, whose preferences hold"
