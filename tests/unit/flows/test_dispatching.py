"""Class C: claimed, sent, confirmed; never sent twice by itself, whatever breaks (R3)."""

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

import pytest

from inbox_recipes.errors import Conflict, Permanent, Retryable, Stale, Unclear
from inbox_recipes.flows.erase import ask
from inbox_recipes.flows.execute import execute
from inbox_recipes.flows.outbox import Desk, approve, edit, send_again, settle
from inbox_recipes.flows.outbox_sweep import PAGE, sweep_outbox
from inbox_recipes.flows.replies import NewReply, reply_to_mention
from inbox_recipes.inbox import HandledBy
from inbox_recipes.messages import OutboxMessage
from inbox_recipes.outbox import Decision, OutboxPatch, Settlement
from inbox_recipes.profiles import Credential
from inbox_recipes.replay import replay, state_of
from tests.builders import NORA, a_recipe, a_rule_book, add_tags, an_incoming, an_outbox_item
from tests.fakes import Crash, CrashAt, Meanwhile, World
from tests.replies import (
    CUSTOMER,
    PROFILES,
    a_profile,
    a_replying_recipe,
    answering,
    echo,
    only,
    reply,
    sent_texts,
    told,
    written,
)
from tools.platform_sandbox.played import Failure


def desk(world: World) -> Desk:
    return Desk(world.outbox, world.inbox, world.rule_books, world.queue, NORA, world.now)


def failing(now: datetime, kind: Any, service: str = "facebook") -> tuple[World, str]:
    """A world in which the first answer meets a failure of the platform."""
    world = answering(now, a_recipe(actions=[reply(service), add_tags("after")]))
    platform = world.platforms.facebook if service == "facebook" else world.platforms.x
    platform.failures.append(kind)
    theirs = written(world, service)
    world.settle()
    return world, theirs


@pytest.mark.parametrize(("service", "seconds"), [("twitter", 60), ("facebook", 600)])
def test_a_rate_limit_is_waited_for_and_the_run_goes_on(service: str, seconds: int, now: datetime) -> None:
    world, theirs = failing(now, "rate_limit", service)

    item = only(world)
    assert (item.state, item.next_attempt_at) == ("queued", now + timedelta(seconds=seconds))
    assert "too many calls" in (item.reason or "")
    assert world.mention(theirs).tags == ("after",)
    assert told(world, theirs) == []
    world.pass_time(seconds=seconds - 1)
    assert sent_texts(world, service) == []
    world.pass_time(seconds=2)

    assert (only(world).state, only(world).attempts) == ("sent", 2)
    assert told(world, theirs) == [("done", None)]


def test_a_platform_whose_clock_is_a_little_behind_is_believed(now: datetime) -> None:
    """R3: what it dates three seconds before our call is our message all the same."""
    world = answering(now, a_replying_recipe())
    real = world.platforms.facebook.clock
    world.platforms.facebook.clock = lambda: real() - timedelta(seconds=3)
    world.platforms.facebook.failures.append("lost_answer")
    written(world)
    world.settle()
    assert only(world).state == "unknown"

    world.pass_time(minutes=1)

    assert only(world).state == "sent"


@pytest.mark.parametrize("answered", [False, True])
def test_an_answer_that_is_sent_late_does_not_break_the_wait_of_its_own_run(
    answered: bool, now: datetime
) -> None:
    """A1: it is as if it had been sent in time; what an agent says afterwards breaks the wait."""
    waits = {"type": "wait", "minutes": 60, "unless": "agent_replies"}
    world = answering(now, a_recipe(actions=[reply(), waits, add_tags("after")]))
    world.platforms.facebook.failures.append("rate_limit")
    theirs = written(world)
    world.pass_time(minutes=30)
    assert only(world).state == "sent"
    if answered:
        world.take_in(echo(world, "facebook", "m_agent", message__content="I am here"))

    world.pass_time(hours=1)

    assert world.mention(theirs).tags == (() if answered else ("after",))


