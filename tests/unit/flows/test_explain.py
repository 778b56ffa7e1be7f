"""Explaining: the verdict with every step, one plain sentence, and the smallest change to turn it round."""

from datetime import UTC, datetime, timedelta
from itertools import combinations
from random import Random
from typing import Any

import pytest

from inbox_recipes.arrivals import View, admit
from inbox_recipes.configuration import KINDS
from inbox_recipes.errors import InvalidInput, NotFound
from inbox_recipes.filters import Group
from inbox_recipes.filters.tree import Rule
from inbox_recipes.flows.evaluate import decide
from inbox_recipes.flows.explain import Explanation, Question, explain
from inbox_recipes.flows.ingest import parsed
from inbox_recipes.flows.manage import Editor
from inbox_recipes.flows.secret_keeping import Keeping
from inbox_recipes.history import HistoryDate, HistoryEntry, Line
from inbox_recipes.inbox import Case, Mention, Subject
from inbox_recipes.matching import Matcher
from inbox_recipes.people import SYSTEM, Actor
from inbox_recipes.reasons import turn_round
from inbox_recipes.triggers import Occurrence
from inbox_recipes.validation import validated
from inbox_recipes.verdicts import Answer, Step, Verdict, all_of, any_of, negated
from tests import builders
from tests.fake_configuration import FakeCalendars, FakeConfiguration
from tests.fakes import FakeInbox, FakeLedger, FakeRuleBooks, FakeSecrets, Store
from tests.replies import PROFILES, a_replying_recipe

SUNDAY_NOON = datetime(2026, 11, 22, 12, tzinfo=UTC)
ELEVEN = SUNDAY_NOON - timedelta(hours=1)
ANGRY = {"field": "content.text", "operator": "contains_any", "value": ["facturation"]}
BIG = {"field": "author.followers", "operator": "gt", "value": 1000}
SPAM = {"field": "content.text", "operator": "contains_any", "value": ["gagnez"]}


def posted(**changed: Any) -> dict[str, Any]:
    return {
        "id": "1001",
        "topic": {"id": "46283"},
        "message": {"content": "Double facturation !"},
        "source": {"service": "facebook"},
        "author": {"id": "u77", "followers": 12},
        "private": True,
        "date": {"published": "2026-11-22T10:00:00Z"},
        **changed,
    }


def recipe(**changed: Any) -> dict[str, Any]:
    return {
        "name": "Billing",
        "trigger": {"type": "arrival"},
        "topics": ["46283"],
        "actions": [{"type": "resolve"}],
        "mode": "enabled",
        **changed,
    }


class World:
    """An inbox, a ledger, and a rule book with a topic and a schedule."""

    def __init__(self) -> None:
        self.stored = FakeConfiguration()
        self.store = Store()
        self.ledger = FakeLedger(self.store)
        self.save("topic", "46283", {"name": "Billing"})
        periods = [{"dayofweek": 1, "start": "0900", "end": "1800"}]
        self.save("schedule", "office", {"name": "Office", "timezone": "UTC", "periods": periods})

    def save(self, kind: Any, member_id: str, body: Any, at: datetime = ELEVEN) -> None:
        Editor(self.stored, self.stored, FakeCalendars(), SYSTEM, at, Keeping(FakeSecrets())).create(
            KINDS[kind], member_id, body
        )

    def tell(self, case: Case, at: datetime, detail: dict[str, Any]) -> None:
        """Write a line in the case's history."""
        entry = HistoryEntry(
            id=f"{at}", type="set_case_status", outcome="done", by=SYSTEM, reason=None, detail=detail,
            run_id=None, position=None, date=HistoryDate(added=at),
        )  # fmt: skip
        self.store.add_lines((Line(log="case", item_id=case.id, entry=entry),))

    def record(self, occurrence: Occurrence, subject: Subject) -> None:
        """Decide about the occurrence, and keep the event record."""
        book = self.stored.current()
        records = decide(occurrence, subject, book, Matcher(book)).records
        self.ledger.record(occurrence.at, occurrence.id, records)

    def ask(self, **question: Any) -> Explanation:
        asked = validated(Question, question)
        return explain(asked, FakeInbox(self.store), self.ledger, self.stored, SUNDAY_NOON)

    def arrive(self, at: datetime = SUNDAY_NOON, **changed: Any) -> tuple[Mention, Case]:
        """A private mention and the case that it opens, both in the inbox."""
        incoming = parsed(posted(**changed), self.stored.current().topics)
        self.store.commit(admit(incoming, View(), at))
        [mention], [case] = self.store.mentions.values(), self.store.cases.values()
        return mention, case


