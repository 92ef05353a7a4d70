"""Long runs: the same promises under many kills and outages in a row."""

import random

import pytest

from tests.e2e.scene import Scene
from tests.waiting import eventually

pytestmark = [pytest.mark.soak, pytest.mark.kafka, pytest.mark.timeout(3_600)]

PEOPLE = 10_000
KILLS = 12


async def test_a_storm_of_kills_loses_nothing_and_marks_what_may_be_double(scene: Scene) -> None:
    chance = random.Random(20261123)
    people = await scene.crowd(PEOPLE)
    event_id = await scene.alert(people)
    notifiers = [scene.rig.notifier(f"storm-{number}") for number in range(2)]

    for kill in range(KILLS):
        goal = PEOPLE * (kill + 1) // (KILLS + 4)

        async def far_enough(goal: int = goal) -> bool:
            return await scene.count([event_id], "d.channel = 'email' and d.state = 'sent'") >= goal

        await eventually(far_enough, within_s=300, what=f"{goal} mails sent")
        victim = chance.randrange(2)
        notifiers[victim].kill()
        notifiers[victim] = scene.rig.notifier(f"storm-{victim}-{kill}")

    await scene.settled([event_id], expected=2 * PEOPLE, within_s=600)
    received = scene.received(people)
    twice = {person for person, count in received.items() if count > 1}
    assert received.keys() == {person.person_id for person in people}
    assert twice <= await scene.marked_twice([event_id])


async def test_outages_in_turn_while_messages_keep_coming_lose_nothing(scene: Scene) -> None:
    people = await scene.crowd(200)
    scene.rig.notifier("outages")
    event_ids = []
    for _ in range(5):
        event_ids += [await scene.send(people) for _ in range(3)]
        scene.rig.postgres.kill()
        event_ids += [await scene.send(people) for _ in range(3)]
        scene.rig.postgres.start()
        scene.rig.fault(kind="smtp", mode="drop_after_data", share=0.2, seconds=5)
        event_ids += [await scene.send(people) for _ in range(3)]

    await scene.settled(event_ids, expected=2 * len(people) * len(event_ids), within_s=600)
    received = scene.received(people)
    marked = await scene.marked_twice(event_ids)
    short = [person.person_id for person in people if received[person.person_id] < len(event_ids)]
    over = {person.person_id for person in people if received[person.person_id] > len(event_ids)}
    assert short == []
    assert over <= marked