def test_while_a_profile_is_held_other_runs_wait_without_calling(now: datetime) -> None:
    world, _ = failing(now, "rate_limit", "twitter")
    calls = len(world.platforms.calls)
    written(world, "twitter", native_id="9001", author__id="89")
    world.settle()

    assert len(world.platforms.calls) == calls
    assert [item.state for item in world.outbox.all()] == ["queued", "queued"]
    world.pass_time(seconds=130)
    assert {item.state for item in world.outbox.all()} == {"sent"}


def test_an_unreachable_platform_is_tried_again(now: datetime) -> None:
    """An outage before any byte has left: surely nothing was sent."""
    world = answering(now, a_replying_recipe())
    world.platforms.unreachable = 2
    theirs = written(world)
    world.pass_time(minutes=5)

    assert (only(world).state, only(world).attempts, len(sent_texts(world))) == ("sent", 3, 1)
    assert told(world, theirs) == [("done", None)]


def test_after_a_day_it_is_too_late_for_an_answer(now: datetime) -> None:
    world = answering(now, a_replying_recipe())
    world.platforms.unreachable = 10**6
    theirs = written(world)
    world.pass_time(hours=30)

    item = only(world)
    assert (item.state, world.retries.delayed, world.timers.armed) == ("failed", [], {})
    [(outcome, reason)] = told(world, theirs)
    assert (outcome, "given up after" in (reason or "")) == ("failed", True)
    [run] = world.ledger.runs(1, None).data
    whole = world.ledger.run(run.run_id)
    assert whole is not None
    assert [(claim.state, claim.outcome) for claim in whole.claims] == [("closed", "failed")]


def test_a_recipe_that_is_switched_off_meanwhile_sends_nothing_more(now: datetime) -> None:
    """R25."""
    world, theirs = failing(now, "rate_limit")
    world.rule_books.put(a_recipe(mode="disabled"))
    world.pass_time(hours=1)

    assert (only(world).state, sent_texts(world)) == ("skipped", [])
    assert told(world, theirs) == [("skipped", "the recipe was switched to disabled")]


def test_an_agent_who_answers_before_a_reply_could_be_sent_makes_it_a_draft(now: datetime) -> None:
    """A9, also when the platform has put the reply off."""
    world, theirs = failing(now, "rate_limit")
    world.now += timedelta(minutes=1)
    world.take_in(echo(world, "facebook", "m_agent", message__content="I am here"))

    world.pass_time(hours=1)

    assert (only(world).mode, only(world).state) == ("draft", "draft")
    assert sent_texts(world) == []
    assert told(world, theirs) == [("done", "an agent has answered meanwhile: saved as a draft")]
    [run] = world.ledger.runs(1, None).data
    assert run.status == "done"


def test_a_message_of_somebody_who_was_erased_is_not_sent_again(now: datetime) -> None:
    """R20: nothing is left to be said, and nobody to say it to."""
    world, theirs = failing(now, "expired_token")
    contact_id = world.mention(theirs).contact_id or ""
    ask(contact_id, NORA, world.inbox, world.personal_data, world.queue, world.now)
    world.settle()
    assert (only(world).state, only(world).text) == ("failed", "")

    with pytest.raises(Conflict, match="erased"):
        send_again(only(world).id, Decision(), world.desk())
    with pytest.raises(Conflict, match="erased"):
        edit(only(world).id, OutboxPatch(text="Hello?"), world.desk())