@pytest.fixture
def world() -> World:
    return World()


def happened(kind: Any, at: datetime, revision: int, case: Case, detail: str | None = None) -> Occurrence:
    return Occurrence(
        id=":".join(filter(None, ("case", case.id, kind, str(revision), detail))),
        kind=kind,
        at=at,
        mention_id=None,
        case_id=case.id,
        detail=detail,
        actor=Actor(kind="agent", id="nora"),
        chain=(),
    )


def test_an_unsaved_recipe_is_tried_on_a_given_mention_as_if_always_enabled(world: World) -> None:
    answer = world.ask(recipe=recipe(mode="disabled"), mention=posted())

    assert (answer.matched, answer.based_on, answer.recipe_id, answer.recipe_version) == (
        True, "given", None, 0,
    )  # fmt: skip
    assert [step.path for step in answer.steps] == ["mode", "trigger", "topics", "filter", "loop", "hours"]
    assert [action.type for action in answer.actions] == ["resolve"]
    assert answer.sentence == (
        '"Billing" acts: this was a new mention in a case, and everything else that it asks for holds.'
    )
    assert answer.rule_book_revision == 2
    assert world.store.journal == []


def test_a_given_private_mention_stands_for_the_case_that_it_would_open_a21(world: World) -> None:
    on_case = recipe(trigger={"type": "arrival", "objects": ["case"]})
    answer = world.ask(recipe=on_case, mention=posted())
    assert (answer.matched, answer.occurrence.kind) == (True, "case_created")

    answer = world.ask(recipe=on_case, mention=posted(private=False))
    assert (answer.matched, answer.occurrence.kind) == (False, "mention_arrived")
    why = "it waits for a new case, and what happened was a new mention"
    assert answer.sentence == f'"Billing" does not act: {why}.'


def test_every_step_is_told_also_after_the_first_that_failed(world: World) -> None:
    asked = recipe(
        filter={"combinator": "and", "rules": [SPAM]}, hours={"when": "during", "schedule_id": "office"}
    )
    answer = world.ask(recipe=asked, mention=posted())

    assert [(step.path, step.ok) for step in answer.steps] == [
        ("mode", True), ("trigger", True), ("topics", True), ("filter", False), ("filter/rules/0", False),
        ("loop", True), ("hours", False),
    ]  # fmt: skip
    assert answer.actions == ()
    assert answer.sentence == (
        '"Billing" does not act: its filter asks for content.text contains any gagnez, '
        "and there was none of it; 1 more thing would keep it from acting."
    )
    assert answer.flip is not None
    assert [step.path for step in answer.flip] == ["hours", "filter/rules/0"]


def test_a_condition_that_must_not_hold_is_told_as_such(world: World) -> None:
    asked = recipe(filter={"combinator": "or", "not": True, "rules": [ANGRY]})
    answer = world.ask(recipe=asked, mention=posted())
    assert "asks that content.text contains any facturation does not hold, and it does" in answer.sentence


@pytest.mark.parametrize(
    ("asked", "said"),
    [
        ({"field": "author.followers", "operator": "gt", "value": 1000}, "author.followers above 1000"),
        ({"field": "author.followers", "operator": "between", "value": [0.5, 2]},
         "author.followers between 0.5, 2"),
        ({"field": "source.published_at", "operator": "more_than_ago", "value": {"days": 30}},
         "source.published_at more than 30 days ago"),
        ({"field": "content.title", "operator": "is_set", "value": None}, "content.title is set"),
    ],
)  # fmt: skip
def test_what_a_condition_asks_is_told_in_words(world: World, asked: dict[str, Any], said: str) -> None:
    answer = world.ask(recipe=recipe(filter={"combinator": "and", "rules": [asked]}), mention=posted())

    assert f"its filter asks for {said}, and there was" in answer.sentence


def test_a_recorded_arrival_is_judged_as_it_was_then(world: World) -> None:
    world.save("recipe", "rec_1", recipe(filter={"combinator": "and", "rules": [ANGRY]}))
    mention, case = world.arrive()
    at_first = Occurrence(
        id=f"mention:{mention.unique_id}:mention_arrived:1", kind="mention_arrived", at=SUNDAY_NOON,
        mention_id=mention.unique_id, case_id=case.id, detail=None, actor=SYSTEM, chain=(),
    )  # fmt: skip
    world.record(at_first, Subject(mention=mention, case=case))
    message = mention.message.model_copy(update={"content": "edited"})
    world.store.mentions[mention.unique_id] = mention.model_copy(update={"message": message, "revision": 2})

    for name in ({"unique_id": mention.unique_id}, {"occurrence_id": at_first.id}):
        answer = world.ask(recipe_id="rec_1", **name)
        assert (answer.matched, answer.based_on, answer.recipe_id) == (True, "event_record", "rec_1")
        assert answer.occurrence == at_first


