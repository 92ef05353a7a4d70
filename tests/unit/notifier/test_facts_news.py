"""Of all that is said about one key in a batch, only the newest word is kept."""

from notifier.application.follow_facts import News, Said
from shared.events.accounts import AccountChanged

TOPIC = AccountChanged.topic


def an_account(version: int) -> Said:
    data = AccountChanged(
        person_id="sonia",
        version=version,
        state="active",
        profile="parent",
        last_name="Vial",
        first_name="Sonia",
        establishments=(),
    )
    return Said(TOPIC, "sonia", data)


def heard(*said: Said) -> News:
    news = News()
    for one in said:
        news.hear(one)
    return news


def test_the_highest_version_counts_whatever_the_order() -> None:
    assert heard(an_account(3), an_account(2)).accounts["sonia"].version == 3


def test_a_tombstone_forgets_what_was_said_before_it() -> None:
    news = heard(an_account(3), Said(TOPIC, "sonia", None))

    assert (news.accounts, news.forgotten) == ({}, {TOPIC: {"sonia"}})


def test_what_is_said_after_a_tombstone_begins_anew() -> None:
    news = heard(an_account(3), Said(TOPIC, "sonia", None), an_account(1))

    assert news.accounts["sonia"].version == 1
    assert news.forgotten == {TOPIC: {"sonia"}}
