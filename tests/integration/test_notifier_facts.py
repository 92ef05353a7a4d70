"""What is known about people is the newest word, and how far it reaches is known with it."""

import asyncio
from collections.abc import Callable
from typing import Any

import asyncpg
import pytest

from notifier.adapters.facts_book import FactsBook
from notifier.adapters.facts_store import KnownFacts
from notifier.application.await_facts import AwaitFacts, FactsBehind
from notifier.application.follow_facts import FollowFacts, Said
from notifier.application.stores import Place
from notifier.domain.notifications import AudienceFilter
from notifier.domain.people import Contact
from shared.events.accounts import AccountChanged, Child
from tests.integration.notifier_facts import (
    COLLEGE,
    LYCEE,
    a_contact,
    a_school,
    an_account,
    preferences_of,
    tell,
    tell_people,
)


@pytest.fixture
async def pool(service_pool: Callable[..., Any]) -> asyncpg.Pool:
    return await service_pool("notifier")


async def test_a_person_is_known_with_schools_choices_contacts_and_children(pool: asyncpg.Pool) -> None:
    account = an_account(
        "sonia",
        a_school(COLLEGE),
        a_school(LYCEE, kind="lycee"),
        children=(Child(person_id="léo", first_name="Léo", uais=(COLLEGE,)),),
    )
    await tell(pool, account, preferences_of("sonia", a_contact("s@example.org"), a_contact("+33639980001")))

    sonia = (await KnownFacts(pool).known(["sonia", "nobody"]))["sonia"]

    assert sonia.email == Contact("s@example.org", "proved")
    assert sonia.sms == Contact("+33639980001", "proved")
    assert {place.uai: place.choices.partner_notices for place in sonia.attachments} == {
        COLLEGE: True,
        LYCEE: False,
    }
    assert sonia.children_at(COLLEGE) == ("Léo",)


@pytest.mark.requirement("R39")
async def test_only_the_selected_contact_is_kept(pool: asyncpg.Pool) -> None:
    await tell(
        pool,
        an_account("sonia"),
        preferences_of("sonia", a_contact("old@example.org", selected=False), a_contact("new@example.org")),
    )

    assert await pool.fetchval("select array_agg(address) from contact") == ["new@example.org"]


async def test_an_older_version_changes_nothing_and_a_newer_one_everything(pool: asyncpg.Pool) -> None:
    await tell(pool, an_account("sonia", version=2), preferences_of("sonia", version=2))

    await tell(pool, an_account("sonia", a_school(LYCEE), version=1), preferences_of("sonia", choices=()))
    before = (await KnownFacts(pool).known(["sonia"]))["sonia"]
    await tell(pool, an_account("sonia", a_school(LYCEE), version=3), preferences_of("sonia", version=3))
    after = (await KnownFacts(pool).known(["sonia"]))["sonia"]

    assert [place.uai for place in before.attachments] == [COLLEGE]
    assert before.attachments[0].choices.email_information
    assert [place.uai for place in after.attachments] == [LYCEE]


async def test_a_tombstone_leaves_nothing_behind(pool: asyncpg.Pool) -> None:
    await tell_people(pool, "sonia")

    gone = Said(AccountChanged.topic, "sonia", None)
    await FollowFacts(book=FactsBook(pool))([gone], {Place(AccountChanged.topic, 0): 2})

    assert await KnownFacts(pool).known(["sonia"]) == {}
    assert await pool.fetchval("select count(*) from attachment") == 0


async def test_a_dead_address_stays_dead_until_it_is_changed_or_proved_again(pool: asyncpg.Pool) -> None:
    async def proof_after(*told: Any) -> str:
        await tell(pool, *told)
        email = (await KnownFacts(pool).known(["sonia"]))["sonia"].email
        assert email is not None
        return email.proof

    await tell_people(pool, "sonia")
    await pool.execute("update contact set bounced_at = now()")

    assert await proof_after(preferences_of("sonia", version=2)) == "bounced"
    unproved = a_contact("sonia@example.org", proof="unproved")
    assert await proof_after(preferences_of("sonia", unproved, version=3)) == "unproved"
    assert await proof_after(preferences_of("sonia", version=4)) == "proved"


