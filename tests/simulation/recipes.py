"""The recipes that a history may have: some of these, with some of these delays."""

import json
from collections.abc import Callable
from functools import cache
from random import Random

from inbox_recipes.people import User
from inbox_recipes.recipes import Recipe
from inbox_recipes.responses import CannedResponse
from tests import builders
from tests.builders import (
    ARRIVAL,
    IN_CASE,
    RESOLVE_CASE,
    TO_PENDING,
    add_tags,
    condition,
    group,
    wait,
    webhook,
)  # fmt: skip
from tests.replies import reply
from tests.surveying import send


@cache
def _made(make: Callable[..., Recipe], arguments: str) -> Recipe:
    positional, named = json.loads(arguments)
    return make(*positional, **named)


def once(make: Callable[..., Recipe]) -> Callable[..., Recipe]:
    """The same, made once for the same arguments: recipes cannot change, and every history wants them."""
    return lambda *positional, **named: _made(make, json.dumps((positional, named)))


a_recipe, a_silence_recipe = once(builders.a_recipe), once(builders.a_silence_recipe)


OURS = group("and", condition("author.managed", "is", value=True))
THEIRS = group("and", condition("author.managed", "is", value=False))
PUBLIC = group(
    "and", condition("author.managed", "is", value=False), condition("source.private", "is", value=False)
)
URGENT = group("and", condition("content.text", "contains_any", ["urgent"]))
NEW_CASE = {"type": "arrival", "objects": ["case"]}
REOPENED = {"type": "case_status_changed", "to": "unresolved"}
SHARES_OUT = a_recipe(
    "shares_out", trigger=ARRIVAL, actions=[{"type": "assign", "users": ["nora", "omar"], "mode": "one"}]
)
"""In every history: turns are what all conversations have in common."""
RESPONSES = {
    key: CannedResponse.model_validate({"name": key.title(), "content": content})
    for key, content in {
        "csat": {"type": "csat", "question": "csat [event.id]?"},
        "nps": {"type": "nps", "question": "nps [event.id]?"},
        "thanks": {"type": "message", "text": "bye [mention.id]"},
        "orders": {
            "type": "flow",
            "fallback": "choose [mention.id]",
            "minutes": 45,
            "steps": [
                {"id": "start", "text": "start [mention.id]", "buttons": [
                    {"title": "My order", "next": "order", "tags": ["order"]},
                    {"title": "A person", "next": "agents", "hand_over": True},
                    {"title": "Nothing", "status": "pending"}]},
                {"id": "order", "text": "order [mention.id]", "buttons": [
                    {"title": "All is well", "next": "bye", "status": "resolved"},
                    {"title": "Back", "next": "start"}]},
                {"id": "agents", "text": "agents [mention.id]"},
                {"id": "bye", "response_id": "thanks"},
            ],
        },
    }.items()
}  # fmt: skip
"""What is sent to customers says what set it off, so that no two are the same."""
USERS = {name: User(name=name.title(), email=f"{name}@example.com") for name in ("nora", "omar")}


