"""Things to test with: sensible defaults, and what matters given by name."""

from collections.abc import Sequence
from datetime import UTC, datetime
from typing import Any, Literal

from inbox_recipes import ids
from inbox_recipes.business_hours import Schedule
from inbox_recipes.filters import Scene
from inbox_recipes.inbox import (
    Assignment,
    Case,
    CaseDates,
    Dates,
    IncomingMention,
    Mention,
    Note,
    NoteAuthor,
    NoteDates,
    Subject,
    TopicRef,
)  # fmt: skip
from inbox_recipes.outbox import OutboxDates, OutboxItem
from inbox_recipes.people import Actor, Team, User
from inbox_recipes.recipes import Recipe
from inbox_recipes.rule_book import RuleBook
from inbox_recipes.topics import Topic
from inbox_recipes.triggers import Occurrence, OccurrenceKind

NOON = datetime(2026, 11, 22, 12, tzinfo=UTC)
TOPIC = "46283"
CUSTOMER = Actor(kind="customer", id="con_1", name="customer77")
NORA = Actor(kind="agent", id="nora", name="Nora")


def posted(native_id: str = "1001", text: str = "Where is my invoice?", **changed: Any) -> dict[str, Any]:
    """A mention's JSON as a platform's collector posts it. Two underscores in a key reach inside."""
    body: dict[str, Any] = {
        "id": native_id,
        "topic": {"id": TOPIC},
        "message": {"content": text},
        "source": {"service": "facebook"},
        "author": {"id": "u77", "name": "customer77"},
        "date": {"published": "2026-11-22T10:00:00Z"},
    }
    for path, value in changed.items():
        *way, last = path.split("__")
        place = body
        for key in way:
            place = place.setdefault(key, {})
        place[last] = value
    return body


def an_incoming(
    native_id: str = "1001", text: str = "Where is my invoice?", **changed: Any
) -> IncomingMention:
    """A mention that has just been posted: public, from a customer."""
    return IncomingMention.model_validate(posted(native_id, text, **changed))


def a_private(native_id: str = "1001", text: str = "Where is my invoice?", **changed: Any) -> IncomingMention:
    """A customer's private message: it enters a case."""
    return an_incoming(native_id, text, **{"private": True, **changed})


def our_reply(native_id: str, to: str, **changed: Any) -> IncomingMention:
    """A private message of ours, in answer to one of the customer's."""
    ours = {"private": True, "author__id": "page1", "author__managed": True}
    return an_incoming(native_id, "We are on it.", source__in_reply_to_message_id=to, **{**ours, **changed})


def a_mention(native_id: str = "1001", text: str = "Where is my invoice?", **changed: Any) -> Mention:
    """A mention in the inbox. `incoming` changes what was posted, the rest the mention as it is kept."""
    incoming = an_incoming(native_id, text, **changed.pop("incoming", {}))
    whole: dict[str, Any] = {name: getattr(incoming, name) for name in IncomingMention.model_fields}
    unique_id = ids.unique_id(incoming.topic.id, incoming.id)
    whole |= {
        "unique_id": unique_id,
        "status": "sent" if incoming.outgoing else "new",
        "assignment": Assignment(),
        "case_id": None,
        "contact_id": "con_1",
        "permalink": f"/mentions/{unique_id}",
        "date": Dates(published=incoming.date.published, added=NOON),
        "revision": 1,
    }
    return Mention(**whole | changed)


def a_case(case_id: str = "cas_1", **changed: Any) -> Case:
    """An unresolved case with one message of the customer."""
    whole: dict[str, Any] = {
        "id": case_id,
        "title": "Where is my invoice?",
        "topic": TopicRef(id=TOPIC),
        "project": None,
        "status": "unresolved",
        "priority": None,
        "tags": (),
        "assignment": Assignment(),
        "contact_id": "con_1",
        "linked_case_id": None,
        "last_mention_id": f"{TOPIC}_1001",
        "last_message_by": "customer",
        "last_message_at": NOON,
        "last_incoming_id": f"{TOPIC}_1001",
        "last_reply_at": None,
        "fence": 1,
        "date": CaseDates(added=NOON, updated=NOON),
        "revision": 1,
    }
    return Case(**whole | changed)


def a_note(text: str = "Called back", todo: Literal["open", "done"] | None = None) -> Note:
    """A note that Nora wrote at noon."""
    dates = NoteDates(added=NOON, updated=NOON)
    return Note(id="note_1", text=text, todo=todo, by=NoteAuthor(id="nora", name="Nora"), date=dates)


def a_subject(mention: Mention | None = None, case: Case | None = None) -> Subject:
    """What a recipe is asked about."""
    return Subject(mention=mention, case=case)


def a_scene(
    mention: Mention | None = None, case: Case | None = None, *, occurrence: Occurrence | None = None,
    now: datetime = NOON,
) -> Scene:  # fmt: skip
    """What a filter is asked about, at noon."""
    return Scene(a_subject(mention, case), occurrence, now)


