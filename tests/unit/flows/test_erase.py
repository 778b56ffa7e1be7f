"""Erasing a contact, and taking out what is kept of them (R20): what tells of them goes, the facts stay."""

import json
from collections import Counter
from dataclasses import replace
from datetime import datetime, timedelta
from itertools import count
from typing import Any

import pytest

from inbox_recipes import ids
from inbox_recipes.actions.webhook import Webhook
from inbox_recipes.clauses import Clause
from inbox_recipes.contact_edits import ContactPatch
from inbox_recipes.effects import Removal
from inbox_recipes.errors import Conflict, NotFound, Stale
from inbox_recipes.feedback import Survey, Wording
from inbox_recipes.flows import erase_items, erase_steps
from inbox_recipes.flows import export as export_flow
from inbox_recipes.flows.by_hand import Agent
from inbox_recipes.flows.cases import NewCase, create_case
from inbox_recipes.flows.contacts import Merge, contact_of, merge_contacts, patch_contact
from inbox_recipes.flows.erase import ask, erasure_of
from inbox_recipes.flows.execute import execute
from inbox_recipes.flows.export import Exported, exported
from inbox_recipes.flows.happenings import arrived
from inbox_recipes.flows.moderation_records import begun, write
from inbox_recipes.flows.notes import NewNote, add_note
from inbox_recipes.flows.outbox import sending
from inbox_recipes.flows.replays import Sending, Trial
from inbox_recipes.flows.replies import NewReply, reply_in_case, reply_to_mention
from inbox_recipes.flows.sweep import remind
from inbox_recipes.inbox import Object
from inbox_recipes.messages import RunMessage
from inbox_recipes.moderations import Remark
from inbox_recipes.people import Actor
from inbox_recipes.ports import Page, Transaction
from inbox_recipes.replay import replay, state_of
from inbox_recipes.surveys import kept
from tests.builders import (
    IN_CASE,
    NOON,
    NORA,
    TOPIC,
    a_private,
    a_recipe,
    a_rule_book,
    add_tags,
    an_incoming,
    an_outbox_item,
    our_reply,
    wait,
    webhook,
)  # fmt: skip
from tests.fakes import NO_ANSWER, Crash, CrashAt, Meanwhile, World
from tests.replies import PROFILES, a_replying_recipe, answering, only, sent_texts, written

CANARY = "c4n4ry"


def told(world: World) -> str:
    """Everything that is kept, as text; the stream and what the fakes note for tests is not."""
    forgotten = ("changes", "journal", "conditions")
    kept = {name: value for name, value in vars(world.store).items() if name not in forgotten}
    sent = (world.deliveries.all, world.deliveries.requests, world.deliveries.log)
    queued = (world.queue.groups, world.retries.delayed, world.timers.armed)
    data = (world.personal_data.erasures, world.personal_data.dead_letters)
    return repr((kept, sent, queued, data))


