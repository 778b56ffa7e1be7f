"""How often recipes may write, at the edges (A9, R6)."""

from datetime import timedelta
from typing import Any

import pytest

from inbox_recipes.account import Replies
from inbox_recipes.outbox import Mark
from inbox_recipes.reply_guards import too_often
from tests.builders import NOON, an_outbox_item


def a_mark(ago: timedelta, **changed: Any) -> Mark:
    whole: dict[str, Any] = {"at": NOON - ago, "item_id": "out_0", "automatic": True, "recipe_id": "rec_1",
                             "run_id": "run_0", "mode": "immediate"}  # fmt: skip
    return Mark(**whole | changed)


IMMEDIATE = an_outbox_item("out_9", mode="immediate", state="queued", run_id="run_9")


@pytest.mark.parametrize(
    ("ago", "changed", "refused"),
    [
        (timedelta(hours=24), {}, False),
        (timedelta(hours=24, seconds=-1), {}, True),
        (timedelta(hours=1), {"mode": "draft"}, True),
        (timedelta(hours=1), {"run_id": "run_9"}, False),
        (timedelta(hours=1), {"recipe_id": "rec_2"}, False),
    ],
)
def test_a_recipe_pauses_for_24_hours(ago: timedelta, changed: dict[str, Any], refused: bool) -> None:
    assert (too_often(IMMEDIATE, [a_mark(ago, **changed)], [], Replies(), NOON) is not None) == refused


def test_the_limits_of_a_conversation_and_a_contact_are_for_what_goes_out_by_itself() -> None:
    three = [a_mark(timedelta(minutes=59), recipe_id="rec_2")] * 3
    ten = [a_mark(timedelta(hours=23), recipe_id="rec_2")] * 10

    assert "conversation" in (too_often(IMMEDIATE, three, [], Replies(), NOON) or "")
    assert "contact" in (too_often(IMMEDIATE, [], ten, Replies(), NOON) or "")
    assert too_often(IMMEDIATE, three[:2], ten[:9], Replies(), NOON) is None
    assert (
        too_often(IMMEDIATE, [a_mark(timedelta(hours=1), recipe_id="rec_2")] * 3, [], Replies(), NOON) is None
    )
    assert too_often(an_outbox_item("out_9", run_id="run_9"), three, ten, Replies(), NOON) is None
    drafts = [a_mark(timedelta(minutes=1), recipe_id="rec_2", mode="draft")] * 9
    assert too_often(IMMEDIATE, drafts, drafts, Replies(), NOON) is None
