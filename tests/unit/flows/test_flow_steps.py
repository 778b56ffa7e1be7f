"""Flows from their start to their end, over in-memory ports (row 90; domain 1.2, `handled_by`)."""

from datetime import datetime, timedelta
from typing import Any

import pytest

from inbox_recipes.flows.execute import execute
from inbox_recipes.flows.replies import NewReply, reply_in_case
from inbox_recipes.flows.sweep import OVERDUE, end_flows, sweep
from inbox_recipes.inbox import HandledBy
from inbox_recipes.messages import FlowMessage
from inbox_recipes.replay import replay, state_of
from inbox_recipes.responses import CannedResponse
from tests.builders import condition, group
from tests.fakes import Crash, CrashAt, Meanwhile, World
from tests.replies import echo, sent_texts, told, written
from tests.surveying import ORDERS, RESPONSES, ask, click, lines, send, sending, surveying

ONCE = group("and", condition("content.text", "contains_any", ["it"]))
STARTS = sending(send("flow", "orders"), filter=ONCE)
BY_FLOW = HandledBy(type="flow", flow_id="orders")


def begun(now: datetime, **changed: Any) -> World:
    world = surveying(now, STARTS, **changed)
    ask(world)
    return world


def go(world: World, title: str) -> str:
    world.now += timedelta(seconds=10)
    unique_id = click(world, title)
    world.settle()
    return unique_id


def test_a_flow_of_three_steps_ends_with_an_agent(now: datetime) -> None:
    """Row 90."""
    world = begun(now)
    case = world.case()
    assert (case.handled_by, case.flow and case.flow.step) == (BY_FLOW, "start")

    first = go(world, "My order")
    assert (world.case().tags, world.case().flow and world.case().flow.step) == (("order",), "order")  # type: ignore[union-attr]
    assert (world.mention(first).status, world.mention(first).handled_by) == ("done", BY_FLOW)
    go(world, "Back")
    last = go(world, "A person")

    assert sent_texts(world) == [
        "Hello Ana! What is it about?", "Which one?", "Hello Ana! What is it about?", "One moment.",
    ]  # fmt: skip
    case = world.case()
    assert (case.flow, case.handled_by) == (None, HandledBy(type="agent"))
    assert world.mention(last).status == "new"
    assert lines(world, None, "flow_started", "flow_step") == [("flow_started", "done")] + 3 * [
        ("flow_step", "done")
    ]
    told_last = [line for line in world.case_history() if line.type == "flow_step"][-1]
    assert told_last.detail == {
        "flow_id": "orders", "from": "start", "button": "A person", "step": "wait", "end": "handed_over",
    }  # fmt: skip
    assert (told_last.by.kind, told_last.by.name) == ("system", "Orders")
    assert replay(world.case_history()) == (state_of(case), case.revision)
    mention = world.mention(first)
    assert replay(world.mention_history(first)) == (state_of(mention), mention.revision)


def test_where_there_are_no_buttons_the_number_or_the_words_lead_on(now: datetime) -> None:
    """X."""
    world = surveying(now, STARTS)
    ask(world, service="twitter")
    for said in ("1", "all is well"):
        ask(world, said, service="twitter")

    assert sent_texts(world, "twitter") == [
        "Hello Ana! What is it about?\n\n1. My order\n2. A person",
        "Which one?\n\n1. All is well\n2. Back\n3. Pending",
        "Bye, Ana!",
    ]
    case = world.case()
    assert (case.status, case.flow, case.handled_by) == ("resolved", None, None)
    assert not [each for each in world.store.mentions.values() if each.status == "new"]


def test_something_else_is_answered_once_then_agents_have_it_and_the_case_opens(now: datetime) -> None:
    world = begun(now)
    world.patch_case(status="pending")
    odd = ask(world, "Hm?")
    assert (world.case().status, sent_texts(world)[-1]) == ("pending", "Please choose.")
    assert world.mention(odd).status == "new"

    ask(world, "Hm??")

    assert (world.case().status, world.case().handled_by) == ("unresolved", HandledBy(type="agent"))
    assert len(sent_texts(world)) == 2