async def test_a_dead_address_that_is_vouched_for_again_lives(pool: asyncpg.Pool) -> None:
    await tell_people(pool, "sonia")
    await pool.execute("update contact set bounced_at = now()")
    vouched_for = a_contact("sonia@example.org").model_copy(update={"contact_id": "another"})

    await tell(pool, preferences_of("sonia", vouched_for, version=2))

    email = (await KnownFacts(pool).known(["sonia"]))["sonia"].email
    assert email is not None
    assert email.proof == "proved"


async def test_the_positions_move_with_the_facts_and_never_back(pool: asyncpg.Pool) -> None:
    await tell(pool, an_account("sonia"), upto=7)
    await tell(pool, an_account("sonia"), upto=3)

    assert await KnownFacts(pool).next_offsets() == {Place(AccountChanged.topic, 0): 7}


class EndsAt:
    """Ends that stand still."""

    def __init__(self, end: int) -> None:
        self._end = end

    async def now(self) -> dict[Place, int]:
        return {Place(AccountChanged.topic, 0): self._end}


async def test_routing_waits_until_what_was_said_before_is_known(pool: asyncpg.Pool) -> None:
    waiting = asyncio.create_task(AwaitFacts(ends=EndsAt(5), positions=KnownFacts(pool))())
    await tell(pool, an_account("sonia"), upto=4)
    await asyncio.wait({waiting}, timeout=0.1)
    was_waiting = not waiting.done()

    await tell(pool, an_account("sonia"), upto=5)
    await waiting

    assert was_waiting


async def test_facts_that_stay_behind_send_the_events_back(
    pool: asyncpg.Pool, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("notifier.application.await_facts.WAIT_S_MAX", 0.05)

    with pytest.raises(FactsBehind):
        await AwaitFacts(ends=EndsAt(5), positions=KnownFacts(pool))()


AUDIENCES = [
    AudienceFilter(),
    AudienceFilter(uais=frozenset({COLLEGE})),
    AudienceFilter(uais=frozenset({COLLEGE, LYCEE})),
    AudienceFilter(uais=frozenset(f"069000{number}Z" for number in range(20)) | {LYCEE}),
    AudienceFilter(uais=frozenset()),
    AudienceFilter(kinds=frozenset({"lycee"})),
    AudienceFilter(departements=frozenset({"01", "69"})),
    AudienceFilter(profiles=frozenset({"eleve"})),
    AudienceFilter(transported_only=True),
    AudienceFilter(kinds=frozenset({"college"}), profiles=frozenset({"parent"}), transported_only=True),
]


@pytest.mark.parametrize("audience", AUDIENCES)
async def test_the_audience_in_sql_is_the_audience_of_the_domain(
    pool: asyncpg.Pool, audience: AudienceFilter
) -> None:
    await tell(
        pool,
        an_account("both", a_school(COLLEGE, transported=True), a_school(LYCEE, kind="lycee")),
        an_account("college", a_school(COLLEGE)),
        an_account("lycee", a_school(LYCEE, kind="lycee", departement="01", transported=True)),
        an_account("pupil", a_school(COLLEGE, transported=True), profile="eleve"),
        an_account("away", a_school("0420001Z", departement="42")),
    )
    facts = KnownFacts(pool)
    people = await facts.known(["both", "college", "lycee", "pupil", "away"])

    paged: list[str] = []
    while page := await facts.page(audience, paged[-1] if paged else "", 2):
        paged += page

    assert paged == sorted(
        person_id
        for person_id, person in people.items()
        if any(audience.includes(person.profile, place) for place in person.attachments)
    )