@pytest.mark.parametrize("service", ["facebook", "twitter"])
def test_an_expired_token_fails_is_shown_and_the_message_can_be_sent_again(
    service: str, now: datetime
) -> None:
    world, theirs = failing(now, "expired_token", service)

    assert (only(world).state, only(world).attempts) == ("failed", 1)
    assert told(world, theirs)[0][0] == "failed"
    standing = world.platforms.standings.of(service)
    assert PROFILES[service].status_at(now, standing) == "expired"
    another = written(world, service, native_id="9001", author__id="89")
    world.settle()
    assert "connect it again" in (told(world, another)[0][1] or "")

    token = {**PROFILES[service].credentials, "access_token": Credential(hint="…", secret="sec_9")}
    profiles = {**PROFILES, service: a_profile(service, credentials=token)}
    world.rule_books._next(profiles=profiles)
    for item in world.outbox.all():
        send_again(item.id, Decision(), desk(world))
    world.settle()

    assert {item.state for item in world.outbox.all()} == {"sent"}
    assert [outcome for outcome, _ in told(world, theirs)] == ["failed", "done"]


def test_what_never_was_tried_is_sent_again_at_once(now: datetime) -> None:
    """The queue takes the same words once in five minutes; that the profile was disabled was no attempt."""
    world = answering(now)
    theirs = written(world)
    reply_to_mention(theirs, NewReply(text="We are on it."), "k", world.agent(), world.desk())
    world.rule_books._next(profiles={**PROFILES, "facebook": a_profile("facebook", enabled=False)})
    world.settle()
    assert (only(world).state, only(world).attempts) == ("failed", 0)

    world.rule_books._next(profiles=dict(PROFILES))
    again = send_again(only(world).id, Decision(), desk(world))
    assert send_again(again.id, Decision(), desk(world)) == again
    world.settle()

    assert (only(world).state, sent_texts(world)) == ("sent", ["We are on it."])
    assert len(world.queue.ever) == 2


@pytest.mark.parametrize("service", ["facebook", "twitter"])
def test_a_deleted_post_fails_once_and_for_all(service: str, now: datetime) -> None:
    world, theirs = failing(now, "deleted_post", service)
    world.pass_time(hours=30)

    assert (only(world).state, sent_texts(world, service)) == ("failed", [])
    assert [outcome for outcome, _ in told(world, theirs)] == ["failed"]


@pytest.mark.parametrize("private", [True, False])
@pytest.mark.parametrize("service", ["facebook", "twitter"])
def test_a_lost_answer_is_unknown_and_read_back(service: str, private: bool, now: datetime) -> None:
    """R3: not sent again; found on the platform, it is told as sent."""
    world = answering(now, a_replying_recipe(service=service))
    platform = world.platforms.facebook if service == "facebook" else world.platforms.x
    platform.failures.append("lost_answer")
    theirs = written(world, service, private=private)
    world.settle()
    assert (only(world).state, only(world).attempts) == ("unknown", 1)
    assert [outcome for outcome, _ in told(world, theirs)] == ["unknown"]

    world.pass_time(minutes=1)

    item = only(world)
    assert (item.state, len(sent_texts(world, service))) == ("sent", 1)
    assert [outcome for outcome, _ in told(world, theirs)] == ["unknown", "done"]
    assert world.mention(item.sent_as or "").status == "sent"


@pytest.mark.parametrize("kind", ["silence", "outage"])
def test_what_the_platform_does_not_show_is_held_for_a_person(kind: str, now: datetime) -> None:
    """R3: three looks, and never a second sending."""
    world, theirs = failing(now, kind)
    world.pass_time(days=2)

    item = only(world)
    assert (item.state, item.looked, sent_texts(world)) == ("unknown", 3, [])
    assert (item.reason or "").endswith("; the platform was asked 3 times: it does not show there")
    assert [outcome for outcome, _ in told(world, theirs)] == ["unknown"]
    assert sum(call.method == "POST" for call in world.platforms.calls) == 1

    send_again(item.id, Decision(comment="It never came"), desk(world))
    world.settle()
    assert (only(world).state, sent_texts(world)) == ("sent", ["We are on it."])


def test_a_platform_that_cannot_be_asked_now_is_asked_later(now: datetime) -> None:
    world, _ = failing(now, "lost_answer", "twitter")
    world.platforms.x.failures.append("rate_limit")
    world.pass_time(minutes=10)

    assert (only(world).state, only(world).looked) == ("sent", 1)


