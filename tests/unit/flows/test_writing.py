"""What recipes write to customers, and what keeps them from it (rows 38-43, 87, 91, 98-101; A9-A11, A28)."""

from datetime import datetime, timedelta
from typing import Any

import pytest

from inbox_recipes.flows import writing
from inbox_recipes.flows.contacts import Merge, merge_contacts
from inbox_recipes.flows.outbox import Desk, approve
from inbox_recipes.flows.replies import NewReply, reply_to_mention
from inbox_recipes.outbox import Decision
from tests.builders import (
    IN_CASE,
    NORA,
    TO_PENDING,
    a_private,
    a_recipe,
    an_incoming,
    condition,
    group,
    our_reply,
)
from tests.fakes import World
from tests.replies import (
    CUSTOMER,
    a_replying_recipe,
    answering,
    only,
    reply,
    sent_texts,
    told,
    written,
)

NOT_OURS = group("and", condition("status.type", "is_not", "sent"))


@pytest.mark.parametrize("private", [True, False])
@pytest.mark.parametrize("service", ["facebook", "twitter"])
def test_an_immediate_reply_goes_out_in_kind_and_comes_into_the_inbox(
    service: str, private: bool, now: datetime
) -> None:
    """Rows 38, 41; A10: private to what is private, public to what is public."""
    world = answering(now, a_replying_recipe(service=service))
    theirs = written(world, service, private=private)
    world.settle()

    item = only(world)
    assert (item.state, item.attempts, item.profile) == ("sent", 1, service)
    platform = world.platforms.facebook if service == "facebook" else world.platforms.x
    made = platform.messages[item.native_id or ""]
    assert (made.text, made.private) == ("We are on it.", private)
    assert (made.to if private else made.parent) == (
        CUSTOMER[service] if private else theirs.removeprefix("46283_")
    )
    ours = world.mention(item.sent_as or "")
    assert (ours.status, ours.delivery, ours.private) == ("sent", "sent", private)
    assert ours.source.in_reply_to_message_id == world.mention(theirs).id
    assert ours.case_id == world.mention(theirs).case_id
    [line] = [line for line in world.mention_history(theirs) if line.type == "reply"]
    assert (line.outcome, line.by.kind, line.position) == ("done", "recipe", 0)
    assert line.detail["sent_as"] == ours.unique_id
    assert "replied" in [line.type for line in world.mention_history(theirs)]
    if private:
        kinds = [(line.type, line.outcome) for line in world.case_history()]
        assert ("reply", "done") in kinds
        assert world.case().last_message_by == "us"
    [run] = world.ledger.runs(9, None).data[-1:]
    whole = world.ledger.run(run.run_id)
    assert whole is not None
    assert [(claim.state, claim.outcome) for claim in whole.claims] == [("closed", "done")]


def test_a_mail_is_answered_by_mail_and_says_that_a_machine_wrote_it(now: datetime) -> None:
    """Row 42; A10. RFC 3834."""
    world = answering(now, a_replying_recipe(service="email"))
    theirs = written(world, "email", message__title="My order")
    world.settle()

    [letter] = world.platforms.letters
    assert letter.recipients == ("ana@example.com",)
    assert b"Auto-Submitted: auto-replied" in letter.raw
    assert only(world).native_id == "ses1@eu-west-1.amazonses.com"
    assert world.mention("46283_ses1@eu-west-1.amazonses.com").case_id == world.mention(theirs).case_id


@pytest.mark.parametrize(("mode", "state"), [("approval", "awaiting_approval"), ("draft", "draft")])
def test_what_is_not_to_be_sent_at_once_waits_for_a_person(mode: str, state: str, now: datetime) -> None:
    """Rows 39, 40: nothing goes out before somebody says so."""
    world = answering(now, a_replying_recipe(mode=mode, approver="nora"))
    theirs = written(world)
    world.settle()

    item = only(world)
    assert (item.state, item.approver, sent_texts(world)) == (state, "nora", [])
    [(outcome, reason)] = told(world, theirs)
    assert outcome == "done"
    assert reason
    desk = Desk(world.outbox, world.inbox, world.rule_books, world.queue, NORA, world.now)
    approve(item.id, Decision(comment="Go"), desk)
    world.settle()

    assert (only(world).state, sent_texts(world)) == ("sent", ["We are on it."])
    lines = [line for line in world.mention_history(theirs) if line.type.startswith("reply_")]
    assert [(line.type, line.by.id, line.detail["comment"]) for line in lines] == [
        ("reply_approved", "nora", "Go")
    ]
    assert told(world, theirs)[-1] == ("done", None)