def a_world() -> World:
    """Somebody who wrote privately and publicly from two profiles, was answered, noted on and sent about."""
    book = a_rule_book(
        a_recipe("tells", actions=[webhook(url="https://example.com/[author.name]"), add_tags("new")]),
        a_recipe("waits", trigger=IN_CASE, actions=[wait(30), add_tags("silent", target="case")]),
        a_recipe("shadows", mode="shadow"),
        profiles=dict(PROFILES),
    )
    world = World(book, NOON)
    world.webhooks.answers = [NO_ANSWER, 200, 503]
    who = {"author__id": f"{CANARY}-id-1", "author__name": f"{CANARY} name"}
    other = {
        "author__id": f"{CANARY}-id-2",
        "author__fullname": f"{CANARY} full",
        "source__service": "twitter",
    }
    world.take_in(a_private("1", f"{CANARY} text", message__title=f"{CANARY} title", **who))
    world.take_in(an_incoming("2", f"{CANARY} public", location__city=f"{CANARY} city", **who))
    world.take_in(
        a_private("3", f"{CANARY} other", **other), a_private("9", "somebody else", author__id="bob")
    )
    world.settle()
    world.now += timedelta(minutes=1)
    world.take_in(our_reply("4", to="1", message__content=f"Dear {CANARY}"))
    draft = NewReply(text=f"Dear {CANARY}", profile="facebook", mode="draft")
    reply_to_mention(f"{TOPIC}_1", draft, "k0", world.agent(), world.desk())
    case_id = world.mention(f"{TOPIC}_1").case_id or ""
    agent = Agent(NORA, world.inbox, world.rule_books, world.now)
    add_note("case", case_id, NewNote.model_validate({"text": f"{CANARY} note"}), "k1", agent)
    add_note("mention", f"{TOPIC}_2", NewNote.model_validate({"text": f"{CANARY} note"}), "k2", agent)
    first, second = (
        world.store.profiles[key].contact_id
        for key in (("facebook", f"{CANARY}-id-1"), ("twitter", f"{CANARY}-id-2"))
    )
    written = {"name": f"{CANARY} written", "email": f"{CANARY}@x.example", "phone": f"+1 {CANARY}"}
    patch = ContactPatch.model_validate(written)
    patch_contact(first, patch, None, NORA, world.inbox, world.now)
    merge_contacts(first, Merge(contact_ids=(second,)), None, NORA, world.inbox, world.now)
    bob = world.store.profiles["facebook", "bob"].contact_id
    shared = {"topic": {"id": TOPIC}, "title": f"{CANARY} shared", "priority": "high"}
    shared |= {"contacts": (first, bob), "note": f"{CANARY} about both"}
    create_case(NewCase.model_validate(shared), "cas_by_hand", NORA, world.inbox, world.rule_books, world.now)
    moderated(world)
    world.ledger.quarantine(world.now, "bad", {"author": {"id": f"{CANARY}-id-1"}, "text": CANARY}, CANARY)
    world.ledger.quarantine(world.now, "fine", {"author": {"id": "bob"}}, "other")
    body = json.dumps({"requestPayload": {"detail": {"author": {"id": f"{CANARY}-id-2"}}}})
    world.personal_data.dead_letters = [body, '{"detail": {"author": {"id": "bob"}}}']
    world.settle()
    world.now += timedelta(minutes=1)
    return world


def moderated(world: World) -> None:
    """A recipe has hidden what they wrote, somebody objected; a block by hand waits to be tried."""
    mention = world.mention(f"{TOPIC}_2")
    removal = Removal(mention, "hide", None, 20)
    clause = Clause(path="filter/rules/0", wanted={"content.text": {"matches": "p.*"}}, got=f"{CANARY} p")
    recipe = Actor(kind="recipe", id="tells", name="R", version=1)
    said = Remark(by=NORA, reason=f"{CANARY} objects", at=world.now)
    hidden = begun("mod_1", removal, "page", recipe, world.now, "calling", clauses=(clause,))
    shown = hidden.succeeded(world.now).object(said).succeeded(world.now + timedelta(seconds=1))
    blocked = begun(
        "mod_2", replace(removal, what="block_author"), "page", NORA, world.now, "pending",
        note=f"{CANARY} again",
    )  # fmt: skip
    for act in (shown, blocked):
        write(None, act, world.inbox, world.rule_books, world.now, act.by)


def the_contact(world: World) -> str:
    [found] = [c.id for c in world.store.contacts.values() if c.merged]
    return found


def erase(world: World) -> None:
    ask(the_contact(world), NORA, world.inbox, world.personal_data, world.queue, world.now)


def histories_replay(world: World) -> None:
    """R23: the lines that are left still lead to what is left."""
    for mention in world.store.mentions.values():
        lines = world.store.history("mention", mention.unique_id)
        assert replay(lines) == (state_of(mention), mention.revision)
    for case in world.store.cases.values():
        assert replay(world.store.history("case", case.id)) == (state_of(case), case.revision)


def test_nothing_is_left_that_tells_of_the_contact_and_the_facts_are() -> None:
    world = a_world()
    contact_id = the_contact(world)
    lines = {key: [(e.id, e.type, e.outcome) for e in log.values()] for key, log in world.store.logs.items()}
    assert told(world).count(CANARY) > 50

    erase(world)
    world.settle()

    assert CANARY not in told(world)
    erasure = erasure_of(contact_id, world.personal_data)
    assert (erasure.state, erasure.mentions, erasure.cases, erasure.by) == ("done", 4, 3, NORA)
    mention = world.mention(f"{TOPIC}_1")
    assert (mention.message.content, mention.erased, mention.contact_id) == ("", True, None)
    assert mention.tags == ("new",)
    for key, before in lines.items():
        now = {(e.id, e.type, e.outcome) for e in world.store.logs[key].values()}
        assert set(before) <= now, "every line is still there"
    histories_replay(world)
    assert {d.state for d in world.deliveries.all.values() if d.item_id == f"{TOPIC}_3"} == {"cancelled"}


