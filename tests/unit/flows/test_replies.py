"""What agents answer: messages of ours, and all that follows from them (domain 1.3, rule 6; A1, A29)."""

from datetime import datetime, timedelta
from typing import Any

import pytest
from pydantic import ValidationError

from inbox_recipes.errors import Conflict, InvalidInput, NotFound
from inbox_recipes.filters import Scene
from inbox_recipes.filters.fields import FIELDS
from inbox_recipes.flows.replies import NewReply, reply_in_case, reply_to_mention
from inbox_recipes.inbox import HandledBy, Mention, Subject
from inbox_recipes.outbox import OutboxItem
from inbox_recipes.replay import replay, state_of
from tests.builders import (
    ARRIVAL,
    NORA,
    a_private,
    a_recipe,
    a_rule_book,
    a_silence_recipe,
    add_tags,
    an_incoming,
    condition,
    group,
    wait,
)
from tests.fakes import Meanwhile, World
from tests.replies import PROFILES, a_profile, answering, only, sent_texts, told, written

MENTION = "46283_1001"


@pytest.fixture
def world(now: datetime) -> World:
    world = World(a_rule_book(), now)
    world.take_in(a_private(source__profile="page-1", message__type="privatemessage"))
    return world


def answer(world: World, text: str = "We are on it.", key: str = "k1", unique_id: str = MENTION) -> Mention:
    return kept(reply_to_mention(unique_id, NewReply(text=text), key, world.agent(), world.desk())[0])


def kept(made: Mention | OutboxItem) -> Mention:
    """The message of ours that an answer without a connected profile becomes."""
    assert isinstance(made, Mention)
    return made


def told_in_full(world: World) -> None:
    """Rows 121-125: every history leads to the present state."""
    for mention in world.store.mentions.values():
        assert replay(world.mention_history(mention.unique_id)) == (state_of(mention), mention.revision)
    for case in world.store.cases.values():
        assert replay(world.case_history(case.id)) == (state_of(case), case.revision)


def test_a_reply_is_a_message_of_ours_in_kind_and_says_that_it_is_not_yet_sent(world: World) -> None:
    """A10, design section 4: author managed, status sent."""
    reply = answer(world)

    assert (reply.status, reply.author.managed, reply.author.id, reply.private) == (
        "sent", True, "page-1", True,
    )  # fmt: skip
    assert (reply.source.in_reply_to_message_id, reply.source.profile) == ("1001", "page-1")
    assert (reply.topic.id, reply.source.service, reply.message.type) == (
        "46283", "facebook", "privatemessage",
    )  # fmt: skip
    assert (reply.message.content, reply.delivery) == ("We are on it.", "recorded")
    assert (reply.case_id, reply.contact_id) == (world.case().id, world.mention(MENTION).contact_id)
    told_in_full(world)


def test_the_case_and_the_message_that_is_answered_follow(world: World) -> None:
    """Rows 122, 124: each in its own history, under the agent's name."""
    world.pass_time(minutes=2)
    reply = answer(world)

    case = world.case()
    assert (case.last_message_by, case.last_reply_at, case.last_mention_id, case.fence) == (
        "us", world.now, reply.unique_id, 1,
    )  # fmt: skip
    assert (case.handled_by, case.timestamps.response_time) == (HandledBy(type="agent"), 120)
    for line in (world.case_history()[-1], world.mention_history(MENTION)[-1]):
        assert (line.by, line.detail["unique_id"]) == (NORA, reply.unique_id)
    assert world.mention_history(reply.unique_id)[0].by == NORA
    assert world.store.changes[-1].chain == ()


def test_a_reply_starts_the_silence_anew_a1(now: datetime) -> None:
    world = World(a_rule_book(a_silence_recipe(minutes=30)), now)
    world.take_in(a_private())
    world.patch_case(status="pending")
    world.pass_time(minutes=20)

    answer(world)
    world.pass_time(minutes=29)
    assert world.case().status == "pending"
    world.pass_time(minutes=2)

    assert world.case().status == "resolved"


def test_the_same_key_is_the_same_reply_a36(world: World) -> None:
    first, known = reply_to_mention(MENTION, NewReply(text="Yes"), "k", world.agent(), world.desk())
    again, known_again = reply_to_mention(MENTION, NewReply(text="Yes"), "k", world.agent(), world.desk())

    assert (again, known, known_again) == (first, False, True)
    assert len(world.store.mentions) == 2
    assert answer(world, "Yes", "other").unique_id != first.unique_id
    with pytest.raises(Conflict, match="another text"):
        answer(world, "No", "k")


