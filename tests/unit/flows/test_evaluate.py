"""Changes to occurrences, verdicts, records and runs; a batch that comes twice does no more (R1, R7)."""

import json
from datetime import datetime, timedelta
from typing import Any

import pytest

from inbox_recipes.changes import Change
from inbox_recipes.flows.evaluate import decide, evaluate_changes
from inbox_recipes.inbox import Mention, Subject
from inbox_recipes.matching import Matcher
from inbox_recipes.people import Actor
from inbox_recipes.rule_book import RuleBook
from inbox_recipes.triggers import Occurrence
from tests.builders import (
    CUSTOMER,
    IN_CASE,
    NORA,
    a_case,
    a_mention,
    a_private,
    a_recipe,
    a_rule_book,
    add_tags,
    an_incoming,
    an_occurrence,
    condition,
    group,
)  # fmt: skip
from tests.fakes import Crash, Meanwhile, World

MENTION = "46283_1001"


def evaluate_again(world: World) -> None:
    world.seen = 0
    world.evaluate()


def test_a_batch_that_comes_again_queues_and_writes_nothing_more(now: datetime) -> None:
    in_shadow = a_recipe("rec_2", mode="shadow")
    world = World(a_rule_book(a_recipe(), in_shadow), now)
    world.take_in(a_private())
    world.evaluate()
    before = (world.queue.waiting(), world.mention_history(MENTION))

    world.now += timedelta(minutes=2)
    evaluate_again(world)

    assert (world.queue.waiting(), world.mention_history(MENTION)) == before


def test_a_batch_that_comes_after_the_queue_has_forgotten_starts_no_second_run(now: datetime) -> None:
    """FIFO queues drop repeats for five minutes only; the run's own record drops them for good (R3)."""
    world = World(a_rule_book(a_recipe(actions=[add_tags("seen"), {"type": "resolve"}])), now)
    world.take_in(a_private())
    world.settle()
    before = len(world.store.journal)

    world.now += timedelta(hours=1)
    evaluate_again(world)
    world.settle()

    assert len(world.queue.ever) == 2
    assert len(world.store.journal) == before


def test_a_filter_can_ask_who_the_contact_is_and_who_did_what(now: datetime) -> None:
    """Rows 12, 75; A25"""
    asked = group(
        "and",
        condition("contact.name", "starts_with", ["Customer"]),
        condition("action.done_by", "is", "nora"),
        condition("action.last_type", "is", "status_changed"),
        condition("action.minutes_since_last", "is", 0),
    )
    recipe = a_recipe(trigger={"type": "case_status_changed", "to": "pending"}, filter=asked)
    world = World(a_rule_book(recipe), now)
    world.take_in(a_private())
    world.settle()
    world.patch_case(status="pending")
    world.settle()

    assert [entry.by.id for entry in world.case_history() if entry.type == "add_tags"] == ["rec_1"]


def test_the_record_is_written_before_any_run_is_queued(now: datetime) -> None:
    world = World(a_rule_book(a_recipe()), now)
    world.take_in(an_incoming())

    def no_queue() -> None:
        raise Crash

    with pytest.raises(Crash):
        world.evaluate(Meanwhile("queue.send", no_queue))

    [record] = world.ledger.records(now)
    assert record["occurrence"]["id"] == "mention:46283_1001:mention_arrived:1"


def test_a_record_holds_all_that_its_decision_was_made_from(now: datetime) -> None:
    """Computed again from the record, the decision is the same, byte for byte (design section 2)."""
    only_french = group("and", condition("content.language", "is", "fr"))
    book = a_rule_book(a_recipe(), a_recipe("rec_2", filter=only_french), a_recipe("rec_3", trigger=IN_CASE))
    world = World(book, now)
    world.take_in(a_private())
    world.evaluate()

    for record in world.ledger.records(now):
        stored = json.loads(json.dumps(record))
        occurrence = Occurrence.model_validate(stored["occurrence"])
        subject = Subject.model_validate(stored["subject"])
        [again] = decide(occurrence, subject, book, Matcher(book)).records
        assert json.dumps(json.loads(again)) == json.dumps(record)


def test_a_record_keeps_the_verdicts_of_recipes_whose_filter_holds(
    now: datetime,
) -> None:
    only_french = group("and", condition("content.language", "is", "fr"))
    book = a_rule_book(
        a_recipe("rec_yes"), a_recipe("rec_french", filter=only_french), a_recipe("rec_far", topics=["7"])
    )

    [record] = decide(an_occurrence(), Subject(mention=a_mention(), case=None), book, Matcher(book)).records

    kept = {verdict["recipe_id"]: verdict for verdict in json.loads(record)["verdicts"]}
    assert kept.keys() == {"rec_yes"}
    assert (kept["rec_yes"]["matched"], kept["rec_yes"]["stopped_by"]) == (True, None)