def test_without_a_record_a_mention_is_judged_as_it_is_now_and_says_so(world: World) -> None:
    world.save("recipe", "rec_1", recipe())
    mention, _ = world.arrive()
    world.store.mentions[mention.unique_id] = mention.model_copy(update={"revision": 3})

    answer = world.ask(recipe_id="rec_1", unique_id=mention.unique_id)

    assert (answer.matched, answer.based_on) == (True, "present_state")
    assert answer.occurrence.id == f"mention:{mention.unique_id}:mention_arrived:1"


@pytest.mark.parametrize(
    ("kind", "detail", "told"),
    [
        ("status_changed", "pending", {"status": "pending", "previous": "unresolved"}),
        ("tag_added", "a: b", {"added": ["a: b"]}),
        ("case_created", None, {}),
    ],
)
def test_a_recorded_occurrence_of_a_case_is_found_through_its_history(
    world: World, kind: Any, detail: str | None, told: dict[str, Any]
) -> None:
    world.save("recipe", "rec_1", recipe())
    _, case = world.arrive()
    at = SUNDAY_NOON if kind == "case_created" else SUNDAY_NOON + timedelta(hours=5)
    world.tell(case, SUNDAY_NOON + timedelta(hours=9), {"status": "resolved"})
    world.tell(case, at, told)
    occurrence = happened(kind, at, 7, case, detail)
    world.record(occurrence, Subject(mention=None, case=case))

    answer = world.ask(recipe_id="rec_1", occurrence_id=occurrence.id)

    assert (answer.occurrence, answer.based_on) == (occurrence, "event_record")


def test_a_recipe_switched_on_later_says_so_a34(world: World) -> None:
    world.save("recipe", "rec_1", recipe(), at=SUNDAY_NOON + timedelta(days=1))
    mention, _ = world.arrive()

    answer = world.ask(recipe_id="rec_1", unique_id=mention.unique_id)

    assert answer.sentence == (
        '"Billing" does not act: it was switched on at 2026-11-23T12:00:00.000Z, '
        "after this happened at 2026-11-22T12:00:00.000Z."
    )


@pytest.mark.parametrize(
    ("changed", "reason"),
    [
        ({"mode": "disabled"}, "it is disabled"),
        ({"topics": ["2", "3"]}, "it is for topic 2 or 3, and this is of topic 46283"),
        (
            {"hours": {"when": "during", "schedule_id": "office"}},
            "it acts during Office, and it was outside: Sunday 12:00 UTC (Sunday: closed)",
        ),
    ],
)
def test_the_sentence_names_what_stands_in_the_way(world: World, changed: Any, reason: str) -> None:
    for topic in ("2", "3"):
        world.save("topic", topic, {"name": topic})
    world.save("recipe", "rec_1", recipe(**changed))
    mention, _ = world.arrive()

    answer = world.ask(recipe_id="rec_1", unique_id=mention.unique_id)

    assert answer.sentence == f'"Billing" does not act: {reason}.'
    assert answer.flip is not None
    assert len(answer.flip) == 1


def test_a_recipe_that_would_set_itself_off_says_so_a4(world: World) -> None:
    world.save("recipe", "rec_1", recipe(trigger={"type": "case_status_changed", "to": "pending"},
                                         actions=[{"type": "add_tags", "tags": ["x"]}]))  # fmt: skip
    _, case = world.arrive()
    changed = happened("status_changed", SUNDAY_NOON, 2, case, "pending")
    occurrence = changed.model_copy(update={"chain": ("rec_1",)})
    world.tell(case, SUNDAY_NOON, {"status": "pending"})
    world.record(occurrence, Subject(mention=None, case=case))

    answer = world.ask(recipe_id="rec_1", occurrence_id=occurrence.id)

    assert "recipes would set each other off (so far: Billing)" in answer.sentence


def test_a_recipe_in_shadow_mode_would_act(world: World) -> None:
    world.save("recipe", "rec_1", recipe(mode="shadow"))
    mention, _ = world.arrive()
    answer = world.ask(recipe_id="rec_1", unique_id=mention.unique_id)
    assert (answer.matched, answer.sentence.startswith('"Billing" would act')) == (True, True)