def test_a_mail_that_may_have_gone_out_is_a_persons_to_settle(now: datetime) -> None:
    """Mail cannot be asked for."""
    world = answering(now, a_replying_recipe(service="email"))
    world.platforms.mail_errors = [Unclear("no answer of SES: ReadTimeoutError")]
    theirs = written(world, "email")
    world.pass_time(days=2)
    assert (only(world).state, world.retries.delayed) == ("unknown", [])

    settle(only(world).id, Settlement(sent=True, comment="She has it"), desk(world))

    item = only(world)
    assert item.state == "sent"
    assert world.mention(item.sent_as or "").message.content == "We are on it."
    lines = [line for line in world.mention_history(theirs) if line.type == "reply_settled"]
    assert [(line.by.id, line.detail["sent"], line.detail["comment"]) for line in lines] == [
        ("nora", True, "She has it")
    ]


def test_throttled_mail_is_tried_again_and_refused_mail_is_not(now: datetime) -> None:
    world = answering(now, a_replying_recipe(service="email"))
    world.platforms.mail_errors = [Retryable("SES answered TooManyRequestsException")]
    written(world, "email")
    world.pass_time(minutes=1)
    assert only(world).state == "sent"

    world.platforms.mail_errors = [Permanent("SES answered MessageRejected")]
    again = written(world, "email", native_id="m2@example.com", author__id="eve@example.com")
    world.settle()
    assert told(world, again) == [("failed", "SES answered MessageRejected")]


@pytest.mark.parametrize("author", ["ana!0Abcc@example.com", "&@[!20"])
def test_what_no_message_can_be_made_of_fails_and_the_run_goes_on(author: str, now: datetime) -> None:
    """Authors are posted, too: these are no addresses, and never will be."""
    world = answering(now, a_recipe(actions=[reply("email"), add_tags("after")]))
    theirs = written(world, "email", author__id=author)
    world.settle()

    assert (only(world).state, only(world).attempts, world.platforms.letters) == ("failed", 0, [])
    [(outcome, reason)] = told(world, theirs)
    assert (outcome, "no message to email can be made of it" in (reason or "")) == ("failed", True)
    assert world.mention(theirs).tags == ("after",)


@pytest.mark.parametrize("names_it", [True, False])
def test_an_agent_whose_answer_the_platform_told_first_is_still_who_answered(
    names_it: bool, now: datetime
) -> None:
    """A6; rows 121-125: the case is in the agent's hands, and the histories lead to the present."""
    world = answering(now)
    theirs = written(world)
    answer = world.platforms.facebook.answer

    def answered(called: Any) -> Any:
        given, made = answer(called)
        if made:
            answers: dict[str, Any] = (
                {"source__in_reply_to_message_id": world.mention(theirs).id} if names_it else {}
            )
            world.take_in(echo(world, "facebook", made.id, **answers))
        return given, made

    world.platforms.facebook.answer = answered  # type: ignore[method-assign]
    reply_to_mention(theirs, NewReply(text="We are on it."), "k", world.agent(), world.desk())
    world.now += timedelta(seconds=1)
    world.settle()

    ours = world.mention(only(world).sent_as or "")
    assert (ours.delivery, world.case().handled_by) == ("sent", HandledBy(type="agent"))
    acts = world.ledger.handled([ours.contact_id or ""], now, world.now)
    assert ("nora", "replied") in [(hand.id, hand.did) for act in acts for hand in act.hands]
    for mention in world.store.mentions.values():
        assert replay(world.mention_history(mention.unique_id)) == (state_of(mention), mention.revision)
    case = world.case()
    assert replay(world.case_history(case.id)) == (state_of(case), case.revision)