def test_what_a_person_has_approved_is_sent_though_the_recipe_is_off_and_is_not_by_a_machine(
    now: datetime,
) -> None:
    """R25 is about what nobody wanted."""
    world = answering(now, a_replying_recipe(service="email", mode="approval"))
    written(world, "email")
    world.settle()
    world.rule_books.put(a_recipe(mode="disabled"))
    desk = Desk(world.outbox, world.inbox, world.rule_books, world.queue, NORA, world.now)
    approve(only(world).id, Decision(), desk)
    world.settle()

    [letter] = world.platforms.letters
    assert b"Auto-Submitted" not in letter.raw


def test_a_message_of_another_service_is_not_answered(now: datetime) -> None:
    """Row 43; A11."""
    world = answering(now, a_replying_recipe(service="twitter"))
    theirs = written(world, "facebook")
    world.settle()

    assert told(world, theirs) == [
        ("skipped", "the message came by facebook, and this answers on twitter only")
    ]
    assert world.outbox.all() == []


def test_variables_are_filled_in_and_what_is_missing_leaves_no_hole(now: datetime) -> None:
    """A28."""
    text = "Hello [author.fullname], it is about [mention.title] [topic.id]. [contact.email]"
    world = answering(now, a_replying_recipe(text=text))
    written(world)
    world.settle()

    assert sent_texts(world) == ["Hello, it is about 46283."]


def test_a_text_of_which_nothing_is_left_is_not_sent(now: datetime) -> None:
    """A28."""
    world = answering(now, a_replying_recipe(text="[mention.title]"))
    theirs = written(world)
    world.settle()

    assert (told(world, theirs)[0][0], world.outbox.all()) == ("skipped", [])


NEVER: dict[str, dict[str, Any]] = {
    "ours": {"author__managed": True},
    "a machine's": {"source__auto_submitted": True},
    "a no-reply address": {"author__id": "no-reply@example.com"},
    "a bounce": {"author__id": "MAILER-DAEMON@example.com"},
}


@pytest.mark.parametrize("which", NEVER)
@pytest.mark.parametrize("mode", ["immediate", "draft"])
def test_some_messages_are_never_answered_whatever_the_filter_says(
    which: str, mode: str, now: datetime
) -> None:
    """A9."""
    world = answering(now, a_replying_recipe(service="email", mode=mode))
    theirs = written(world, "email", **NEVER[which])
    world.settle()

    [(outcome, reason)] = told(world, theirs)
    assert (outcome, world.platforms.letters, world.outbox.all()) == ("skipped", [], [])
    assert reason


def test_a_recipe_answers_a_conversation_once_a_day(now: datetime) -> None:
    """A9: at most one automatic reply of a recipe in 24 hours; another recipe may."""
    world = answering(now, a_replying_recipe())
    written(world)
    world.settle()
    world.pass_time(hours=23)
    again = written(world, text="Hello?")
    world.settle()
    assert told(world, again) == [
        ("skipped", "this recipe has written to this conversation before: at most once in 24 hours")
    ]

    world.pass_time(hours=1, minutes=1)
    written(world, text="Anybody?")
    world.settle()
    assert len(sent_texts(world)) == 2


def test_the_pause_between_replies_is_the_accounts(now: datetime) -> None:
    """A9: configurable."""
    world = answering(now, a_replying_recipe())
    world.rule_books.set_account(replies={"hours_between": 0})
    for _ in range(3):
        written(world)
        world.settle()

    assert len(sent_texts(world)) == 3


def test_two_replies_of_one_run_are_one(now: datetime) -> None:
    """Row 60: an action can be repeated; A9 counts what other runs wrote."""
    world = answering(now, a_recipe(actions=[reply(), reply(text="And thank you.")]))
    written(world)
    world.settle()

    assert sent_texts(world) == ["We are on it.", "And thank you."]


def test_a_duel_with_a_robot_ends_at_the_conversations_budget(now: datetime) -> None:
    """R6: three automatic replies of all recipes to a conversation within an hour."""
    world = answering(now, a_replying_recipe("rec_1"), a_replying_recipe("rec_2"))
    world.rule_books.set_account(replies={"hours_between": 0})
    asked = [written(world, text=f"I am a robot {number}") for number in range(4)]
    world.settle()

    assert len(sent_texts(world)) == 3
    refused = [reason for each in asked for outcome, reason in told(world, each) if outcome == "skipped"]
    assert set(refused) == {"3 automatic replies to this conversation within an hour are the most"}
    world.pass_time(hours=1, minutes=1)
    written(world, text="Still there")
    world.settle()
    assert len(sent_texts(world)) == 5


def test_a_contact_gets_only_so_many_in_a_day(now: datetime) -> None:
    """The cap holds over all conversations of the contact."""
    world = answering(now, a_replying_recipe())
    world.rule_books.set_account(replies={"hours_between": 0, "per_conversation": 100, "per_contact": 2})
    asked = [written(world, private=False, text=f"Question {number}") for number in range(3)]
    world.settle()

    assert len(sent_texts(world)) == 2
    assert told(world, asked[2]) == [
        ("skipped", "2 automatic replies to this contact within a day are the most")
    ]