def test_a_flow_does_not_start_where_one_is_under_way_or_agents_are(now: datetime) -> None:
    """Who has asked for a person is not sent back to buttons."""
    world = begun(now)
    world.now += timedelta(minutes=5)
    again = written(world, text="It is late")
    world.settle()
    assert ("skipped", "a flow has the conversation already") in told(world, again, "send_private_reply")
    go(world, "A person")
    world.now += timedelta(hours=30)

    later = ask(world, "Where is it now?")

    assert told(world, later, "send_private_reply") == [("skipped", "agents have the conversation")]


def test_an_agents_reply_ends_the_flow_and_its_buttons_are_words_then(now: datetime) -> None:
    world = begun(now)
    reply_in_case(world.case().id, NewReply(text="I take over"), "k1", world.agent(), world.desk())
    world.settle()
    assert (world.case().flow, world.case().handled_by) == (None, HandledBy(type="agent"))

    unique_id = go(world, "My order")

    assert world.mention(unique_id).handled_by is None
    assert "Which one?" not in sent_texts(world)


def test_what_an_agent_writes_on_the_platform_ends_it_too_and_its_own_echo_does_not(now: datetime) -> None:
    world = begun(now)
    own = echo(world, "facebook", "m_own", message__content="Hello Ana! What is it about?")
    world.take_in(own)
    assert world.case().handled_by == BY_FLOW

    world.take_in(echo(world, "facebook", "m_agent", message__content="I am here"))

    assert (world.case().flow, world.case().handled_by) == (None, HandledBy(type="agent"))


def test_a_flow_is_over_when_nothing_is_chosen_in_time_counted_from_the_last_step(now: datetime) -> None:
    world = begun(now)
    world.pass_time(minutes=50)
    go(world, "My order")
    world.pass_time(minutes=50)
    assert world.case().handled_by == BY_FLOW

    world.pass_time(minutes=11)

    assert (world.case().flow, world.case().handled_by) == (None, None)
    [end] = [line for line in world.case_history() if line.type == "flow_ended"]
    assert end.detail == {"flow_id": "orders", "end": "expired"}
    assert world.timers.armed == {}
    ask(world, "Hello?")
    assert world.case().handled_by is None


def test_a_flow_that_never_read_the_customers_last_message_leaves_it_to_agents(now: datetime) -> None:
    """R1: the stream gave the message up, and the flow was over before the sweeper found it."""
    world = begun(now)
    world.patch_case(status="pending")
    unread = written(world, "facebook", "My order")
    world.seen = len(world.store.changes)
    assert world.mention(unread).handled_by == BY_FLOW

    world.pass_time(minutes=61)

    assert (world.case().handled_by, world.case().status) == (HandledBy(type="agent"), "unresolved")
    [end] = [line for line in world.case_history() if line.type == "flow_ended"]
    assert end.reason == "what the customer wrote last was not read until 2026-11-22T13:00:00.000Z"


def test_resolving_the_case_ends_its_flow(now: datetime) -> None:
    world = begun(now)
    world.patch_case(status="resolved")

    assert (world.case().flow, world.case().handled_by) == (None, None)
    world.pass_time(hours=2)
    assert "flow_ended" not in [line.type for line in world.case_history()]


@pytest.mark.parametrize("change", ["edited", "deleted", "paused"])
def test_a_conversation_goes_on_with_the_flow_as_it_is_now(change: str, now: datetime) -> None:
    """A30, R25: what is no longer there, and what is switched off, is left to agents."""
    world = begun(now)
    content: Any = ORDERS["content"]
    steps = [{**content["steps"][0], "buttons": [{"title": "My order", "next": "bye"}]}, content["steps"][3]]
    edited = CannedResponse.model_validate({**ORDERS, "content": {**content, "steps": steps}})
    books: dict[str, dict[str, Any]] = {
        "edited": {"responses": {**RESPONSES, "orders": edited}},
        "deleted": {"responses": {"thanks": RESPONSES["thanks"]}},
        "paused": {"account": world.book.account.model_copy(update={"paused": True})},
    }
    world.rule_books._next(**books[change])

    go(world, "My order")

    texts, by = sent_texts(world)[1:], world.case().handled_by
    assert (texts, by) == ((["Bye, Ana!"], None) if change == "edited" else ([], HandledBy(type="agent")))