def an_outbox_item(item_id: str = "out_1", **changed: Any) -> OutboxItem:
    """A draft that a recipe wrote at noon, in answer to the mention 46283_1001."""
    whole: dict[str, Any] = {
        "id": item_id,
        "kind": "reply",
        "mode": "draft",
        "state": "draft",
        "service": "facebook",
        "profile": "page",
        "unique_id": f"{TOPIC}_1001",
        "case_id": None,
        "contact_id": "con_1",
        "conversation": "con_1@46283",
        "text": "We are on it.",
        "by": Actor(kind="recipe", id="rec_1", name="R", version=1),
        "run_id": "run_1",
        "position": 0,
        "date": OutboxDates(added=NOON, updated=NOON),
    }
    return OutboxItem.model_validate(whole | changed)


ARRIVAL = {"type": "arrival"}
IN_CASE = {"type": "mention_in_case"}
TO_PENDING = {"type": "case_status_changed", "to": "pending"}
RESOLVE_CASE = {"type": "set_case_status", "status": "resolved"}


def add_tags(*tags: str, **changed: Any) -> dict[str, Any]:
    """The action's JSON."""
    return {"type": "add_tags", "tags": list(tags), **changed}


def wait(
    minutes: int = 30, unless: str | list[str] | None = "customer_replies", **changed: Any
) -> dict[str, Any]:
    """The action's JSON."""
    return {"type": "wait", "minutes": minutes, "unless": unless, **changed}


def webhook(name: str = "Tell IT", **changed: Any) -> dict[str, Any]:
    """The action's JSON."""
    return {"type": "webhook", "name": name, "url": "https://example.com/hook", **changed}


def condition(field: str, operator: str, value: Any = None) -> dict[str, Any]:
    """A filter's condition as JSON."""
    return {"field": field, "operator": operator, "value": value}


def group(combinator: str, *rules: dict[str, Any], negated: bool = False) -> dict[str, Any]:
    """A filter's group as JSON."""
    return {"combinator": combinator, "not": negated, "rules": list(rules)}


def a_recipe(
    recipe_id: str = "rec_1", *, actions: Sequence[dict[str, Any]] = (), trigger: Any = None, **changed: Any
) -> Recipe:
    """An enabled recipe on new mentions, on since yesterday, that tags "seen" unless told otherwise."""
    whole: dict[str, Any] = {
        "id": recipe_id,
        "version": 1,
        "name": f"Recipe {recipe_id}",
        "trigger": trigger or ARRIVAL,
        "topics": [TOPIC],
        "actions": list(actions) or [add_tags("seen")],
        "mode": "enabled",
        "on_since": "2026-11-21T12:00:00Z",
    }
    return Recipe.model_validate(whole | changed)


def a_silence_recipe(recipe_id: str = "rec_1", minutes: int = 30, **changed: Any) -> Recipe:
    """Resolves a pending case after so many minutes without a word of the customer (row 3)."""
    actions = changed.pop("actions", [wait(minutes), RESOLVE_CASE])
    return a_recipe(recipe_id, trigger=changed.pop("trigger", TO_PENDING), actions=actions, **changed)


WEEKDAYS = {
    "name": "Weekdays",
    "timezone": "Europe/Paris",
    "periods": [{"dayofweek": day, "start": "0900", "end": "1700"} for day in range(1, 6)],
}


def a_schedule(**changed: Any) -> Schedule:
    """Weekdays from nine to five in Paris."""
    return Schedule.model_validate(WEEKDAYS | changed)


def a_rule_book(*recipes: Recipe, **changed: Any) -> RuleBook:
    """A rule book with one topic, a user and a team."""
    whole: dict[str, Any] = {
        "revision": 1,
        "recipes": recipes,
        "schedules": {"sch_1": a_schedule()},
        "topics": {TOPIC: Topic(name="Billing"), "7": Topic(name="Delivery")},
        "users": {"nora": User(name="Nora"), "omar": User(name="Omar")},
        "teams": {"team_1": Team(name="First line")},
    }
    return RuleBook(**whole | changed)


def an_occurrence(kind: OccurrenceKind = "mention_arrived", **changed: Any) -> Occurrence:
    """Something that happened at noon; to the mention 46283_1001, or to the case cas_1."""
    of_mention = kind == "mention_arrived"
    whole: dict[str, Any] = {
        "id": f"{'mention' if of_mention else 'case'}:{kind}:1",
        "kind": kind,
        "at": NOON,
        "mention_id": f"{TOPIC}_1001" if of_mention else None,
        "case_id": None if of_mention else "cas_1",
        "detail": None,
        "actor": CUSTOMER,
        "chain": (),
    }
    return Occurrence(**whole | changed)