def test_a_repeat_gets_its_answer_also_when_the_case_is_over_by_then_a36(world: World) -> None:
    new, case_id = NewReply(text="Yes"), world.case().id
    first, _ = reply_in_case(case_id, new, "k", world.agent(), world.desk())
    world.patch_case(status="resolved")

    assert reply_in_case(case_id, new, "k", world.agent(), world.desk()) == (first, True)


def test_the_same_key_twice_at_once_is_one_reply_a36(world: World) -> None:
    together = Meanwhile("inbox.commit", lambda: answer(world, "Yes", "k"))

    ports = world.ports(together)
    made, known = reply_to_mention(MENTION, NewReply(text="Yes"), "k", world.agent(ports), world.desk(ports))

    assert known
    reply = kept(made)
    assert [m.unique_id for m in world.store.mentions.values() if m.author.managed] == [reply.unique_id]


def test_a_reply_in_a_case_answers_what_the_customer_said_last(world: World) -> None:
    """Domain 1.3, rule 6: also what came in while the agent pressed the button."""
    world.take_in(a_private("1002"))
    late = Meanwhile("inbox.commit", lambda: world.take_in(a_private("1003")))

    ports = world.ports(late)
    new = NewReply(text="Yes")
    reply = kept(reply_in_case(world.case().id, new, "k", world.agent(ports), world.desk(ports))[0])

    assert reply.source.in_reply_to_message_id == "1003"
    assert (world.case().last_message_by, world.case().fence) == ("us", 3)
    told_in_full(world)


def test_there_must_be_somebody_to_answer(world: World) -> None:
    reply = answer(world)
    with pytest.raises(Conflict, match="message of ours"):
        answer(world, unique_id=reply.unique_id)
    with pytest.raises(NotFound):
        answer(world, unique_id="46283_9")
    world.patch_case(status="resolved")
    with pytest.raises(Conflict, match="resolved case receives nothing"):
        reply_in_case(world.case().id, NewReply(text="Yes"), "k", world.agent(), world.desk())
    assert answer(world, key="late").case_id is None


@pytest.mark.parametrize("text", ["", "  ", "x" * 10_001])
def test_a_reply_says_something_and_has_a_limit_r17(text: str) -> None:
    with pytest.raises(ValidationError):
        NewReply(text=text)


def test_what_is_public_is_answered_in_public_and_counts_as_replied(world: World) -> None:
    """A10; `action.was_replied` is true outside a case too."""
    world.take_in(an_incoming("2001"))
    asks = FIELDS["action.was_replied"].read
    before = asks(Scene(Subject(mention=world.mention("46283_2001"), case=None), None, world.now))

    reply = answer(world, unique_id="46283_2001")

    after = asks(Scene(Subject(mention=world.mention("46283_2001"), case=None), None, world.now))
    assert (before, after) == (False, True)
    assert (reply.private, reply.case_id, reply.message.type, reply.author.id) == (False, None, "reply", "us")
    told_in_full(world)


def test_a_profile_of_ours_is_named_freely(world: World) -> None:
    new = NewReply(text="Yes", profile="Orvane / Care")

    reply = kept(reply_to_mention(MENTION, new, "k", world.agent(), world.desk())[0])

    assert (reply.author.name, reply.source.profile) == ("Orvane / Care", "Orvane / Care")
    assert reply.author.id.startswith("profile-")


def test_recipes_may_ask_for_messages_of_ours_a29(now: datetime) -> None:
    sent = group("and", condition("status.type", "is", "sent"))
    world = World(a_rule_book(a_recipe(filter=sent, actions=[add_tags("ours")])), now)
    world.take_in(a_private())

    reply = answer(world)
    world.settle()

    assert world.mention(reply.unique_id).tags == ("ours",)
    assert world.mention(MENTION).tags == ()
    assert world.now - now == timedelta()