@pytest.mark.parametrize(
    ("asked", "missing"),
    [
        ({"recipe_id": "rec_9", "unique_id": "46283_1001"}, "recipe"),
        ({"recipe_id": "rec_1", "unique_id": "46283_9"}, "mention"),
        ({"recipe_id": "rec_1", "occurrence_id": "mention:46283_9:mention_arrived:1"}, "mention"),
        ({"recipe_id": "rec_1", "occurrence_id": "mention:46283_1001:mention_arrived:1"}, "event record"),
        ({"recipe_id": "rec_1", "occurrence_id": "case:cas_9:case_created:1"}, "case"),
    ],
)
def test_what_is_not_there_or_was_not_recorded_is_not_found(world: World, asked: Any, missing: str) -> None:
    world.save("recipe", "rec_1", recipe())
    world.arrive()
    with pytest.raises(NotFound, match=f"There is no {missing}"):
        world.ask(**asked)


@pytest.mark.parametrize(
    ("asked", "pointer"),
    [
        ({"recipe_id": "rec_1"}, "/mention"),
        ({"mention": posted()}, "/recipe"),
        ({"recipe": recipe(), "recipe_id": "rec_1", "mention": posted()}, "/recipe_id"),
        ({"recipe_id": "rec_1", "mention": posted(), "unique_id": "46283_1"}, "/unique_id"),
        ({"recipe_id": "rec_1", "occurrence_id": "yesterday"}, "/occurrence_id"),
        ({"recipe_id": "rec_1", "mention": posted(private="perhaps")}, "/mention/private"),
        ({"recipe_id": "rec_1", "mention": posted(topic={"id": "9"})}, "/mention/topic/id"),
        ({"recipe": recipe(topics=["9"]), "mention": posted()}, "/recipe/topics/0"),
        (
            {"recipe": recipe(actions=[{"type": "resolve", "x": 1}]), "mention": posted()},
            "/recipe/actions/0/x",
        ),
    ],
)
def test_a_question_that_cannot_be_answered_names_the_field(world: World, asked: Any, pointer: str) -> None:
    world.save("recipe", "rec_1", recipe())
    with pytest.raises(InvalidInput) as error:
        world.ask(**asked)
    assert error.value.problems[0].pointer == pointer


def leaves(rule: Rule, path: str = "filter") -> list[str]:
    if not isinstance(rule, Group):
        return [path]
    return [leaf for index, each in enumerate(rule.rules) for leaf in leaves(each, f"{path}/rules/{index}")]


def answer_of(rule: Rule, answers: dict[str, bool], path: str = "filter") -> bool:
    if not isinstance(rule, Group):
        return answers[path]
    below = [
        Answer(ok=answer_of(each, answers, f"{path}/rules/{index}")) for index, each in enumerate(rule.rules)
    ]
    together = (all_of if rule.combinator == "and" else any_of)(below)
    return (negated(together) if rule.negated else together).ok


def judged(tree: Group, answers: dict[str, bool], *, matched: bool) -> Verdict:
    steps = [
        Step(path=path, wanted={"content.text": {"is_set": None}}, got=None, ok=ok)
        for path, ok in answers.items()
    ]
    trigger = Step(path="trigger", wanted="", got="", ok=True)
    whole = Step(path="filter", wanted="", got="", ok=matched)
    return Verdict(
        recipe_id="r", recipe_version=1, occurrence_id="o", matched=matched, error=None,
        steps=(trigger, whole, *steps),
    )  # fmt: skip


def grown(random: Random, depth: int) -> dict[str, Any]:
    if depth == 0 or random.random() < 0.4:
        return {"field": "content.text", "operator": "is_set"}
    rules = [grown(random, depth - 1) for _ in range(random.randint(1, 3))]
    return {"combinator": random.choice(["and", "or"]), "not": random.random() < 0.3, "rules": rules}


@pytest.mark.parametrize("seed", range(150))
def test_no_smaller_set_of_answers_turns_a_filter_round(seed: int) -> None:
    random = Random(seed)  # noqa: S311
    tree = Group.model_validate({"combinator": random.choice(["and", "or"]), "rules": [grown(random, 3)]})
    answers = {path: random.random() < 0.5 for path in leaves(tree)}
    if len(answers) > 10:
        return
    matched = answer_of(tree, answers)

    found = turn_round(judged(tree, answers, matched=matched), tree)

    smallest = next(
        size
        for size in range(1, len(answers) + 1)
        for chosen in combinations(answers, size)
        if answer_of(tree, {path: ok != (path in chosen) for path, ok in answers.items()}) != matched
    )
    assert found is not None
    changed = {step.path for step in found}
    if changed == {"trigger"}:
        assert matched
        assert smallest > 1
    else:
        assert len(changed) == smallest
        assert answer_of(tree, {path: ok != (path in changed) for path, ok in answers.items()}) != matched


