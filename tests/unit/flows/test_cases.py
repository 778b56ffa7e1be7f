"""Cases opened by hand, what is put into them and taken out (domain 1.3; A8, A18, A21, A22)."""

from collections.abc import Sequence
from datetime import timedelta
from typing import Any

import pytest

from inbox_recipes.account import Account
from inbox_recipes.errors import Conflict, InvalidInput, NotFound, Stale
from inbox_recipes.flows.cases import LinkedMentions, NewCase, create_case, link_mentions, unlink_mention
from inbox_recipes.flows.contacts import Merge, merge_contacts
from inbox_recipes.inbox import Case
from inbox_recipes.replay import replay, state_of
from inbox_recipes.topics import Topic
from tests.builders import (
    ARRIVAL,
    NOON,
    NORA,
    TOPIC,
    a_private,
    a_recipe,
    a_rule_book,
    a_silence_recipe,
    add_tags,
    an_incoming,
    our_reply,
)  # fmt: skip
from tests.fakes import Meanwhile, World

SECOND = f"{TOPIC}_2"


@pytest.fixture
def world() -> World:
    return World(a_rule_book(), NOON)


def opened(world: World, *mentions: str, contacts: Sequence[str] = (), **changed: Any) -> Case:
    new = {"topic": {"id": TOPIC}, "title": "Recall", "priority": "high", "mentions": mentions}
    body = NewCase.model_validate({**new, "contacts": contacts, **changed})
    number = world.store.numbers
    return create_case(body, f"cas_m{number}", NORA, world.inbox, world.rule_books, world.now)[0]


def now(world: World, case: Case) -> Case:
    return world.store.cases[case.id]


def test_no_case_is_opened_by_hand_while_the_feature_is_off(world: World) -> None:
    """A40"""
    world.rule_books.set_account(cases=False)

    with pytest.raises(Conflict, match="cases feature is off"):
        opened(world)

    assert (world.store.cases, world.store.numbers) == ({}, 0)


def merged(world: World) -> tuple[str, str]:
    """Ada wrote from X before she was known to be Ada from Facebook; gives that message and her contact."""
    world.take_in(
        a_private("1", author__id="ada"), a_private("2", author__id="@ada", source__service="twitter")
    )
    ada, other = (world.store.profiles[key].contact_id for key in (("facebook", "ada"), ("twitter", "@ada")))
    merge_contacts(ada, Merge(contact_ids=(other,)), None, NORA, world.inbox, world.now)
    assert world.mention(SECOND).contact_id == other
    return SECOND, ada


def test_a_case_about_a_message_from_before_a_merge_is_with_whom_the_contact_became(world: World) -> None:
    """Domain 1.5: a mention keeps the id by which its contact was known."""
    message, ada = merged(world)

    assert opened(world, message).contact_ids == (ada,)
    assert opened(world, message, contacts=[ada]).contact_ids == (ada,)


def test_what_comes_and_goes_by_hand_brings_and_takes_whom_the_contact_became(world: World) -> None:
    """Domain 1.5"""
    message, ada = merged(world)
    case = opened(world)

    linked = link_mentions(case.id, [message, f"{TOPIC}_1"], None, NORA, world.inbox, world.now)
    assert linked.contact_ids == (ada,)
    one_left = unlink_mention(case.id, message, None, NORA, world.inbox, world.now)
    assert one_left.contact_ids == (ada,)
    empty = unlink_mention(case.id, f"{TOPIC}_1", None, NORA, world.inbox, world.now)
    assert empty.contact_ids == ()

    link_mentions(case.id, [message], None, NORA, world.inbox, world.now)
    assert unlink_mention(case.id, message, None, NORA, world.inbox, world.now).contact_ids == ()


def test_a_case_opened_by_hand_has_a_number_before_its_title_and_a_note(world: World) -> None:
    """Domain 1.3: topic, title and priority are required, a note is optional; A18: its own topic."""
    case = opened(world, note="Call them back")

    assert (case.number, case.title, case.priority, case.manual) == (1, "#1 Recall", "high", True)
    assert (case.topic.name, case.status, case.contact_id, case.last_mention_id) == (
        "Billing", "unresolved", None, None,
    )  # fmt: skip
    assert [note.text for note in case.notes] == ["Call them back"]
    assert opened(world).number == 2
    assert [line.type for line in world.case_history(case.id)] == ["case_created"]


def test_numbers_are_the_accounts_own_and_automatic_cases_have_them_too(world: World) -> None:
    world.take_in(a_private("1"))
    opened(world)
    world.take_in(a_private("2", author__id="u2"), an_incoming("3"))

    assert sorted(case.title for case in world.store.cases.values()) == [
        "#1 Where is my invoice?", "#2 Recall", "#3 Where is my invoice?",
    ]  # fmt: skip