@pytest.mark.parametrize("first", ["the platform", "we"])
def test_the_platforms_own_telling_is_no_second_message(first: str, now: datetime) -> None:
    """R2: whichever comes first, there is one message, in the case, and the mention is answered."""
    world = answering(now, a_replying_recipe())
    theirs = written(world)
    if first == "the platform":
        answer = world.platforms.facebook.answer

        def answered(called: Any) -> Any:
            given, made = answer(called)
            if made:
                world.take_in(echo(world, "facebook", made.id))
            return given, made

        world.platforms.facebook.answer = answered  # type: ignore[method-assign]
    world.settle()
    native = only(world).native_id or ""
    [again] = world.take_in(echo(world, "facebook", native))
    world.settle()

    assert again.result == "duplicate"
    ours = [mention for mention in world.store.mentions.values() if mention.status == "sent"]
    assert [mention.id for mention in ours] == [native]
    assert ours[0].case_id == world.case().id
    assert (world.case().last_message_by, world.case().last_mention_id) == ("us", ours[0].unique_id)
    mention = world.mention(theirs)
    assert mention.last_action is not None
    assert mention.last_action.type == "replied"
    assert mention.timestamps.response_time == 0
    assert [line.type for line in world.mention_history(theirs)].count("replied") == 1


def test_a_person_who_sends_again_while_the_platform_is_asked_does_not_send_twice(now: datetime) -> None:
    world, _ = failing(now, "lost_answer")
    world.pass_time(minutes=1)
    assert only(world).state == "sent"
    with pytest.raises(Exception, match="only failed and unknown"):
        send_again(only(world).id, Decision(), desk(world))


def test_a_message_that_comes_again_sends_nothing(now: datetime) -> None:
    world, _ = failing(now, "rate_limit")
    [delayed] = world.retries.delayed
    world.pass_time(minutes=11)
    assert only(world).state == "sent"

    execute(delayed.message, world.ports(), world.now)
    for wanted in ("send", "look"):
        for time in range(4):
            again = OutboxMessage.model_validate(
                {"item_id": only(world).id, "conversation": "c", "wanted": wanted, "time": time}
            )
            execute(again, world.ports(), world.now)
    gone = OutboxMessage(item_id="out_gone", conversation="c", wanted="send", time=1)
    execute(gone, world.ports(), world.now)

    assert len(sent_texts(world)) == 1


def test_of_two_that_are_given_the_same_message_one_sends(now: datetime) -> None:
    """The second one finds it begun, calls it unknown, and the first one's success is still told."""
    world, theirs = failing(now, "rate_limit")
    [delayed] = world.retries.delayed
    world.retries.delayed.clear()
    world.now += timedelta(minutes=11)
    watch = Meanwhile(
        "platforms.call", lambda: execute(delayed.message, world.ports(), world.now), when="after"
    )

    execute(delayed.message, world.ports(watch), world.now)

    assert (only(world).state, len(sent_texts(world))) == ("sent", 1)
    assert [outcome for outcome, _ in told(world, theirs)] == ["unknown", "done"]


@pytest.mark.parametrize("fails", [None, "rate_limit", "lost_answer", "silence"])
def test_a_crash_at_any_moment_never_sends_twice_and_loses_nothing(fails: Any, now: datetime) -> None:
    """R3: every moment of the executor, enumerated; lost answers are among them."""
    ends, moments = set(), []
    for nth in range(1, 500):
        world = answering(now, a_recipe(actions=[reply("twitter"), add_tags("after")]))
        if fails:
            world.platforms.x.failures.append(fails)
        theirs = written(world, "twitter")
        world.evaluate()
        watch = CrashAt(nth)
        crashed = crashing(world, watch)
        if watch.at is None:
            break
        moments.append(crashed)
        world.pass_time(hours=1)

        assert len(sent_texts(world, "twitter")) <= 1, f"sent twice after a crash {watch.at}"
        item = only(world)
        assert item.state in ("sent", "unknown"), f"{item.state} after a crash {watch.at}"
        assert (item.state == "sent") == (len(sent_texts(world, "twitter")) == 1)
        assert world.mention(theirs).tags == ("after",)
        assert told(world, theirs)[-1][0] == {"sent": "done", "unknown": "unknown"}[item.state]
        [run] = world.ledger.runs(9, None).data[-1:]
        assert run.status == "done"
        ends.add(item.state)

    assert len(moments) > 20
    assert ends == ({"sent", "unknown"} if fails != "silence" else {"unknown"})