def test_poison_hurts_only_itself(now: datetime) -> None:
    """R7"""
    only_french = group("and", condition("content.language", "is", "fr"))
    world = World(a_rule_book(a_recipe(filter=only_french)), now)
    good = [a_mention(str(n), incoming={"message__language": "fr"}) for n in range(3)]
    poison = a_mention("666")
    poison = poison.model_copy(update={"message": poison.message.model_copy(update={"language": 5})})
    changes = [
        Change(before=None, after=mention, at=now, actor=CUSTOMER, chain=())
        for mention in (good[0], poison, good[1], good[2])
    ]

    decided = evaluate_changes(
        changes, world.inbox, world.rule_books, world.ledger, world.queue, world.matchers, now
    )

    assert decided.quarantined == 1
    assert {run.occurrence.mention_id for run in decided.runs} == {m.unique_id for m in good}
    [(identifier, (record, reason))] = world.store.quarantined.items()
    assert identifier == record["occurrence"]["id"] == "mention:46283_666:mention_arrived:1"
    assert "AttributeError" in reason


def test_a_mention_comes_with_its_case_and_a_case_with_the_customers_last_message(now: datetime) -> None:
    """A19"""
    world = World(a_rule_book(), now)
    world.take_in(a_private(), a_private("1002"))

    world.evaluate()

    records = {record["occurrence"]["id"]: record["subject"] for record in world.ledger.records(now)}
    arrived = records["mention:46283_1001:mention_arrived:1"]
    created = next(subject for key, subject in records.items() if "case_created" in key)
    assert arrived["case"]["id"] == world.case().id
    assert created["mention"]["unique_id"] == MENTION


def test_only_a_real_change_of_a_case_is_an_occurrence(now: datetime) -> None:
    """A25"""
    world = World(a_rule_book(), now)
    world.take_in(a_private())
    world.evaluate()

    world.patch_case(priority="high")

    assert world.evaluate().records == []


@pytest.mark.parametrize(
    ("changed", "outcome", "reason"),
    [
        ({"mode": "shadow"}, "shadow", "the recipe is in shadow mode: it would have acted"),
        (
            {"hours": {"when": "during", "schedule_id": "sch_1"}},
            "skipped",
            "wanted during Weekdays; it was outside: Sunday 13:00 CET (Sunday: closed)",
        ),
    ],
)
def test_why_a_recipe_did_not_act_is_in_the_history(
    now: datetime, changed: dict[str, Any], outcome: str, reason: str
) -> None:
    """A20, R23"""
    world = World(a_rule_book(a_recipe(**changed)), now)
    world.take_in(an_incoming())

    world.settle()

    line = world.mention_history(MENTION)[-1]
    assert (line.type, line.outcome, line.reason, line.by.id) == ("recipe", outcome, reason, "rec_1")
    assert world.mention(MENTION).tags == ()


def test_one_of_two_conditions_is_enough_for_the_hours_to_be_told(now: datetime) -> None:
    """A20: the condition that does not hold is not what stopped the recipe."""
    either = group(
        "or",
        condition("content.text", "contains_any", ["parcel"]),
        condition("content.text", "contains_any", ["invoice"]),
    )
    closed = a_recipe(filter=either, hours={"when": "during", "schedule_id": "sch_1"})
    world = World(a_rule_book(closed), now)
    world.take_in(an_incoming())

    world.settle()

    assert [(e.type, e.outcome) for e in world.mention_history(MENTION)] == [
        ("arrived", "done"),
        ("recipe", "skipped"),
    ]


def test_a_shadow_says_what_it_would_have_done(now: datetime) -> None:
    world = World(a_rule_book(a_recipe(mode="shadow")), now)
    world.take_in(an_incoming())

    world.settle()

    assert world.mention_history(MENTION)[-1].detail["would"] == [
        {"type": "add_tags", "tags": ["seen"], "target": None}
    ]


@pytest.mark.parametrize("changed", [{"mode": "disabled"}, {"topics": ["7"]}, {"trigger": IN_CASE}])
def test_recipes_that_have_nothing_to_do_with_it_write_nothing(
    now: datetime, changed: dict[str, Any]
) -> None:
    world = World(a_rule_book(a_recipe(**changed)), now)
    world.take_in(an_incoming())

    world.settle()

    assert [e.type for e in world.mention_history(MENTION)] == ["arrived"]


def test_two_recipes_that_set_each_other_off_stop_and_say_so(now: datetime) -> None:
    """R6, A25: a recipe is not triggered by what it led to itself."""

    def ping(recipe_id: str, on: str, adds: str, removes: str) -> Any:
        actions = [{"type": "remove_tags", "tags": [removes]}, add_tags(adds)]
        return a_recipe(recipe_id, trigger={"type": "case_tag_added", "tag": on}, actions=actions)

    book = a_rule_book(ping("rec_1", "ping", "pong", "ping"), ping("rec_2", "pong", "ping", "pong"))
    world = World(book, now)
    world.take_in(a_private())
    world.patch_case(tags=["ping"])

    world.settle()

    loops = [e for e in world.case_history() if e.type == "recipe"]
    assert [e.reason for e in loops] == ["recipes would set each other off: Recipe rec_1 → Recipe rec_2"]
    assert world.case().tags == ("ping",)