def test_a_filter_that_nothing_can_change_leaves_no_way_to_turn_the_verdict(world: World) -> None:
    never = recipe(filter={"combinator": "and", "not": True, "rules": []})
    assert world.ask(recipe=never, mention=posted()).flip is None


def test_an_action_that_would_find_nothing_to_do_is_told_with_the_reason(world: World) -> None:
    """A12, and whatever else is skipped: before it runs, and for what never came."""
    delete = {"type": "remove_from_service", "what": "delete", "confirmed": True}
    public = {"private": False, "message": {"content": "Merde", "type": "comment"}}
    actions = [{"type": "tag_case", "tags": ["rude"]}, delete]

    def skips(**changed: Any) -> list[tuple[int, str]]:
        answer = world.ask(recipe=recipe(actions=actions), mention=posted(**public, **changed))
        return [(each.position, each.reason) for each in answer.skips]

    nobody = (1, "no connected profile of facebook has received it")
    assert skips() == [(0, "the mention is in no case"), nobody]
    assert skips(source={"service": "twitter"})[1] == (1, "twitter has no way to delete a message")
    page = {"name": "Orvane", "service": "facebook", "native_id": "77", "topic": "46283"}
    world.save("profile", "page", page)
    assert skips() == [(0, "the mention is in no case")]


@pytest.mark.parametrize(
    ("connected", "changed", "reason"),
    [
        (True, {}, None),
        (False, {}, "no profile of facebook is connected that it came to"),
        (True, {"author__managed": True}, "it is a message of ours, which no recipe answers"),
        (True, {"source__service": "email"}, "the message came by email, and this answers on facebook only"),
    ],
)
def test_an_answer_that_would_not_be_given_is_told(
    connected: bool, changed: dict[str, Any], reason: str | None, now: datetime
) -> None:
    """A9, A11: before the recipe runs."""
    profiles = dict(PROFILES) if connected else {}
    books = FakeRuleBooks(builders.a_rule_book(a_replying_recipe(), profiles=profiles))
    mention = builders.posted(**{"source__profile": "facebook", **changed})

    question = Question.model_validate({"recipe_id": "rec_1", "mention": mention})
    told = explain(question, FakeInbox(Store()), FakeLedger(Store()), books, now)

    assert [skip.reason for skip in told.skips] == ([reason] if reason else [])


def test_a_message_of_ours_is_told_to_have_no_public_answer(now: datetime) -> None:
    """A9, row 91: by a recipe on mentions in cases."""
    action = {"type": "send_public_reply", "service": "facebook", "profile": "facebook", "text": "Hello"}
    books = FakeRuleBooks(
        builders.a_rule_book(
            builders.a_recipe(trigger={"type": "mention_in_case"}, actions=[action]), profiles=dict(PROFILES)
        )
    )
    store = Store()
    for managed in (True, False):
        mention = builders.a_mention(case_id="cas_1", incoming={"author__managed": managed})
        store.mentions[mention.unique_id] = mention
        store.cases["cas_1"] = builders.a_case("cas_1")
        question = Question.model_validate({"recipe_id": "rec_1", "unique_id": mention.unique_id})

        told = explain(question, FakeInbox(store), FakeLedger(store), books, now)

        reasons = [skip.reason for skip in told.skips]
        assert (told.matched, reasons) == (
            True, ["it is a message of ours, which no recipe answers"] if managed else [],
        )  # fmt: skip


def test_a_response_that_would_not_be_sent_is_told_with_the_reason(world: World) -> None:
    """Rows 88 to 90, A37, A38: what it is for, and by which profile it would go."""
    content = {"type": "csat", "question": "Happy?"}
    world.save("response", "csat", {"name": "Happy?", "for_tags": ["vip"], "content": content})
    page = {"name": "Orvane", "service": "facebook", "native_id": "77", "topic": "46283"}
    action = {"type": "send_private_reply", "kind": "csat", "response_id": "csat"}
    asks = recipe(trigger={"type": "mention_in_case"}, actions=[action])

    def skips(**changed: Any) -> list[str]:
        private = {"private": True, "message": {"content": "Merci", "type": "privatemessage"}}
        return [each.reason for each in world.ask(recipe=asks, mention=posted(**private, **changed)).skips]

    assert skips() == ["'Happy?' is only for what is tagged vip"]
    assert skips(tags=["VIP"]) == ["no profile of facebook is connected that it came to"]
    world.save("profile", "page", page)
    assert skips(tags=["VIP"]) == []