def test_a_crash_while_a_run_answers_after_its_wait_is_no_agents_reply(now: datetime) -> None:
    """R3, A1: what the run itself has said does not stop the rest of it, however often it comes."""
    ends, moments = set(), 0
    for nth in range(1, 500):
        waits = {"type": "wait", "minutes": 10, "unless": "agent_replies"}
        world = answering(now, a_recipe(actions=[waits, reply(), add_tags("after")]))
        theirs = written(world)
        world.settle()
        world.now += timedelta(minutes=11)
        world.fire()
        watch = CrashAt(nth)
        crashing(world, watch)
        if watch.at is None:
            break
        moments += 1
        world.pass_time(hours=1)

        assert world.mention(theirs).tags == ("after",), f"after a crash {watch.at}"
        ends.add(only(world).state)

    assert (moments > 10, ends) == (True, {"sent", "unknown"})


def crashing(world: World, watch: CrashAt) -> str | None:
    """Carry out what is queued, and what the retry queue brings, dying once; what dies comes again."""

    def again(step: Callable[..., object]) -> None:
        try:
            step(watch=watch)
        except Crash:
            step()

    again(world.work)
    while world.retries.delayed:
        delayed = world.retries.delayed.pop(0)
        world.now = max(world.now, delayed.due)

        def step(watch: Any = None, message: Any = delayed.message) -> None:
            execute(message, world.ports(watch), world.now)

        again(step)
    return watch.at


def test_somebody_elses_write_in_between_is_no_second_sending(now: datetime) -> None:
    """The case changes while the answer is confirmed: the confirmation is written all the same."""
    world = answering(now, a_replying_recipe())
    written(world)
    world.evaluate()
    watch = Meanwhile("platforms.call", lambda: written(world, text="And another thing"), when="after")

    world.work(watch)

    assert (only(world).state, len(sent_texts(world))) == ("sent", 1)
    assert world.case().last_message_by == "us"


@pytest.mark.parametrize("failure", [None, "rate_limit"])
@pytest.mark.parametrize("nth", [1, 2, 3])
def test_a_mere_conflict_of_transactions_is_no_other_sender(
    failure: Failure | None, nth: int, now: datetime
) -> None:
    """R3: another transaction is in the way once, and nobody else has the item: it goes out, once."""
    world = answering(now, a_replying_recipe())
    written(world)
    if failure:
        world.platforms.facebook.failures.append(failure)
    world.evaluate()

    def conflict() -> None:
        raise Stale("another transaction was in the way")

    world.work(Meanwhile("inbox.commit", conflict, nth=nth))

    assert only(world).state == ("queued" if failure else "sent")
    world.pass_time(minutes=30)
    assert (only(world).state, len(sent_texts(world))) == ("sent", 1)


def test_an_answer_that_is_edited_meanwhile_is_not_approved(now: datetime) -> None:
    """What a person has read is what they approve."""
    world = answering(now, a_replying_recipe(mode="approval"))
    written(world)
    world.settle()
    item = only(world)
    read = Desk(world.outbox, world.inbox, world.rule_books, world.queue, NORA, world.now, seen=item.revision)
    world.store.outbox[item.id] = item.next(world.now, text="Another")
    with pytest.raises(Stale):
        approve(item.id, Decision(), read)