def tried_out(world: World, unique_id: str, token: str) -> str:
    """Somebody tries a webhook out with a message."""
    action = Webhook.model_validate(webhook(url="https://example.com/[author.name]"))
    trial = Trial(action=action, unique_id=unique_id)
    sending = Sending(world.deliveries, world.retries, world.now)
    return sending.test(trial, token, world.rule_books, world.inbox).id


def test_every_trial_of_a_webhook_with_a_message_goes() -> None:
    """R20: one message may have been tried out many times, and others beside it."""
    world = a_world()
    mine = [tried_out(world, f"{TOPIC}_{n}", f"t{token}") for token, n in enumerate((1, 2, 1, 1))]
    bobs = tried_out(world, f"{TOPIC}_9", "t9")

    erase(world)
    world.settle()

    assert CANARY not in told(world)
    assert set(mine).isdisjoint(world.deliveries.requests)
    assert "somebody else" in (world.deliveries.request(bobs).body or "")


def expired(world: World) -> None:
    """The contact's mentions and cases are no longer kept; what tells of them is, for a while."""
    store, names = world.store, world.store.contacts[the_contact(world)].ids
    store.mentions = {key: each for key, each in store.mentions.items() if each.contact_id not in names}
    theirs = {key for key, each in store.cases.items() if not set(each.contact_ids).isdisjoint(names)}
    store.cases = {key: each for key, each in store.cases.items() if key not in theirs}
    store.links = {key: each for key, each in store.links.items() if key not in theirs}
    world.now += timedelta(days=30)


def surveyed(world: World) -> None:
    """They have answered a survey, and written why."""
    case = world.store.cases[world.mention(f"{TOPIC}_1").case_id or ""]
    survey = Survey(
        id=ids.survey_id(case.id, "csat"), kind="csat", response_id="csat", asked_at=world.now,
        until=world.now + timedelta(days=7), fence=1, score=1, comment=CANARY,
    )  # fmt: skip
    wording = Wording(question=f"Dear {CANARY}, are you happy?")
    beside = ((survey.id, wording),)
    world.inbox.commit(Transaction(actor=NORA, at=world.now, surveys=kept(case, [survey]), wordings=beside))


def test_what_is_still_kept_of_items_that_have_expired_goes_too() -> None:
    """R20: mentions and cases may be kept for a shorter time than what tells of them."""
    world = a_world()
    contact_id = the_contact(world)
    tried_out(world, f"{TOPIC}_1", "t1")
    surveyed(world)
    expired(world)
    bobs = [entry.reason for entry in world.mention_history(f"{TOPIC}_9")]
    assert told(world).count(CANARY) > 50

    erase(world)
    world.settle()

    assert CANARY not in told(world)
    assert erasure_of(contact_id, world.personal_data).state == "done"
    assert [each.survey.score for each in world.store.surveys.values()] == [1]
    assert {each.author_id for each in world.store.moderations.values()} == {"erased"}
    assert [entry.reason for entry in world.mention_history(f"{TOPIC}_9")] == bobs


def test_acts_on_what_others_wrote_stay_when_it_has_expired() -> None:
    """R20: whose message it was is told by its author."""
    world = a_world()
    bob = world.mention(f"{TOPIC}_9")
    hidden = begun("mod_9", Removal(bob, "hide", None, 20), "page", NORA, world.now, "done")
    write(None, hidden, world.inbox, world.rule_books, world.now, NORA)
    del world.store.mentions[bob.unique_id]

    erase(world)
    world.settle()

    assert world.store.moderations["mod_9"].text == "somebody else"


def test_others_keep_what_is_theirs() -> None:
    world = a_world()
    mine = world.mention(f"{TOPIC}_9")

    erase(world)
    world.settle()

    assert world.mention(f"{TOPIC}_9") == mine
    assert "bob" in {key[1] for key in world.store.profiles}
    [shared] = [case for case in world.store.cases.values() if case.manual]
    assert shared.contact_ids == (mine.contact_id,)
    assert (shared.erased, shared.notes[0].text) == (True, "")
    assert world.personal_data.dead_letters == ['{"detail": {"author": {"id": "bob"}}}']
    assert world.store.quarantined["fine"] == ({"author": {"id": "bob"}}, "other")
    assert world.store.quarantined["bad"][0] == {"erased": True}
    records = [r for page in world.store.pages.values() for r in page]
    kept = [r for r in records if r["occurrence"]["mention_id"] == f"{TOPIC}_9"]
    assert kept[0]["subject"]["mention"]["message"]["content"] == "somebody else"


