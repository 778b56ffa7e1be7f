"""The recipes that a history may have: some of these, with some of these delays."""

from random import Random

from inbox_recipes.recipes import Recipe
from tests.builders import (
    ARRIVAL,
    IN_CASE,
    RESOLVE_CASE,
    TO_PENDING,
    a_recipe,
    a_silence_recipe,
    add_tags,
    condition,
    group,
    wait,
    webhook,
)  # fmt: skip

OURS = group("and", condition("author.managed", "is", value=True))
URGENT = group("and", condition("content.text", "contains_any", ["urgent"]))
NEW_CASE = {"type": "arrival", "objects": ["case"]}
REOPENED = {"type": "case_status_changed", "to": "unresolved"}
SHARES_OUT = a_recipe(
    "shares_out", trigger=ARRIVAL, actions=[{"type": "assign", "users": ["nora", "omar"], "mode": "one"}]
)
"""In every history: turns are what all conversations have in common."""


def some_recipes(rng: Random) -> list[Recipe]:
    """Some that act at once and some that wait, in some order."""
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
    chosen = rng.sample(at_once, rng.randint(1, 4)) + rng.sample(later, rng.randint(2, 3))
    rng.shuffle(chosen)
    return [*chosen, SHARES_OUT]
