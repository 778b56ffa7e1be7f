"""Mentions in: each once, whoever sends it how often, and at the same time as whom (R2)."""

from datetime import datetime, timedelta

import pytest

from inbox_recipes.errors import InvalidInput, Stale
from inbox_recipes.flows.ingest import TRIES, Ingested, parsed
from inbox_recipes.inbox import CONTENT_LIMIT
from inbox_recipes.topics import Topic
from tests.builders import (
    IN_CASE,
    TOPIC,
    a_private,
    a_recipe,
    a_rule_book,
    an_incoming,
    our_reply,
    posted,
)  # fmt: skip
from tests.fakes import Meanwhile, World


@pytest.fixture
def world(now: datetime) -> World:
    return World(a_rule_book(), now)


def test_a_mention_that_is_sent_again_is_a_duplicate_and_changes_nothing(world: World) -> None:
    first = world.take_in(a_private())
    before = (len(world.store.journal), dict(world.store.mentions))
    world.now += timedelta(days=40)

    again = world.take_in(a_private(text="edited meanwhile"))

    assert first == [Ingested("46283_1001", "created")]
    assert again == [Ingested("46283_1001", "duplicate")]
    assert (len(world.store.journal), dict(world.store.mentions)) == before


def test_a_batch_may_hold_the_same_mention_twice(world: World) -> None:
    results = world.take_in(a_private(), a_private(), a_private("1002"))

    assert [result.result for result in results] == ["created", "duplicate", "created"]
    assert world.case().fence == 2


def test_one_native_message_of_two_topics_is_two_mentions(world: World) -> None:
    """Domain 1.1"""
    results = world.take_in(an_incoming(), an_incoming(topic__id="7"))

    assert [result.unique_id for result in results] == ["46283_1001", "7_1001"]


def test_cases_rest_while_their_feature_is_off_and_go_on_when_it_is_on_again(world: World) -> None:
    """A40: an open case stays as it is; the messages of meanwhile stay outside of it."""
    world.take_in(a_private("1"))
    case = world.case()
    world.rule_books.set_account(cases=False)

    world.take_in(a_private("2"), a_private("3", author__id="u2"), our_reply("4", to="1"))

    assert world.store.cases == {case.id: case}
    assert [world.mention(f"{TOPIC}_{number}").case_id for number in "234"] == [None, None, None]

    world.rule_books.set_account(cases=True)
    world.take_in(a_private("5"))

    assert (world.mention(f"{TOPIC}_5").case_id, world.case().fence) == (case.id, 2)


def test_two_mentions_of_a_new_author_at_the_same_time_share_one_case(world: World) -> None:
    meanwhile = Meanwhile("inbox.commit", lambda: world.take_in(a_private("1002")))

    world.take_in(a_private("1001"), watch=meanwhile)

    assert world.case().fence == 2
    assert {mention.case_id for mention in world.store.mentions.values()} == {world.case().id}


def test_the_same_mention_at_the_same_time_is_one_mention(world: World) -> None:
    meanwhile = Meanwhile("inbox.commit", lambda: world.take_in(a_private()))

    [result] = world.take_in(a_private(), watch=meanwhile)

    assert result.result == "duplicate"
    assert world.case().fence == 1


def test_a_case_that_is_resolved_meanwhile_receives_nothing_more(world: World) -> None:
    """Domain 1.3, rule 5"""
    world.take_in(a_private())
    meanwhile = Meanwhile("inbox.commit", lambda: world.patch_case(status="resolved"))

    world.take_in(a_private("1002"), watch=meanwhile)

    old, new = sorted(world.store.cases.values(), key=lambda case: case.linked_case_id or "")
    assert (old.status, old.fence) == ("resolved", 1)
    assert (new.status, new.linked_case_id) == ("unresolved", old.id)


def test_a_conversation_that_is_too_busy_is_given_back_and_keeps_what_went_in(world: World) -> None:
    class Busy(Meanwhile):
        def before(self, point: str) -> None:
            if point == "inbox.commit" and len(world.store.journal) > 0:
                world.take_in(a_private(f"9{len(world.store.journal)}"))

    with pytest.raises(Stale):
        world.take_in(a_private("1001"), a_private("1002"), watch=Busy("", lambda: None))

    assert "46283_1001" in world.store.mentions
    assert "46283_1002" not in world.store.mentions
    assert len(world.store.journal) == 1 + TRIES


def test_a_reply_of_ours_in_the_same_batch_finds_the_message_that_it_answers(world: World) -> None:
    world.take_in(a_private(), our_reply("1002", to="1001"))

    assert world.case().last_message_by == "us"
    assert world.mention("46283_1002").case_id == world.case().id


def test_what_happens_at_one_moment_is_told_in_its_order(now: datetime) -> None:
    """Whatever the ids of topics and messages are, an arrival comes before what was made of it."""
    in_shadow = a_recipe(trigger=IN_CASE, topics=["shop"], mode="shadow")
    world = World(a_rule_book(in_shadow, topics={"shop": Topic(name="Shop")}), now)

    world.take_in(*(a_private(id_, topic__id="shop") for id_ in ("9", "10")))
    world.settle()

    told = [(entry.type, entry.detail.get("unique_id")) for entry in world.case_history()]
    assert told == [("case_created", None), ("mention_added", "shop_9"), ("mention_added", "shop_10")]
    assert [entry.type for entry in world.mention_history("shop_9")] == ["arrived", "recipe"]


def test_topic_and_project_get_the_names_that_the_account_gave_them() -> None:
    topics = a_rule_book().topics

    mention = parsed(posted(topic={"id": TOPIC, "name": "whatever"}), topics)

    assert mention.topic.name == "Billing"
    assert mention.project is None


def test_a_topic_that_nobody_listens_to_is_refused_and_those_there_are_named() -> None:
    with pytest.raises(InvalidInput) as refused:
        parsed(posted(topic={"id": "99"}), a_rule_book().topics)

    [problem] = refused.value.problems
    assert problem.pointer == "/topic/id"
    assert problem.detail == "There is no topic with the id '99'."
    assert problem.allowed == ("46283", "7")


def test_a_mention_of_the_longest_text_is_taken_and_one_that_fits_in_no_item_is_refused() -> None:
    """R17: a character of the longest text may have four bytes."""
    topics = a_rule_book().topics
    attachment = {"type": "image", "url": "https://files.example/" + "a" * 2000}

    longest = parsed(posted(text="\N{SLIGHTLY SMILING FACE}" * CONTENT_LIMIT), topics)
    with pytest.raises(InvalidInput) as refused:
        parsed(
            posted(text=longest.message.content, message__attachments=[attachment] * 50), topics, "/mention"
        )

    [problem] = refused.value.problems
    assert problem.pointer == "/mention"
    assert problem.detail.startswith("A mention has at most 300000 bytes of JSON; this one has ")


def test_a_tag_is_there_once_however_it_is_spelled() -> None:
    """A33"""
    mention = parsed(posted() | {"tags": ["Vip", "late", " vip ", "VIP", "late"]}, a_rule_book().topics)

    assert mention.tags == ("Vip", "late")


def test_numbers_are_taken_for_ids() -> None:
    mention = parsed(posted(topic={"id": 46283}) | {"id": 43769358878509009}, a_rule_book().topics)

    assert (mention.topic.id, mention.id) == (TOPIC, "43769358878509009")
