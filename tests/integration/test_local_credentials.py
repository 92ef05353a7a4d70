"""Credentials of made-up people: whom they are given to, and that what is told really opens."""

from collections import Counter
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from auth.application.local_credentials import LocalOrder, LocalPerson, chosen_people
from auth.application.prove_account import Claim
from auth.application.sign_in import SignedIn
from auth.bootstrap import wired
from auth.domain.first_connection import Step
from tests.integration.auth_scene import AuthScene, noon, parent, pupil, staff
from tests.integration.conftest import ServiceDatabase
from tests.integration.wizard_scene import settings_of

PROFILES = ("eleve", "parent", "enseignant", "personnel")


def people(count: int) -> dict[str, LocalPerson]:
    made = [LocalPerson(person_id=f"P{n:03}", profile=PROFILES[n % 4]) for n in range(count)]
    return {person.person_id: person for person in made}


def test_those_who_are_named_come_first_and_every_profile_has_its_share() -> None:
    known = people(200)
    order = LocalOrder(first=90, ready=30, first_people=("P001", "P002"), ready_people=("P003", "nobody"))

    ready, first = chosen_people(known, order)

    assert (len(ready), len(first)) == (30, 90)
    assert ready[0] == "P003"
    assert first[:2] == ["P001", "P002"]
    assert not set(ready) & set(first)
    assert min(Counter(known[one].profile for one in ready).values()) >= 7


def test_a_small_stack_gives_what_it_has() -> None:
    ready, first = chosen_people(people(3), LocalOrder(first=90, ready=30, first_people=("P000",)))

    assert (len(ready), first) == (2, ["P000"])


@pytest.mark.requirement("R6")
async def test_what_is_told_opens_the_portal_or_the_wizard(
    service_database: ServiceDatabase, service_pool: Callable[..., Any], tmp_path: Path
) -> None:
    pool = await service_pool("auth")
    auth = wired(pool, settings_of(service_database("auth")))
    await AuthScene(pool, tmp_path, noon()).done(pupil("E1"), parent("P1"), staff("S1"))
    assert auth.desk.local_credentials is not None
    order = LocalOrder(first=1, ready=2, first_people=("P1",), desk_people=("S1",))

    told = {one.person_id: one for one in await auth.desk.local_credentials(order)}

    steps = {}
    for row in await pool.fetch("select person_id, identifier from account"):
        one = told[row["person_id"]]
        password = one.password or one.first_password or ""
        tried = Claim(identifier=row["identifier"], password=password, source="x", device_token=None)
        answer = await auth.sign_in(tried)
        assert isinstance(answer, SignedIn), answer
        steps[row["person_id"]] = answer.step
    assert steps == {"E1": Step.ACTIVE, "P1": Step.CHARTER, "S1": Step.ACTIVE}
    assert [school.uai for school in await auth.desk.desks.schools_of("S1")] == ["0690001T"]