def test_a_chain_of_different_recipes_ends_after_five(now: datetime) -> None:
    """A4, R6"""
    chain = [
        a_recipe(
            f"rec_{n}",
            trigger={"type": "case_tag_added", "tag": f"t{n}"},
            actions=[add_tags(f"t{n + 1}")],
        )
        for n in range(8)
    ]
    world = World(a_rule_book(*chain), now)
    world.take_in(a_private())
    world.patch_case(tags=["t0"])

    world.settle()

    assert world.case().tags == ("t0", "t1", "t2", "t3", "t4", "t5")
    assert [e.reason for e in world.case_history() if e.type == "recipe"] == [
        f"recipes would set each other off: {' → '.join(f'Recipe rec_{n}' for n in range(5))}"
    ]


def test_a_generated_crowd_of_recipes_always_comes_to_rest(now: datetime) -> None:
    """R6: every recipe sets off every other; each may stand in a chain once, five at most."""
    crowd = [
        a_recipe(
            f"rec_{n}",
            trigger={"type": "case_tag_added", "tag": "go"},
            actions=[{"type": "remove_tags", "tags": ["go"]}, add_tags("go")],
        )
        for n in range(4)
    ]
    world = World(a_rule_book(*crowd), now)
    world.take_in(a_private())
    world.patch_case(tags=["go"])

    world.settle()

    chains = [change.chain for change in world.store.changes if change.chain]
    assert max(map(len, chains)) <= 5
    assert all(len(set(chain)) == len(chain) for chain in chains)


def test_runs_of_one_conversation_share_a_group() -> None:
    """Decision 4: the case, else the contact within the topic."""
    case = a_case()

    assert Subject(mention=a_mention(case_id=case.id), case=case).conversation == case.id
    assert Subject(mention=a_mention(), case=None).conversation == "con_1:46283"


def test_a_group_of_the_queue_is_never_too_long() -> None:
    """SQS takes 128 characters; a sender without a contact may have an id of 256."""
    ours = a_mention(contact_id=None, incoming={"author__id": "p" * 256, "topic__id": "t" * 64})

    assert len(Subject(mention=ours, case=None).conversation) <= 128


def test_a_mention_that_is_only_changed_has_not_arrived_again(now: datetime) -> None:
    """Row 54"""
    mention = a_mention()
    after = mention.model_copy(update={"tags": ("new",), "revision": 2})
    world = World(a_rule_book(a_recipe()), now)

    change = Change(before=mention, after=after, at=now, actor=Actor(kind="agent", id=NORA.id), chain=())
    decided = evaluate_changes(
        [change], world.inbox, world.rule_books, world.ledger, world.queue, world.matchers, now
    )

    assert (decided.records, decided.runs) == ([], [])
    assert isinstance(change.after, Mention)


def test_an_empty_rule_book_still_leaves_a_record(now: datetime) -> None:
    """R1: what was evaluated can be seen to have been."""
    world = World(RuleBook(revision=7), now)
    world.take_in(an_incoming())

    world.evaluate()

    [record] = world.ledger.records(now)
    assert (record["revision"], record["verdicts"]) == (7, [])


class Asked:
    """Notes every call."""

    def __init__(self) -> None:
        self.points: list[str] = []

    def before(self, point: str) -> None:
        self.points.append(point)

    def after(self, point: str) -> None:
        """Nothing to note."""

    def part(self, point: str, length: int) -> None:
        return None


def test_a_batch_asks_for_the_rule_book_once_and_the_next_one_sees_a_change(now: datetime) -> None:
    world, asked = World(a_rule_book(a_recipe()), now), Asked()
    for native_id in ("1", "2", "3"):
        world.take_in(a_private(native_id))
    world.evaluate(asked)
    assert (asked.points.count("rule_books.current"), len(world.queue.ever)) == (1, 3)

    world.rule_books.put(a_recipe(mode="disabled"))
    world.take_in(a_private("4"))
    world.evaluate(asked)

    assert (asked.points.count("rule_books.current"), len(world.queue.ever)) == (2, 3)


def test_a_disabled_recipe_is_not_looked_at_and_one_in_shadow_decides_and_is_recorded(now: datetime) -> None:
    world = World(a_rule_book(a_recipe("rec_1", mode="disabled"), a_recipe("rec_2", mode="shadow")), now)
    world.take_in(a_private())
    world.evaluate()

    [record] = [r for r in world.ledger.records(now) if r["occurrence"]["kind"] == "mention_arrived"]
    assert [(each["recipe_id"], each["matched"]) for each in record["verdicts"]] == [("rec_2", True)]
    assert [entry.outcome for entry in world.mention_history(MENTION) if entry.type == "recipe"] == ["shadow"]
    assert world.queue.ever == []