def test_a_step_that_cannot_be_sent_leaves_the_customer_to_agents(now: datetime) -> None:
    world = begun(now)
    world.platforms.facebook.failures.append("expired_token")

    go(world, "My order")

    assert world.case().handled_by == HandledBy(type="agent")
    [end] = [line for line in world.case_history() if line.type == "flow_ended"]
    assert end.reason is not None
    assert end.reason.startswith("not sent: ")


def test_a_message_is_answered_once_however_often_it_is_told(now: datetime) -> None:
    """R3: also after the flow has gone on."""
    world = begun(now)
    first = go(world, "My order")
    go(world, "Back")
    before = (list(world.store.journal), sent_texts(world))
    case = world.case()

    again = FlowMessage(case_id=case.id, unique_id=first, conversation=case.id)
    execute(again, world.ports(), world.now)

    assert (list(world.store.journal), sent_texts(world)) == before


def test_a_click_of_an_earlier_round_does_nothing_when_it_is_told_again(now: datetime) -> None:
    """R3: the claim is the customer's message's own, whatever became of the flow since."""
    content: Any = ORDERS["content"]
    ends = {"id": "start", "text": "Is it?", "buttons": [{"title": "No", "tags": ["no"]}]}
    flow = CannedResponse.model_validate({**ORDERS, "content": {**content, "steps": [ends]}})
    world = begun(now, responses={**RESPONSES, "orders": flow})
    first = go(world, "No")
    assert (world.case().flow, world.case().tags) == (None, ("no",))
    world.pass_time(hours=30)
    world.patch_case(tags=())
    ask(world, "Where is it now?")
    assert world.case().handled_by == BY_FLOW

    case = world.case()
    execute(FlowMessage(case_id=case.id, unique_id=first, conversation=case.id), world.ports(), world.now)

    assert (world.case().handled_by, world.case().tags) == (BY_FLOW, ())


def test_a_crash_at_any_moment_of_a_step_changes_nothing_in_the_end(now: datetime) -> None:
    """R3: each call of each port, before, within and after."""
    moments = 0
    for nth in range(1, 400):
        world = begun(now)
        click(world, "My order")
        watch, crashed = CrashAt(nth), 0
        for step in (world.evaluate, world.work):
            try:
                step(watch=watch)
            except Crash:
                crashed += 1
                step()
        world.settle()
        world.pass_time(minutes=30)
        if not crashed:
            break
        moments += 1
        case = world.case()
        assert sent_texts(world).count("Which one?") <= 1, watch.at
        assert (case.tags, case.flow and case.flow.step) == (("order",), "order"), watch.at
        assert lines(world, None, "flow_step") == [("flow_step", "done")], watch.at
    assert moments > 20


def test_a_crash_at_any_moment_of_its_start_leaves_no_flow_that_never_ends(now: datetime) -> None:
    moments = 0
    for nth in range(1, 500):
        world = surveying(now, STARTS)
        written(world)
        world.evaluate()
        watch = CrashAt(nth)
        try:
            world.work(watch=watch)
        except Crash:
            world.work()
        if watch.at is None:
            break
        moments += 1
        world.pass_time(hours=3)

        case = world.case()
        assert (case.flow, case.handled_by) == (None, None), f"after a crash {watch.at}"
        assert lines(world, None, "flow_ended") == [("flow_ended", "done")], f"after a crash {watch.at}"

    assert moments > 10