def test_drafts_count_for_the_recipes_pause_and_for_no_budget(now: datetime) -> None:
    world = answering(now, a_replying_recipe("rec_1", mode="draft"), a_replying_recipe("rec_2"))
    world.rule_books.set_account(replies={"per_conversation": 1})
    written(world)
    world.settle()
    written(world, text="More")
    world.settle()

    assert [item.mode for item in world.outbox.all()].count("draft") == 1
    assert len(sent_texts(world)) == 1


def test_an_agent_who_was_faster_makes_it_a_draft(now: datetime) -> None:
    """A9."""
    wait = {"type": "wait", "minutes": 10, "unless": "customer_replies"}
    world = answering(now, a_recipe(actions=[wait, reply()], filter=NOT_OURS))
    theirs = written(world)
    world.settle()
    world.now += timedelta(minutes=2)
    world.take_in(our_reply("9001", to=world.mention(theirs).id))
    world.pass_time(minutes=20)

    item = only(world)
    assert (item.mode, item.state, sent_texts(world)) == ("draft", "draft", [])
    assert told(world, theirs) == [("done", "an agent has answered meanwhile: saved as a draft")]


def test_an_agents_draft_counts_as_an_answer_once_it_is_sent(now: datetime) -> None:
    """A9."""
    wait = {"type": "wait", "minutes": 10, "unless": "customer_replies"}
    world = answering(now, a_recipe(actions=[wait, reply()], filter=NOT_OURS))
    theirs = written(world)
    world.settle()
    world.now += timedelta(minutes=2)
    reply_to_mention(theirs, NewReply(text="Here", mode="draft"), "k1", world.agent(), world.desk())
    approve(only(world).id, Decision(), world.desk())
    world.pass_time(minutes=20)

    assert sent_texts(world) == ["Here"]
    assert [item.state for item in world.outbox.all()] == ["sent", "draft"]


def test_who_was_answered_before_two_contacts_became_one_was_answered(now: datetime) -> None:
    """A9; domain 1.5: every id that somebody was known by counts."""
    wait = {"type": "wait", "minutes": 10}
    world = answering(now, a_recipe(actions=[wait, reply()], filter=NOT_OURS))
    theirs = written(world)
    others = written(world, "twitter")
    world.settle()
    world.now += timedelta(minutes=2)
    reply_to_mention(others, NewReply(text="Here"), "k1", world.agent(), world.desk())
    world.settle()
    one, other = (world.mention(each).contact_id or "" for each in (theirs, others))
    merge_contacts(one, Merge(contact_ids=(other,)), None, NORA, world.inbox, world.now)
    world.pass_time(minutes=20)

    assert [item.state for item in world.outbox.all()] == ["sent", "draft"]


def test_our_own_automatic_reply_told_by_the_platform_is_no_agents(now: datetime) -> None:
    """The second recipe still answers, though the platform has told of the first one's answer."""
    world = answering(now, a_replying_recipe("rec_1"), a_replying_recipe("rec_2", text="Me too."))
    told_of = tell_at_once(world)
    written(world)
    world.settle()

    assert sent_texts(world) == ["We are on it.", "Me too."]
    assert len(told_of) == 2


def tell_at_once(world: World) -> list[str]:
    """From now on Facebook tells of our messages before it answers the call."""
    answer, told_of = world.platforms.facebook.answer, []

    def answered(called: Any) -> Any:
        given, made = answer(called)
        if made:
            ours = {"author__id": "77", "author__managed": True, "source__recipient": made.to}
            world.take_in(an_incoming(made.id, made.text, private=True, source__profile="facebook", **ours))
            told_of.append(made.id)
        return given, made

    world.platforms.facebook.answer = answered  # type: ignore[method-assign]
    return told_of


def test_without_a_profile_that_it_came_to_nothing_can_be_answered(now: datetime) -> None:
    world = answering(now, a_replying_recipe(), profiles={})
    theirs = written(world)
    world.settle()

    assert told(world, theirs) == [("skipped", "no profile of facebook is connected that it came to")]


def private_reply(**changed: Any) -> dict[str, Any]:
    return {"type": "send_private_reply", "text": "Did that help, [author.name]?", **changed}


def test_a_pending_case_asks_its_customer_and_silence_resolves_it(now: datetime) -> None:
    """Rows 98, 100."""
    wait = {"type": "wait", "minutes": 30, "unless": "customer_replies"}
    resolve = {"type": "set_case_status", "status": "resolved"}
    world = answering(now, a_recipe(trigger=TO_PENDING, actions=[private_reply(), wait, resolve]))
    theirs = written(world)
    world.settle()
    world.patch_case(status="pending")
    world.settle()

    assert sent_texts(world) == ["Did that help, Ana?"]
    assert told(world, theirs, "send_private_reply") == [("done", None)]
    world.pass_time(minutes=29)
    assert world.case().status == "pending"
    world.pass_time(minutes=2)
    assert world.case().status == "resolved"