def test_from_then_on_nothing_of_the_contact_is_served_and_who_writes_again_is_somebody_new() -> None:
    world = a_world()
    contact_id = the_contact(world)

    erase(world)
    with pytest.raises(NotFound):
        export(world, contact_id, 10)
    world.now += timedelta(seconds=1)
    world.take_in(a_private("7", "It is me again", author__id=f"{CANARY}-id-1"))
    world.settle()

    again = world.mention(f"{TOPIC}_7")
    assert (again.message.content, again.erased) == ("It is me again", False)
    assert {c.id for c in world.inbox.cases_of_contacts([again.contact_id or ""], 10, None).data} == {
        again.case_id
    }
    assert world.store.contacts[again.contact_id or ""].email is None


def test_asking_again_goes_on_and_after_a_day_everything_is_looked_through_once_more() -> None:
    world = a_world()
    contact_id = the_contact(world)
    erase(world)
    world.queue.groups.clear()
    world.now += timedelta(minutes=6)

    ask(contact_id, NORA, world.inbox, world.personal_data, world.queue, world.now)
    world.settle()

    assert erasure_of(contact_id, world.personal_data).state == "done"
    [again] = [each for each in world.timers.armed.values() if each.message.type == "erase"]
    assert again.at - world.now > timedelta(hours=24), "by then the stream has forgotten everything"
    late = dict(world.store.pages)
    [record, *_] = [r for page in late.values() for r in page if r.get("erased")]
    whole = a_private("1", f"{CANARY} again")
    record["subject"]["mention"]["message"]["content"] = whole.message.content
    record["subject"]["mention"]["contact_id"] = contact_id

    world.pass_time(hours=26)

    assert CANARY not in told(world)
    assert erasure_of(contact_id, world.personal_data).looked_again_at is not None


def test_nobody_knows_whom_nobody_knows() -> None:
    world = a_world()
    with pytest.raises(NotFound):
        ask("con_nobody", NORA, world.inbox, world.personal_data, world.queue, world.now)


def test_a_contact_that_changes_while_it_is_taken_away_is_read_again() -> None:
    world = a_world()
    contact_id = the_contact(world)
    meanwhile = Meanwhile(
        "inbox.profiles",
        lambda: patch_contact(
            contact_id, ContactPatch.model_validate({"name": "x"}), None, NORA, world.inbox, world.now
        ),
    )

    ask(contact_id, NORA, world.ports(meanwhile).inbox, world.personal_data, world.queue, world.now)
    world.settle()

    assert CANARY not in told(world)


class Busy(CrashAt):
    """Somebody else is always faster."""

    def __init__(self) -> None:
        super().__init__(0)

    def before(self, point: str) -> None:
        if point == "inbox.commit":
            raise Stale("busy")


def test_an_item_that_keeps_changing_comes_again() -> None:
    world = a_world()
    erase(world)

    with pytest.raises(Stale, match="too busily"):
        world.work(Busy())
    world.settle()

    assert CANARY not in told(world)


def test_it_ends_the_same_wherever_it_dies() -> None:
    """Crash at every call, before, within and after it; the message comes again."""
    crashes = 0
    for nth in count(1):
        world = a_world()
        erase(world)
        watch = CrashAt(nth)
        try:
            world.work(watch)
        except Crash:
            crashes += 1
        if watch.at is None:
            break
        world.settle()
        assert CANARY not in told(world), watch.at
        assert [e.state for e in world.personal_data.erasures.values()] == ["done"], watch.at
        histories_replay(world)
    assert crashes > 100