def test_it_may_mix_contacts_networks_and_topics(world: World) -> None:
    world.take_in(
        a_private("1"),
        an_incoming("2", author__id="u2", source__service="twitter", topic__id="7"),
    )
    world.now += timedelta(minutes=5)

    case = opened(world, f"{TOPIC}_1", "7_2")

    contacts = [world.mention(key).contact_id for key in (f"{TOPIC}_1", "7_2")]
    assert case.contact_ids == tuple(contacts)
    assert (case.last_incoming_id, case.last_message_by, case.fence) == ("7_2", "customer", 2)
    assert world.mention("7_2").case_id == case.id
    first = world.mention(f"{TOPIC}_1")
    assert len(first.case_ids) == 2
    assert first.case_id == case.id
    assert [line.type for line in world.mention_history("7_2")] == ["arrived", "linked"]
    listed = world.inbox.mentions_of_case(case.id, 10, None).data
    assert [mention.unique_id for mention in listed] == ["46283_1", "7_2"]


@pytest.mark.parametrize(
    ("changed", "pointer"),
    [
        ({"topic": {"id": "999"}}, "/topic/id"),
        ({"mentions": ["46283_404"]}, "/mentions/0"),
        ({"contacts": ["con_404"]}, "/contacts/0"),
    ],
)
def test_what_does_not_exist_is_named(world: World, changed: dict[str, Any], pointer: str) -> None:
    with pytest.raises(InvalidInput) as error:
        opened(world, **changed)

    assert [problem.pointer for problem in error.value.problems] == [pointer]
    assert world.store.cases == {}


def test_a_new_case_recipe_sees_one_opened_by_hand() -> None:
    """A21, row 53"""
    recipe = a_recipe(trigger={**ARRIVAL, "objects": ["case"]}, actions=[add_tags("new")])
    world = World(a_rule_book(recipe), NOON)
    case = opened(world)

    world.settle()

    assert now(world, case).tags == ("new",)


def test_mentions_are_linked_and_unlinked_and_both_histories_tell_it(world: World) -> None:
    world.take_in(an_incoming("1"), an_incoming("2", author__id="u2"))
    case = opened(world, f"{TOPIC}_1")

    linked = link_mentions(case.id, [f"{TOPIC}_1", SECOND], None, NORA, world.inbox, world.now)
    again = link_mentions(case.id, [SECOND], None, NORA, world.inbox, world.now)

    assert (linked.fence, again.revision) == (case.fence + 1, linked.revision)
    assert len(linked.contact_ids) == 2
    assert world.mention(SECOND).case_ids == (case.id,)

    gone = unlink_mention(case.id, SECOND, linked.revision, NORA, world.inbox, world.now)

    assert gone.contact_ids == case.contact_ids
    assert (gone.last_mention_id, gone.fence) == (f"{TOPIC}_1", linked.fence)
    assert world.mention(SECOND).case_ids == ()
    assert world.store.links[case.id] == [f"{TOPIC}_1"]
    assert [line.type for line in world.case_history(case.id)] == [
        "case_created", "mentions_linked", "mentions_unlinked",
    ]  # fmt: skip
    assert [line.type for line in world.mention_history(SECOND)] == ["arrived", "linked", "unlinked"]
    agree(world)


def test_what_cannot_be_linked_is_refused(world: World) -> None:
    world.take_in(a_private("1"), an_incoming("2", author__id="u2"))
    [automatic] = world.store.cases
    case = opened(world)

    with pytest.raises(Conflict, match="automatic"):
        link_mentions(automatic, [SECOND], None, NORA, world.inbox, world.now)
    with pytest.raises(NotFound):
        link_mentions("cas_404", [SECOND], None, NORA, world.inbox, world.now)
    with pytest.raises(NotFound):
        unlink_mention(case.id, SECOND, None, NORA, world.inbox, world.now)
    with pytest.raises(Stale):
        link_mentions(case.id, [SECOND], 7, NORA, world.inbox, world.now)
    with pytest.raises(InvalidInput):
        link_mentions(case.id, ["46283_404"], None, NORA, world.inbox, world.now)
    with pytest.raises(ValueError, match="at least 1"):
        LinkedMentions.model_validate({"unique_ids": []})


def test_a_resolved_case_opened_by_hand_receives_nothing(world: World) -> None:
    """Rule 5, and A8: resolving it resolves its mentions."""
    world.take_in(an_incoming("1"), an_incoming("2", author__id="u2"))
    case = opened(world, f"{TOPIC}_1")
    world.patch_case(status="resolved")

    with pytest.raises(Conflict, match="resolved"):
        link_mentions(case.id, [SECOND], None, NORA, world.inbox, world.now)
    world.take_in(our_reply("3", to="1"))

    assert world.mention(f"{TOPIC}_1").status == "done"
    assert world.mention(f"{TOPIC}_3").case_ids == ()
    agree(world)