def some_recipes(rng: Random, only: tuple[str, ...] = ()) -> list[Recipe]:
    """Some that act at once and some that wait, in some order; or those that are named."""
    at_once = [
        a_recipe("tags_and_tells", trigger=ARRIVAL, actions=[add_tags("seen"), webhook("Tell IT")]),
        a_recipe(
            "ranks", trigger=NEW_CASE, actions=[{"type": "edit", "property": "priority", "value": "high"}]
        ),
        a_recipe("marks", trigger=IN_CASE, filter=URGENT, actions=[add_tags("urgent", target="case")]),
        a_recipe(
            "escalates",
            trigger={"type": "case_tag_added", "tag": "urgent"},
            actions=[
                add_tags("escalated"),
                webhook("Escalate"),
                {"type": "remove_tags", "tags": ["waiting"]},
            ],
        ),
        a_recipe("reopens", trigger=REOPENED, actions=[{"type": "remove_tags", "tags": ["waiting", "late"]}]),
        a_recipe("watches", trigger=ARRIVAL, mode="shadow"),
        a_recipe(
            "answers", trigger=ARRIVAL, actions=[reply(text="About [mention.id]"), add_tags("answered")]
        ),
        a_recipe(
            "notifies",
            trigger=ARRIVAL,
            actions=[
                {
                    "type": "notify",
                    "channels": ["email"],
                    "users": ["nora", "omar"],
                    "threshold": rng.randint(1, 3),
                    "interval_minutes": rng.choice([0, 10]),
                },
                add_tags("told"),
            ],
        ),
        a_recipe(
            "ping",
            trigger={"type": "case_tag_added", "tag": "urgent"},
            actions=[{"type": "remove_tags", "tags": ["urgent", "pong"]}, add_tags("pong")],
        ),
        a_recipe(
            "pong",
            trigger={"type": "case_tag_added", "tag": "pong"},
            actions=[{"type": "remove_tags", "tags": ["pong"]}, add_tags("urgent")],
        ),
    ]
    on_platforms = [
        a_recipe(
            "surveys",
            trigger=IN_CASE,
            filter=THEIRS,
            actions=[send("csat"), send("nps"), add_tags("asked", target="case")],
        ),
        a_recipe(
            "asks",
            trigger={"type": "case_status_changed", "to": rng.choice(["pending", "resolved"])},
            actions=[send("csat")],
        ),
        a_recipe("guides", trigger=IN_CASE, filter=THEIRS, actions=[send("flow", "orders")]),
        a_recipe(
            "removes",
            trigger=ARRIVAL,
            actions=[
                {
                    "type": "remove_from_service",
                    "what": rng.choice(["hide", "delete", "block_author"]),
                    "confirmed": True,
                },
                add_tags("removed"),
            ],
        ),
        a_recipe(
            "quarantines",
            trigger=ARRIVAL,
            filter=PUBLIC,
            actions=[
                {
                    "type": "remove_from_service",
                    "what": "delete",
                    "confirmed": True,
                    "quarantine_hours": 1,
                    "most_per_hour": rng.randint(1, 3),
                }
            ],
        ),
    ]
    later = [
        a_silence_recipe("after_our_reply", rng.randint(5, 40), trigger=IN_CASE, filter=OURS),
        a_silence_recipe(
            "after_pending",
            actions=[add_tags("waiting"), wait(rng.randint(5, 40)), RESOLVE_CASE, webhook("Closed")],
        ),
        a_silence_recipe(
            "in_two_steps",
            actions=[wait(rng.randint(3, 20)), add_tags("late"), wait(rng.randint(3, 20)), RESOLVE_CASE],
        ),
        a_silence_recipe(
            "at_night",
            rng.randint(5, 40),
            hours={"when": "outside", "schedule_id": "sch_1"},
            trigger=TO_PENDING,
        ),
    ]
    later += [
        a_silence_recipe(
            "in_business_hours",
            actions=[wait(rng.randint(5, 40), schedule_id="sch_1"), RESOLVE_CASE],
        ),
        a_recipe(
            "nobody_answers",
            trigger=IN_CASE,
            filter=THEIRS,
            actions=[
                wait(rng.randint(5, 40), unless=["agent_replies", "status_changes"]),
                add_tags("unanswered", target="case"),
            ],
        ),
        a_recipe(
            "quiet_mention",
            trigger=ARRIVAL,
            filter=PUBLIC,
            actions=[wait(rng.randint(5, 40)), {"type": "resolve"}],
        ),
    ]
    if only:
        every = at_once + on_platforms + later
        return [*(recipe for recipe in every if recipe.id in only), SHARES_OUT]
    chosen = rng.sample(at_once, rng.randint(0, 4)) + rng.sample(on_platforms, rng.choice((0, 0, 1, 1, 2)))
    chosen += rng.sample(later, rng.randint(1, 4))
    rng.shuffle(chosen)
    return [*chosen, SHARES_OUT]