def test_a_public_answer_to_somebody_without_a_case_is_told_in_the_mentions_history(now: datetime) -> None:
    world = answering(now, a_replying_recipe())
    [taken] = world.take_in(
        an_incoming(
            "9001", source__profile="facebook", author__id=CUSTOMER["facebook"], message__type="comment"
        )
    )
    world.settle()

    assert told(world, taken.unique_id) == [
        ("failed", "Facebook answered code 100, subcode 33: it does not exist, or not for this page")
    ]
    assert world.store.cases == {}


@pytest.mark.parametrize("lost", ["rate_limit", "lost_answer", "a crash", "an approval"])
def test_what_was_lost_on_the_way_is_set_going_again(lost: str, now: datetime) -> None:
    """R1: the message that was to bring it on never came; the sweep says the same once more."""
    world = answering(now, a_replying_recipe(mode="approval" if lost == "an approval" else "immediate"))
    if lost in ("rate_limit", "lost_answer"):
        world.platforms.facebook.failures.append(lost)  # type: ignore[arg-type]
    written(world)
    world.evaluate()
    if lost == "a crash":
        with pytest.raises(Crash):
            world.work(DiesAt("platforms.call"))
        world.queue.groups.clear()
    world.settle()
    if lost == "an approval":
        approve(only(world).id, Decision(), desk(world))
    world.queue.groups.clear()
    world.retries.delayed.clear()
    assert only(world).state in ("queued", "sending", "unknown")

    assert sweep_outbox(world.outbox, world.queue, world.now) == 0
    world.now += timedelta(minutes=21)
    assert sweep_outbox(world.outbox, world.queue, world.now) == 1
    world.pass_time(hours=1)

    assert (only(world).state, len(sent_texts(world))) == ("sent", 1)
    assert sweep_outbox(world.outbox, world.queue, world.now + timedelta(days=1)) == 0


class DiesAt:
    """Dies right after a call was made."""

    def __init__(self, point: str) -> None:
        self._point = point

    def before(self, point: str) -> None:
        return None

    def after(self, point: str) -> None:
        if point == self._point:
            raise Crash(point)

    def part(self, point: str, length: int) -> None:
        return None


def test_what_only_a_person_can_settle_is_left_alone(now: datetime) -> None:
    world = answering(now, a_replying_recipe(service="email"), a_replying_recipe("rec_2"))
    world.platforms.mail_errors = [Unclear("no answer of SES: ReadTimeoutError")]
    world.platforms.facebook.failures.append("silence")
    written(world, "email")
    written(world)
    world.pass_time(hours=1)

    assert [item.state for item in world.outbox.all()] == ["unknown", "unknown"]
    assert sweep_outbox(world.outbox, world.queue, world.now + timedelta(days=9)) == 0


def test_a_private_answer_to_a_public_message_is_looked_for_among_the_private_ones(now: datetime) -> None:
    world = answering(now)
    theirs = written(world, "twitter", private=False)
    item = an_outbox_item(
        kind="private", mode="immediate", state="queued", service="twitter", profile="twitter",
        unique_id=theirs, text="We are on it.", by=NORA,
    )  # fmt: skip
    world.store.outbox[item.id] = item
    world.platforms.x.failures.append("lost_answer")
    first = OutboxMessage(item_id=item.id, conversation=item.conversation, wanted="send", time=1)

    execute(first, world.ports(), world.now)
    assert only(world).state == "unknown"
    world.pass_time(minutes=1)

    made = world.platforms.x.messages[only(world).native_id or ""]
    assert (only(world).state, made.private, made.to) == ("sent", True, CUSTOMER["twitter"])


def test_messages_that_lost_what_brings_them_on_are_all_found_however_many(now: datetime) -> None:
    """R5"""
    world = World(a_rule_book(), now)
    queued = {"state": "queued", "mode": "immediate"}
    items = [an_outbox_item(f"out_{number:03}", **queued) for number in range(2 * PAGE + 1)]
    world.store.outbox = {item.id: item for item in items}

    world.now += timedelta(hours=1)

    assert sweep_outbox(world.outbox, world.queue, world.now) == len(items)
    assert len(world.queue.waiting()) == len(items)