def test_answers_join_every_open_case_of_what_they_answer(world: World) -> None:
    """A22: a mention may be in several; the customer's answer opens a pending one again (A26)."""
    world.take_in(a_private("1"))
    [automatic] = world.store.cases
    case = opened(world, f"{TOPIC}_1")
    world.take_in(our_reply("2", to="1"))

    assert set(world.mention(SECOND).case_ids) == {automatic, case.id}
    assert {each.last_message_by for each in world.store.cases.values()} == {"us"}

    world.now += timedelta(minutes=1)
    world.take_in(an_incoming("3", source__in_reply_to_message_id="2"))

    assert world.mention(f"{TOPIC}_3").case_ids == (case.id,)
    assert now(world, case).last_message_by == "customer"
    agree(world)


def test_the_silence_of_a_case_opened_by_hand_ends_with_an_answer() -> None:
    """R5: whoever answers in its thread is heard."""
    world = World(a_rule_book(a_silence_recipe()), NOON)
    world.take_in(an_incoming("1"))
    case = opened(world, f"{TOPIC}_1")
    world.take_in(our_reply("2", to="1", private=False))
    world.patch_case(status="pending")
    world.pass_time(minutes=10)
    world.take_in(an_incoming("3", source__in_reply_to_message_id="2"))
    world.pass_time(hours=2)

    assert now(world, case).status == "unresolved"


def test_others_who_write_in_between_lose_nothing(world: World) -> None:
    world.take_in(an_incoming("1"))
    case = opened(world)

    def somebody_tags() -> None:
        world.patch_case(tags=["late"])

    inbox = world.ports(Meanwhile("inbox.commit", somebody_tags)).inbox
    after = link_mentions(case.id, [f"{TOPIC}_1"], None, NORA, inbox, world.now)

    assert (after.tags, after.last_mention_id) == (("late",), f"{TOPIC}_1")
    agree(world)


def test_how_long_a_case_took_is_kept_as_it_changes() -> None:
    """Domain 1.2: response, resolve and handle times, and the time in each status."""
    hours = {"dayofweek": 1, "start": "0900", "end": "1000"}
    schedule = {"name": "S", "timezone": "UTC", "periods": [hours]}
    schedules = {"sch_2": a_rule_book().schedules["sch_1"].model_validate(schedule)}
    topics = {TOPIC: Topic(name="Billing", schedule_id="sch_2")}
    monday = NOON.replace(hour=9, minute=30) + timedelta(days=1)
    world = World(a_rule_book(schedules=schedules, topics=topics), monday)
    world.take_in(a_private("1"))
    world.now += timedelta(minutes=20)
    world.take_in(our_reply("2", to="1"))
    world.now += timedelta(minutes=20)
    world.patch_case(status="pending")
    world.now += timedelta(hours=1)
    world.patch_case(status="resolved")

    times = world.case().timestamps
    assert (times.response_time, times.response_time_during_bh) == (1200, 1200)
    assert (times.unresolved_time, times.unresolved_time_during_bh) == (2400, 1800)
    assert (times.pending_time, times.resolve_time, times.resolve_time_during_bh) == (3600, 6000, 1800)
    assert (times.handle_time, times.schedule_id, times.status_since) == (4800, "sch_2", world.now)
    first = world.mention(f"{TOPIC}_1").timestamps
    assert (first.response_time, first.resolve_time, first.resolve_time_during_bh) == (1200, 6000, 1800)
    agree(world)


def test_the_account_has_hours_for_topics_that_name_none() -> None:
    book = a_rule_book(account=Account(default_schedule_id="sch_1"))
    world = World(book, NOON)
    world.take_in(a_private("1"))
    world.now += timedelta(minutes=1)
    world.take_in(our_reply("2", to="1"))

    times = world.case().timestamps
    assert (times.response_time, times.response_time_during_bh, times.schedule_id) == (60, 0, "sch_1")


def agree(world: World) -> None:
    """Rows 121-125: every history leads to the present state."""
    for case in world.store.cases.values():
        assert replay(world.case_history(case.id)) == (state_of(case), case.revision)
    for mention in world.store.mentions.values():
        lines = world.mention_history(mention.unique_id)
        assert replay(lines) == (state_of(mention), mention.revision)


def test_many_mentions_of_many_people_fit_into_a_case_that_others_are_in(world: World) -> None:
    """A transaction holds a hundred items; links of up to two contacts are written again with the case."""
    world.take_in(*(an_incoming(str(number), author__id=f"u{number}") for number in range(25)))
    ids = [f"{TOPIC}_{number}" for number in range(25)]
    case = opened(world, *ids[:5])
    world.now += timedelta(days=1)

    linked = link_mentions(case.id, ids[5:], None, NORA, world.inbox, world.now)

    assert len(linked.contact_ids) == 25