def test_a_customer_who_answers_the_question_reopens_the_case(now: datetime) -> None:
    """Row 99."""
    wait = {"type": "wait", "minutes": 30, "unless": "customer_replies"}
    resolve = {"type": "set_case_status", "status": "resolved"}
    world = answering(now, a_recipe(trigger=TO_PENDING, actions=[private_reply(), wait, resolve]))
    written(world)
    world.settle()
    world.patch_case(status="pending")
    world.settle()
    world.pass_time(minutes=10)
    written(world, text="No")
    world.pass_time(hours=2)

    assert world.case().status == "unresolved"


def test_there_is_no_private_message_where_the_service_has_none(now: datetime) -> None:
    """A38: never in public instead."""
    world = answering(now, a_recipe(trigger=IN_CASE, actions=[private_reply()]))
    theirs = written(world, "email")
    world.settle()

    assert told(world, theirs, "send_private_reply") == [("skipped", "email has no private messages")]


def test_a_message_in_a_case_is_answered_in_private_unless_it_is_ours(now: datetime) -> None:
    """Row 87; and what agents say there is never answered (A9)."""
    world = answering(now, a_recipe(trigger=IN_CASE, actions=[private_reply()]))
    theirs = written(world)
    world.settle()
    world.take_in(our_reply("9001", to=world.mention(theirs).id))
    world.settle()

    assert sent_texts(world) == ["Did that help, Ana?"]
    assert told(world, "46283_9001", "send_private_reply") == [
        ("skipped", "it is a message of ours, which no recipe answers")
    ]


def public_reply(service: str = "facebook") -> dict[str, Any]:
    return {"type": "send_public_reply", "service": service, "profile": service, "text": "See your messages."}


@pytest.mark.parametrize("read_at_once", [1, 100])
def test_a_public_answer_goes_below_the_latest_public_message_of_the_service(
    now: datetime, read_at_once: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Rows 91, 101; A39."""
    monkeypatch.setattr(writing, "PAGE", read_at_once)
    world = answering(now, a_recipe(trigger=TO_PENDING, actions=[public_reply()]))
    theirs = written(world)
    world.settle()
    case = world.case()
    first, last = (written(world, private=False, text=text) for text in ("First", "Last"))
    for unique_id in (first, last):
        mention = world.mention(unique_id)
        linked = mention.model_copy(update={"case_id": case.id, "revision": mention.revision + 1})
        world.store.mentions[unique_id] = linked
        world.store.links.setdefault(case.id, []).append(unique_id)
    world.patch_case(status="pending")
    world.settle()

    item = only(world)
    assert (item.unique_id, item.kind, item.state) == (last, "public", "sent")
    made = world.platforms.facebook.messages[item.native_id or ""]
    assert (made.private, made.parent) == (False, world.mention(last).id)
    assert theirs != last


def test_a_case_without_a_public_message_of_the_service_is_not_answered_in_public(now: datetime) -> None:
    """A39: never in private or elsewhere instead."""
    world = answering(now, a_recipe(trigger=TO_PENDING, actions=[public_reply("twitter")]))
    written(world)
    world.settle()
    world.patch_case(status="pending")
    world.settle()

    lines = [line for line in world.case_history() if line.type == "send_public_reply"]
    assert [(line.outcome, line.reason) for line in lines] == [
        ("skipped", "the case holds no public message of twitter")
    ]


def test_an_agents_answer_counts_only_if_it_came_after_what_set_the_run_off(now: datetime) -> None:
    """The agent answers and sets the case to pending: the question that follows is still asked."""
    world = answering(now, a_recipe(trigger=TO_PENDING, actions=[private_reply()]))
    theirs = written(world)
    world.settle()
    reply_to_mention(theirs, NewReply(text="Here you are."), "k1", world.agent(), world.desk())
    world.now += timedelta(seconds=1)
    world.patch_case(status="pending")
    world.settle()

    assert {item.mode for item in world.outbox.all()} == {"immediate"}
    assert sent_texts(world) == ["Here you are.", "Did that help, Ana?"]


def test_an_incoming_message_is_answered_though_it_was_posted_by_hand(now: datetime) -> None:
    """A mention that names no profile belongs to the only one of its service on its topic."""
    world = answering(now, a_replying_recipe())
    [taken] = world.take_in(a_private())
    world.settle()

    assert told(world, taken.unique_id)[0][0] == "done"
    assert only(world).profile == "facebook"