def test_a_reply_breaks_a_wait_for_it_on_a_mention_in_no_case(now: datetime) -> None:
    """A1, row 4: as one that comes in from the platform does."""
    unanswered = a_recipe(
        trigger=ARRIVAL,
        actions=[wait(unless="agent_replies"), add_tags("late")],
        filter=group("and", condition("author.managed", "is", value=False)),
    )
    world = World(a_rule_book(unanswered), now)
    world.take_in(an_incoming())
    world.settle()
    world.now += timedelta(minutes=10)

    answer(world)
    world.pass_time(minutes=31)

    assert world.mention(MENTION).tags == ()
    assert (world.mention_history(MENTION)[-1].reason or "").startswith("we replied at")


def by(world: World, unique_id: str, key: str = "k1", **new: Any) -> tuple[OutboxItem, bool]:
    """An answer that goes into the outbox."""
    made, known = reply_to_mention(
        unique_id, NewReply(**{"text": "Here you are.", **new}), key, world.agent(), world.desk()
    )
    assert isinstance(made, OutboxItem)
    return made, known


@pytest.mark.parametrize("service", ["facebook", "twitter", "email"])
def test_by_a_connected_profile_an_answer_is_sent_and_is_the_agents(service: str, now: datetime) -> None:
    """A10; it is the agent who has answered, also for smart assignment (A6)."""
    world = answering(now)
    theirs = written(world, service)
    item, known = by(world, theirs)
    assert (known, item.state, item.profile) == (False, "queued", service)
    world.settle()

    sent = only(world)
    assert (sent.state, sent.by.id) == ("sent", "nora")
    ours = world.mention(sent.sent_as or "")
    assert (ours.delivery, ours.case_id) == ("sent", world.case().id)
    assert world.case().handled_by == HandledBy(type="agent")
    assert told(world, theirs) == [("done", None)]
    [act] = world.ledger.handled([ours.contact_id or ""], now, world.now)
    assert [(hand.id, hand.did) for hand in act.hands] == [("nora", "replied")]
    told_in_full(world)


def test_the_same_key_is_one_answer_by_a_profile_too_a36(now: datetime) -> None:
    """Also if the first request was never answered: it is queued for sure."""
    world = answering(now)
    theirs = written(world)
    first, _ = by(world, theirs)
    world.queue.groups.clear()
    world.now += timedelta(minutes=6)
    again, known = by(world, theirs)
    world.settle()
    over, _ = by(world, theirs)
    world.settle()

    assert (again, known) == (first, True)
    assert over.state == "sent"
    assert sent_texts(world) == ["Here you are."]
    with pytest.raises(Conflict, match="another text"):
        by(world, theirs, text="Something else")


def test_what_was_kept_before_a_profile_was_connected_is_not_sent_afterwards(now: datetime) -> None:
    world = World(a_rule_book(), now)
    theirs = written_without_a_platform(world)
    first = kept(reply_to_mention(theirs, NewReply(text="Yes"), "k", world.agent(), world.desk())[0])
    world.rule_books._next(profiles=PROFILES)

    again = reply_to_mention(theirs, NewReply(text="Yes"), "k", world.agent(), world.desk())

    assert again == (first, True)
    assert world.outbox.all() == []


def written_without_a_platform(world: World) -> str:
    return world.take_in(a_private(source__profile="facebook"))[0].unique_id


@pytest.mark.parametrize(("mode", "state"), [("draft", "draft"), ("approval", "awaiting_approval")])
def test_an_agent_can_leave_an_answer_to_others(mode: str, state: str, now: datetime) -> None:
    """Rows 39, 40: what recipes can do, agents can."""
    world = answering(now)
    theirs = written(world)
    item, _ = by(world, theirs, mode=mode, approver="omar")
    world.settle()

    assert (item.state, item.approver, sent_texts(world)) == (state, "omar", [])
    assert told(world, theirs)[0][0] == "done"
    with pytest.raises(InvalidInput):
        by(world, theirs, "k2", mode=mode, approver="nobody")


def test_there_are_drafts_only_for_what_can_be_sent(world: World) -> None:
    with pytest.raises(Conflict, match="No profile of facebook"):
        by(world, MENTION, mode="draft")


def test_an_answer_goes_out_by_the_profile_that_is_asked_for(now: datetime) -> None:
    """A profile of another service, or one that is not connected, sends nothing."""
    world = answering(now, profiles={**PROFILES, "other": a_profile("facebook", native_id="78")})
    theirs = written(world)

    assert by(world, theirs, profile="other")[0].profile == "other"
    new = NewReply(text="Hi", profile="twitter")
    assert kept(reply_to_mention(theirs, new, "k2", world.agent(), world.desk())[0]).delivery == "recorded"