def test_a_contact_with_thousands_of_mentions_is_erased_in_bounded_steps(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(erase_steps, "PAGES_AT_ONCE", 3)
    monkeypatch.setattr(erase_steps, "HOURS_AT_ONCE", 5)
    world = World(a_rule_book(a_recipe(actions=[add_tags("new")])), NOON)
    for number in range(500):
        world.take_in(an_incoming(str(number), f"{CANARY} {number}", author__id=CANARY))
        if number % 25 == 0:
            world.settle()
            world.now += timedelta(hours=1)
    for number in range(500, 508):
        world.take_in(an_incoming(str(number), f"{CANARY} {number}", author__id=CANARY))
        world.settle()
        world.now += timedelta(seconds=1)
    assert Counter(at.hour for at, _ in world.store.pages)[world.now.hour] == 8, "several steps for one hour"
    read: list[int] = []
    fetch = world.inbox.mentions_of_contacts

    def counted(contact_ids: Any, limit: int, cursor: str | None) -> Any:
        page = fetch(contact_ids, limit, cursor)
        read.append(len(page.data))
        return page

    monkeypatch.setattr(world.inbox, "mentions_of_contacts", counted)
    contact_id = world.store.profiles["facebook", CANARY].contact_id

    ask(contact_id, NORA, world.inbox, world.personal_data, world.queue, world.now)
    world.settle()

    assert max(read) == erase_steps.ITEMS_AT_ONCE
    assert erasure_of(contact_id, world.personal_data).mentions == 508
    assert CANARY not in told(world)


@pytest.mark.parametrize("at_once", [1, 3])
def test_what_comes_in_many_pages_is_erased_to_the_last(
    monkeypatch: pytest.MonkeyPatch, at_once: int
) -> None:
    """R20: histories, trials and acts of moderation are read in pages."""
    for module in (erase_items, erase_steps):
        monkeypatch.setattr(module, "LINES_AT_ONCE", at_once)
    world = a_world()
    for token in range(4):
        tried_out(world, f"{TOPIC}_1", f"t{token}")

    erase(world)
    world.settle()

    assert CANARY not in told(world)
    histories_replay(world)


def test_an_explanation_does_not_judge_what_is_no_longer_there() -> None:
    world = a_world()
    erase(world)
    world.settle()

    with pytest.raises(NotFound, match="erased"):
        arrived(f"{TOPIC}_1", world.inbox, world.ledger)


def test_no_message_of_a_queue_names_the_customer() -> None:
    """What is dead-lettered holds ids alone."""
    world = a_world()
    runs = [m for m in world.queue.ever if isinstance(m, RunMessage)]

    assert len(runs) > 4
    assert CANARY not in repr(world.queue.ever)


def export(world: World, contact_id: str, limit: int, cursor: str | None = None) -> Page[Exported]:
    contact = contact_of(contact_id, world.inbox)
    return exported(
        contact, world.inbox, world.ledger, world.deliveries, world.moderations, world.outbox, limit, cursor
    )


@pytest.mark.parametrize(("limit", "lines_at_once"), [(1, 100), (7, 100), (100, 100), (7, 1), (100, 2)])
def test_an_export_is_the_same_in_pages_of_any_size(
    limit: int, lines_at_once: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(export_flow, "LINES_AT_ONCE", lines_at_once)
    world = a_world()
    found: list[Exported] = []
    cursor = None
    while True:
        page = export(world, the_contact(world), limit, cursor)
        assert len(page.data) <= limit
        found += page.data
        cursor = page.next
        if cursor is None:
            break

    kinds = [entry.kind for entry in found]
    assert kinds[:3] == ["contact", "profile", "profile"]
    assert {e.mention.unique_id for e in found if e.mention} == {f"{TOPIC}_{n}" for n in (1, 2, 3, 4)}
    assert len({e.case.id for e in found if e.case}) == 3
    lines = [(e.log, e.item_id, e.line.id) for e in found if e.line]
    mine: set[tuple[Object, str]] = {("mention", e.mention.unique_id) for e in found if e.mention}
    mine |= {("case", e.case.id) for e in found if e.case}
    assert len(lines) == len(set(lines)) == sum(len(world.store.logs[key]) for key in mine)
    assert [e.sent.body for e in found if e.sent and CANARY in (e.sent.body or "")]
    assert {e.moderation.id for e in found if e.moderation} == {"mod_1", "mod_2"}


def test_a_page_of_an_export_has_a_size(monkeypatch: pytest.MonkeyPatch) -> None:
    world = a_world()
    monkeypatch.setattr("inbox_recipes.flows.export.LARGEST_PAGE", 1000)

    page = export(world, the_contact(world), 100)

    assert 1 <= len(page.data) < 6
    assert page.next is not None


@pytest.mark.parametrize("fails", [None, "rate_limit", "lost_answer"])
def test_what_was_written_to_the_contact_goes_too_and_what_waits_is_not_sent(fails: Any) -> None:
    """R20: the outbox keeps the fact."""
    world = answering(NOON, a_replying_recipe(text=f"Dear [author.name], {CANARY}"))
    if fails:
        world.platforms.facebook.failures.append(fails)
    theirs = written(world, author__name=CANARY, text=CANARY)
    world.settle()
    world.now += timedelta(minutes=1)
    ask(
        world.mention(theirs).contact_id or "", NORA, world.inbox, world.personal_data, world.queue, world.now
    )
    world.pass_time(hours=1)

    item = only(world)
    assert (item.text, item.contact_id, item.comments) == ("", None, ())
    assert item.state == {None: "sent", "rate_limit": "skipped", "lost_answer": "unknown"}[fails]
    assert len(sent_texts(world)) == (fails != "rate_limit")
    assert CANARY not in told(world)


def test_an_agents_answer_that_waits_for_the_platform_is_not_sent_and_loses_its_text() -> None:
    """R20: nothing in a history tells of it yet."""
    world = answering(NOON)
    theirs = written(world)
    world.settle()
    world.platforms.facebook.failures.append("rate_limit")
    reply_to_mention(theirs, NewReply(text=CANARY), "k1", world.agent(), world.desk())
    world.settle()
    assert only(world).state == "queued"
    ask(
        world.mention(theirs).contact_id or "", NORA, world.inbox, world.personal_data, world.queue, world.now
    )

    world.pass_time(hours=2)

    assert (only(world).state, only(world).text, sent_texts(world)) == ("skipped", "", [])


def test_nobody_answers_somebody_who_was_erased() -> None:
    """R20."""
    world = answering(NOON)
    theirs = written(world)
    world.settle()
    case_id = world.case().id
    ask(
        world.mention(theirs).contact_id or "", NORA, world.inbox, world.personal_data, world.queue, world.now
    )
    world.settle()

    with pytest.raises(Conflict, match="nobody to answer"):
        reply_to_mention(theirs, NewReply(text="Hello?"), "k1", world.agent(), world.desk())
    with pytest.raises(Conflict, match="nobody to answer"):
        reply_in_case(case_id, NewReply(text="Hello?"), "k1", world.agent(), world.desk())


def test_what_was_written_when_the_contact_was_being_erased_is_not_sent() -> None:
    """R20: what is answered is read again before anything is sent."""
    world = answering(NOON)
    theirs = written(world)
    world.settle()
    before = world.mention(theirs)
    ask(before.contact_id or "", NORA, world.inbox, world.personal_data, world.queue, world.now)
    world.settle()
    world.now += timedelta(minutes=1)
    late = an_outbox_item("out_late", mode="immediate", state="queued", unique_id=theirs, claimed=False,
                          contact_id=before.contact_id, case_id=before.case_id, text=CANARY,
                          date={"added": world.now, "updated": world.now})  # fmt: skip
    world.inbox.commit(Transaction(actor=NORA, at=world.now, outbox=(None, late)))

    execute(sending(late), world.ports(), world.now)
    assert (only(world).state, only(world).reason, sent_texts(world)) == (
        "skipped", "the contact was erased", [],
    )  # fmt: skip
    world.pass_time(hours=26)

    assert only(world).text == ""


def test_what_was_done_on_a_platform_stays_a_fact_and_a_block_needs_somebody(now: datetime) -> None:
    """R20: the record keeps by which clause and by whom; who it was cannot be blocked any more."""
    world = a_world()
    erase(world)
    world.settle()
    world.now += timedelta(minutes=20)
    remind(world.moderations, world.queue, world.now)
    world.settle()

    shown, blocked = world.store.moderations["mod_1"], world.store.moderations["mod_2"]
    assert (shown.state, shown.by.id, shown.text, shown.author_id) == ("undone", "tells", "", "erased")
    assert [(each.path, each.got) for each in shown.clauses] == [("filter/rules/0", None)]
    assert shown.objection is not None
    assert (shown.objection.by, shown.objection.reason) == (NORA, None)
    assert (blocked.state, blocked.reason) == ("failed", "its author was erased")