def test_what_a_recipe_writes_meanwhile_is_no_agents_answer(now: datetime) -> None:
    """The flow goes on after it; and a step of the flow makes no draft of another recipe's reply (A9)."""
    order = group("and", condition("content.text", "contains_any", ["order"]))
    told_too = sending({"type": "send_private_reply", "text": "By the way"}, recipe_id="rec_2", filter=order)
    world = surveying(now, STARTS, told_too)
    ask(world)

    go(world, "My order")

    case = world.case()
    assert sent_texts(world)[1:] == ["Which one?", "By the way"]
    assert (case.handled_by, case.flow and case.flow.step) == (BY_FLOW, "order")
    assert replay(world.case_history()) == (state_of(case), case.revision)


@pytest.mark.parametrize("paused", [True, False], ids=["the account is paused", "an agent answers"])
def test_a_step_that_waits_to_be_sent_is_not_sent_after(paused: bool, now: datetime) -> None:
    """R25, A9."""
    world = begun(now)
    world.platforms.facebook.failures.append("rate_limit")
    unique_id = go(world, "My order")
    assert [each.state for each in world.outbox.all()] == ["sent", "queued"]
    if paused:
        world.rule_books.set_account(paused=True)
    else:
        world.take_in(echo(world, "facebook", "m_agent", message__content="I am here"))

    world.pass_time(hours=1)

    assert [each.state for each in world.outbox.all()] == ["sent", "skipped"]
    assert "Which one?" not in sent_texts(world)
    assert (world.case().flow, world.case().handled_by) == (None, HandledBy(type="agent"))
    assert told(world, unique_id, "send_private_reply")[-1][0] == "skipped"


def test_a_slow_clock_does_not_keep_a_flow_from_ending(now: datetime) -> None:
    """R5: its schedule comes once, and never before its time."""
    world = begun(now)
    world.settle()
    [schedule] = [each for each in world.timers.armed.values() if each.message.type == "flow_over"]
    world.timers.armed.clear()

    execute(schedule.message, world.ports(), schedule.at - timedelta(seconds=4))

    assert world.case().flow is None
    assert lines(world, None, "flow_ended") == [("flow_ended", "done")]
    assert not world.timers.armed


def test_a_flow_whose_schedule_never_came_is_ended_by_the_sweeper(now: datetime) -> None:
    """R5: once it is overdue, and not while its time is running."""
    world = begun(now)
    world.settle()
    [schedule] = [each for each in world.timers.armed.values() if each.message.type == "flow_over"]
    world.timers.armed.clear()
    found = []
    for late in (timedelta(minutes=-1), OVERDUE, OVERDUE + timedelta(seconds=1), timedelta(hours=1)):
        world.now = schedule.at + late
        found.append(end_flows(world.inbox, world.queue, world.now))
        world.work()

    assert found == [0, 0, 1, 0]
    assert (world.case().flow, world.case().handled_by) == (None, None)
    assert lines(world, None, "flow_ended") == [("flow_ended", "done")]


def test_what_was_decided_and_never_queued_for_a_flow_is_found(now: datetime) -> None:
    """R1: the stream gave the batch up after its records were written."""
    world = begun(now)
    world.now += timedelta(seconds=10)
    click(world, "My order")

    def dies() -> None:
        raise Crash("queue.send")

    with pytest.raises(Crash):
        world.evaluate(Meanwhile("queue.send", dies))
    world.seen = len(world.store.changes)
    world.settle()
    before = world.case().flow
    assert before is not None
    assert before.step == "start"

    for minutes in (11, 5):
        world.now += timedelta(minutes=minutes)
        sweep(world.inbox, world.rule_books, world.ledger, world.queue, world.matchers, world.now)
        world.settle()

    case = world.case()
    assert (case.flow and case.flow.step, case.tags) == ("order", ("order",))
    assert sent_texts(world)[1:] == ["Which one?"]
    assert lines(world, None, "flow_step") == [("flow_step", "done")]
